"""What the engine needs of a loss surface; the package `surfaces` makes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .language import Node

EVERYWHERE = (-math.inf, math.inf, -math.inf, math.inf)

# Instead of a data point, with any surface function: only the loss will be read, the rest need not be computed.
LOSS_ONLY = -2

# loss(theta[n], parameters[k], batch[i8], g[n]) -> L : batch = indices of data points, empty = all; writes the
# gradient into g
WIDE_SIGNATURE = "f8(f8[::1], f8[::1], i8[::1], f8[::1])"


class Formula(NamedTuple):
    """A loss as a formula over the axes, with the names of its parameters."""

    tree: Node
    axes: tuple[str, str]
    parameters: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Wide:
    """A loss over many parameters, of which the canvas shows a plane.

    Attributes:
        function: native; see WIDE_SIGNATURE.
        parameters: shape (k,), handed to `function` with every call: sizes, options and data.
        names: of the n parameters, as torch names them with an index: '0.weight[3, 2]', '0.bias[1]' …
        origin: shape (n,): θ at the plane's (0, 0), the initial weights.
        directions: shape (2, n): the plane; a start (a, b) means θ = origin + a·d1 + b·d2.
        samples: number of data points.
        watched: the two parameters whose numbers the rows hold, as indices into names.
    """

    function: Any
    parameters: NDArray[np.float64]
    names: tuple[str, ...]
    origin: NDArray[np.float64]
    directions: NDArray[np.float64]
    samples: int
    watched: tuple[int, int] = (0, 1)


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
        wide: the loss over many parameters of which this one is a plane; None for a loss over two.
    """

    function: Any
    parameters: NDArray[np.float64]
    axes: tuple[str, str] = ("x", "y")
    domain: tuple[float, float, float, float] = EVERYWHERE
    samples: int = 0
    formula: Formula | None = None
    wide: Wide | None = None

    def at(self, theta: tuple[float, float]) -> NDArray[np.float64]:
        """[L, L_1, L_2, L_11, L_12, L_22] at θ, by the function that the engine's loop calls."""
        out = np.empty(6)
        self.function(np.array(theta, dtype=np.float64), self.parameters, -1, out)
        return out

    @property
    def identity(self) -> tuple[object, bytes]:
        """Equal for surfaces that give the same loss everywhere: the same function with the same parameters."""
        return self.function, self.parameters.tobytes()

    def contains(self, theta: tuple[float, float]) -> bool:
        """Whether θ lies in the domain."""
        low1, high1, low2, high2 = self.domain
        return low1 <= theta[0] <= high1 and low2 <= theta[1] <= high2
