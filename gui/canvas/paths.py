"""The path of one run: drawn whole at any length, past and future told apart, a dot per step where there is room."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine.blocks import Walk
from engine.polyline import visible
from engine.simulator import Run
from engine.trajectory import View

from ..plane import Plane
from ..wide import is_wide
from .trail import Look, Trail
from .view_item import ViewItem

DOTS = 250
AHEAD_OPACITY = 0.35


class PathItem(ViewItem):
    """Draws a run's path up to the shown step in full colour and the rest faintly.

    `points` are its rows; of a long run those of an `engine.blocks.Walk`; of a network those that its plane shows.
    """

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._view: View | None = None
        self._walk: Walk | None = None
        self._version: tuple[object, ...] | None = None
        self._stable = 0
        self.points = np.empty((0, 3))
        self._step = 0
        self._colour = QColor()
        self._selected = False
        self._ahead = True
        self._faint = False
        self._past, self._whole, self._rest = Trail(), Trail(), Trail()
        self.setZValue(10)

    def show_path(
        self, run: Run, step: int, colour: QColor, selected: bool, ahead: bool, faint: bool, plane: Plane
    ) -> None:
        """Draw `run` with `step` as the present; `ahead`: the future too; `faint`: one of very many runs."""
        view = run.trajectory.view
        if is_wide(run):
            self._walk, self.points = None, plane.points(run)
            self._stable, self._version = len(self.points), (run, plane.token, run.snapshots.kept.stride)
        elif view is not self._view or self._version is not None:
            self._version = None
            self._follow(run, view)
        self._run, self._view, self._step, self._colour, self._selected = run, view, step, colour, selected
        self._ahead, self._faint = ahead, faint
        self.setZValue(11 if selected else 10)
        self.update()

    def _follow(self, run: Run, view: View) -> None:
        if view.stride == 1:
            self._walk, self.points, self._stable = None, view.rows, len(view.rows)
            return
        if self._walk is None or self._walk.run is not run:
            self._walk = Walk(run)
        self.points = self._walk.follow(view)
        self._stable = self._walk.stable

    def step_of(self, k: int) -> int:
        """The step of a point."""
        return k if self._every_step else int(self.points[k, 2])

    @property
    def _every_step(self) -> bool:
        """Whether `points` are rows of the run, one for each step; otherwise their third column is the step."""
        return self._walk is None and self._version is None

    def _place_of(self, step: int) -> int:
        """The last point that is not later than `step`."""
        if self._every_step:
            return min(step, len(self.points) - 1)
        return int(np.searchsorted(self.points[:, 2], step, "right")) - 1

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        run, view, box = self._run, self._view, self.getViewBox()
        if run is None or view is None or len(self.points) == 0 or box is None:
            return
        transform = painter.worldTransform()
        frame = transform.mapRect(box.viewRect())
        look = Look(
            self._colour.rgba(),
            2.0 if self._selected else 1.5,
            _scale(transform),
            frame.toAlignedRect().getRect(),
            painter.device().devicePixelRatioF(),
        )
        step, version = min(self._step, view.last), self._version or (run, view.stride)
        present, last = self._place_of(step), len(self.points) - 1
        painter.save()
        painter.resetTransform()
        if self._ahead and step < view.last:
            painter.setOpacity(AHEAD_OPACITY * (AHEAD_OPACITY if self._faint else 1.0))
            self._whole.draw(painter, self.points, last, self._stable, version, look)
        else:
            self._whole.clear()
        painter.setOpacity(AHEAD_OPACITY if self._faint else 1.0)
        self._past.draw(painter, self.points, present, self._stable, version, look)
        if self._version is None and (reached := self.step_of(present)) < step:
            rows = run.rows(reached, step)  # the rest of the block, exactly
            self._rest.draw(painter, rows, len(rows) - 1, len(rows), (version, reached, step), look)
        else:
            self._rest.clear()
        self._draw_dots(painter, view, present, transform, frame)
        painter.restore()

    def _draw_dots(self, painter: QPainter, view: View, present: int, transform: QTransform, frame: QRectF) -> None:
        if self._faint or (view.stride > 1 and self._version is None):
            return
        box = (frame.left(), frame.right(), frame.top(), frame.bottom())
        dots = visible(self.points, present, _scale(transform), box, DOTS + 1)
        if len(dots) > DOTS:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        for x, y in dots:
            painter.drawEllipse(QPointF(x, y), 2.4, 2.4)


def _scale(transform: QTransform) -> tuple[float, float, float, float]:
    return (transform.m11(), transform.dx(), transform.m22(), transform.dy())
