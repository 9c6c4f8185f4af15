"""The critical points on the canvas: a sign for each, the selected one with a ring and its eigenvectors."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine.scenario import Pair
from surfaces.critical import CriticalPoint

from ..critical import Critical
from ..glyphs import draw_glyph
from ..numbers import show
from ..theme import theme
from .critical_ink import arrow_head, haloed_line, haloed_words, on_screen, plain_painter, room_of_words
from .view_item import ViewItem

REACH = 10.0
RING, ARM = 10.0, 44.0
SMALL = 0.7  # the sign of one point of many


class CriticalMarks(ViewItem):
    """Paints in pixels, so that nothing grows with the zoom.

    Attributes:
        hovered: the point under the pointer.
        modelled: the place of the local model, which draws the eigenvectors itself.
    """

    def __init__(self, critical: Critical) -> None:
        super().__init__()
        self._critical = critical
        self.hovered: int | None = None
        self.modelled: Pair | None = None
        self.setZValue(15)

    def index_at(self, scene: QPointF) -> int | None:
        """The point nearest to a place of the scene, if it is within reach."""
        box, points = self.getViewBox(), self._critical.points
        if box is None or not points or not box.sceneBoundingRect().contains(scene):
            return None
        transform = box.childGroup.sceneTransform()
        places = np.array([point.place for point in points]) * (transform.m11(), transform.m22())
        far = np.hypot(places[:, 0] + transform.dx() - scene.x(), places[:, 1] + transform.dy() - scene.y())
        nearest = int(far.argmin())
        return nearest if far[nearest] <= REACH else None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        box, points = self.getViewBox(), self._critical.points
        if box is None or not points:
            return
        with plain_painter(painter) as transform:
            frame = transform.mapRect(box.viewRect()).adjusted(-8, -8, 8, 8)
            selected = self._critical.point
            centres = [transform.map(QPointF(*point.place)) for point in points]
            if selected is not None and selected.place != self.modelled:
                _paint_vectors(painter, selected, transform, [centre for centre in centres if frame.contains(centre)])
            for k, (point, centre) in enumerate(zip(points, centres, strict=True)):
                if not frame.contains(centre):
                    continue
                chosen = k == self._critical.selected
                if chosen or k == self.hovered:
                    _paint_ring(painter, centre, chosen)
                colour = QColor(theme().accent if chosen else theme().text)
                draw_glyph(painter, point.kind, centre, colour, SMALL if point.spread else 1.0)


def _paint_ring(painter: QPainter, centre: QPointF, chosen: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in ((4.0, theme().ground), (1.6, theme().accent if chosen else theme().text)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(centre, RING, RING)


def _paint_vectors(painter: QPainter, point: CriticalPoint, transform: QTransform, marks: Sequence[QPointF]) -> None:
    """Each eigenvector both ways; heads point along −∇L: inwards where L curves up, outwards where it curves down."""
    centre = transform.map(QPointF(*point.place))
    colour = QColor(theme().accent)
    for i, vector in enumerate(point.eigenvectors):
        unit = on_screen(np.array(vector), transform)
        if unit is None:
            continue
        for side in (-1.0, 1.0):
            near, tip = _along(centre, unit, side * (RING + 2)), _along(centre, unit, side * ARM)
            haloed_line(painter, near, tip, colour)
            if not point.zeros[i]:
                down = point.eigenvalues[i] < 0
                at = tip if down else _along(centre, unit, side * (RING + 8))
                arrow_head(painter, at, unit * side * (1 if down else -1), colour)
        side = 1.0 if unit[1] < 0 or (unit[1] == 0 and unit[0] > 0) else -1.0
        words = f"λ{'₁₂'[i]} " + ("≈ 0" if point.zeros[i] else f"= {show(point.eigenvalues[i], 3)}")
        rooms = [room_of_words(painter, _along(centre, unit, s * (ARM + 6)), unit * s, words) for s in (side, -side)]
        hidden = [sum(room.adjusted(-6, -6, 6, 6).contains(mark) for mark in marks) for room in rooms]
        side = side if hidden[0] <= hidden[1] else -side
        haloed_words(painter, _along(centre, unit, side * (ARM + 6)), unit * side, words, colour)


def _along(centre: QPointF, unit: NDArray[np.float64], length: float) -> QPointF:
    x, y = centre.x() + length * unit[0], centre.y() + length * unit[1]
    return QPointF(x, y) if math.isfinite(x) and math.isfinite(y) else centre
