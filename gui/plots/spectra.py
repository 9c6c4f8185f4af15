"""λmax of a network's Hessian along its runs, for the strip that shows S of a surface of two parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.decimate import Curve
from engine.language import Number
from engine.run import Run

from ..numbers import MISSING, show
from ..wide import is_wide
from .curves import RunCurves

if TYPE_CHECKING:
    from engine.wide import WideRun

    from ..network.spectrum import SpectrumWorker

NOTHING = Curve(np.empty(0), np.empty(0), np.empty(0, dtype=np.uint8))


class Spectra(QObject):
    """Has it measured for the runs that are drawn, as long as they are drawn.

    Signals:
        changed: more of it is measured.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: SpectrumWorker | None = None
        self._asked: tuple[tuple[WideRun, int], ...] = ()

    @property
    def share(self) -> float:
        """How much of what is asked for is measured."""
        result = self._worker.result if self._worker else None
        return result.share if result else 0.0

    def follow(self, runs: Sequence[Run]) -> None:
        """Measure these runs as far as they are computed; none to stop."""
        wanted = tuple((run, run.computed) for run in runs if is_wide(run))
        if wanted == self._asked:
            return
        grown = [run for run, _ in wanted] == [run for run, _ in self._asked]
        if grown and not any(
            _worthwhile(before, run, now) for (run, now), (_, before) in zip(wanted, self._asked, strict=True)
        ):
            return
        self._asked = wanted
        if self._worker is None:
            from ..network.spectrum import SpectrumWorker  # loads native code that only networks need

            self._worker = SpectrumWorker(self)
            self._worker.ready.connect(self.changed)
        self._worker.ask(wanted, tuple(id(run) for run, _ in wanted))

    def trace(self, run: Run, curves: RunCurves) -> RunCurves:
        """The curves of λmax, and of the largest at which the run would be stable, out of η's curve."""
        result = self._worker.result if self._worker else None
        measured = result.curve(run) if result and is_wide(run) else NOTHING
        rates, limit = curves.curves[1], stable_curvature(run)
        stable = replace(rates, values=math.log10(limit) - rates.values) if limit else NOTHING
        return replace(curves, curves=[measured, stable])

    def values(self, run: Run, step: int, lr: float) -> list[str]:
        """λmax and its limit at a step, in words."""
        result = self._worker.result if self._worker else None
        value = result.value(run, step) if result and is_wide(run) else math.nan
        limit = stable_curvature(run)
        texts = [MISSING if math.isnan(value) else show(value, 3), show(limit / lr, 3) if limit and lr > 0 else ""]
        return texts

    def close(self) -> None:
        """End the thread."""
        if self._worker:
            self._worker.close()


def stable_curvature(run: Run) -> float | None:
    """η·λmax up to which the run is stable on a quadratic; None where σ is not 1 or no limit is known."""
    sigma = next((line.value for line in run.optimizer.lines if line.name == "sigma"), None)
    return run.largest_stable() if sigma == Number(1.0) else None


def _worthwhile(before: int, run: Run, now: int) -> bool:
    """Whether a run has grown by enough to be measured anew."""
    return now > before and (run.finished or now > before * 1.1 + 16)
