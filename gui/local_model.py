"""The quadratic model at a point: where the selected run stands at the shown step, or a place that was picked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine import kernel
from engine.scenario import Pair
from engine.simulator import Run
from engine.surface import Surface
from surfaces.taylor import LocalModel, local_model

from .session import Session

STABLE = 2.0  # η·λmax of plain gradient descent on a quadratic


@dataclass(frozen=True, eq=False)
class Reading:
    """The model and what it says about the selected run.

    Attributes:
        model: at the run's θ or at the place that was picked.
        run, step: whose η, and at which step; None where there is no run to speak of.
        lr: η of that step; NaN where there is none.
        sharpness, limit: S at that step, where θ is the run's; the largest stable one, if it is known.
        predicted, real: by how much L changes with the next update, as the model says and as it does; NaN where θ is
            not the run's or no update follows.
    """

    model: LocalModel
    run: Run | None
    step: int
    lr: float
    sharpness: float
    limit: float | None
    predicted: float
    real: float


class LocalModelAt(QObject):
    """Follows the shown step of the selected run, or stays where it was pinned.

    Signals:
        changed: on, off, another place or other numbers; see `reading`.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.on = False
        self.pinned: Pair | None = None
        self.reading: Reading | None = None
        self._config = session.scenario.surface
        self._shown: tuple[object, ...] = ()
        session.plane.changed.connect(self._follow)
        for signal in (session.ticked, session.cursor_moved, session.selection_changed, session.scenario_changed):
            signal.connect(self._follow)

    def set_on(self, on: bool) -> None:
        """Show the model, or not."""
        self.on = on
        self.pinned = self.pinned if on else None
        self._refresh()

    def pin(self, place: Pair | None) -> None:
        """Show the model at `place` from now on; None goes back to the selected run."""
        self.on, self.pinned = self.on or place is not None, place
        self._refresh()

    def _refresh(self) -> None:
        self._shown = ()
        self._follow()
        if not self.on:
            self.reading = None
            self.changed.emit()

    def _follow(self) -> None:
        session = self.session
        if session.scenario.surface != self._config:
            self._config, self.pinned = session.scenario.surface, None
        surface = session.plane.surface
        if not self.on or surface is None or not session.current:
            return
        runs, index = session.runs, session.selected
        run = runs[index] if index < len(runs) and runs[index].computed >= 0 else None
        step = min(session.shown_step, run.computed) if run else 0
        shown = (surface, run, step, self.pinned)
        if shown != self._shown:
            self._shown = shown
            self.reading = self._read(surface, run, step)
            self.changed.emit()

    def _read(self, surface: Surface, run: Run | None, step: int) -> Reading | None:
        row = run.row(step) if run else None
        if self.pinned is not None:
            lr = float(row[kernel.LR]) if row is not None else np.nan
            return Reading(local_model(surface, self.pinned), run, step, lr, np.nan, None, np.nan, np.nan)
        if run is None or row is None:
            return None
        if surface.wide is not None:  # where the run is seen on the plane; its next step does not stay on it
            place, lr = self.session.plane.place(run, step), float(row[kernel.LR])
            return Reading(local_model(surface, place), run, step, lr, np.nan, None, np.nan, np.nan)
        model = local_model(surface, (float(row[kernel.THETA]), float(row[kernel.THETA + 1])))
        update = row[kernel.UPDATE : kernel.UPDATE + 2]
        predicted = real = np.nan
        if np.isfinite(update).all() and model.finite:
            after = row[kernel.THETA : kernel.THETA + 2] + update
            predicted = float(model.change(update))
            real = float(surface.at((float(after[0]), float(after[1])))[0]) - model.loss
        lr, sharpness = float(row[kernel.LR]), float(row[kernel.SHARPNESS])
        return Reading(model, run, step, lr, sharpness, run.limit, predicted, real)
