"""Line searches and the Hessian's diagonal for a loss of any number of parameters, as rules ask for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

from ..hashing import mix
from .search import searches
from .vectors import WIDE_TYPE, dot, norm_inf, put

_vector = types.float64[::1]
_batch = types.int64[::1]
_signature = types.float64(
    *(WIDE_TYPE, _vector, _batch, _vector, types.float64, _vector, types.float64, types.float64, _vector, _vector)
)
EXACT = 64  # parameters up to which the Hessian's diagonal is found one by one
STEP = 6e-6  # ∛ε: where the errors of rounding and of the third derivative are equally small


@njit(error_model="numpy")
def _along(function: Any, parameters: Any, batch: Any, theta: Any, d: Any, trial: Any, g: Any, step: Any) -> Any:
    moved = False
    for i in range(theta.size):
        trial[i] = theta[i] + step * d[i]
        moved |= trial[i] != theta[i]
    value = function(trial, parameters, batch[:0], g)
    return moved, value, dot(g, d)


_armijo, _strong_wolfe = searches(_along)


@njit(_signature, nogil=True, cache=True, error_model="numpy")
def backtrack(
    function: Any,
    parameters: Any,
    batch: Any,
    theta: Any,
    first: Any,
    d: Any,
    c1: Any,
    shrink: Any,
    trial: Any,
    g: Any,
) -> Any:
    """Armijo's search along d, see `search.searches`; `trial` and `g` are room for n numbers each."""
    return _armijo(function, parameters, batch, theta, d, trial, g, first, c1, shrink)


@njit(_signature, nogil=True, cache=True, error_model="numpy")
def wolfe(
    function: Any,
    parameters: Any,
    batch: Any,
    theta: Any,
    first: Any,
    d: Any,
    c1: Any,
    c2: Any,
    trial: Any,
    g: Any,
) -> Any:
    """The search for the strong Wolfe conditions along d, see `search.searches`; `trial` and `g` as for `backtrack`."""
    return _strong_wolfe(function, parameters, batch, theta, d, trial, g, first, norm_inf(d), c1, c2)


@njit(
    types.void(WIDE_TYPE, _vector, _batch, _vector, types.float64, _vector, _vector, _vector),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def diagonal(function: Any, parameters: Any, batch: Any, theta: Any, t: Any, out: Any, trial: Any, g: Any) -> None:
    """The diagonal of the Hessian of the batch's loss, by central differences of the gradient.

    Of up to `EXACT` parameters one by one, which takes 2n gradients. Of more it is Hutchinson's estimate u·(Hu) with
    u_i = ±1 drawn for step t, which takes two: right in the mean (Bekas, Kokiopoulou, Saad 2007), as Sophia uses it.
    """
    if theta.size > EXACT:
        h = STEP * max(1.0, norm_inf(theta))
        key = mix(np.uint64(t))
        for i in range(theta.size):
            trial[i] = theta[i] + (h if mix(key + np.uint64(i)) & np.uint64(1) else -h)
        function(trial, parameters, batch, g)
        for i in range(theta.size):
            out[i] = g[i]
            trial[i] = theta[i] - (h if mix(key + np.uint64(i)) & np.uint64(1) else -h)
        function(trial, parameters, batch, g)
        for i in range(theta.size):
            change = (out[i] - g[i]) / (2.0 * h)
            out[i] = change if mix(key + np.uint64(i)) & np.uint64(1) else -change
        return
    put(theta, trial)
    for i in range(theta.size):
        h = STEP * max(1.0, abs(theta[i]))
        trial[i] = theta[i] + h
        right = trial[i]
        function(trial, parameters, batch, g)
        high = g[i]
        trial[i] = theta[i] - h
        left = trial[i]
        function(trial, parameters, batch, g)
        out[i] = (high - g[i]) / (right - left)
        trial[i] = theta[i]
