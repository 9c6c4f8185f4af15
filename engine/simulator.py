"""Runs in lockstep from their starts; and many of one configuration that differ in their noise alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import kernel
from .check import faults
from .run import NO_BLOCKS, TREATMENTS, End, Place, Point, Run
from .scenario import Scenario, SurfaceConfig
from .surface import Surface

__all__ = ["NO_BLOCKS", "TREATMENTS", "Build", "End", "Ensemble", "Place", "Point", "Run", "Simulator"]
Build = Callable[[SurfaceConfig], Surface]


class Simulator:
    """All runs of a scenario; they share the step axis, and each ends where its own end lies.

    Raises:
        ConfigError: the first fault of the scenario; `check.faults` lists them all.
    """

    def __init__(self, scenario: Scenario, build: Build) -> None:
        self.scenario = scenario
        self.surface = build(scenario.surface)
        for fault in faults(scenario, lambda config: self.surface):
            raise fault
        kind = _kind(self.surface)
        self.runs = [kind(config, scenario, self.surface, k) for k, config in enumerate(scenario.runs)]
        starts = scenario.monte_carlo.starts if scenario.monte_carlo else 0
        self.ensembles = [Ensemble(run, starts) for run in self.runs] if starts else []

    @property
    def reach(self) -> int:
        """The last step that there will ever be a row of, as far as is known."""
        return max(run.computed if run.finished else run.last_step for run in self.runs)

    @property
    def computed(self) -> int:
        """The last step that every run which goes so far has reached."""
        return min((run.computed for run in self.runs if not run.finished), default=self.reach)

    def stop(self) -> None:
        """Make no more rows: what is there is all there will be."""
        for run in self.runs:
            run.last_step = min(run.last_step, max(run.computed, 0))
        self.ensembles = [ensemble for ensemble in self.ensembles if ensemble.finished]

    def advance_to(self, step: int) -> None:
        """Make all rows up to `step`."""
        for run in self.runs:
            run.advance(step - run.computed)


def _kind(surface: Surface) -> type[Run]:
    if surface.wide is None:
        return Run
    from .wide import WideRun  # native code is loaded only where it is wanted

    return WideRun


class Ensemble:
    """Many runs of one configuration that differ in their noise alone.

    `thetas` and `sigmas` have shape (count, steps + 1, 2); the first `ready` of the runs are valid.
    """

    def __init__(self, run: Run, count: int) -> None:
        self.run, self.count, self.ready = run, count, 0
        shape = (count, run.last_step + 1, 2)
        self.thetas, self.sigmas = np.empty(shape), np.empty(shape)

    @property
    def finished(self) -> bool:
        return self.ready == self.count

    def advance(self, count: int) -> None:
        """Make up to `count` more of the runs."""
        for j in range(self.ready, min(self.ready + count, self.count)):
            last, rows = self.run.rerun((self.run.index + 1) * 1_000_000 + j)
            for column, values in ((kernel.THETA, self.thetas), (kernel.SIGMA, self.sigmas)):
                values[j, : last + 1] = rows[: last + 1, column : column + 2]
                values[j, last + 1 :] = np.nan
            self.ready = j + 1
