"""One run from its start, with its history, its end, and exact replay of any step."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import kernel
from .optimizers import find_optimizer
from .pieces import Piece, cut
from .rates import Rates
from .scenario import Pair, RunConfig, Scenario
from .surface import Surface
from .trajectory import Blocks, Trajectory, capacity

TOLERANCE = 1e-9
TREATMENTS = [0.0, math.inf, math.inf, 0.0, 0.0, 0.0]  # of a gradient to which nothing happens
NO_BLOCKS = Blocks.empty(0)


@dataclass(frozen=True, slots=True)
class End:
    """Why a run stopped by itself: `kind` is 'diverged' or 'left_domain'; `quantity` had `value` at `step`."""

    kind: str
    step: int
    quantity: str
    value: float


class Point(NamedTuple):
    """Where a run stands before an update: θ (n), the buffers (k, n), and what its schedule keeps."""

    theta: NDArray[np.float64]
    state: NDArray[np.float64]
    schedule_state: NDArray[np.float64]


class Place(NamedTuple):
    """Where rows go: that of step t to rows[(t − origin) // stride]; with many parameters, where snapshots go."""

    rows: NDArray[np.float64]
    blocks: Blocks
    stride: int = 1
    origin: int = 0
    kept: NDArray[np.float64] = np.empty((0, 0))
    kept_stride: int = 1
    kept_origin: int = 0


def treatment(config: RunConfig, scenario: Scenario) -> NDArray[np.float64]:
    """The numbers of `config.gradient` in the kernel's order; many starts bring their own noise."""
    gradient = config.gradient
    values = np.array(TREATMENTS)
    values[kernel.NOISE] = gradient.noise or (scenario.monte_carlo.noise if scenario.monte_carlo else 0.0)
    values[kernel.CLIP_VALUE], values[kernel.CLIP_NORM] = gradient.clip_value, gradient.clip_norm
    values[kernel.MAXIMIZE] = gradient.maximize
    values[kernel.WEIGHT_DECAY] = gradient.weight_decay
    values[kernel.DECOUPLED_WEIGHT_DECAY] = gradient.decoupled_weight_decay
    return values


class Run:
    """One optimizer on one surface. `theta` and the buffers are those before the step whose row comes next."""

    def __init__(self, config: RunConfig, scenario: Scenario, surface: Surface, index: int) -> None:
        self.config, self.surface, self.index = config, surface, index
        self.optimizer = find_optimizer(config.optimizer, "optimizer", scenario.optimizers)
        self.pieces = cut(config, self.optimizer, scenario.schedules)
        self.rates = Rates(config.lr, config.schedule, scenario.schedules)
        self.samples = np.array(config.sample_order, dtype=np.int64)
        self.treatment = treatment(config, scenario)
        self.seed = scenario.seed
        self.start = config.start or scenario.start
        self.last_step = min(config.steps or scenario.steps, scenario.steps)
        self.theta, self.state, self.schedule_state = self._beginning()
        self.trajectory = Trajectory(len(self.columns), self.last_step + 1, capacity(len(scenario.runs)))
        self.end: End | None = None
        self._again: NDArray[np.float64] | None = None
        self.domain = np.array(surface.domain)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of what a row holds: `kernel.COLUMNS`, the buffers of both parameters, what the schedules keep."""
        buffers = tuple(f"{name}_{i}" for name in self.optimizer.state for i in (1, 2))
        return (*kernel.COLUMNS, *buffers, *(f"schedule_{k + 1}" for k in range(self.schedule_state.size)))

    @cached_property
    def exported(self) -> list[int]:
        """The places in a row of what every run of this surface has, whatever its optimizer."""
        return list(range(kernel.STATE))

    def _beginning(self) -> Point:
        """Where it stands before the first step."""
        kept = np.zeros(max(len(piece.phase.state) for piece in self.pieces))
        return Point(np.array(self.start, dtype=np.float64), np.zeros((len(self.optimizer.state), 2)), kept)

    def begin_at(self, step: int) -> None:
        """Go on from `step`, where θ, buffers and schedule state as they are now belong: its rows begin there."""
        self.trajectory = Trajectory(len(self.columns), self.last_step + 1 - step, self.trajectory.capacity, step)

    @property
    def computed(self) -> int:
        """The last step that has a row; one less than the first before there is any. Safe to read from any thread."""
        return self.trajectory.view.last

    @property
    def names(self) -> tuple[str, str]:
        """What the two parameters are called whose numbers a row holds."""
        return self.surface.axes

    @property
    def finished(self) -> bool:
        return self.end is not None or self.computed >= self.last_step

    @property
    def limit(self) -> float | None:
        """The largest stable S that the rows are to be compared with; None where there is none."""
        return self.largest_stable()

    def largest_stable(self) -> float | None:
        """The largest stable S of the optimizer as it is used here; None where it is not known or changes."""
        if self.treatment[kernel.CLIP_VALUE :].tolist() != TREATMENTS[kernel.CLIP_VALUE :]:
            return None
        if any(piece.phase.sets_momentum for piece in self.pieces) and self.optimizer.momentum_place >= 0:
            return None
        limits = {self.optimizer.stability_limit(tuple(piece.hyperparameters.tolist())) for piece in self.pieces}
        return limits.pop() if len(limits) == 1 else None

    def piece_at(self, step: int) -> Piece:
        """What holds at a step."""
        return self.pieces[bisect.bisect_right(self.pieces, step, key=lambda piece: piece.first) - 1]

    def advance(self, count: int) -> None:
        """Make up to `count` more rows; stops at the run's last step or where it ends by itself."""
        first = self.computed + 1
        count = min(count, self.last_step + 1 - first)
        if count <= 0 or self.end:
            return
        history, ended = self.trajectory, np.zeros(3)
        history.make_room(first + count - 1)
        place = self._place(first)
        code = self._loop(first, count, Point(self.theta, self.state, self.schedule_state), place, ended, entering=True)
        last = first + count - 1
        if code != kernel.GOES_ON:
            last = int(ended[0])
            diverged = code in kernel.QUANTITIES
            kind = "diverged" if diverged else "left_domain"
            quantity = kernel.QUANTITIES.get(code, "loss")
            if code == kernel.BUFFER_BAD:
                quantity = self.optimizer.state[int(ended[2])]
            self.end = End(kind, last, quantity, float(ended[1]))
        self._publish(last)

    def _place(self, first: int) -> Place:
        """Where the rows from `first` on go."""
        history = self.trajectory
        return Place(history.rows, history.blocks, history.stride, history.first)

    def _publish(self, last: int) -> None:
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
        if not view.first <= first <= last <= view.last:
            raise IndexError(f"steps {first} … {last} are not computed; computed: {view.first} … {view.last}")
        near = (first - view.first) // view.stride
        if view.stride == 1:
            return view.rows[near : last + 1 - view.first]
        begin = view.first + near * view.stride
        rows = np.empty((last - begin + 1, view.rows.shape[1]))
        point = self.point(view.rows[near])
        self._loop(begin, len(rows), point, Place(rows, NO_BLOCKS, 1, begin), np.zeros(3), entering=False)
        return rows[first - begin :]

    def rerun(self, index: int) -> tuple[int, NDArray[np.float64]]:
        """The last step and the rows of the same run with the noise of run `index`, valid until the next call."""
        if self._again is None:
            self._again = np.empty((self.last_step + 1, self.trajectory.rows.shape[1]))
        ended = np.zeros(3)
        place = Place(self._again, NO_BLOCKS)
        code = self._loop(0, len(self._again), self._beginning(), place, ended, entering=True, index=index)
        return (self.last_step if code == kernel.GOES_ON else int(ended[0])), self._again

    def point(self, row: NDArray[np.float64]) -> Point:
        """Where a run stands in a row of its history: of its two parameters, those watched if it has more."""
        after = kernel.STATE + 2 * len(self.optimizer.state)
        kept = row[after : after + self.schedule_state.size].copy()
        return Point(row[:2].copy(), row[kernel.STATE : after].reshape(-1, 2).copy(), kept)

    def updates_at(self, step: int, row: NDArray[np.float64], thetas: NDArray[np.float64]) -> NDArray[np.float64]:
        """The updates Δθ that the run would make if it stood elsewhere, with the buffers it has in `row`, of `step`.

        Args:
            thetas: shape (n, 2): where.

        Returns: shape (n, 2); NaN where no update can be made.
        """
        rows, ended = np.empty((1, len(row))), np.zeros(3)
        updates = np.full((len(thetas), 2), np.nan)
        for k, theta in enumerate(thetas):
            point = self.point(row)._replace(theta=np.array(theta, dtype=np.float64))
            if self._loop(step, 1, point, Place(rows, NO_BLOCKS, 1, step), ended, entering=False) == kernel.GOES_ON:
                updates[k] = rows[0, kernel.UPDATE : kernel.UPDATE + 2]
        return updates

    def theta_at(self, step: int) -> NDArray[np.float64]:
        """All parameters at a computed step, before its update, shape (n,); exact. Safe to call from any thread.

        Raises:
            IndexError: if the step has not been computed.
        """
        return self.row(step)[:2].copy()

    def at_hand(self, step: int) -> bool:
        """Whether what the rule was given at a computed step is found well within a frame."""
        return True

    def bring(self, step: int, seconds: float) -> bool:
        """Work towards `at_hand` for about so long; whether that is reached. For one thread at a time."""
        return True

    def status(self, step: int, row: NDArray[np.float64]) -> str:
        """'diverged' or 'left_domain' at the last row, 'converged' where ‖g‖ and update are ≤ 1e−9, or 'running'."""
        if self.end and step >= self.end.step:
            return self.end.kind
        small = row[kernel.GRAD_NORM] <= TOLERANCE and math.hypot(*row[kernel.UPDATE : kernel.UPDATE + 2]) <= TOLERANCE
        return "converged" if small else "running"

    def gradient(self, row: NDArray[np.float64]) -> NDArray[np.float64]:
        """The gradient that the optimizer saw in a row: clipped, with coupled weight decay; shape (2,)."""
        g = row[kernel.GRAD : kernel.GRAD + 2].copy()
        kernel.treat(self.treatment, row[:2].copy(), g)
        return g

    def hyperparameters_at(self, step: int, row: NDArray[np.float64]) -> dict[str, float]:
        """What the rule of the optimizer was given in a row, with the momentum that the schedule sets."""
        piece = self.piece_at(step)
        values = dict(zip(self.optimizer.names, piece.hyperparameters.tolist(), strict=True))
        place = self.optimizer.momentum_place
        if piece.phase.sets_momentum and place >= 0:
            out, kept = np.empty(2), self.point(row).schedule_state
            t = float(step - piece.phase_first)
            piece.phase.function(t, piece.lr, float(row[kernel.LOSS]), piece.phase.values, kept, out)
            if out[1] >= 0.0:
                values[self.optimizer.names[place]] = float(out[1])
        return values

    def _loop(
        self,
        first: int,
        count: int,
        point: Point,
        place: Place,
        ended: NDArray[np.float64],
        entering: bool,
        index: int | None = None,
    ) -> int:
        """Piece after piece; `entering`: what a piece begins with is still to be done at step `first`.

        `index`: of the run whose noise and mini-batches are drawn, if it is not this one.
        """
        code, last = kernel.GOES_ON, first + count
        while first < last and code == kernel.GOES_ON:
            piece = self.piece_at(first)
            if first == piece.first and entering:
                self._enter(piece, point)
            entering = True
            after = self.pieces.index(piece) + 1
            until = min(last, self.pieces[after].first) if after < len(self.pieces) else last
            code = self._steps(piece, first, until - first, point, place, ended, self.index if index is None else index)
            first = until
        return code

    def _enter(self, piece: Piece, point: Point) -> None:
        """What a piece begins with."""
        if piece.nudge:
            self._nudge(point.theta, piece.nudge)
        if piece.begins_phase:
            point.schedule_state[:] = 0.0

    def _nudge(self, theta: NDArray[np.float64], nudge: Pair) -> None:
        theta += nudge

    def _steps(
        self,
        piece: Piece,
        first: int,
        count: int,
        point: Point,
        place: Place,
        ended: NDArray[np.float64],
        index: int,
    ) -> int:
        sets_momentum = piece.phase.sets_momentum
        return int(
            kernel.advance(
                self.surface.function,
                self.optimizer.compiled,
                piece.phase.function,
                self.surface.parameters,
                piece.hyperparameters,
                piece.phase.values,
                self.treatment,
                self.samples,
                self.optimizer.powers,
                self.domain,
                len(piece.phase.stages) > 0,
                piece.lr,
                self.optimizer.momentum_place if sets_momentum else -1,
                self.config.gradient.batch_size,
                self.surface.samples,
                self.seed,
                index,
                first,
                piece.phase_first,
                count,
                point.theta,
                point.state,
                point.schedule_state,
                place.rows,
                *place.blocks.arrays,
                place.stride,
                place.origin,
                ended,
            )
        )
