"""What stands on the picture in pixels, as on the canvas: numbers of the axes, starts, minima, heads."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from engine import kernel
from surfaces import known_points

from ..canvas.handles import shown_starts
from ..i18n import tr
from ..look import marker, run_colour
from ..numbers import show
from ..session import Session
from ..theme import theme
from .axes import Label
from .picking import hidden
from .scene import Shot

Array = NDArray[np.float64]
HEAD, RING, FAINT = 5.5, 6.5, 0.5


class Mark(NamedTuple):
    """A place on the surface in pixels; `seen`: nothing of the surface is before it."""

    at: QPointF
    seen: bool


def marks(shot: Shot, points: Array) -> list[Mark | None]:
    """Where points in data coordinates, shape (n, 2), are seen; None outside the window and in gaps."""
    if not len(points):
        return []
    placed = shot.relief.placed(points)
    usable = np.isfinite(placed.sum(axis=1))
    behind = np.zeros(len(points), dtype=np.bool_)
    behind[usable] = hidden(shot.relief, shot.camera.place(shot.size), placed[usable])
    pixels = shot.camera.project(np.nan_to_num(placed), shot.size)
    usable &= np.isfinite(pixels).all(axis=1)
    return [
        Mark(QPointF(x, y), not back) if ok else None for (x, y), back, ok in zip(pixels, behind, usable, strict=True)
    ]


def paint_labels(painter: QPainter, labels: list[Label], width: float) -> None:
    """Numbers and names of the axes, each around its point but within a view of this width."""
    font = painter.font()
    for label in labels:
        font.setPixelSize(theme().body if label.name else theme().head)
        font.setItalic(label.name)
        painter.setFont(font)
        painter.setPen(QColor(theme().text if label.name else theme().dim))
        half = QFontMetricsF(font).horizontalAdvance(label.words) / 2 + 2
        x = min(max(label.x, half), width - half)
        room = QRectF(x - half, label.y - 10, 2 * half, 20)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, label.words)
    font.setItalic(False)
    font.setPixelSize(theme().head + 1)
    painter.setFont(font)


def paint_marks(painter: QPainter, shot: Shot, session: Session) -> None:
    """The state at the shown step, on the surface of `shot`."""
    _paint_known(painter, shot, session)
    _paint_clouds(painter, shot, session)
    _paint_starts(painter, shot, session)
    _paint_heads(painter, shot, session)
    painter.setOpacity(1.0)


def _paint_known(painter: QPainter, shot: Shot, session: Session) -> None:
    minima, saddles = known_points(session.scenario.surface)
    for points, turned in ((minima, True), (saddles, False)):
        for mark in marks(shot, np.array([point[:2] for point in points]).reshape(-1, 2)):
            if mark is None:
                continue
            painter.setOpacity(1.0 if mark.seen else FAINT)
            c = mark.at
            for width, colour in ((4.5, theme().ground), (2.0, theme().text)):
                painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                for a, b in ((4.5, 4.5), (4.5, -4.5)) if turned else ((0.0, 6.0), (6.0, 0.0)):
                    painter.drawLine(QPointF(c.x() - a, c.y() - b), QPointF(c.x() + a, c.y() + b))


def _paint_clouds(painter: QPainter, shot: Shot, session: Session) -> None:
    simulator = session.simulator
    for ensemble in simulator.ensembles if simulator else ():
        step = min(session.shown_step, ensemble.run.last_step)
        placed = shot.relief.placed(ensemble.thetas[: ensemble.ready, step])
        pixels = shot.camera.project(placed[np.isfinite(placed).all(axis=1)], shot.size)
        colour = run_colour(ensemble.run.index)
        colour.setAlpha(110)
        painter.setOpacity(1.0)
        painter.setPen(QPen(colour, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in pixels[np.isfinite(pixels).all(axis=1)]]))


def _paint_starts(painter: QPainter, shot: Shot, session: Session) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    handles = shown_starts(session)
    places = np.array([handle.place for handle in handles]).reshape(-1, 2)
    for handle, mark in zip(handles, marks(shot, places), strict=True):
        if mark is None:
            continue
        painter.setOpacity(1.0 if mark.seen else FAINT)
        colour = QColor(theme().text) if handle.run is None else run_colour(handle.run)
        for width, shade in ((5.0, QColor(theme().ground)), (2.2, colour)):
            painter.setPen(QPen(shade, width))
            painter.drawEllipse(mark.at, RING, RING)


def _paint_heads(painter: QPainter, shot: Shot, session: Session) -> None:
    taken: list[QRectF] = []
    for run in sorted(session.runs, key=lambda run: run.index == session.selected):
        if run.computed < 0:
            continue
        step = min(session.shown_step, run.computed)
        place = np.array(session.plane.place(run, step))
        mark = marks(shot, place[None])[0]
        if mark is None:
            loss = float(run.row(step)[kernel.LOSS])
            _paint_gone(painter, shot, (run.index, session.plane.names), (place, loss), taken)
            continue
        painter.setOpacity(1.0 if mark.seen else FAINT)
        painter.setPen(QPen(QColor("#ffffff"), 1.6))
        painter.setBrush(run_colour(run.index))
        painter.drawPath(marker(run.index, mark.at, HEAD))


def _paint_gone(
    painter: QPainter, shot: Shot, run: tuple[int, tuple[str, str]], at: tuple[Array, float], taken: list[QRectF]
) -> None:
    """Words where the border is nearest to a head outside the window; in a gap, that the loss is not finite there."""
    (index, names), (place, loss) = run, at
    ground = shot.relief.to_box(place[None])[0]
    outside = [k for k in (0, 1) if not abs(ground[k]) <= 1.0]
    if outside:
        words = tr("off to {place}", place=", ".join(f"{names[k]} = {show(float(place[k]), 2)}" for k in outside))
    else:
        words = f"L = {show(loss)}"
    known = np.nan_to_num(ground, nan=0.0, posinf=1e300, neginf=-1e300)
    near = known / max(1.0, float(np.abs(known).max()))
    height = shot.relief.z_at(near[None, :])[0]
    tip = shot.camera.project(np.array([[*near, height if math.isfinite(height) else 0.0]]), shot.size)[0]
    if not np.isfinite(tip).all():
        return
    painter.setOpacity(1.0)
    colour = run_colour(index)
    painter.setPen(QPen(QColor(theme().panel), 1.6))
    painter.setBrush(colour)
    painter.drawPath(marker(4, QPointF(*tip), 4.5))  # a diamond: here the path leaves
    size = QFontMetricsF(painter.font()).size(0, words)
    left = min(max(tip[0] - size.width() / 2, 8.0), shot.width - size.width() - 8.0)
    plate = QRectF(left - 5, tip[1] - 16 - size.height(), size.width() + 10, size.height() + 4)
    while any(plate.intersects(other) for other in taken):
        plate.translate(0, -plate.height() - 2)
    taken.append(plate)
    painter.setPen(Qt.PenStyle.NoPen)
    ground_colour = QColor(theme().panel)
    ground_colour.setAlpha(215)
    painter.setBrush(ground_colour)
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(colour)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
