"""The quadratic model on the canvas: its contours dashed, and a ruler along each eigenvector."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from surfaces.taylor import LocalModel

from ..local_model import LocalModelAt
from ..numbers import round_step, show
from ..theme import theme
from .conics import Rect, contours
from .critical_ink import haloed_line, haloed_words, on_screen, plain_painter, room_of_words
from .view_item import ViewItem

REACH = 0.36  # of the frame's smaller side: half the length of a ruler
APART, LABEL_APART, TICK = 22.0, 56.0, 4.0
MOST_LEVELS = 12
Array = NDArray[np.float64]


class ModelItem(ViewItem):
    """`levels` gives the losses at which the canvas draws its own contour lines."""

    def __init__(self, model: LocalModelAt, levels: Callable[[], Array]) -> None:
        super().__init__()
        self._model, self._levels = model, levels
        self._drawn: tuple[object, ...] = ()
        self._lines = QPainterPath()
        self.setZValue(12)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        box, reading = self.getViewBox(), self._model.reading
        if box is None or reading is None or not reading.model.finite:
            return
        (left, right), (bottom, top) = box.viewRange()
        lines = self._contours(reading.model, (left, right, bottom, top))
        with plain_painter(painter) as transform:
            frame = transform.mapRect(box.viewRect())
            pen = QPen(QColor(theme().accent), 1.2)
            pen.setDashPattern([5, 4])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(transform.map(lines))
            _paint_rulers(painter, reading.model, transform, frame)

    def _contours(self, model: LocalModel, rect: Rect) -> QPainterPath:
        levels = self._levels()
        drawn = (model, rect, levels.tobytes())
        if drawn != self._drawn:
            self._drawn = drawn
            some = levels[:: max(1, math.ceil(len(levels) / MOST_LEVELS))]
            points = contours(model, some, rect)
            self._lines = QPainterPath()
            if len(points):
                self._lines = pg.arrayToQPath(points[:, 0], points[:, 1], connect="finite", finiteCheck=True)
        return self._lines


def _paint_rulers(painter: QPainter, model: LocalModel, transform: QTransform, frame: QRectF) -> None:
    centre = transform.map(QPointF(*model.place))
    if not frame.adjusted(-frame.width(), -frame.height(), frame.width(), frame.height()).contains(centre):
        return
    colour, taken = QColor(theme().accent), [QRectF(centre.x() - 9, centre.y() - 9, 18, 18)]
    reach = REACH * min(frame.width(), frame.height())
    words: list[tuple[QPointF, Array, str]] = []
    for i, vector in enumerate(model.eigenvectors):
        unit = on_screen(vector, transform)
        if unit is None:
            continue
        scale = math.hypot(vector[0] * transform.m11(), vector[1] * transform.m22())  # pixels for a length of 1
        step = round_step(APART / scale)
        every = next(k for k in (1, 2, 5, 10) if k * step * scale >= LABEL_APART or k == 10)
        count = int(reach / (step * scale))
        across = np.array([-unit[1], unit[0]])
        if across[1] < 0:  # numbers stand below a flat ruler, right of a steep one
            across = -across
        if abs(across[1]) < 0.5 and across[0] < 0:
            across = -across
        end = reach + 4
        haloed_line(painter, _at(centre, -end * unit), _at(centre, end * unit), colour, 1.4)
        for k in range(-count, count + 1):
            at = k * step * scale * unit
            long = TICK * (1.7 if k % every == 0 else 1.0)
            haloed_line(painter, _at(centre, at - long * across), _at(centre, at + long * across), colour, 1.2)
            if k and k % every == 0:
                words.append((_at(centre, at + (long + 1) * across), across, show(k * step, 3)))
        side = 1.0 if unit[1] < 0 or (unit[1] == 0 and unit[0] > 0) else -1.0
        if not frame.contains(_at(centre, side * (end + 12) * unit)):
            side = -side
        name = haloed_words(painter, _at(centre, side * (end + 3) * unit), side * unit, f"λ{'₁₂'[i]}", colour)
        taken.append(name)
    for begin, aside, text in words:
        room = room_of_words(painter, begin, aside, text)
        if not any(room.intersects(other) for other in taken):
            taken.append(haloed_words(painter, begin, aside, text, colour))


def _at(centre: QPointF, offset: Array) -> QPointF:
    return QPointF(centre.x() + float(offset[0]), centre.y() + float(offset[1]))
