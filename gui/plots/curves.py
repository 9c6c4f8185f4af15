"""What the strips draw: which columns of the rows, in which line style, and their points on the visible steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.blocks import envelope
from engine.decimate import Curve, decimate
from engine.simulator import Ensemble, Run
from engine.trajectory import View

SOLID, DASHED, DOTTED = (1.0, 0.0), (5.0, 4.0), (1.5, 3.0)  # pixels on, pixels off
BAND = (0.05, 0.95)
BAND_STEPS = 512
EXACT_STEPS = 2**16  # of all runs together: some 10 ms of replay


@dataclass(frozen=True, slots=True)
class Strip:
    """One plot.

    `lines`: the column of each curve and its (on, off) in pixels; the style names the parameter. `band`: the columns
    between which the plot is shaded. Columns below 0 count from the end of a row: they are quantiles over many
    parameters, which blocks of steps do not hold.
    """

    key: str
    log: bool
    lines: tuple[tuple[int, tuple[float, float]], ...]
    band: tuple[int, int] | None = None

    @property
    def columns(self) -> list[int]:
        """Those of the lines, and of the band."""
        return [*(column for column, _ in self.lines), *(self.band or ())]


STRIPS = (
    Strip("loss", True, ((kernel.LOSS, SOLID),)),
    Strip("gradient", True, ((kernel.GRAD_NORM, SOLID),)),
    Strip("sigma", True, ((kernel.SIGMA, SOLID), (kernel.SIGMA + 1, DASHED))),
    Strip("rate", True, ((kernel.LR, DOTTED), (kernel.RATE, SOLID), (kernel.RATE + 1, DASHED))),
    Strip("stability", False, ((kernel.SHARPNESS, SOLID),)),
)


# Of a network: the median of all its parameters, their quartiles, and the band from the least to the largest.
WIDE_STRIPS = {
    "sigma": Strip("sigma", True, ((-8, SOLID), (-9, DASHED), (-7, DASHED)), (-10, -6)),
    "rate": Strip("rate", True, ((kernel.LR, DOTTED), (-3, SOLID), (-4, DASHED), (-2, DASHED)), (-5, -1)),
}


@dataclass(frozen=True, slots=True, eq=False)
class RunCurves:
    """The curves of one run in one strip, in the order of `Strip.lines`.

    `band` are the columns of `Strip.band`, or the 5 % and the 95 % quantile of σ_1 over all runs of an ensemble.
    `diverged`: the run ended that way; its curves may go anywhere. `block`: of so many steps, from a multiple of it on,
    each value is the least or the largest; 1 where it belongs to its own step.
    """

    index: int
    limit: float | None
    curves: Sequence[Curve]
    band: tuple[Curve, Curve] | None = None
    diverged: bool = False
    block: int = 1

    @property
    def drawn(self) -> list[Curve]:
        """All curves, those of the band too."""
        return [*self.curves, *(self.band or ())]


def trace_run(
    run: Run,
    view: View,
    strips: Sequence[Strip],
    visible: tuple[float, float],
    width: int,
    quantiles: Quantiles,
    exact: int = EXACT_STEPS,
) -> list[RunCurves]:
    """The curves of `run` in each of `strips`, between two steps, on `width` pixels; for `exact` see `_curves`."""
    columns = [(column, strip.log) for strip in strips for column in strip.columns]
    places, log = [column for column, _ in columns], [log for _, log in columns]
    curves = iter(_curves(run, view, places, log, visible, width, exact))
    diverged = run.end is not None and run.end.kind == "diverged"
    block = block_steps(view, visible, exact)
    result = []
    for strip in strips:
        lines = [next(curves) for _ in strip.lines]
        band = quantiles.band(run, visible, width) if strip.key == "sigma" else None
        if strip.band:
            band = next(curves), next(curves)
        result.append(RunCurves(run.index, run.limit, lines, band, diverged, block))
    return result


def seen_steps(view: View, visible: tuple[float, float]) -> tuple[int, int]:
    """The first and the last of a run's steps that are needed to draw what is visible."""
    return max(math.floor(visible[0]) - 1, view.first), min(math.ceil(visible[1]) + 1, view.last)


def block_steps(view: View, visible: tuple[float, float], exact: int) -> int:
    """How many steps the blocks have that are drawn of a run; 1 where every step is drawn."""
    first, last = seen_steps(view, visible)
    return 1 if view.stride == 1 or first <= last < first + exact else view.stride


def _curves(
    run: Run, view: View, columns: list[int], log: list[bool], visible: tuple[float, float], width: int, exact: int
) -> list[Curve]:
    """Of a long run what each block of steps spans; every step, by replay, where `exact` at most are seen."""
    last = view.rows.shape[1]
    columns = [column if column >= 0 else last + column for column in columns]
    if view.stride == 1:
        return decimate(view.rows, columns, log, 1, *visible, width, view.first)
    if block_steps(view, visible, exact) == 1:
        first, last = seen_steps(view, visible)
        return decimate(run.rows(first, last), columns, log, 1, *visible, width, first)
    held = [k for k, column in enumerate(columns) if column < kernel.STATE]
    spans = iter(envelope(view, [columns[k] for k in held], [log[k] for k in held], *visible, width))
    rest = [k for k in range(len(columns)) if k not in held]
    thinned = [columns[k] for k in rest], [log[k] for k in rest]
    rows = iter(decimate(view.rows, *thinned, view.stride, *visible, width, view.first))
    return [next(spans) if k in held else next(rows) for k in range(len(columns))]


def lowest_loss(view: View) -> float:
    """The least loss of all steps; NaN where there is none."""
    losses = view.blocks.low[:, kernel.LOSS] if view.stride > 1 else view.rows[:, kernel.LOSS]
    return float(np.fmin.reduce(losses, initial=np.nan))


class Quantiles:
    """The spread of σ_1 over the runs of each finished ensemble; made once."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Ensemble, NDArray[np.float64], int]] = {}

    def use(self, ensembles: Sequence[Ensemble]) -> None:
        """Take over what is finished; forget what is gone."""
        made = {}
        for ensemble in ensembles:
            index = ensemble.run.index
            known = self._made.get(index)
            if known and known[0] is ensemble:
                made[index] = known
            elif ensemble.finished:
                every = max(1, ensemble.sigmas.shape[1] // BAND_STEPS)
                made[index] = (ensemble, quantiles(ensemble.sigmas[:, ::every, 0], BAND), every)
        self._made = made

    def band(self, run: Run, visible: tuple[float, float], width: int) -> tuple[Curve, Curve] | None:
        """The lower and the upper curve, where there is an ensemble."""
        known = self._made.get(run.index)
        if known is None:
            return None
        lower, upper = decimate(known[1], (0, 1), (True, True), known[2], *visible, width)
        return lower, upper


def quantiles(samples: NDArray[np.float64], shares: Sequence[float]) -> NDArray[np.float64]:
    """Quantiles over the first axis of what is a number there, shape (columns of `samples`, len(shares))."""
    ordered = np.ascontiguousarray(samples.T)
    ordered.sort(axis=1)  # NaN come last
    count = np.maximum((~np.isnan(ordered)).sum(axis=1), 1)
    places = np.rint(np.multiply.outer(count - 1, np.asarray(shares))).astype(np.int64)
    found: NDArray[np.float64] = np.take_along_axis(ordered, places, axis=1)
    return found
