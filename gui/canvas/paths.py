"""The path of one run: drawn whole at any length, past and future told apart, a dot per step where there is room."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine.polyline import trace, visible, walk
from engine.simulator import Run
from engine.trajectory import View

MARGIN = 40.0
SMOOTH_POINTS = 4_000
WIDE_POINTS = 20_000
DOTS = 250
BEGINNING = 8192  # steps of a long run that are drawn one by one
AHEAD_OPACITY = 0.35


class PathItem(pg.GraphicsObject):
    """Draws a run's path up to the shown step in full colour and the rest faintly.

    `points` are its rows; of a long run its beginning and then the points of `engine.polyline.walk`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._view: View | None = None
        self.points = self._beginning = np.empty((0, 3))
        self._step = 0
        self._colour = QColor()
        self._selected = False
        self._ahead = True
        self._faint = False
        self._cache: dict[str, tuple[object, QPainterPath, int]] = {}
        self.setZValue(10)

    def show_path(self, run: Run, step: int, colour: QColor, selected: bool, ahead: bool, faint: bool) -> None:
        """Draw `run` with `step` as the present; `ahead`: the future too; `faint`: one of very many runs."""
        view = run.trajectory.view
        if view is not self._view:
            self._cache.clear()
            self.points = view.rows if view.stride == 1 else self._walked(run, view)
        self._run, self._view, self._step, self._colour, self._selected = run, view, step, colour, selected
        self._ahead, self._faint = ahead, faint
        self.setZValue(11 if selected else 10)
        self.update()

    def _walked(self, run: Run, view: View) -> NDArray[np.float64]:
        """The first steps exactly, as there most happens, and then the points of `walk`."""
        if run is not self._run or len(self._beginning) < BEGINNING:
            rows = run.rows(0, min(BEGINNING - 1, view.last))
            self._beginning = np.column_stack([rows[:, :2], np.arange(float(len(rows)))])
        points = walk(view)
        later = int(np.searchsorted(points[:, 2], len(self._beginning)))
        return np.concatenate([self._beginning, points[later:]])

    def step_of(self, k: int) -> int:
        """The step of a point."""
        return k if self._view is None or self._view.stride == 1 else int(self.points[k, 2])

    def _place_of(self, step: int) -> int:
        """The last point that is not later than `step`."""
        if self._view is None or self._view.stride == 1:
            return min(step, len(self.points) - 1)
        return int(np.searchsorted(self.points[:, 2], step, "right")) - 1

    def boundingRect(self) -> QRectF:
        box = self.getViewBox()
        return box.viewRect() if box is not None else QRectF()

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        run, view, box = self._run, self._view, self.getViewBox()
        if run is None or view is None or len(self.points) == 0 or box is None:
            return
        transform = painter.worldTransform()
        frame = transform.mapRect(box.viewRect())
        present, last = self._place_of(self._step), len(self.points) - 1
        painter.save()
        painter.resetTransform()
        if self._ahead and present < last:
            painter.setOpacity(AHEAD_OPACITY * (AHEAD_OPACITY if self._faint else 1.0))
            self._draw(painter, "ahead", self.points, (present, last), transform, frame)
        painter.setOpacity(AHEAD_OPACITY if self._faint else 1.0)
        self._draw(painter, "past", self.points, (0, present), transform, frame)
        if (reached := self.step_of(present)) < (step := min(self._step, view.last)):
            rows = run.rows(reached, step)  # the rest of the block, exactly
            self._draw(painter, "rest", rows, (0, len(rows) - 1), transform, frame, step)
        self._draw_dots(painter, view, present, transform, frame)
        painter.restore()

    def _draw(
        self,
        painter: QPainter,
        part: str,
        points: NDArray[np.float64],
        ends: tuple[int, int],
        transform: QTransform,
        frame: QRectF,
        step: int = 0,
    ) -> None:
        key = (ends, step, transform, frame)
        cached = self._cache.get(part)
        if cached is None or cached[0] != key:
            limits = (frame.left() - MARGIN, frame.right() + MARGIN, frame.top() - MARGIN, frame.bottom() + MARGIN)
            pixels, joined = trace(points, *ends, _scale(transform), limits)
            path = pg.arrayToQPath(pixels[:, 0], pixels[:, 1], connect=joined) if len(pixels) else QPainterPath()
            cached = (key, path, len(pixels))
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
