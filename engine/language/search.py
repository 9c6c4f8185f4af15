"""Line searches that a rule can call: how far to go from θ along a direction. They look at the full loss.

For two parameters; `search_wide` has the same for any number.
"""

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


@njit(types.float64(*(types.float64,) * 8), cache=True, error_model="numpy")
def _cubic(s0: Any, f0: Any, g0: Any, s1: Any, f1: Any, g1: Any, low: Any, high: Any) -> Any:
    """Where the cubic through two values and slopes is least, within low … high; their middle if it is nowhere."""
    if s0 > s1:
        s0, f0, g0, s1, f1, g1 = s1, f1, g1, s0, f0, g0
    a = g0 + g1 - 3.0 * (f0 - f1) / (s0 - s1)
    b = math.sqrt(a * a - g0 * g1)
    least = s1 - (s1 - s0) * ((g1 + b - a) / (g1 - g0 + 2.0 * b))
    return min(max(least, low), high) if math.isfinite(least) else 0.5 * (low + high)


def searches(along: Any) -> tuple[Any, Any]:
    """The searches `armijo` and `strong_wolfe` over a loss that they know along a line alone.

    `along(function, parameters, batch, theta, d, trial, out, step)` gives whether θ + step·d differs from θ, L there,
    and its slope along d; `trial` and `out` are room for it to work in.
    """

    @njit(error_model="numpy")
    def armijo(
        function: Any,
        parameters: Any,
        batch: Any,
        theta: Any,
        d: Any,
        trial: Any,
        out: Any,
        first: Any,
        c1: Any,
        shrink: Any,
    ) -> Any:
        """The largest step first·shrinkᵏ that decreases L enough: L(θ + s·d) ≤ L(θ) + c1·s·(∇L·d) (Armijo 1966).

        0 where d is no direction of descent, or where no such step moves θ.
        """
        _, loss, slope = along(function, parameters, batch, theta, d, trial, out, 0.0)
        if not (first > 0.0 and slope < 0.0):
            return 0.0
        step = first
        for _ in range(MAX_SHRINKS):
            moved, value, _ = along(function, parameters, batch, theta, d, trial, out, step)
            if not moved:
                return 0.0
            if math.isfinite(value) and value <= loss + c1 * step * slope:
                return step
            step *= shrink
        return 0.0

    @njit(error_model="numpy")
    def finite(
        function: Any,
        parameters: Any,
        batch: Any,
        theta: Any,
        d: Any,
        trial: Any,
        out: Any,
        step: Any,
    ) -> Any:
        """L and its slope; (∞, NaN) where one of them is not finite, so that it counts as too far."""
        _, value, slope = along(function, parameters, batch, theta, d, trial, out, step)
        return (value, slope) if math.isfinite(value) and math.isfinite(slope) else (math.inf, math.nan)

    @njit(error_model="numpy")
    def strong_wolfe(
        function: Any,
        parameters: Any,
        batch: Any,
        theta: Any,
        d: Any,
        trial: Any,
        out: Any,
        first: Any,
        size: Any,
        c1: Any,
        c2: Any,
    ) -> Any:
        """A step with the strong Wolfe conditions: Armijo's with c1, and |∇L(θ + s·d)·d| ≤ c2·|∇L(θ)·d|.

        From `first` on the step grows until it brackets such a point, then the bracket is narrowed by cubic
        interpolation (Nocedal & Wright, algorithms 3.5 and 3.6), with the safeguards and the limits of
        torch.optim.LBFGS. If 25 trials or the narrowest bracket do not satisfy both, the step to the lowest point
        found; 0 where that is θ itself or where d is no direction of descent. `size` is that of d's largest component.
        """
        loss, slope = finite(function, parameters, batch, theta, d, trial, out, 0.0)
        if not (first > 0.0 and slope < 0.0):
            return 0.0
        low_s, low_f, low_g = 0.0, loss, slope
        s = first
        f, g = finite(function, parameters, batch, theta, d, trial, out, s)
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
            f, g = finite(function, parameters, batch, theta, d, trial, out, s)
            trials += 1
        high_s, high_f, high_g = s, f, g
        older = True  # whether the lower end is the older one, which is preferred of two that are equally low
        if high_f < low_f:
            low_s, low_f, low_g, high_s, high_f, high_g = high_s, high_f, high_g, low_s, low_f, low_g
            older = False
        near_the_end = False
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
            f, g = finite(function, parameters, batch, theta, d, trial, out, s)
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

    return armijo, strong_wolfe


@njit(error_model="numpy")
def _along(surface: Any, parameters: Any, batch: Any, theta: Any, d: Any, trial: Any, look: Any, step: Any) -> Any:
    trial[0], trial[1] = theta[0] + step * d[0], theta[1] + step * d[1]
    moved = trial[0] != theta[0] or trial[1] != theta[1]
    surface(trial, parameters, -1, look)
    return moved, look[0], look[1] * d[0] + look[2] * d[1]


_armijo, _strong_wolfe = searches(_along)


@njit(_signature, nogil=True, cache=True, error_model="numpy")
def backtrack(surface: Any, parameters: Any, theta: Any, first: Any, d1: Any, d2: Any, c1: Any, shrink: Any) -> Any:
    """Armijo's search for two parameters, along (d1, d2); see `searches`."""
    d = np.array([d1, d2])
    return _armijo(surface, parameters, -1, theta, d, np.empty(2), np.empty(6), first, c1, shrink)


@njit(_signature, nogil=True, cache=True, error_model="numpy")
def wolfe(surface: Any, parameters: Any, theta: Any, first: Any, d1: Any, d2: Any, c1: Any, c2: Any) -> Any:
    """The search for the strong Wolfe conditions for two parameters, along (d1, d2); see `searches`."""
    d, size = np.array([d1, d2]), max(abs(d1), abs(d2))
    return _strong_wolfe(surface, parameters, -1, theta, d, np.empty(2), np.empty(6), first, size, c1, c2)
