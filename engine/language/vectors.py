"""Reductions over a vector of any length; for two numbers they are to the last bit what a rule for two has."""

from __future__ import annotations

import math
from typing import Any

from numba import njit, types

_vector = types.float64[::1]
_one = types.float64(_vector)
WIDE_TYPE = types.FunctionType(types.float64(_vector, _vector, types.int64[::1], _vector))  # see surface.Wide


@njit(types.void(_vector, _vector), nogil=True, cache=True)
def put(a: Any, to: Any) -> None:
    """Copy `a` to the beginning of `to`; compiled in a fraction of the time that an assignment of slices takes."""
    for i in range(a.size):
        to[i] = a[i]


@njit(types.float64(_vector, _vector), nogil=True, cache=True, error_model="numpy")
def dot(a: Any, b: Any) -> Any:
    """Σ a_i·b_i, in four sums side by side: the same on every machine."""
    s0 = s1 = s2 = s3 = 0.0
    whole = a.size - a.size % 4
    for i in range(0, whole, 4):
        s0 += a[i] * b[i]
        s1 += a[i + 1] * b[i + 1]
        s2 += a[i + 2] * b[i + 2]
        s3 += a[i + 3] * b[i + 3]
    total = (s0 + s1) + (s2 + s3)
    for i in range(whole, a.size):
        total += a[i] * b[i]
    return total


@njit(_one, nogil=True, cache=True, error_model="numpy")
def add_up(a: Any) -> Any:
    """Σ a_i, as `dot`."""
    s0 = s1 = s2 = s3 = 0.0
    whole = a.size - a.size % 4
    for i in range(0, whole, 4):
        s0 += a[i]
        s1 += a[i + 1]
        s2 += a[i + 2]
        s3 += a[i + 3]
    total = (s0 + s1) + (s2 + s3)
    for i in range(whole, a.size):
        total += a[i]
    return total


@njit(_one, nogil=True, cache=True, error_model="numpy")
def mean(a: Any) -> Any:
    """Σ a_i / n."""
    return add_up(a) / a.size


@njit(_one, nogil=True, cache=True, error_model="numpy")
def norm_inf(a: Any) -> Any:
    """The largest |a_i|; NaN if there is one."""
    largest = 0.0
    for i in range(a.size):
        if not abs(a[i]) <= largest:
            largest = abs(a[i])
            if largest != largest:
                return largest
    return largest


@njit(_one, nogil=True, cache=True, error_model="numpy")
def norm(a: Any) -> Any:
    """√Σ a_i²; divided by the largest first where the squares would overflow or vanish."""
    square = dot(a, a)
    if 1e-280 < square < 1e300:
        return math.sqrt(square)
    largest = norm_inf(a)
    if not 0.0 < largest < math.inf:
        return largest
    total = 0.0
    for i in range(a.size):
        total += (a[i] / largest) * (a[i] / largest)
    return largest * math.sqrt(total)
