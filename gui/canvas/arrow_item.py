"""Draws arrows of compressed length on the canvas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ..theme import theme
from .arrows import EVERY, Arrows
from .view_item import ViewItem

SHORTEST, LONGEST = 7.0, 0.8 * EVERY
DECADES = 4.0  # what is so many powers of ten shorter than most has the shortest arrow
HEAD, WING = 5.0, 2.6

Array = NDArray[np.float64]


class ArrowItem(ViewItem):
    """`arrows` in the middle of their places, over the field and under the paths."""

    def __init__(self) -> None:
        super().__init__()
        self.arrows: Arrows | None = None
        self.colour = QColor()
        self.halo = QColor()
        self.setZValue(-5)

    def show_arrows(self, arrows: Arrows | None) -> None:
        """Draw other arrows, or none."""
        self.arrows = arrows
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        box = self.getViewBox()
        if self.arrows is None or box is None:
            return
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setClipRect(transform.mapRect(box.viewRect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines, heads = _paths(*on_screen(self.arrows, transform))
        ink, halo = QColor(theme().text), QColor(theme().ground)
        ink.setAlpha(150)
        halo.setAlpha(110)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(halo, 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPath(lines)
        painter.setPen(QPen(ink, 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawPath(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPath(heads)
        painter.restore()


def on_screen(arrows: Arrows, transform: QTransform) -> tuple[Array, Array]:
    """Middles and vectors in pixels, shape (n, 2) both, of the arrows that have a direction."""
    scale = np.array([transform.m11(), transform.m22()])
    with np.errstate(over="ignore", invalid="ignore"):
        vectors = arrows.vectors * scale
    largest = np.abs(vectors).max(axis=1)
    seen = np.isfinite(largest) & (largest > 0)
    vectors, largest = vectors[seen], largest[seen]
    units = vectors / largest[:, None]
    norm = np.hypot(*units.T)
    lengths = compressed(np.log10(largest) + np.log10(norm))
    middles = arrows.places[seen] * scale + (transform.dx(), transform.dy())
    return middles, units / norm[:, None] * lengths[:, None]


def compressed(logs: Array) -> Array:
    """Pixels from the powers of ten of lengths: in proportion to the power, over four decades."""
    if not len(logs):
        return logs
    share = np.clip(1 + (logs - np.quantile(logs, 0.95)) / DECADES, 0, 1)
    return SHORTEST + (LONGEST - SHORTEST) * share


def _paths(middles: Array, vectors: Array) -> tuple[QPainterPath, QPainterPath]:
    lines, heads = QPainterPath(), QPainterPath()
    units = vectors / np.maximum(np.hypot(*vectors.T), 1e-9)[:, None]
    tails, tips = middles - vectors / 2, middles + vectors / 2
    bases = tips - HEAD * units
    sides = WING * np.stack([-units[:, 1], units[:, 0]], axis=1)
    for tail, tip, base, side in zip(tails.tolist(), tips.tolist(), bases.tolist(), sides.tolist(), strict=True):
        lines.moveTo(*tail)
        lines.lineTo(*base)
        heads.moveTo(*tip)
        heads.lineTo(base[0] + side[0], base[1] + side[1])
        heads.lineTo(base[0] - side[0], base[1] - side[1])
        heads.closeSubpath()
    return lines, heads
