"""Drawing of curves and of the short samples that stand for them in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from engine.decimate import Curve, lines

from .scale import Scale
from .steps import StepRange

WIDTH, WIDTH_SELECTED = 1.2, 1.6
SAMPLE = 16
TIP, FOOT = 6.0, 4.0  # height and half the width of the triangle where a curve goes off
DOT_GAP = 9.0  # pixels from step to step from which on each one gets a dot


def small_font(widget: QWidget, pixels: int) -> QFont:
    """The widget's font in another size."""
    font = QFont(widget.font())
    font.setPixelSize(pixels)
    return font


def draw_lines(painter: QPainter, segments: NDArray[np.float64]) -> None:
    """Draw (x1, y1, x2, y2) rows, shape (n, 4), without an object for each."""
    if len(segments):
        painter.drawLines(Shiboken.wrapInstance(segments.ctypes.data, QLineF), len(segments))  # type: ignore[call-overload]


def curve_pen(colour: QColor, width: float) -> QPen:
    """Square caps close the corners; round ones take ten times as long."""
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)


class CurvePainter:
    """Draws curves into `frame`, with steps across and values up."""

    def __init__(self, painter: QPainter, frame: QRectF, steps: StepRange, scale: Scale) -> None:
        left, right = steps.visible
        self._painter = painter
        sx = frame.width() / (right - left)
        sy = -frame.height() / (scale.high - scale.low)
        self._scale = (sx, frame.left() - left * sx, sy, frame.bottom() - scale.low * sy)
        self._box = (frame.left(), frame.right(), frame.top() - 2, frame.bottom() + 2)

    def draw(self, curve: Curve, colour: QColor, width: float, dash: tuple[float, float]) -> None:
        """Draw a curve; where steps are few, each with a dot."""
        on, off = dash
        if off:
            on, off = max(on - width, 0.2), off + width  # the caps lengthen every dash
        self._painter.setPen(curve_pen(colour, width))
        draw_lines(self._painter, lines(curve, self._scale, self._box, (on, off)))
        gaps = np.diff(curve.steps)
        if len(gaps) and self._scale[0] * float(gaps.min()) >= DOT_GAP:
            points = self._points(curve)
            self._painter.setPen(QPen(colour, width + 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            self._painter.drawPoints([QPointF(x, y) for x, y in points.tolist() if abs(y) < 1e5])

    def fill(self, lower: Curve, upper: Curve, colour: QColor) -> None:
        """Fill what lies between two curves."""
        outline = np.vstack([self._points(lower), self._points(upper)[::-1]])
        if len(outline):
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(colour)
            self._painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in outline.tolist()]))

    def mark_exit(self, curve: Curve, colour: QColor) -> None:
        """A small triangle at the border where a curve leaves the frame and does not come back."""
        left, right, top, bottom = self._box
        points = self._points(curve)
        inside = np.flatnonzero((points[:, 1] >= top) & (points[:, 1] <= bottom))
        last = int(inside[-1]) if len(inside) else -1
        if last == len(points) - 1:
            return
        x, y = points[last + 1].tolist()
        up = y < top
        if last >= 0 and curve.joined[last]:
            from_x, from_y = points[last].tolist()
            x = from_x + (x - from_x) * ((top if up else bottom) - from_y) / (y - from_y)
        if x <= right:
            x = min(max(x, left + FOOT), right - FOOT)
            tip, foot = (top + 3, top + 3 + TIP) if up else (bottom - 3, bottom - 3 - TIP)
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(colour)
            self._painter.drawPolygon(QPolygonF([QPointF(x - FOOT, foot), QPointF(x, tip), QPointF(x + FOOT, foot)]))

    def _points(self, curve: Curve) -> NDArray[np.float64]:
        sx, tx, sy, ty = self._scale
        with np.errstate(over="ignore"):
            return np.column_stack([curve.steps * sx + tx, np.clip(curve.values * sy + ty, -1e6, 1e6)])


def draw_sample(painter: QPainter, x: float, y: float, colour: QColor, dash: tuple[float, float]) -> None:
    """A short line in a style, from (x, y) to the right."""
    on, off = dash
    painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    if not off:
        painter.drawLine(QPointF(x, y), QPointF(x + SAMPLE, y))
        return
    start = x
    while start < x + SAMPLE:
        painter.drawLine(QPointF(start, y), QPointF(min(start + max(on, 1.5), x + SAMPLE), y))
        start += on + off
