"""The top eigenvalue of the Hessian along the runs of a network, measured in the background from coarse to fine."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from engine.decimate import Curve
from surfaces.network.curvature import top_eigenvalue

from ..newest import Newest

if TYPE_CHECKING:
    from engine.wide import WideRun


Array = NDArray[np.float64]
MOST = 160  # steps of a run at which it is measured
TOLERANCE, PRODUCTS = 1e-3, 300
PATIENCE = 0.1  # seconds between two results


@dataclass(frozen=True, eq=False)
class Measured:
    """λmax at some steps of each run, ascending; `share`: how much of what is to be measured is done."""

    points: dict[WideRun, tuple[NDArray[np.int64], Array]]
    share: float

    def curve(self, run: WideRun) -> Curve:
        """The points of a run as a log curve; a step where λmax is not above zero breaks it."""
        steps, values = self.points.get(run, (np.empty(0, dtype=np.int64), np.empty(0)))
        sound = values > 0
        joined = (sound & np.append(sound[1:], False))[sound]
        return Curve(steps[sound].astype(np.float64), np.log10(values[sound]), joined.astype(np.uint8))

    def value(self, run: WideRun, step: int) -> float:
        """What was measured last before a step, or at it; NaN where nothing was."""
        steps, values = self.points.get(run, (np.empty(0, dtype=np.int64), np.empty(0)))
        place = int(np.searchsorted(steps, step, side="right")) - 1
        return float(values[place]) if place >= 0 else float("nan")


def places(last: int) -> list[int]:
    """At most `MOST` steps up to `last`, a power of two apart, coarse ones first: those of a shorter run are kept."""
    apart = 1
    while last // apart >= MOST:
        apart *= 2
    found: list[int] = []
    known: set[int] = set()
    coarse = apart
    while coarse <= last:
        coarse *= 2
    while coarse >= apart:
        fresh = [step for step in range(0, last + 1, coarse) if step not in known]
        found += fresh
        known.update(fresh)
        coarse //= 2
    return found


class SpectrumWorker(Newest):
    """Measures the runs that are asked for up to the steps that are asked for; what was measured once is kept."""

    result: Measured | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("spectrum", parent)
        self._known: weakref.WeakKeyDictionary[WideRun, dict[int, tuple[float, Array]]] = weakref.WeakKeyDictionary()

    def _results(self, request: Sequence[tuple[WideRun, int]]) -> Iterator[Measured]:
        wanted = [(run, places(last)) for run, last in request]
        longest = max((len(steps) for _, steps in wanted), default=0)
        jobs = [(run, steps[k]) for k in range(longest) for run, steps in wanted if k < len(steps)]
        shown = time.perf_counter()
        for done, (run, step) in enumerate(jobs, 1):
            if self.abandoned():
                return
            self._measure(run, step)
            if time.perf_counter() - shown > PATIENCE and done < len(jobs):
                shown = time.perf_counter()
                yield self._measured(wanted, done / len(jobs))
        yield self._measured(wanted, 1.0)

    def _measure(self, run: WideRun, step: int) -> None:
        known = self._known.setdefault(run, {})
        if step in known:
            return
        near = min(known, key=lambda other: abs(other - step), default=None)
        start = known[near][1] if near is not None and known[near][1].size else None
        theta = run.find_theta(step, self.abandoned)
        if theta is None:
            return
        pair = None
        if np.isfinite(theta).all():
            pair = top_eigenvalue(
                run.wide,
                theta,
                largest=True,
                start=start,
                tolerance=TOLERANCE,
                limit=PRODUCTS,
                stopped=self.abandoned,
            )
        if pair is not None:
            known[step] = pair.value, pair.vector
        elif not self.abandoned():
            known[step] = float("nan"), np.empty(0)

    def _measured(self, wanted: Sequence[tuple[WideRun, list[int]]], share: float) -> Measured:
        points = {}
        for run, steps in wanted:
            known = self._known.get(run, {})
            there = np.array(sorted(step for step in steps if step in known), dtype=np.int64)
            points[run] = there, np.array([known[step][0] for step in there.tolist()])
        return Measured(points, share)
