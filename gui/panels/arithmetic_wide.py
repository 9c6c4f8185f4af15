"""One step of a run of many parameters as arithmetic: the rule as it was for all of them, shown for the two watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.language.evaluate import Searches
from engine.language.functions import SEARCHES
from engine.wide import Seen, WideRun

from .arithmetic import Arithmetic

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WideArithmetic(Arithmetic):
    """As `Arithmetic`; reductions such as `norm` are over all parameters."""

    @property
    def _wide_run(self) -> WideRun:
        assert isinstance(self.run, WideRun)
        return self.run

    @property
    def places(self) -> tuple[int, int]:
        return self._wide_run.wide.watched

    @property
    def size(self) -> int:
        return self._wide_run.wide.origin.size

    @cached_property
    def _seen(self) -> Seen:
        return self._wide_run.seen(self.step)

    def _inputs(self) -> dict[str, Array]:
        seen = self._seen
        values = {**self._shared(), "theta": seen.theta, "g": seen.g, "i": np.arange(float(self.size))}
        values |= dict(zip(self.run.optimizer.state, seen.state, strict=True))
        return values | {"hess": self._curvature() if self.run.optimizer.curved else np.full(self.size, np.nan)}

    def _curvature(self) -> Array:
        """The diagonal of the Hessian as the rule was given it."""
        from engine.language import search_wide  # native code is loaded only where it is wanted

        wide, seen = self._wide_run.wide, self._seen
        found, trial, g = (np.empty(self.size) for _ in range(3))
        search_wide.diagonal(wide.function, wide.parameters, seen.batch, seen.theta, self.step + 1.0, found, trial, g)
        return found

    @cached_property
    def _searches(self) -> Searches:
        wide, seen, eta = self._wide_run.wide, self._seen, self.value(kernel.LR)
        trial, g = np.empty(self.size), np.empty(self.size)
        known: dict[tuple[str, bytes, float, float], float] = {}  # a search takes many looks at the whole loss

        def along(name: str) -> Callable[[Array, float, float], float]:
            def found(d: Array, a: float, b: float) -> float:
                key = name, d.tobytes(), a, b
                if key not in known:
                    from engine.language import search_wide

                    way = np.array(d)  # of its own, as what is broadcast cannot be written to
                    function = getattr(search_wide, name)
                    known[key] = float(
                        function(wide.function, wide.parameters, seen.batch, seen.theta, eta, way, a, b, trial, g)
                    )
                return known[key]

            return found

        return {name: along(name) for name in SEARCHES}
