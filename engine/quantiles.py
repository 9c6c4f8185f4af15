"""Quantiles of σ and η/σ over all parameters: exact order statistics, by selection instead of sorting."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

from .language.vectors import put

SHARES = (0, 25, 50, 75, 100)
QUANTILES = (*(f"sigma_{share}" for share in SHARES), *(f"rate_{share}" for share in SHARES))
_vector = types.float64[::1]


@njit(types.int64(_vector, _vector, types.float64, types.boolean), nogil=True, cache=True)
def _partition(a: Any, room: Any, pivot: Any, equal: Any) -> Any:
    """Put what is less than the pivot (or `equal` to it too) first; returns how many those are.

    Each number is written to both ends of `room`, of which one moves on: there is no branch to be foretold wrongly, and
    nothing is read that has just been written.
    """
    low, high = np.uint64(0), np.uint64(a.size - 1)
    for i in range(a.size):
        x = a[i]
        room[low] = x
        room[high] = x
        less = np.uint64((x < pivot) | (equal & (x == pivot)))
        low += less
        high -= np.uint64(1) - less
    put(room[: a.size], a)
    return np.int64(low)


@njit(types.void(_vector, _vector, types.int64), nogil=True, cache=True)
def _select(a: Any, room: Any, k: Any) -> None:
    """Put what would stand at k if `a` were sorted there; what is less comes before it (Hoare 1961)."""
    while a.size > 1:
        last = a.size - 1
        if k in (0, last):
            best = 0
            for i in range(1, a.size):
                if a[i] < a[best] if k == 0 else a[i] > a[best]:
                    best = i
            a[k], a[best] = a[best], a[k]
            return
        x, y, z = a[0], a[last // 2], a[last]
        pivot = max(min(x, y), min(max(x, y), z))
        less = _partition(a, room, pivot, False)
        if k < less:
            a = a[:less]
            continue
        if less == 0:  # what equals the pivot goes first
            less = _partition(a, room, pivot, True)
            if k < less:
                return
        a, k = a[less:], k - less


@njit(types.void(_vector, _vector, types.int64[::1]), nogil=True, cache=True)
def _place(a: Any, room: Any, ranks: Any) -> None:
    """Put what belongs at each of the ranks there, as if `a` were sorted."""
    for q in range(ranks.size):
        low, high = 0, a.size
        for p in range(q):
            if ranks[p] == ranks[q]:
                break
            if ranks[p] < ranks[q]:
                low = max(low, ranks[p] + 1)
            else:
                high = min(high, ranks[p])
        else:
            _select(a[low:high], room, ranks[q] - low)


@njit(types.void(types.float64, _vector, _vector, _vector, _vector), nogil=True, cache=True, error_model="numpy")
def quantiles(eta: Any, m: Any, sigma: Any, room: Any, out: Any) -> None:
    """0, 25, 50, 75 and 100 % of |σ_i|, then of η/σ_i, into `out` (10); `room` takes 2n numbers.

    The quantile p of n numbers is the smallest that at least p·n of them do not exceed (Hyndman & Fan 1996, definition
    1). Parameters that never had a gradient (σ = m = 0) are left out; NaN where no other is left.
    """
    count, positive = 0, True
    for i in range(sigma.size):
        room[count] = abs(sigma[i])
        counts = (m[i] != 0.0) | (sigma[i] != 0.0)
        positive &= (sigma[i] > 0.0) | (not counts)
        count += counts
    if count == 0:
        for j in range(10):
            out[j] = math.nan
        return
    a, spare = room[:count], room[sigma.size :]
    at, ranks = np.empty(5, dtype=np.int64), np.empty(10, dtype=np.int64)
    for j in range(5):
        at[j] = max(0, (j * count + 3) // 4 - 1)
    ranks[0], ranks[1], ranks[2], ranks[3], ranks[4] = at[2], at[1], at[3], at[0], at[4]
    for j in range(5):
        ranks[5 + j] = count - 1 - ranks[j]
    _place(a, spare, ranks if positive else ranks[:5])
    for j in range(5):
        out[j] = a[at[j]]
        out[5 + j] = eta / a[count - 1 - at[j]]  # division keeps the order, turned round
    if not positive:
        count = 0
        for i in range(sigma.size):
            if m[i] != 0.0 or sigma[i] != 0.0:
                a[count] = eta / sigma[i]
                count += 1
        _place(a, spare, ranks[:5])
        for j in range(5):
            out[5 + j] = a[at[j]]
