"""βᵗ for consecutive t: what bias corrections ask for at every step, and what `pow` is slow at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

BLOCK, LANES = 512, 16
_vector = types.float64[::1]
_matrix = types.float64[:, ::1]
_SPLIT = 2.0**27 + 1.0


@njit("UniTuple(f8, 2)(f8, f8, f8, f8)", cache=True)
def _product(a: Any, a_low: Any, b: Any, b_low: Any) -> Any:
    """(a + a_low)·(b + b_low) as a number and what its rounding left, some 104 bits together (Dekker 1971)."""
    p = a * b
    s, u = a * _SPLIT, b * _SPLIT
    a1, b1 = s - (s - a), u - (u - b)
    a2, b2 = a - a1, b - b1
    rest = (((a1 * b1 - p) + a1 * b2) + a2 * b1) + a2 * b2 + (a * b_low + a_low * b)
    high = p + rest
    return high, rest - (high - p)


@njit("UniTuple(f8, 2)(f8, i8)", cache=True)
def _power(base: Any, exponent: Any) -> Any:
    """base^exponent by repeated squaring."""
    high, low, square, square_low = 1.0, 0.0, base, 0.0
    while exponent > 0:
        if exponent & 1:
            high, low = _product(high, low, square, square_low)
        square, square_low = _product(square, square_low, square, square_low)
        exponent >>= 1
    return high, low


@njit(types.void(_vector, types.int64, _matrix), cache=True, error_model="numpy")
def fill(bases: Any, block: Any, powers: Any) -> None:
    """powers[j, r] = bases[j]^(BLOCK·block + r), r = 0 … BLOCK − 1: a function of base and exponent alone.

    Above ½, where 1 − βᵗ magnifies each rounding, it is what `pow` gives, as in torch; below to half a unit in the
    last place (of numbers below 1e−308 less is left).
    """
    high, low = np.empty(LANES), np.empty(LANES)
    for j in range(bases.size):
        base = bases[j]
        anchor, anchor_low = _power(base, BLOCK * block)
        for k in range(LANES):
            high[k], low[k] = _product(anchor, anchor_low, *_power(base, k))
        stride, stride_low = _power(base, LANES)
        for r in range(0, BLOCK, LANES):
            for k in range(LANES):
                powers[j, r + k] = high[k]
                high[k], low[k] = _product(high[k], low[k], stride, stride_low)
        if not abs(powers[j, BLOCK - 1]) <= 0.5 or not abs(powers[j, 0]) <= 0.5:
            for r in range(BLOCK):
                if not abs(powers[j, r]) <= 0.5:
                    powers[j, r] = base ** float(BLOCK * block + r)
