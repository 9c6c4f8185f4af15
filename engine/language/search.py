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
MAX_TRIALS = 25  # of wolfe, as torch's strong_wolfe
MAX_SHRINKS = 1000  # of backtrack: down to rounding with any shrink up to 0.95
NARROWEST = 1e-9  # movement of a parameter, as torch's tolerance_change


@njit(_signature, nogil=True, cache=True, error_model="numpy")
def backtrack(surface: Any, parameters: Any, theta: Any, first: Any, d1: Any, d2: Any, c1: Any, shrink: Any) -> Any:
    """The largest step first·shrinkᵏ that decreases L enough: L(θ + s·d) ≤ L(θ) + c1·s·(∇L·d) (Armijo 1966).

    0 where d is no direction of descent, or where no such step moves θ.
    """
    look, trial = np.empty(6), np.empty(2)
    surface(theta, parameters, -1, look)
    loss, slope = look[0], look[1] * d1 + look[2] * d2
    if not (first > 0.0 and slope < 0.0):
        return 0.0
    step = first
    for _ in range(MAX_SHRINKS):
        trial[0], trial[1] = theta[0] + step * d1, theta[1] + step * d2
        if trial[0] == theta[0] and trial[1] == theta[1]:
            return 0.0
        surface(trial, parameters, -1, look)
        if math.isfinite(look[0]) and look[0] <= loss + c1 * step * slope:
            return step
        step *= shrink
    return 0.0


@njit(types.float64(*(types.float64,) * 8), cache=True, error_model="numpy")
def _cubic(s0: Any, f0: Any, g0: Any, s1: Any, f1: Any, g1: Any, low: Any, high: Any) -> Any:
    """Where the cubic through two values and slopes is least, within low … high; their middle if it is nowhere."""
    if s0 > s1:
        s0, f0, g0, s1, f1, g1 = s1, f1, g1, s0, f0, g0
    a = g0 + g1 - 3.0 * (f0 - f1) / (s0 - s1)
    b = math.sqrt(a * a - g0 * g1)
    least = s1 - (s1 - s0) * ((g1 + b - a) / (g1 - g0 + 2.0 * b))
    return min(max(least, low), high) if math.isfinite(least) else 0.5 * (low + high)


@njit(cache=True, error_model="numpy")
def _along(surface: Any, parameters: Any, theta: Any, step: Any, d1: Any, d2: Any, trial: Any, look: Any) -> Any:
    """L and its slope along d at θ + step·d; (∞, NaN) where one of them is not finite, so that it counts as too far."""
    trial[0], trial[1] = theta[0] + step * d1, theta[1] + step * d2
    surface(trial, parameters, -1, look)
    slope = look[1] * d1 + look[2] * d2
    return (look[0], slope) if math.isfinite(look[0]) and math.isfinite(slope) else (math.inf, math.nan)


@njit(_signature, nogil=True, cache=True, error_model="numpy")
def wolfe(surface: Any, parameters: Any, theta: Any, first: Any, d1: Any, d2: Any, c1: Any, c2: Any) -> Any:
    """A step with the strong Wolfe conditions: Armijo's with c1, and |∇L(θ + s·d)·d| ≤ c2·|∇L(θ)·d|.

    From `first` on the step grows until it brackets such a point, then the bracket is narrowed by cubic interpolation
    (Nocedal & Wright, algorithms 3.5 and 3.6), with the safeguards and the limits of torch.optim.LBFGS. If 25 trials
    or the narrowest bracket do not satisfy both, the step to the lowest point found; 0 where that is θ itself or where
    d is no direction of descent.
    """
    trial, look = np.empty(2), np.empty(6)
    loss, slope = _along(surface, parameters, theta, 0.0, d1, d2, trial, look)
    if not (first > 0.0 and slope < 0.0):
        return 0.0
    low_s, low_f, low_g = 0.0, loss, slope
    s = first
    f, g = _along(surface, parameters, theta, s, d1, d2, trial, look)
    trials = 0
    while True:
        if trials == MAX_TRIALS:
            return s if f < loss else 0.0
        if f > loss + c1 * s * slope or (trials > 1 and f >= low_f):
            break
        if abs(g) <= -c2 * slope:
            return s
        if g >= 0.0:
            break
        further = _cubic(low_s, low_f, low_g, s, f, g, s + 0.01 * (s - low_s), 10.0 * s)
        low_s, low_f, low_g, s = s, f, g, further
        f, g = _along(surface, parameters, theta, s, d1, d2, trial, look)
        trials += 1
    high_s, high_f, high_g = s, f, g
    older = True  # whether the lower end is the older one, which is preferred of two that are equally low
    if high_f < low_f:
        low_s, low_f, low_g, high_s, high_f, high_g = high_s, high_f, high_g, low_s, low_f, low_g
        older = False
    size, near_the_end = max(abs(d1), abs(d2)), False
    while trials < MAX_TRIALS:
        left, right = min(low_s, high_s), max(low_s, high_s)
        if (right - left) * size < NARROWEST:
            break
        s = _cubic(low_s, low_f, low_g, high_s, high_f, high_g, left, right)
        margin = 0.1 * (right - left)
        if min(right - s, s - left) >= margin:
            near_the_end = False
        elif near_the_end or s >= right or s <= left:
            s = right - margin if right - s < s - left else left + margin
            near_the_end = False
        else:
            near_the_end = True
        f, g = _along(surface, parameters, theta, s, d1, d2, trial, look)
        trials += 1
        if f > loss + c1 * s * slope or f >= low_f:
            high_s, high_f, high_g = s, f, g
            if high_f < low_f or (high_f == low_f and not older):
                low_s, low_f, low_g, high_s, high_f, high_g = high_s, high_f, high_g, low_s, low_f, low_g
                older = not older
        else:
            if abs(g) <= -c2 * slope:
                return s
            if g * (high_s - low_s) >= 0.0:
                high_s, high_f, high_g = low_s, low_f, low_g
            low_s, low_f, low_g = s, f, g
    return low_s
