"""Quantiles of σ and η/σ over all parameters: exact order statistics, by selection instead of sorting."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

SHARES = (0, 25, 50, 75, 100)
QUANTILES = (*(f"sigma_{share}" for share in SHARES), *(f"rate_{share}" for share in SHARES))
_vector = types.float64[::1]


@njit(types.void(_vector, types.int64, types.int64, types.int64), nogil=True, cache=True)
def _select(a: Any, low: Any, high: Any, k: Any) -> None:
    """Put what would stand at k if a[low:high] were sorted there; what is less comes before it (Hoare 1961)."""
    while high - low > 1:
        if k == low or k == high - 1:
            best = low
            for i in range(low + 1, high):
                if a[i] < a[best] if k == low else a[i] > a[best]:
                    best = i
            a[k], a[best] = a[best], a[k]
            return
        x, y, z = a[low], a[(low + high) // 2], a[high - 1]
        pivot = max(min(x, y), min(max(x, y), z))
        j = low
        for i in range(low, high):  # no branch: which way a number goes cannot be foretold
            x = a[i]
            a[i] = a[j]
            a[j] = x
            j += x < pivot
        if k < j:
            high = j
        elif j > low:
            low = j
        else:  # nothing is less than the pivot: what equals it goes first
            for i in range(low, high):
                x = a[i]
                a[i] = a[j]
                a[j] = x
                j += x <= pivot
            if k < j:
                return
            low = j


@njit(types.void(_vector, types.int64[::1]), nogil=True, cache=True)
def _place(a: Any, ranks: Any) -> None:
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
            _select(a, low, high, ranks[q])


@njit(
    types.void(types.float64, _vector, _vector, _vector, _vector), nogil=True, cache=True, error_model="numpy"
)
def quantiles(eta: Any, m: Any, sigma: Any, room: Any, out: Any) -> None:
    """0, 25, 50, 75 and 100 % of |σ_i|, then of η/σ_i, into `out` (10); `room` takes n numbers.

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
        out[:] = math.nan
        return
    a = room[:count]
    at, ranks = np.empty(5, dtype=np.int64), np.empty(10, dtype=np.int64)
    for j in range(5):
        at[j] = max(0, (j * count + 3) // 4 - 1)
    ranks[0], ranks[1], ranks[2], ranks[3], ranks[4] = at[2], at[1], at[3], at[0], at[4]
    for j in range(5):
        ranks[5 + j] = count - 1 - ranks[j]
    _place(a, ranks if positive else ranks[:5])
    for j in range(5):
        out[j] = a[at[j]]
        out[5 + j] = eta / a[count - 1 - at[j]]  # division keeps the order, turned round
    if not positive:
        count = 0
        for i in range(sigma.size):
            if m[i] != 0.0 or sigma[i] != 0.0:
                a[count] = eta / sigma[i]
                count += 1
        _place(a, ranks[:5])
        for j in range(5):
            out[5 + j] = a[at[j]]
