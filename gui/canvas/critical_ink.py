"""Lines and words with a rim of the ground around them, painted in pixels: what is drawn on paths must be seen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from ..theme import theme

Array = NDArray[np.float64]
AROUND = ((-1, -1), (-1, 1), (1, -1), (1, 1), (-1.5, 0), (1.5, 0), (0, -1.5), (0, 1.5))


@contextmanager
def plain_painter(painter: QPainter) -> Iterator[QTransform]:
    """Paint in pixels; gives the transform from data coordinates to them."""
    transform = painter.worldTransform()
    painter.save()
    painter.resetTransform()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = painter.font()
    font.setPixelSize(theme().head + 1)
    painter.setFont(font)
    try:
        yield transform
    finally:
        painter.restore()


def on_screen(vector: Array, transform: QTransform) -> Array | None:
    """The direction in pixels of a direction in data coordinates, of length 1; None where it has none."""
    x, y = float(vector[0]) * transform.m11(), float(vector[1]) * transform.m22()
    length = math.hypot(x, y)
    return np.array([x, y]) / length if 0 < length < math.inf else None


def haloed_line(painter: QPainter, a: QPointF, b: QPointF, colour: QColor, width: float = 1.6) -> None:
    for w, shade in ((width + 2.4, QColor(theme().ground)), (width, colour)):
        painter.setPen(QPen(shade, w, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(a, b)


def arrow_head(painter: QPainter, tip: QPointF, unit: Array, colour: QColor) -> None:
    side = np.array([-unit[1], unit[0]])
    base = np.array([tip.x(), tip.y()]) - 8 * unit
    painter.setPen(QPen(QColor(theme().ground), 1.0))
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(*(base + 3.5 * side)), tip, QPointF(*(base - 3.5 * side))]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def room_of_words(painter: QPainter, at: QPointF, away: Array, words: str) -> QRectF:
    """Where words lie that begin at `at`, on the side that the direction `away` points to."""
    size = QFontMetricsF(painter.font()).size(0, words)
    x = at.x() + away[0] * (size.width() / 2 + 2)
    y = at.y() + away[1] * (size.height() / 2)
    return QRectF(x - size.width() / 2 - 1, y - size.height() / 2, size.width() + 2, size.height())


def haloed_words(painter: QPainter, at: QPointF, away: Array, words: str, colour: QColor) -> QRectF:
    """Paint words; see `room_of_words`, which it returns."""
    place = room_of_words(painter, at, away, words)
    painter.setPen(QColor(theme().ground))
    for dx, dy in AROUND:
        painter.drawText(place.translated(dx, dy), Qt.AlignmentFlag.AlignCenter, words)
    painter.setPen(colour)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
    return place
