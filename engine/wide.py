"""A run that trains all parameters of a network: rows for two of them, snapshots of all, exact replay of any step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import kernel, wide_kernel
from .pieces import Piece
from .projection import Projections
from .quantiles import QUANTILES
from .run import NO_BLOCKS, TOLERANCE, Place, Point, Run
from .scenario import Pair, RunConfig, Scenario
from .snapshots import ALL_BYTES, Snapshots
from .surface import Surface, Wide
from .trajectory import View
from .wide_kernel import MORE

__all__ = ["MORE", "QUANTILES", "Seen", "WideRun"]
Array = NDArray[np.float64]
AT_HAND = 0.004  # seconds that a step may take to be found


class Seen(NamedTuple):
    """What the rule was given at a step: θ (n), the gradient as treated (n), the buffers (k, n), and the batch.

    `batch` holds the indices of its data points, and is empty where the loss is that of all.
    """

    theta: Array
    g: Array
    state: Array
    batch: NDArray[np.int64]


class WideRun(Run):
    """As `Run`, on a surface that is a plane among n parameters.

    θ has shape (n,), the buffers (k, n). A row holds the numbers of the two watched parameters; loss and ‖g‖ are of the
    whole network and of the mini-batch, where there is one: as a training loop prints it. S is not measured: NaN. At
    the end of a row stand `MORE` (the factor by which the gradient was clipped as a whole, and the length of the update
    of all parameters) and `QUANTILES`.

    `path` and `theta_at` may be called from any thread.
    """

    def __init__(
        self, config: RunConfig, scenario: Scenario, surface: Surface, index: int, limit: int | None = None
    ) -> None:
        """`limit`: bytes for its snapshots; an equal share of `ALL_BYTES` for each run unless it is given."""
        assert surface.wide is not None
        self.wide: Wide = surface.wide
        self._watched = np.array(self.wide.watched, dtype=np.int64)
        super().__init__(config, scenario, surface, index)
        width = self.theta.size + self.state.size + self.schedule_state.size
        self.snapshots = Snapshots(width, ALL_BYTES // len(scenario.runs) if limit is None else limit)
        self._projections = Projections()
        self._last_seen: tuple[int, Point] | None = None
        self._brought: tuple[int, Point] | None = None
        self._seconds = 0.0  # of a step

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two watched parameters."""
        first, second = self.wide.watched
        return self.wide.names[first], self.wide.names[second]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return (*super().columns, *MORE, *QUANTILES)

    @cached_property
    def exported(self) -> list[int]:
        every = range(len(self.columns))
        return [*every[: kernel.STATE], *every[-len(MORE) - len(QUANTILES) :]]

    @property
    def limit(self) -> float | None:
        """None: the rows of many parameters hold no S."""
        return None

    def _beginning(self) -> Point:
        a, b = self.start
        theta = self.wide.origin + a * self.wide.directions[0] + b * self.wide.directions[1]
        return super()._beginning()._replace(theta=theta, state=np.zeros((len(self.optimizer.state), theta.size)))

    def _nudge(self, theta: Array, nudge: Pair) -> None:
        theta += nudge[0] * self.wide.directions[0] + nudge[1] * self.wide.directions[1]

    def begin_at(self, step: int) -> None:
        super().begin_at(step)
        self.snapshots = Snapshots(self.snapshots.width, self.snapshots.limit, step)

    def advance(self, count: int) -> None:
        while count > 0 and not self.finished:
            first = self.computed + 1
            part = min(count, self.snapshots.room(first).last + 1 - first)
            began = time.perf_counter()
            super().advance(part)
            self._seconds = (time.perf_counter() - began) / part
            count -= part

    def _place(self, first: int) -> Place:
        room = self.snapshots.room(first)
        return super()._place(first)._replace(kept=room.rows, kept_stride=room.stride, kept_origin=room.origin)

    def _publish(self, last: int) -> None:
        self.snapshots.publish(last)  # first, so that every step that is published has a snapshot before it
        super()._publish(last)

    def rows(self, first: int, last: int) -> Array:
        view = self._check(first, last)
        if view.stride == 1:
            return view.rows[first - view.first : last + 1 - view.first]
        if first == last and (first - view.first) % view.stride == 0:
            return view.rows[(first - view.first) // view.stride :][:1]
        point = self._replayed(first)
        if first == last:
            self._last_seen = first, Point(*(part.copy() for part in point))
        rows = np.empty((last + 1 - first, view.rows.shape[1]))
        self._replay(first, len(rows), point, rows)
        return rows

    def theta_at(self, step: int) -> Array:
        """All parameters at a computed step, before its update, shape (n,); exact, by replay from a snapshot.

        Raises:
            IndexError: if the step has not been computed.
        """
        return self._point_at(step).theta.copy()

    def find_theta(self, step: int, stopped: Callable[[], bool]) -> Array | None:
        """As `theta_at`, in parts of some milliseconds between which `stopped` is asked: None where it says so.

        Raises:
            IndexError: if the step has not been computed.
        """
        self._check(step, step)
        begin, point = self._before(step)
        for _ in self._parts(begin, step, point, AT_HAND):
            if stopped():
                return None
        self._last_seen = step, point
        return point.theta.copy()

    def seen(self, step: int) -> Seen:
        """What the rule was given at a computed step.

        Raises:
            IndexError: if the step has not been computed.
        """
        point = self._point_at(step)
        g, size, points = np.empty(point.theta.size), self.config.gradient.batch_size, self.wide.samples
        if size:
            batch = [kernel.drawn(self.seed, self.index, step * size + j, points) for j in range(size)]
        else:
            batch = [self.samples[step % self.samples.size]] if self.samples.size else []
        indices = np.array(batch, dtype=np.int64)
        self.wide.function(point.theta, self.wide.parameters, indices, g)
        if self.treatment[kernel.NOISE] > 0.0:
            wide_kernel.add_noise(self.seed, self.index, step, self.treatment[kernel.NOISE], g)
        wide_kernel.treat(self.treatment, point.theta, g)
        return Seen(point.theta.copy(), g, point.state.copy(), indices)

    def path(self, centre: Array, directions: Array, last: int) -> Array:
        """The run as seen in a plane: rows (a, b, step, distance from the plane) of the steps up to `last` that have
        snapshots, shape (k, 4).

        θ = centre + a·directions[0] + b·directions[1] + what is left, which is at right angles to the plane and as long
        as the distance. What has been projected once is not projected again, for the planes that were asked for last.
        """
        points = self._projections.of(self.snapshots.kept, centre, directions)
        return points[: np.searchsorted(points[:, 2], last, side="right")]

    def status(self, step: int, row: Array) -> str:
        """As `Run.status`; converged where ‖g‖ and the update of all parameters are ≤ 1e−9."""
        if self.end and step >= self.end.step:
            return self.end.kind
        small = row[kernel.GRAD_NORM] <= TOLERANCE and row[-len(QUANTILES) - 1] <= TOLERANCE
        return "converged" if small else "running"

    def gradient(self, row: Array) -> Array:
        g: Array = row[kernel.GRAD : kernel.GRAD + 2].copy()
        treatment = self.treatment.copy()
        limit = treatment[kernel.CLIP_VALUE]
        if limit < math.inf:
            g = np.minimum(np.maximum(g, -limit), limit)
        g *= row[-len(MORE) - len(QUANTILES)]
        treatment[[kernel.CLIP_VALUE, kernel.CLIP_NORM]] = math.inf
        kernel.treat(treatment, row[:2].copy(), g)
        return g

    def _snapshot(self, step: int) -> tuple[int, Point]:
        """The last snapshot that is not after `step`, and its step."""
        kept, n, k = self.snapshots.kept, self.theta.size, len(self.optimizer.state)
        number = kept.before(step)
        snapshot = kept[number]
        after = n * (k + 1)
        state, schedule_state = snapshot[n:after].reshape(k, n), snapshot[after:]
        return kept.step(number), Point(snapshot[:n].copy(), state.copy(), schedule_state.copy())

    def _point_at(self, step: int) -> Point:
        """Where the run stood before the update of a step; not to be changed."""
        self._check(step, step)
        if (last := self._last_seen) and last[0] == step:
            return last[1]
        point = self._replayed(step)
        self._last_seen = step, point
        return point

    def at_hand(self, step: int) -> bool:
        kept, last = self.snapshots.kept, self._last_seen
        begin = kept.step(kept.before(step))
        if last and begin < last[0] <= step:
            begin = last[0]
        return (step - begin) * self._seconds <= AT_HAND

    def bring(self, step: int, seconds: float) -> bool:
        began = time.perf_counter()
        begin, point = self._before(step)
        if (last := self._brought) and begin < last[0] <= step:
            begin, point = last
        for reached in self._parts(begin, step, point, seconds):
            if reached < step and time.perf_counter() - began >= seconds:
                self._brought = reached, point
                return False
        self._last_seen, self._brought = (step, point), None
        return True

    def _parts(self, begin: int, step: int, point: Point, seconds: float) -> Iterator[int]:
        """Bring a point from step `begin` to `step` in parts of at most about so long; gives where it is after each."""
        part = 1
        while begin < step:
            part = min(2 * part, step - begin, max(1, int(seconds / max(self._seconds, 1e-7))))
            self._on(begin, part, point)
            begin += part
            yield begin

    def _check(self, first: int, last: int) -> View:
        """What there is of the history now.

        Raises:
            IndexError: if not all of these steps have been computed.
        """
        view = self.trajectory.view
        if not view.first <= first <= last <= view.last:
            raise IndexError(f"steps {first} … {last} are not computed; computed: {view.first} … {view.last}")
        return view

    def _replayed(self, step: int) -> Point:
        """Where the run stood before the update of a computed step, by replay."""
        begin, point = self._before(step)
        self._on(begin, step - begin, point)
        return point

    def _before(self, step: int) -> tuple[int, Point]:
        """The nearest step that is not after `step` of which it is known where the run stood: a copy to go on from."""
        begin, point = self._snapshot(step)
        if (last := self._last_seen) and begin < last[0] <= step:
            begin, point = last[0], Point(*(part.copy() for part in last[1]))
        return begin, point

    def _on(self, first: int, count: int, point: Point) -> None:
        """Bring a point from step `first` to the one `count` steps on."""
        self._replay(first, count, point)
        piece = self.piece_at(first + count)
        if count and first + count == piece.first:
            self._enter(piece, point)

    def _replay(self, first: int, count: int, point: Point, rows: Array | None = None) -> None:
        """Make the updates of steps that were made before, from where the run stood at `first`."""
        if rows is None:
            rows = np.empty((0, len(self.columns)))
        if count:
            self._loop(first, count, point, Place(rows, NO_BLOCKS, 1, first), np.zeros(3), entering=False)

    def _steps(self, piece: Piece, first: int, count: int, point: Point, place: Place, ended: Array, index: int) -> int:
        return int(
            wide_kernel.advance(
                self.wide.function,
                self.optimizer.compiled_wide.function,
                piece.phase.function,
                self.wide.parameters,
                piece.hyperparameters,
                piece.phase.values,
                self.treatment,
                self.samples,
                self._watched,
                len(piece.phase.stages) > 0,
                piece.lr,
                self.optimizer.momentum_place if piece.phase.sets_momentum else -1,
                self.config.gradient.batch_size,
                self.wide.samples,
                self.seed,
                index,
                first,
                piece.phase_first,
                count,
                self.optimizer.compiled_wide.rows,
                point.theta,
                point.state,
                point.schedule_state,
                place.rows,
                *place.blocks.arrays,
                place.stride,
                place.origin,
                place.kept,
                place.kept_stride,
                place.kept_origin,
                ended,
            )
        )
