"""The loss on a plane of parameter space as one native function of two numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.language.compile import SURFACE_SIGNATURE
from engine.surface import LOSS_ONLY, Surface, Wide

from .freshness import version
from .mlp import loss
from .rows import SUMS
from .tangent import hessian_vector

AXES = ("a", "b")


@njit(fastmath=SUMS, error_model="numpy")
def _dot(x: Any, y: Any) -> Any:
    total = 0.0
    for i in range(x.size):
        total += x[i] * y[i]
    return total


def _compiled(version: str) -> Any:
    @njit(SURFACE_SIGNATURE, nogil=True, cache=True, error_model="numpy")
    def section(place: Any, parameters: Any, sample: Any, look: Any) -> None:
        """Loss, gradient and Hessian by (a, b) at θ = centre + a·d1 + b·d2, all exact.

        `parameters` are the lengths of the network's own and of θ, the network's own, centre, d1, d2. `LOSS_ONLY`
        leaves all but the loss NaN. A single data point as `sample` is not distinguished: a network is trained in all
        its parameters, not on the plane.
        """
        len(version)
        own, n = int(parameters[0]), int(parameters[1])
        network, at = parameters[2 : 2 + own], 2 + own
        first, second = parameters[at + n : at + 2 * n], parameters[at + 2 * n : at + 3 * n]
        theta, g = np.empty(n), np.empty(0 if sample == LOSS_ONLY else n)
        everything = np.empty(0, dtype=np.int64)
        for i in range(n):
            theta[i] = parameters[at + i] + (place[0] * first[i] + place[1] * second[i])
        look[:] = np.nan
        look[0] = loss(theta, network, everything, g)
        if sample != LOSS_ONLY:
            look[1], look[2] = _dot(g, first), _dot(g, second)
            hessian_vector(theta, network, everything, first, g)
            look[3], look[4] = _dot(g, first), _dot(g, second)
            hessian_vector(theta, network, everything, second, g)
            look[5] = _dot(g, second)

    return section


section: Any = _compiled(version())


def plane_surface(wide: Wide, centre: NDArray[np.float64], directions: NDArray[np.float64]) -> Surface:
    """The loss on the plane θ = centre + a·d1 + b·d2.

    Args:
        wide: a network's loss.
        centre: shape (n,), θ at (0, 0).
        directions: shape (2, n).
    """
    plane = [centre, *directions]
    if any(part.shape != wide.origin.shape for part in plane) or len(plane) != 3:
        raise ValueError("centre and both directions must have as many numbers as the network has parameters")
    lengths = np.array([len(wide.parameters), len(centre)], dtype=np.float64)
    parameters = np.concatenate([lengths, wide.parameters, *plane])
    wide = replace(wide, origin=centre, directions=directions)
    return Surface(section, parameters, AXES, samples=wide.samples, wide=wide)
