"""Runs in lockstep from their starts, each with its history, its end, and exact replay of any step."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import kernel
from .check import faults
from .declaration import check_values
from .optimizers import Optimizer, find_optimizer
from .scenario import RunConfig, Scenario, SurfaceConfig
from .schedules import Rates
from .surface import Surface
from .trajectory import Trajectory, capacity

Build = Callable[[SurfaceConfig], Surface]
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class End:
    """Why a run stopped by itself: `kind` is 'diverged' or 'left_domain'; `quantity` had `value` at `step`."""

    kind: str
    step: int
    quantity: str
    value: float


class Run:
    """One optimizer on one surface. `next_step` is the step whose row comes next; θ and buffers are those before it."""

    def __init__(self, config: RunConfig, scenario: Scenario, surface: Surface, index: int) -> None:
        self.config, self.surface, self.index = config, surface, index
        self.optimizer: Optimizer = find_optimizer(config.optimizer, "optimizer")
        values = check_values(self.optimizer.hyperparameters, config.hyperparameters, "hyperparameters")
        self.hyperparameters = np.array(values, dtype=np.float64)
        self.limit = self.optimizer.stability_limit(values)
        self.rates = Rates(config.lr, config.schedule)
        self.samples = np.array(config.sample_order, dtype=np.int64)
        self.noise = scenario.monte_carlo.noise if scenario.monte_carlo else 0.0
        self.seed = scenario.seed
        self.start = config.start or scenario.start
        self.last_step = min(config.steps or scenario.steps, scenario.steps)
        self.theta = np.array(self.start, dtype=np.float64)
        self.state = np.zeros((len(self.optimizer.state), 2))
        columns = kernel.STATE + 2 * len(self.optimizer.state)
        self.trajectory = Trajectory(columns, self.last_step + 1, capacity(len(scenario.runs)))
        self.end: End | None = None
        self.domain = np.array(surface.domain)

    @property
    def computed(self) -> int:
        """The last step that has a row; −1 before the first. Safe to read from any thread."""
        return self.trajectory.view.last

    @property
    def finished(self) -> bool:
        return self.end is not None or self.computed >= self.last_step

    def advance(self, count: int) -> None:
        """Make up to `count` more rows; stops at the run's last step or where it ends by itself."""
        first = self.computed + 1
        count = min(count, self.last_step + 1 - first)
        if count <= 0 or self.end:
            return
        self.trajectory.make_room(first + count - 1)
        history, ended = self.trajectory, np.zeros(2)
        code = self._loop(first, count, self.theta, self.state, history.rows, history.stride, 0, ended)
        last = first + count - 1
        if code != kernel.GOES_ON:
            last = int(ended[0])
            diverged = code in kernel.QUANTITIES
            kind = "diverged" if diverged else "left_domain"
            self.end = End(kind, last, kernel.QUANTITIES.get(code, "loss"), float(ended[1]))
        self.trajectory.publish(last)

    def row(self, step: int) -> NDArray[np.float64]:
        """The full row of a computed step, from the history or by exact replay. Safe to call from any thread.

        Raises:
            IndexError: if the step has not been computed.
        """
        row: NDArray[np.float64] = self.rows(step, step)[0]
        return row

    def rows(self, first: int, last: int) -> NDArray[np.float64]:
        """The full rows of the steps first … last, as `row`."""
        view = self.trajectory.view
        if not 0 <= first <= last <= view.last:
            raise IndexError(f"steps {first} … {last} are not computed; computed: 0 … {view.last}")
        if view.stride == 1:
            return view.rows[first : last + 1]
        near = first // view.stride
        row = view.rows[near]
        begin = near * view.stride
        rows = np.empty((last - begin + 1, len(row)))
        state = row[kernel.STATE :].reshape(-1, 2).copy()
        self._loop(begin, len(rows), row[:2].copy(), state, rows, 1, begin, np.zeros(2))
        return rows[first - begin :]

    def status(self, step: int, row: NDArray[np.float64]) -> str:
        """'diverged' or 'left_domain' at the last row, 'converged' where ‖g‖ and update are ≤ 1e−9, or 'running'."""
        if self.end and step >= self.end.step:
            return self.end.kind
        small = row[kernel.GRAD_NORM] <= TOLERANCE and math.hypot(*row[kernel.UPDATE : kernel.UPDATE + 2]) <= TOLERANCE
        return "converged" if small else "running"

    def _loop(
        self,
        first: int,
        count: int,
        theta: NDArray[np.float64],
        state: NDArray[np.float64],
        rows: NDArray[np.float64],
        stride: int,
        offset: int,
        ended: NDArray[np.float64],
    ) -> int:
        return int(
            kernel.advance(
                self.surface.function,
                self.optimizer.compiled,
                self.surface.parameters,
                self.hyperparameters,
                self.rates.at(first, count),
                self.samples,
                self.noise,
                self.seed,
                self.index,
                self.domain,
                first,
                theta,
                state,
                rows,
                stride,
                offset,
                ended,
            )
        )


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
        self.runs = [Run(config, scenario, self.surface, k) for k, config in enumerate(scenario.runs)]
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
        run, last = self.run, min(self.ready + count, self.count)
        kernel.ensemble(
            run.surface.function,
            run.optimizer.compiled,
            run.surface.parameters,
            run.hyperparameters,
            run.rates.at(0, run.last_step + 1),
            run.samples,
            run.domain,
            run.noise,
            run.seed,
            (run.index + 1) * 1_000_000 + self.ready,
            np.array(run.start, dtype=np.float64),
            len(run.optimizer.state),
            self.thetas[self.ready : last],
            self.sigmas[self.ready : last],
        )
        self.ready = last
