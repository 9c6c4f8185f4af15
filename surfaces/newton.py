"""Native: damped Newton's method on ∇L = 0 from many starts, and what tells one kind of critical point from another.

All lengths are shares of the window: with θ = s·u the gradient in u is s·∇L and the Hessian s·H·s, so that tolerances
mean the same on every surface and for axes of very different ranges.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

from engine.kernel import SURFACE_TYPE

STEPS, HALVINGS = 120, 12
REACH = 0.1  # the longest step
STILL, SMALL = 1e-12, 1e-9  # a step at which it stops; the longest at which it has arrived
SINGULAR, DAMPED = 1e-9, 0.03  # of the largest |λ|: less does not drive a step, or hardly

# Columns of what `solve` and `examine` write.
ARRIVED, NORM = 0, 1
KINKED, CHANGE_1, CHANGE_2, FLAT_AROUND, SPREADS = range(5)
KINK, BEND, BESIDE = 1e-5, 1e-3, 1e-2
VAGUE = 1e-4  # a step: where it is longer, L is flat and no point is singled out

_vector = types.float64[::1]
_matrix = types.float64[:, ::1]


@njit(types.float64(SURFACE_TYPE, _vector, _vector, _vector, _vector), nogil=True, cache=True, error_model="numpy")
def _look(surface: Any, parameters: Any, scale: Any, theta: Any, look: Any) -> Any:
    """Look at θ in the window's units; returns the norm of the gradient, NaN where anything is not finite."""
    surface(theta, parameters, -1, look)
    look[1] *= scale[0]
    look[2] *= scale[1]
    look[3] *= scale[0] * scale[0]
    look[4] *= scale[0] * scale[1]
    look[5] *= scale[1] * scale[1]
    total = look[0] + look[1] + look[2] + look[3] + look[4] + look[5]
    return math.hypot(look[1], look[2]) if math.isfinite(total) else math.nan


@njit(types.void(types.float64, types.float64, types.float64, _vector), nogil=True, cache=True, error_model="numpy")
def eigen(a: Any, b: Any, c: Any, out: Any) -> None:
    """Of [[a, b], [b, c]]: λ1 ≥ λ2, then the unit vector of λ1; that of λ2 is (−v_2, v_1)."""
    middle, reach = 0.5 * a + 0.5 * c, math.hypot(0.5 * a - 0.5 * c, b)
    angle = 0.5 * math.atan2(2.0 * b, a - c)
    out[0], out[1], out[2], out[3] = middle + reach, middle - reach, math.cos(angle), math.sin(angle)


@njit(types.float64(_vector, types.float64, _vector, _vector), nogil=True, cache=True, error_model="numpy")
def _newton(look: Any, singular: Any, e: Any, step: Any) -> Any:
    """The step −H⁻¹g, short along an eigenvector with |λ| below `singular` times the largest, as Levenberg's.

    Returns ‖g + H·step‖: what it leaves.
    """
    eigen(look[3], look[4], look[5], e)
    along1 = look[1] * e[2] + look[2] * e[3]
    along2 = -look[1] * e[3] + look[2] * e[2]
    largest = max(abs(e[0]), abs(e[1]))
    least = singular * largest * singular * largest
    p1 = -e[0] * along1 / (e[0] * e[0] + least) if largest > 0.0 else 0.0
    p2 = -e[1] * along2 / (e[1] * e[1] + least) if largest > 0.0 else 0.0
    step[0], step[1] = p1 * e[2] - p2 * e[3], p1 * e[3] + p2 * e[2]
    return math.hypot(along1 + e[0] * p1, along2 + e[1] * p2)


_solve_signature = types.void(
    SURFACE_TYPE, _vector, _vector, types.float64, types.float64, types.float64, _matrix, _matrix
)


@njit(_solve_signature, nogil=True, cache=True, error_model="numpy")
def solve(
    surface: Any,
    parameters: Any,
    scale: Any,
    flat: Any,
    small: Any,
    singular: Any,
    thetas: Any,
    results: Any,
) -> None:
    """Bring each row of `thetas` (n, 2), in place, to where ∇L = 0, if that is reached.

    A step is halved until it shortens the gradient, which −H⁻¹g does for some length. `flat`: a gradient that counts as
    zero; a start with such a gradient stays where it is. `small`: what a last step may leave of the gradient.
    `singular`: DAMPED leads to the nearest point of a whole line of critical points, and stops there; SINGULAR leads
    faster to single ones. results[k] = (1 if it has arrived, ‖g‖).
    """
    look, trial_look, trial = np.empty(6), np.empty(6), np.empty(2)
    step, e = np.empty(2), np.empty(4)
    for k in range(len(thetas)):
        theta = thetas[k]
        results[k, ARRIVED] = 0.0
        norm = _look(surface, parameters, scale, theta, look)
        results[k, NORM] = norm
        if math.isnan(norm):
            continue
        if norm <= flat:
            results[k, ARRIVED] = 1.0
            continue
        left, length = norm, 1.0
        for _ in range(STEPS):
            left = _newton(look, singular, e, step)
            length = math.hypot(step[0], step[1])
            share = min(1.0, REACH / length) if length > 0.0 else 1.0
            shorter = False
            for _ in range(HALVINGS):
                trial[0] = theta[0] + share * step[0] * scale[0]
                trial[1] = theta[1] + share * step[1] * scale[1]
                there = _look(surface, parameters, scale, trial, trial_look)
                if there < norm * (1.0 - 1e-4 * share):
                    shorter = True
                    break
                share *= 0.5
                if share * length < STILL:
                    break
            if not shorter:
                break
            theta[0], theta[1] = trial[0], trial[1]
            look[:] = trial_look
            norm = there
            if norm == 0.0 or share * length <= STILL or (norm <= flat and singular > SINGULAR):
                left, length = _newton(look, singular, e, step), math.hypot(step[0], step[1])
                break
        results[k, NORM] = norm
        if norm == 0.0 or norm <= flat or (length <= SMALL and left <= small):
            results[k, ARRIVED] = 1.0


_examine_signature = types.void(SURFACE_TYPE, _vector, _vector, types.float64, types.float64, _matrix, _matrix)


@njit(_examine_signature, nogil=True, cache=True, error_model="numpy")
def examine(surface: Any, parameters: Any, scale: Any, flat: Any, small: Any, thetas: Any, results: Any) -> None:
    """Look around each of the points where ∇L = 0, shape (n, 2).

    results[k] = (1 if the gradient jumps here, the change of the curvature along the eigenvectors of λ1 and of λ2
    within BEND, 1 if L is flat all around, 1 if points BESIDE it along an eigenvector without curvature are critical
    too).
    """
    look, near, there, e, step = np.empty(6), np.empty(6), np.empty(2), np.empty(4), np.empty(2)
    found, outcome = np.empty((1, 2)), np.empty((1, 2))
    for k in range(len(thetas)):
        theta = thetas[k]
        results[k, :] = 0.0
        norm_here = _look(surface, parameters, scale, theta, look)
        _newton(look, SINGULAR, e, step)
        flat_around = 1.0
        for i in range(2):
            v0, v1 = (e[2], e[3]) if i == 0 else (-e[3], e[2])
            for side in (-1.0, 1.0):
                norms = (0.0, 0.0)
                for nearer in (False, True):
                    length = side * KINK * (0.0625 if nearer else 1.0)
                    there[0] = theta[0] + length * v0 * scale[0]
                    there[1] = theta[1] + length * v1 * scale[1]
                    norm = _look(surface, parameters, scale, there, near)
                    norms = (norms[0], norm) if nearer else (norm, norms[1])
                # Of a smooth L the gradient is sixteen times shorter there, or still shorter.
                if norms[0] > flat and not norms[1] < 0.5 * norms[0]:
                    results[k, KINKED] = 1.0
                there[0] = theta[0] + side * BEND * v0 * scale[0]
                there[1] = theta[1] + side * BEND * v1 * scale[1]
                if not math.isnan(_look(surface, parameters, scale, there, near)):
                    curvature = near[3] * v0 * v0 + 2.0 * near[4] * v0 * v1 + near[5] * v1 * v1
                    results[k, CHANGE_1 + i] = max(results[k, CHANGE_1 + i], abs(curvature - e[i]))
                there[0] = theta[0] + side * BESIDE * v0 * scale[0]
                there[1] = theta[1] + side * BESIDE * v1 * scale[1]
                if _look(surface, parameters, scale, there, near) > flat:  # a NaN says nothing
                    flat_around = 0.0
        if 0.0 < norm_here <= flat and math.hypot(step[0], step[1]) > VAGUE:
            flat_around = 1.0
        results[k, FLAT_AROUND] = flat_around
        largest = max(abs(e[0]), abs(e[1]))
        for i in range(2):
            if flat_around == 1.0 or abs(e[i]) > max(1e-6 * largest, 1e-3 * results[k, CHANGE_1 + i]):
                continue
            v0, v1 = (e[2], e[3]) if i == 0 else (-e[3], e[2])
            for side in (-1.0, 1.0):
                found[0, 0] = theta[0] + side * BESIDE * v0 * scale[0]
                found[0, 1] = theta[1] + side * BESIDE * v1 * scale[1]
                solve(surface, parameters, scale, flat, small, DAMPED, found, outcome)
                dx, dy = (found[0, 0] - theta[0]) / scale[0], (found[0, 1] - theta[1]) / scale[1]
                if outcome[0, ARRIVED] == 1.0 and 0.5 * BESIDE < math.hypot(dx, dy) < 2.0 * BESIDE:
                    results[k, SPREADS] = 1.0


@njit(types.void(_matrix, types.int64[::1], types.float64, types.boolean[::1]), nogil=True, cache=True)
def distinct(points: Any, by_first: Any, apart: Any, keep: Any) -> None:
    """Mark in `keep` the first of all points (n, 2) that lie within `apart`; `by_first` sorts by the first number."""
    place = np.empty(len(points), np.int64)
    for rank in range(len(points)):
        place[by_first[rank]] = rank
    keep[:] = True
    for k in range(len(points)):
        if not keep[k]:
            continue
        for way in (-1, 1):
            rank = place[k] + way
            while 0 <= rank < len(points):
                i = by_first[rank]
                if abs(points[i, 0] - points[k, 0]) > apart:
                    break
                if math.hypot(points[i, 0] - points[k, 0], points[i, 1] - points[k, 1]) <= apart:
                    keep[i] = False
                rank += way


@njit(types.void(_matrix, types.float64, types.boolean[::1]), nogil=True, cache=True)
def spaced(points: Any, apart: Any, keep: Any) -> None:
    """Mark in `keep` points `apart` from each other, each as near to those before as may be: even along a line."""
    nearest = np.full(len(points), np.inf)
    keep[:] = False
    k = 0 if len(points) else -1
    while k >= 0:
        keep[k] = True
        best = -1
        for i in range(len(points)):
            nearest[i] = min(nearest[i], math.hypot(points[i, 0] - points[k, 0], points[i, 1] - points[k, 1]))
            if nearest[i] >= apart and (best < 0 or nearest[i] < nearest[best]):
                best = i
        k = best


@njit(types.void(SURFACE_TYPE, _vector, _vector, _matrix, _matrix), nogil=True, cache=True, error_model="numpy")
def look_around(surface: Any, parameters: Any, scale: Any, thetas: Any, looks: Any) -> None:
    """What the surface gives at each of `thetas` (n, 2), in the window's units, shape (n, 6); NaN where not finite."""
    for k in range(len(thetas)):
        if math.isnan(_look(surface, parameters, scale, thetas[k], looks[k])):
            looks[k] = np.nan
