"""Line searches that a rule can call: how far to go from θ along a direction. They look at the full loss."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

_vector = types.float64[::1]
_surface = types.FunctionType(types.void(_vector, _vector, types.int64, _vector))
_numbers = (types.float64,) * 5
_signature = types.float64(_surface, _vector, _vector, *_numbers)
MAX_TRIALS = 60


@njit(_signature, nogil=True, cache=True, error_model="numpy")
def backtrack(surface: Any, parameters: Any, theta: Any, first: Any, d1: Any, d2: Any, c1: Any, shrink: Any) -> Any:
    """The largest step first·shrinkᵏ that decreases L enough: L(θ + s·d) ≤ L(θ) + c1·s·(∇L·d) (Armijo 1966).

    0 where d is no direction of descent or no such step is found in 60 trials.
    """
    look, trial = np.empty(6), np.empty(2)
    surface(theta, parameters, -1, look)
    loss, slope = look[0], look[1] * d1 + look[2] * d2
    if not slope < 0.0:
        return 0.0
    step = first
    for _ in range(MAX_TRIALS):
        trial[0], trial[1] = theta[0] + step * d1, theta[1] + step * d2
        surface(trial, parameters, -1, look)
        if math.isfinite(look[0]) and look[0] <= loss + c1 * step * slope:
            return step
        step *= shrink
    return 0.0
