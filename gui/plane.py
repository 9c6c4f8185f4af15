"""What the canvas shows: a surface of two parameters itself, or of a network a plane through all its parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine import kernel
from engine.run import Run
from engine.scenario import Pair
from engine.surface import Surface
from surfaces import find_entry

from .numbers import show
from .panels.setup_words import symbol
from .wide import is_wide

if TYPE_CHECKING:
    from engine.wide import WideRun

    from .network.cut import Cut, CutWorker
    from .session import Session

Array = NDArray[np.float64]
START, PRINCIPAL = "random", "pca"  # choices of a network's option `plane`
NO_STARTS = "this plane is made of the runs themselves; starts are set on the plane through the initial weights"
GROWTH = 1.25  # so much longer a path is before its components are worked out anew


class Plane(QObject):
    """Keeps what is shown to what is simulated. A plane that is made of a run follows the selected one.

    Signals:
        changed: another surface or plane is shown.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._surface: Surface | None = None
        self._cut: Cut | None = None
        self._lacking = False
        self._worker: CutWorker | None = None
        self._asked: tuple[object, int, bool] | None = None
        self.token = object()  # another for each plane
        for signal in (session.ticked, session.selection_changed, session.scenario_changed):
            signal.connect(self._follow)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """Which plane the scenario asks for; '' for a surface of two parameters."""
        config = self._session.scenario.surface
        options = {option.name: option.default for option in find_entry(config).options} | dict(config.options)
        return options.get("plane", "") if self.wide else ""

    @property
    def wide(self) -> bool:
        """Whether there are more parameters than the two that are shown."""
        simulator = self._session.simulator
        return bool(simulator and simulator.surface.wide)

    @property
    def surface(self) -> Surface | None:
        """The loss by the two coordinates that are shown; None before anything is simulated."""
        if self._cut is not None:
            return self._cut.plane.surface
        return self._surface

    @property
    def waiting(self) -> bool:
        """Whether another plane is asked for than the one that is shown as yet."""
        return self.wide and self.kind != START and self._cut is None

    @property
    def lacking(self) -> bool:
        """Whether the plane that is asked for cannot be made of the selected run; the first one is shown instead."""
        return self._lacking and self.waiting

    @property
    def has_starts(self) -> bool:
        """Whether a place on it is a start, and a drag on it a nudge."""
        return self._cut is None

    @property
    def shares(self) -> tuple[float, float] | None:
        """The shares of the variance of the run's path along the two coordinates, where it is a plane of that kind."""
        return self._cut.plane.shares if self._cut else None

    @property
    def run(self) -> int | None:
        """The run that the plane is made of."""
        return self._cut.run if self._cut else None

    @property
    def names(self) -> tuple[str, str]:
        """What the two coordinates are called, as a person reads it: w1 is w₁."""
        known = self._cut.plane.surface.axes if self._cut else find_entry(self._session.scenario.surface).axes
        return symbol(known[0]), symbol(known[1])

    @property
    def axes(self) -> tuple[str, str]:
        """The same with their shares."""
        first, second = self.names
        if self.shares:
            first, second = (
                f"{n} ({show(100 * share, 3)} %)" for n, share in zip(self.names, self.shares, strict=True)
            )
        return first, second

    def window(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) that shows everything: the scenario's window, the surface's, or all paths."""
        scenario = self._session.scenario
        if scenario.window and not self.waiting:
            return scenario.window
        if self._cut is None:
            return find_entry(scenario.surface).window
        return self._cut.plane.window

    # Where a run is on it ----------------------------------------------------------------------------------------

    def points(self, run: Run) -> Array:
        """A network's path: rows (a, b, step, distance from the plane), shape (k, 4), of the steps with a snapshot."""
        assert is_wide(run)
        centre, directions = self._frame(run)
        return run.path(centre, directions, run.computed)

    def place(self, run: Run, step: int) -> Pair:
        """Where a run stands at a computed step; of a very long run of a large network, at the snapshot before."""
        if not is_wide(run):
            row = run.row(step)
            return float(row[kernel.THETA]), float(row[kernel.THETA + 1])
        a, b, _, _ = self._point(run, step)
        return a, b

    def distance(self, run: Run, step: int) -> float:
        """How far a run's θ is from the plane that is shown."""
        return self._point(run, step)[3] if is_wide(run) else 0.0

    def _point(self, run: WideRun, step: int) -> tuple[float, float, float, float]:
        points = run.path(*self._frame(run), step)
        a, b, at, distance = points[-1].tolist() if len(points) else (np.nan,) * 4
        return a, b, at, distance

    def _frame(self, run: WideRun) -> tuple[Array, Array]:
        if self._cut is not None and self._cut.plane.centre.size == run.wide.origin.size:
            return self._cut.plane.centre, self._cut.plane.directions
        return run.wide.origin, run.wide.directions

    # Following ---------------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        simulator = self._session.simulator
        surface = simulator.surface if simulator else None
        kind = self.kind
        if not self.wide or kind == START or self._run() is None:
            if surface is not self._surface or self._cut is not None:
                self._asked = None
                self._show(surface, None)
            return
        self._surface = surface
        run = self._run()
        assert run is not None
        subject = (kind, run)
        count, done = run.snapshots.kept.count, run.finished
        asked = self._asked
        if asked is None or asked[0] != subject or count > GROWTH * asked[1] or (done and not asked[2]):
            if asked is None or asked[0] != subject:
                self._lacking = False
                self._keep_cut(run)
            self._asked = (subject, count, done)
            self._ask(run, subject)

    def _keep_cut(self, run: WideRun) -> None:
        """Another run's plane stays until the new one is there, if it is one of the same parameters."""
        if self._cut is None or self._cut.plane.centre.size != run.wide.origin.size:
            self._show(self._surface, None)

    def _run(self) -> WideRun | None:
        """The selected run once it has moved."""
        runs, index = self._session.runs, self._session.selected
        run = runs[index] if index < len(runs) else None
        return run if is_wide(run) and run.computed > 0 else None

    def _ask(self, run: WideRun, subject: tuple[Any, ...]) -> None:
        from .network.cut import CutWorker, Order  # loads native code that only networks need

        if self._worker is None:
            self._worker = CutWorker(self)
            self._worker.ready.connect(self._take)
        runs = tuple(other for other in self._session.runs if is_wide(other))
        simulator = self._session.simulator
        assert simulator is not None
        surface = simulator.scenario.surface  # the run's own; the session's may be newer
        surface = replace(surface, options={**surface.options, "plane": self.kind})
        self._worker.ask(Order(surface, run, runs), subject)

    def _take(self) -> None:
        from .network.cut import Cut

        found = self._worker.result if self._worker else None
        if found is not None and found is not self._cut and self._asked is not None:
            cut = found if isinstance(found, Cut) else None
            self._lacking = cut is None
            self._show(self._surface, cut)

    def _show(self, surface: Surface | None, cut: Cut | None) -> None:
        self._surface, self._cut, self.token = surface, cut, object()
        self.changed.emit()

    def close(self) -> None:
        """End the thread."""
        if self._worker:
            self._worker.close()
