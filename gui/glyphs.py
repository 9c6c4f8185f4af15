"""The signs of critical points, told apart by their shape: × minimum, △ maximum, + saddle, ◇ degenerate."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from surfaces.critical import DEGENERATE, MAXIMUM, MINIMUM, SADDLE

from .i18n import tr
from .theme import theme


def kind_name(kind: str) -> str:
    """A kind of critical point in the language in use."""
    return {
        MINIMUM: tr("minimum"),
        MAXIMUM: tr("maximum"),
        SADDLE: tr("saddle"),
        DEGENERATE: tr("degenerate"),
    }[kind]


def kind_names(kind: str) -> str:
    """A kind of critical point in the plural, to stand before their number."""
    return {
        MINIMUM: tr("minima"),
        MAXIMUM: tr("maxima"),
        SADDLE: tr("saddles"),
        DEGENERATE: tr("degenerate"),
    }[kind]


def glyph(kind: str, centre: QPointF, size: float = 1.0) -> QPainterPath:
    """The outline of a sign, to be drawn with a pen."""
    x, y, path = centre.x(), centre.y(), QPainterPath()
    a = 4.5 * size
    if kind == MINIMUM:
        lines = [[(-a, -a), (a, a)], [(-a, a), (a, -a)]]
    elif kind == SADDLE:
        b = 6.0 * size
        lines = [[(0, -b), (0, b)], [(-b, 0), (b, 0)]]
    elif kind == MAXIMUM:
        lines = [[(0, -1.2 * a), (1.15 * a, 0.8 * a), (-1.15 * a, 0.8 * a), (0, -1.2 * a)]]
    else:
        lines = [[(0, -a), (a, 0), (0, a), (-a, 0), (0, -a)]]
    for line in lines:
        path.moveTo(x + line[0][0], y + line[0][1])
        for dx, dy in line[1:-1]:
            path.lineTo(x + dx, y + dy)
        if line[-1] == line[0]:
            path.closeSubpath()
        else:
            path.lineTo(x + line[-1][0], y + line[-1][1])
    return path


def draw_glyph(painter: QPainter, kind: str, centre: QPointF, colour: QColor, size: float = 1.0) -> None:
    """Draw a sign with a rim of the ground around it, so that it is seen on any path."""
    path = glyph(kind, centre, size)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, shade in ((4.5, QColor(theme().ground)), (2.0, colour)):
        pen = QPen(shade, width * min(size, 1.0), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)


def glyph_pixmap(kind: str, ratio: float) -> QPixmap:
    """A sign for a list, 14 pixels wide."""
    pixmap = QPixmap(QSize(round(14 * ratio), round(14 * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme().text), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPath(glyph(kind, QPointF(7, 7), 0.85))
    painter.end()
    return pixmap
