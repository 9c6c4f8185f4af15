"""What the engine needs of a loss surface; the package `surfaces` makes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .language import Node

EVERYWHERE = (-math.inf, math.inf, -math.inf, math.inf)


class Formula(NamedTuple):
    """A loss as a formula over the axes, with the names of its parameters."""

    tree: Node
    axes: tuple[str, str]
    parameters: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss over two parameters, compiled.

    Attributes:
        function: native; see `engine.language.compile.SURFACE_SIGNATURE`.
        parameters: shape (k,), handed to `function` with every call.
        axes: what the two parameters are called.
        domain: (low 1, high 1, low 2, high 2) of θ; a run that steps outside ends there.
        formula: what it was compiled from, to compile it together with other code; None for a loss that is no formula.
        samples: number of data points that a mini-batch can be drawn from; 0 where the loss stands on no data.
    """

    function: Any
    parameters: NDArray[np.float64]
    axes: tuple[str, str] = ("x", "y")
    domain: tuple[float, float, float, float] = EVERYWHERE
    samples: int = 0
    formula: Formula | None = None

    def at(self, theta: tuple[float, float]) -> NDArray[np.float64]:
        """[L, L_1, L_2, L_11, L_12, L_22] at θ, by the function that the engine's loop calls."""
        out = np.empty(6)
        self.function(np.array(theta, dtype=np.float64), self.parameters, -1, out)
        return out

    def contains(self, theta: tuple[float, float]) -> bool:
        """Whether θ lies in the domain."""
        low1, high1, low2, high2 = self.domain
        return low1 <= theta[0] <= high1 and low2 <= theta[1] <= high2
