"""Keeps the strips to what the session says: curves at most every 33 ms, the cursor with every frame."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from engine.runner import LOOK_AHEAD
from engine.simulator import Run
from engine.trajectory import View

from ..numbers import show
from ..session import Session
from .axis import StepAxis, step_marks
from .curves import EXACT_STEPS, WIDE_STRIPS, Quantiles, Strip, block_steps, lowest_loss, trace_run
from .steps import StepRange, horizon
from .strip import StripView

FRAME_SECONDS = 0.033
LOAD = 3  # at least so many times what a refresh takes lies between two


class Feed(QObject):
    """Hands the strips their curves and values.

    Signals:
        refreshing: what is about to be drawn is new: other rows, another surface, or nothing at all.
        refreshed: it is drawn; `block_steps` says how many steps each block has that was drawn, or 1.
    """

    refreshing = Signal()
    refreshed = Signal()

    def __init__(self, session: Session, steps: StepRange, strips: Mapping[str, StripView], axis: StepAxis) -> None:
        super().__init__(axis)
        self._session, self._steps, self._strips, self._axis = session, steps, strips, axis
        self._drawn: list[tuple[Run, View]] = []
        self._state: object = None
        self._quantiles = Quantiles()
        self._grown = 0
        self.block_steps = 1
        self._last = self._cost = 0.0
        self._stale = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._frame)
        session.opened.connect(self._restart)
        session.ticked.connect(self._look)
        session.cursor_moved.connect(self._move_cursor)
        session.selection_changed.connect(self.refresh_soon)
        self._move_cursor()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw yet."""
        return not self._drawn

    @property
    def pending(self) -> bool:
        """Whether something is about to be drawn."""
        return self._timer.isActive()

    def refresh_soon(self) -> None:
        """Draw the curves anew, in a moment."""
        self._stale = True
        self._soon()

    def _soon(self) -> None:
        if not self._timer.isActive():
            pause = max(FRAME_SECONDS, LOAD * self._cost)
            self._timer.start(max(0, round(1000 * (self._last + pause - time.perf_counter()))))

    def _restart(self) -> None:
        self._steps.fit()
        self._grown = 0
        self.refresh_soon()

    def _look(self) -> None:
        simulator = self._session.simulator
        views = tuple(run.trajectory.view for run in self._session.runs)
        finished = tuple(ensemble.finished for ensemble in simulator.ensembles) if simulator else ()
        if (views, finished) != self._state:
            self._state = (views, finished)
            self.refresh_soon()

    def _move_cursor(self) -> None:
        step, ahead = self._session.shown_step, self._session.look_ahead
        for strip in self._strips.values():
            strip.show_cursor(step, ahead)
        self._axis.show_cursor(step)
        self._soon()

    def _frame(self) -> None:
        self._last = time.perf_counter()
        if self._stale:
            self._stale = False
            self.refresh()
            self._cost = time.perf_counter() - self._last
        self._show_values()

    def refresh(self) -> None:
        """Draw the curves of what the engine has published."""
        session, simulator = self._session, self._session.simulator
        self._drawn = [(run, view) for run in session.runs if (view := run.trajectory.view).last >= 0]
        self.refreshing.emit()
        if self.empty or simulator is None:
            return
        computed = max(view.last for _, view in self._drawn)
        soon = LOOK_AHEAD if session.look_ahead else 0
        self._grown = horizon(computed, simulator.reach, soon, self._grown)
        self._steps.set_horizon(self._grown)
        self._quantiles.use(simulator.ensembles)
        strips = [strip for strip in self._strips.values() if not strip.isHidden()]
        kinds, visible = [self._kind(strip.strip) for strip in strips], self._steps.visible
        frame = self._axis.frame()
        width = max(round(frame.width() * self._axis.devicePixelRatioF()), 1)
        exact = EXACT_STEPS // len(self._drawn)
        traced = [trace_run(run, view, kinds, visible, width, self._quantiles, exact) for run, view in self._drawn]
        marks = step_marks(visible, self._steps.horizon, frame.width())
        for k, strip in enumerate(strips):
            strip.show_runs([curves[k] for curves in traced], session.selected, marks, kinds[k])
        self._axis.show_marks(marks)
        self.block_steps = max(block_steps(view, visible, exact) for _, view in self._drawn)
        self.refreshed.emit()

    def _kind(self, strip: Strip) -> Strip:
        """What the strip shows of these runs; linear where a log axis would leave out losses that are not positive."""
        simulator = self._session.simulator
        if simulator and simulator.surface.wide:
            return WIDE_STRIPS.get(strip.key, strip)
        if strip.key != "loss" or not any(lowest_loss(view) < 0 for _, view in self._drawn):
            return strip
        return replace(strip, log=False)

    def _show_values(self) -> None:
        """The values at the cursor; of a run that has ended before, those at its end."""
        selected = self._session.selected
        run, view = next(((r, v) for r, v in self._drawn if r.index == selected), (None, None))
        if run is None or view is None:
            return
        step = min(max(self._session.shown_step, 0), view.last)
        row = view.rows[step] if view.stride == 1 else run.row(step)
        for strip in self._strips.values():
            values = [float(row[column]) for column, _ in strip.drawn.lines]
            unmeasured = run.surface.wide is not None and strip.strip.key == "stability"
            strip.show_values([show(None if unmeasured else value, 3) for value in values])
