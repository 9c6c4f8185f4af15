"""The path of one run: drawn whole at any length, past and future told apart, a dot per step where there is room."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine.polyline import trace, visible
from engine.trajectory import View

MARGIN = 40.0
SMOOTH_POINTS = 4_000
WIDE_POINTS = 20_000
DOTS = 250
AHEAD_OPACITY = 0.35


class PathItem(pg.GraphicsObject):
    """Draws the rows of a `View` up to the shown step in full colour and the rest faintly."""

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._step = 0
        self._colour = QColor()
        self._selected = False
        self._ahead = True
        self._faint = False
        self._cache: dict[str, tuple[object, QPainterPath, int]] = {}
        self.setZValue(10)

    def show_path(self, view: View, step: int, colour: QColor, selected: bool, ahead: bool, faint: bool) -> None:
        """Draw `view` with `step` as the present; `ahead`: the future too; `faint`: one of very many runs."""
        if view is not self._view:
            self._cache.clear()
        self._view, self._step, self._colour, self._selected, self._ahead = view, step, colour, selected, ahead
        self._faint = faint
        self.setZValue(11 if selected else 10)
        self.update()

    def boundingRect(self) -> QRectF:
        box = self.getViewBox()
        return box.viewRect() if box is not None else QRectF()

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        view, box = self._view, self.getViewBox()
        if view is None or len(view.rows) == 0 or box is None:
            return
        transform = painter.worldTransform()
        frame = transform.mapRect(box.viewRect())
        present = min(self._step // view.stride, len(view.rows) - 1)
        painter.save()
        painter.resetTransform()
        if self._ahead and present + 1 < len(view.rows):
            painter.setOpacity(AHEAD_OPACITY * (AHEAD_OPACITY if self._faint else 1.0))
            self._draw(painter, view, "ahead", present, len(view.rows) - 1, transform, frame)
        painter.setOpacity(AHEAD_OPACITY if self._faint else 1.0)
        self._draw(painter, view, "past", 0, present, transform, frame)
        self._draw_dots(painter, view, present, transform, frame)
        painter.restore()

    def _draw(
        self, painter: QPainter, view: View, part: str, first: int, last: int, transform: QTransform, frame: QRectF
    ) -> None:
        key = (first, last, transform, frame)
        cached = self._cache.get(part)
        if cached is None or cached[0] != key:
            limits = (frame.left() - MARGIN, frame.right() + MARGIN, frame.top() - MARGIN, frame.bottom() + MARGIN)
            points, joined = trace(view.rows, first, last, _scale(transform), limits)
            path = pg.arrayToQPath(points[:, 0], points[:, 1], connect=joined) if len(points) else QPainterPath()
            cached = (key, path, len(points))
            self._cache[part] = cached
        _, path, count = cached
        # Wide smooth pens cost seconds on dense lines; a path of so many points looks the same without.
        width = (2.0 if self._selected else 1.5) if count <= WIDE_POINTS else 1.0
        pen = QPen(self._colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin if count <= SMOOTH_POINTS else Qt.PenJoinStyle.BevelJoin)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, count <= SMOOTH_POINTS)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _draw_dots(self, painter: QPainter, view: View, present: int, transform: QTransform, frame: QRectF) -> None:
        if self._faint or view.stride > 1:
            return
        box = (frame.left(), frame.right(), frame.top(), frame.bottom())
        dots = visible(view.rows, present, _scale(transform), box, DOTS + 1)
        if len(dots) > DOTS:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        for x, y in dots:
            painter.drawEllipse(QPointF(x, y), 2.4, 2.4)


def _scale(transform: QTransform) -> tuple[float, float, float, float]:
    return (transform.m11(), transform.dx(), transform.m22(), transform.dy())
