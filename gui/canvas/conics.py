"""Contour lines of a quadratic, drawn exactly at any zoom: ellipses, hyperbolas, parabolas, straight lines."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from surfaces.taylor import LocalModel, decompose

Array = NDArray[np.float64]
Rect = tuple[float, float, float, float]  # left, right, bottom, top
SAMPLES = 97
FAR = 2.0  # windows away from the middle: drawn no farther
_COSINES = -np.cos(np.linspace(0.0, math.pi, SAMPLES))  # −1 … 1, dense at the ends, where a curve turns


def contours(model: LocalModel, levels: Array, rect: Rect) -> Array:
    """Where the model takes on one of the levels, as points of lines that a row of NaN parts, shape (n, 2).

    In the window's units and along the eigenvectors z of the Hessian there, f + b·z + ½(λ_a z_a² + λ_b z_b²) = level
    is solved for z_b, of which the curvature is the larger, over the visible z_a.
    """
    left, right, bottom, top = rect
    size, middle = np.array([right - left, top - bottom]), np.array([left + right, bottom + top]) / 2
    origin = (middle - model.place) / size  # of the window's middle, seen from the place
    h = model.hessian * size[:, None] * size
    values, first = decompose(h[0, 0], h[0, 1], h[1, 1])
    across = np.array([first, (-first[1], first[0])])
    if abs(values[0]) > abs(values[1]):
        values, across = values[::-1], across[::-1]
    slope = model.gradient * size
    lines: list[Array] = []
    if abs(values[1]) <= 1e-12 * float(np.hypot(*slope)):  # a plane
        if not slope.any():
            return np.empty((0, 2))
        across = np.array([(-slope[1], slope[0]), slope]) / np.hypot(*slope)
        values = np.zeros(2)
    b = across @ slope
    centre = float(across[0] @ origin)
    low, high = centre - FAR, centre + FAR
    for level in levels:
        for za, zb in _branches(values, b, model.loss - float(level), low, high):
            points = np.stack([za, zb], axis=-1) @ across
            points[np.abs(points - origin).max(axis=1) > FAR] = np.nan
            lines += [points * size + model.place, np.full((1, 2), np.nan)]
    return np.concatenate(lines) if lines else np.empty((0, 2))


def _branches(values: Array, b: Array, above: float, low: float, high: float) -> list[tuple[Array, Array]]:
    """The curves above + b·z + ½(λ_a z_a² + λ_b z_b²) = 0 over low ≤ z_a ≤ high, as (z_a, z_b)."""
    la, lb = float(values[0]), float(values[1])
    if lb == 0.0:
        za = np.linspace(low, high, SAMPLES)
        return [(za, np.full(SAMPLES, -above / float(b[1])))]
    # z_b = (−b_b ± √D)/λ_b with D = d2·z_a² + d1·z_a + d0
    d2, d1, d0 = -la * lb, -2.0 * lb * float(b[0]), float(b[1]) ** 2 - 2.0 * lb * above
    turns = sorted(z for z in _roots(d2, d1, d0) if low < z < high)
    edges = [low, *turns, high]
    curves = []
    for start, end in zip(edges[:-1], edges[1:], strict=True):
        half = (start + end) / 2
        if not (end > start and d2 * half * half + d1 * half + d0 > 0):
            continue
        za = half + (end - start) / 2 * _COSINES
        root = np.sqrt(np.maximum(d2 * za * za + d1 * za + d0, 0.0))
        up, down = (-b[1] + root) / lb, (-b[1] - root) / lb
        if end in turns:  # both branches meet there: one curve
            whole, around = np.concatenate([za, za[::-1]]), np.concatenate([up, down[::-1]])
            if start in turns:
                whole, around = np.append(whole, za[0]), np.append(around, up[0])
            curves.append((whole, around))
        elif start in turns:
            curves.append((np.concatenate([za[::-1], za]), np.concatenate([up[::-1], down])))
        else:
            curves += [(za, up), (za, down)]
    return curves


def _roots(a: float, b: float, c: float) -> list[float]:
    """The real roots of a·z² + b·z + c."""
    inner = b * b - 4.0 * a * c
    if not inner > 0 or not math.isfinite(inner):
        return []
    q = -0.5 * (b + math.copysign(math.sqrt(inner), b))
    return [z for z in ((q / a) if a else math.inf, (c / q) if q else math.inf) if math.isfinite(z)]
