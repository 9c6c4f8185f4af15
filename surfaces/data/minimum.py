"""Where a loss on data points is least: in closed form, by Newton's method, or that there is no such place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import native
from .rows import Array, Rows

Pair = tuple[float, float]
FLAT = 1e-13  # singular values smaller than this, relative to the largest, are rounding


def least_squares(rows: Rows) -> Pair:
    """θ of the least sum of squares; the one nearest 0 where many are equally good."""
    _, _, back, scores = _round(rows)
    return _pair(back @ (scores.T @ rows.y / len(rows.y)))


def minimum(rows: Rows, code: int, c: float) -> Pair | None:
    """θ where the loss `code` is least; None where it falls for ever.

    Of losses that are not convex (Cauchy, Tukey) it is the minimum that Newton's method reaches from Huber's.
    """
    if code == native.LOGISTIC and separable(rows):
        return None
    if code == native.ABSOLUTE:
        return _least_absolute(rows)
    return _newton(rows, code, c)


def guess(rows: Rows) -> Pair:
    """A place of low logistic loss even where no minimum is: two doubtful labels are put beside along each axis."""
    _, _, back, scores = _round(rows)
    extra = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    u, v = np.vstack([scores, extra]).T
    y = np.concatenate([rows.y, [0.0, 1.0, 0.0, 1.0]])
    return _pair(back @ _descend(u, v, y, native.LOGISTIC, 1.0, np.zeros(2)))


def separable(rows: Rows) -> bool:
    """Whether some θ predicts every label, or all but those on its border: then the logistic loss has no minimum.

    That is so if all the rows, those of label 0 turned round, lie in one half-plane and not all on its border.
    """
    turned = rows.design * (2.0 * rows.y - 1.0)[:, None]
    turned = turned[turned.any(axis=1)] / np.abs(turned).max(axis=0, initial=1e-300)
    angles = np.unique(np.arctan2(turned[:, 1], turned[:, 0]))
    gaps = np.diff(np.append(angles, angles[0] + 2.0 * math.pi))
    one_line = len(gaps) == 2 and abs(gaps[0] - math.pi) < 1e-12
    return bool(gaps.max() >= math.pi - 1e-12) and not one_line


def _pair(theta: NDArray[np.floating[Any]]) -> Pair:
    return float(theta[0]), float(theta[1])


def _round(rows: Rows) -> tuple[Array, int, Array, Array]:
    """Coordinates in which the rows are as wide as high: θ = back @ φ, and the rows there, scores = X @ back.

    Returns (singular values, rank, back, scores); scores.T @ scores / n is the unit matrix, but for what is flat.
    """
    left, sizes, right = np.linalg.svd(rows.design, full_matrices=False)
    rank = int((sizes > FLAT * sizes[0]).sum())
    inverse = np.array([1.0 / size if k < rank else 0.0 for k, size in enumerate(sizes)])
    scale = math.sqrt(len(rows.y))
    back = right.T * inverse * scale
    scores = left * scale * (inverse > 0.0)
    return sizes, rank, back, scores


def _newton(rows: Rows, code: int, c: float) -> Pair:
    _, _, back, scores = _round(rows)
    u, v = np.ascontiguousarray(scores.T)
    begin = np.zeros(2)
    if code != native.LOGISTIC:
        begin = scores.T @ rows.y / len(rows.y)
        if code in (native.CAUCHY, native.TUKEY):
            begin = _descend(u, v, rows.y, native.HUBER, c, begin)
    return _pair(back @ _descend(u, v, rows.y, code, c, begin))


def _descend(u: Array, v: Array, y: Array, code: int, c: float, theta: Array) -> Array:
    """Newton's method with Levenberg's damping, to rounding."""
    data = vector(u, v, y, code, c)

    def look(theta: Array) -> tuple[float, Array, Array]:
        out = np.empty(6)
        native.curved(theta, data, -1, out)
        return float(out[0]), out[1:3], np.array([[out[3], out[4]], [out[4], out[5]]])

    def step(slope: Array, curvature: Array, damping: float) -> Array:
        try:
            return np.asarray(-np.linalg.solve(curvature + damping * np.eye(2), slope), dtype=np.float64)
        except np.linalg.LinAlgError:
            return np.zeros(2)

    damping, here = 1e-3, look(theta)
    for _ in range(300):
        way = step(here[1], here[2], damping)
        if not -float(here[1] @ way) > 1e-24 * abs(here[0]):  # the loss cannot tell any more
            break
        there = look(move := theta + way)
        if there[0] < here[0]:
            theta, here, damping = move, there, damping / 10.0
        elif damping > 1e12:
            break
        else:
            damping *= 10.0
    for _ in range(5):  # where the loss no longer tells, the slope still does
        there = look(move := theta + step(here[1], here[2], 0.0))
        if np.linalg.norm(there[1]) >= np.linalg.norm(here[1]) or there[0] > here[0] + 1e-12 * abs(here[0]):
            break
        theta, here = move, there
    return theta


def vector(u: Array, v: Array, y: Array, code: int, c: float, by: tuple[float, float] | None = None) -> Array:
    """What `native.curved` is handed; `by`: the divisors of loss and slope, by default the number of rows."""
    head = np.zeros(native.HEAD)
    head[native.LOSS_BY], head[native.SLOPE_BY] = by or (len(y), len(y))
    head[native.CODE], head[native.SCALE] = code, c
    return np.concatenate([head, u, v, y])


def _least_absolute(rows: Rows) -> Pair:
    """Least absolute residuals: from a line through two points to a better such line (Barrodale & Roberts)."""
    _, rank, back, scores = _round(rows)
    if rank < 2:
        return least_squares(rows)
    theta = scores.T @ rows.y / len(rows.y)
    kept = np.argsort(np.abs(rows.y - scores @ theta), kind="stable")
    first = int(kept[0])
    second = next(int(k) for k in kept[1:] if abs(_cross(scores[first], scores[k])) > 1e-9)
    best: tuple[float, Any] = (math.inf, (first, second))
    while True:
        pair = scores[[first, second]]
        theta = np.asarray(np.linalg.solve(pair, rows.y[[first, second]]), dtype=np.float64)
        residuals = rows.y - scores @ theta
        if not (total := float(np.abs(residuals).sum())) < best[0] * (1.0 - 1e-14):
            break
        best = total, (first, second)
        options = [o for o in (_better(scores, residuals, stay) for stay in (first, second)) if o]
        if not options:
            break
        _, first, second = min(options)
    places = list(best[1])
    return _pair(np.linalg.solve(rows.design[places], rows.y[places]))


def _cross(a: Array, b: Array) -> float:
    return float(a[0] * b[1] - a[1] * b[0])


def _better(scores: Array, residuals: Array, stay: int) -> tuple[float, int, int] | None:
    """Turn the line about the point `stay`: sum of absolutes, and the next point, at the weighted median of turns."""
    along = np.array([-scores[stay, 1], scores[stay, 0]])
    weights = scores @ along
    others = np.flatnonzero(np.abs(weights) > 1e-9)
    turns = residuals[others] / weights[others]
    order = np.argsort(turns, kind="stable")
    sums = np.cumsum(np.abs(weights[others][order]))
    place = int(np.searchsorted(sums, sums[-1] / 2.0))
    other = int(others[order[place]])
    moved = residuals - weights * turns[order[place]]
    return float(np.abs(moved).sum()), stay, other
