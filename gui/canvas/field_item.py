"""Draws a field: its image, and in pixels of the screen its contour lines and the numbers on them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ..look import parse_colour
from ..theme import theme
from .colours import SLATE, band_table, lightness
from .field import Field
from .labels import SIZE
from .view_item import ViewItem

DARK_INK, LIGHT_INK = "#00000038", "#ffffff30"
LIGHT = 0.56  # the lightness of a colour from which on dark ink is written on it
HALO = 3.0


class FieldItem(ViewItem):
    """The lowest of the canvas's items. While nothing moves it is one pixmap, with soft lines."""

    def __init__(self) -> None:
        super().__init__()
        self._field: Field | None = None
        self._image = QImage()
        self._key: object = None
        self._pixmap = QPixmap()
        self.setZValue(-10)

    def show_field(self, field: Field) -> None:
        """Draw another field."""
        rows, columns = field.image.shape
        self._field, self._key = field, None
        self._image = QImage(field.image.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        field, box = self._field, self.getViewBox()
        if field is None or box is None:
            return
        transform, ratio = painter.worldTransform(), painter.device().devicePixelRatioF()
        frame = transform.mapRect(box.viewRect()).toAlignedRect()
        scale = tuple(getattr(transform, name)() for name in ("m11", "m22", "dx", "dy"))
        painter.save()
        painter.resetTransform()
        if not self._at_rest(field, box.viewRect()):
            painter.setClipRect(frame)
            self._draw(painter, field, transform, still=False)
        else:
            key = (scale, frame.getRect(), ratio)
            if key != self._key:
                self._key = key
                self._pixmap = QPixmap(frame.size() * ratio)
                self._pixmap.setDevicePixelRatio(ratio)
                self._pixmap.fill(QColor(theme().panel))
                inner = QPainter(self._pixmap)
                inner.translate(-frame.left(), -frame.top())
                moved = transform * QTransform.fromTranslate(-frame.left(), -frame.top())
                inner.resetTransform()
                self._draw(inner, field, moved, still=True)
                inner.end()
            painter.drawPixmap(frame.topLeft(), self._pixmap)
        painter.restore()

    @staticmethod
    def _at_rest(field: Field, view: QRectF) -> bool:
        left, right, bottom, top = field.rect
        near = 1e-6 * abs(right - left), 1e-6 * abs(top - bottom)
        return (
            abs(view.left() - left) <= near[0]
            and abs(view.right() - right) <= near[0]
            and abs(view.top() - bottom) <= near[1]
            and abs(view.bottom() - top) <= near[1]
        )

    def _draw(self, painter: QPainter, field: Field, transform: QTransform, still: bool) -> None:
        left, right, bottom, top = field.rect
        dx, dy = (right - left) / max(1, field.image.shape[1] - 1), (top - bottom) / max(1, field.image.shape[0] - 1)
        place = QRectF(left - dx / 2, bottom - dy / 2, right - left + dx, top - bottom + dy)
        painter.setWorldTransform(transform)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not field.sharp)
        painter.drawImage(place, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, still)
        pens = [_pen(colour) for colour in inks(field)]
        for path, pen in zip(field.contours, pens, strict=True):
            painter.setPen(pen)
            painter.drawPath(path)
        painter.resetTransform()
        if field.labels:
            self._draw_labels(painter, field, transform)

    @staticmethod
    def _draw_labels(painter: QPainter, field: Field, transform: QTransform) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = label_font()
        metrics = QFontMetricsF(font)
        rise = metrics.capHeight() / 2
        colours = level_colours(field)
        for label in field.labels:
            text = QPainterPath()
            text.addText(-metrics.horizontalAdvance(label.text) / 2, rise, font, label.text)
            at = transform.map(QPointF(label.x, label.y))
            painter.save()
            painter.translate(at)
            painter.rotate(label.angle)
            ground = colours[label.level]
            painter.strokePath(
                text, QPen(ground, HALO, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            )
            painter.fillPath(text, QColor("#10141b" if _light(ground) else "#f4f6fa"))
            painter.restore()


def label_font() -> QFont:
    """Of the numbers on contour lines."""
    font = QFont()
    font.setPixelSize(SIZE)
    return font


def level_colours(field: Field) -> list[QColor]:
    """The colour between the two bands that meet at each level."""
    table = band_table(field.colours, len(field.levels) + 1)[: len(field.levels) + 1, :3].astype(float)
    return [QColor(*(round(c) for c in (one + other) / 2)) for one, other in zip(table[:-1], table[1:], strict=True)]


def inks(field: Field) -> list[QColor]:
    """The colour of the line of each level: light on dark, dark on light, never loud."""
    if field.style.colours == SLATE:
        return [parse_colour(theme().contour)] * len(field.levels)
    return [parse_colour(DARK_INK if _light(colour) else LIGHT_INK) for colour in level_colours(field)]


def _light(colour: QColor) -> bool:
    return lightness(np.array([colour.red(), colour.green(), colour.blue()], dtype=np.float64)) > LIGHT


def _pen(colour: QColor) -> QPen:
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    return pen
