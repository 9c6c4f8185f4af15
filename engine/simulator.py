"""Runs in lockstep from their starts, each with its history, its end, and exact replay of any step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import kernel
from .declaration import check_values
from .errors import ConfigError
from .optimizers import Optimizer, find_optimizer
from .scenario import RunConfig, Scenario, SurfaceConfig
from .schedules import Rates
from .surface import Surface
from .trajectory import Trajectory

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
        where = f"runs[{index}]"
        self.config, self.surface, self.index = config, surface, index
        self.optimizer: Optimizer = find_optimizer(config.optimizer, f"{where}.optimizer")
        values = check_values(self.optimizer.hyperparameters, config.hyperparameters, f"{where}.hyperparameters")
        self.hyperparameters = np.array(values, dtype=np.float64)
        self.limit = self.optimizer.stability_limit(values)
        self.rates = Rates(config.lr, config.schedule, f"{where}.schedule")
        self.samples = np.array(config.sample_order, dtype=np.int64)
        if self.samples.size and self.samples.max() >= surface.samples:
            template = "sample {index} does not exist; this surface has {count} data points, counted from 0"
            worst = int(self.samples.max())
            raise ConfigError(template, f"{where}.sample_order", index=worst, count=surface.samples)
        self.noise = scenario.monte_carlo.noise if scenario.monte_carlo else 0.0
        self.seed = scenario.seed
        self.start = config.start or scenario.start
        self.last_step = min(config.steps or scenario.steps, scenario.steps)
        self.theta = np.array(self.start, dtype=np.float64)
        self.state = np.zeros((len(self.optimizer.state), 2))
        self.trajectory = Trajectory(kernel.STATE + 2 * len(self.optimizer.state), self.last_step + 1)
        self.next_step = 0
        self.end: End | None = None
        self._domain = np.array(surface.domain)

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
        view = self.trajectory.view
        if not 0 <= step <= view.last:
            raise IndexError(f"step {step} is not computed; computed: 0 … {view.last}")
        k = step // view.stride
        near: NDArray[np.float64] = view.rows[k]
        first = k * view.stride
        if first == step:
            return near
        rows = np.empty((step - first + 1, len(near)))
        state = near[kernel.STATE :].reshape(-1, 2).copy()
        self._loop(first, len(rows), near[:2].copy(), state, rows, 1, first, np.zeros(2))
        last: NDArray[np.float64] = rows[-1]
        return last

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
                self._domain,
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
    """All runs of a scenario; they share the step axis, and each ends where its own end lies."""

    def __init__(self, scenario: Scenario, build: Build) -> None:
        self.scenario = scenario
        self.surface = build(scenario.surface)
        self.runs = [Run(config, scenario, self.surface, k) for k, config in enumerate(scenario.runs)]
        self.steps = max(run.last_step for run in self.runs)
        starts = scenario.monte_carlo.starts if scenario.monte_carlo else 0
        self.ensembles: Sequence[Ensemble] = [Ensemble(run, starts) for run in self.runs] if starts else ()

    @property
    def computed(self) -> int:
        """The last step that every run which goes so far has reached."""
        return min((run.computed for run in self.runs if not run.finished), default=self.steps)

    def advance_to(self, step: int) -> None:
        """Make all rows up to `step`."""
        for run in self.runs:
            run.advance(step - run.computed)


class Ensemble:
    """Many runs of one configuration that differ in their noise alone."""

    def __init__(self, run: Run, count: int) -> None:
        self.run, self.count = run, count
        shape = (run.last_step + 1, count, 2)
        self.thetas, self.sigmas = np.empty(shape), np.empty(shape)
        self.ready = False

    def compute(self) -> None:
        """Run them all; `thetas` and `sigmas`, shape (steps + 1, count, 2), are valid once `ready` is set."""
        run = self.run
        kernel.ensemble(
            run.surface.function,
            run.optimizer.compiled,
            run.surface.parameters,
            run.hyperparameters,
            run.rates.at(0, run.last_step + 1),
            run.noise,
            run.seed,
            (run.index + 1) * 1_000_000,
            np.array(run.start, dtype=np.float64),
            len(run.optimizer.state),
            self.thetas,
            self.sigmas,
        )
        self.ready = True
