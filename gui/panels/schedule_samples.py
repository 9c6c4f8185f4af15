"""η of a run over its steps, in as many points as a small curve needs; where the run decides, from its rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.pieces import Piece
from engine.rates import Phase, Rates
from engine.schedules import Schedule
from engine.trajectory import View

Steps = NDArray[np.int64]
Values = NDArray[np.float64]
WHOLE = 20_000
POINTS = 320
CARRIED = 1_000_000  # so many steps of what a schedule keeps are gone through; what comes later is seen in the run


@dataclass(frozen=True, eq=False)
class Samples:
    """η at some steps, NaN where it is not `known` because it depends on the run.

    `bad` is the first step, with η there, at which η is no rate, as it is negative or not finite.
    """

    steps: Steps
    eta: Values
    known: NDArray[np.bool_]
    bad: tuple[int, float] | None = None

    @property
    def waits(self) -> int | None:
        """The first step at which η is not known."""
        return None if self.known.all() else int(self.steps[int(np.argmin(self.known))])

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """Where there is something to draw."""
        return self.known & np.isfinite(self.eta)

    def filled(self, view: View) -> Samples:
        """The same with what the run did where η was not known."""
        known = self.known | ((self.steps >= view.first) & (self.steps <= view.last))
        fresh = known & ~self.known
        eta = self.eta.copy()
        eta[fresh] = view.rows[(self.steps[fresh] - view.first) // view.stride, kernel.LR]
        return replace(self, eta=eta, known=known)


def sample(pieces: list[Piece], last: int) -> Samples:
    """η of the steps 0 … last: of all of them, or of some 320 and the edges of the pieces if they are many."""
    steps = _grid(pieces, last)
    eta, known = np.full(len(steps), math.nan), np.zeros(len(steps), dtype=np.bool_)
    bad: tuple[int, float] | None = None
    carry = _Carry()
    for k, piece in enumerate(pieces):
        end = min(pieces[k + 1].first, last + 1) if k + 1 < len(pieces) else last + 1
        rates = carry.rates(piece, end)
        low, high = np.searchsorted(steps, (piece.first, end))
        if rates is None or low == high:
            continue
        found, told = rates(steps[low:high])
        eta[low:high], known[low:high] = found, told
        wrong = np.flatnonzero(told & ~_good(found))
        if bad is None and len(wrong):
            at = int(low + wrong[0])
            step = _first_bad(rates, int(steps[at - 1]) if at > low else piece.first - 1, int(steps[at]))
            bad = step, float(rates(np.array([step]))[0][0])
    return Samples(steps, eta, known, bad)


Lookup = Callable[[Steps], tuple[Values, NDArray[np.bool_]]]


class _Carry:
    """What a schedule keeps from step to step, carried through the pieces of its phase."""

    def __init__(self) -> None:
        self._state = np.zeros(0)
        self._left, self._lost = CARRIED, False

    def rates(self, piece: Piece, end: int) -> Lookup | None:
        """How to find η of the steps piece.first … end − 1; None where it is for the run to say."""
        phase = piece.phase
        if phase.needs_loss:
            return None
        if not phase.state:
            return lambda steps: _stateless(piece, steps)
        if piece.begins_phase:
            self._state, self._lost = np.zeros(len(phase.state)), False
        count = min(end - piece.first, self._left)
        if self._lost or count <= 0:
            return None
        values = np.empty(count)
        t = piece.first - piece.phase_first
        kernel.sample_schedule(phase.function, piece.lr, phase.values, self._state, t, values)
        self._left -= count
        self._lost = count < end - piece.first

        def rates(steps: Steps) -> tuple[Values, NDArray[np.bool_]]:
            told = steps < piece.first + count
            return np.where(told, values[np.minimum(steps - piece.first, count - 1)], math.nan), told

        return rates


def _stateless(piece: Piece, steps: Steps) -> tuple[Values, NDArray[np.bool_]]:
    out, nothing, phase = np.empty(len(steps)), np.zeros(0), piece.phase
    t = (steps - piece.phase_first).tolist()
    if t and t[-1] - t[0] == len(t) - 1:
        kernel.sample_schedule(phase.function, piece.lr, phase.values, nothing, t[0], out)
    else:
        for k, step in enumerate(t):
            kernel.sample_schedule(phase.function, piece.lr, phase.values, nothing, step, out[k : k + 1])
    return out, np.ones(len(steps), dtype=np.bool_)


def _grid(pieces: list[Piece], last: int) -> Steps:
    if last <= WHOLE:
        return np.arange(last + 1)
    even = np.linspace(0, last, POINTS).astype(np.int64)
    first = np.array([piece.first for piece in pieces], dtype=np.int64)
    steps = np.unique(np.concatenate([even, first, first - 1]))
    return steps[(steps >= 0) & (steps <= last)]


def _good(eta: Values) -> NDArray[np.bool_]:
    return (eta >= 0) & (eta < math.inf)


def _first_bad(rates: Lookup, good: int, bad: int) -> int:
    """The first step without a rate between one that has it and one that has not, if there is only one such border."""
    while bad - good > 1:
        middle = (good + bad) // 2
        if _good(rates(np.array([middle]))[0])[0]:
            good = middle
        else:
            bad = middle
    return bad


def thin(steps: Steps, eta: Values, columns: int) -> tuple[Steps, Values]:
    """The least and greatest of each of `columns` stretches, in the order in which they come."""
    if len(steps) <= 2 * columns:
        return steps, eta
    edges = np.linspace(0, len(steps), columns + 1).astype(np.int64)
    bounds = list(zip(edges[:-1], edges[1:], strict=True))
    picked = [sorted((a + int(eta[a:b].argmin()), a + int(eta[a:b].argmax()))) for a, b in bounds]
    kept = np.unique(np.array(picked).ravel())
    return steps[kept], eta[kept]


def sets_momentum(phase: Phase, own: tuple[Schedule, ...]) -> bool:
    """Whether a schedule, with these parameters, sets the optimizer's momentum."""
    bound = Rates(1.0, (replace(phase, chained=()),), own).phases[0]
    if not bound.sets_momentum:
        return False
    out = np.empty(2)
    bound.function(0.0, 1.0, math.nan, bound.values, np.zeros(len(bound.state)), out)
    return bool(out[1] >= 0)
