"""Linear regression on data points: the loss of a line y = b + w·x, and the gradient of one point for mini-batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit

from engine.language.compile import SURFACE_SIGNATURE
from engine.surface import Surface


@njit(SURFACE_SIGNATURE, nogil=True, cache=True, error_model="numpy")
def _sum_of_squares(theta: Any, data: Any, sample: Any, out: Any) -> None:
    """Gradient and Hessian of the sum of squares, as in the lecture's demo code; the loss shown is their mean.

    One loop over the points in this order: the lecture's bursts are seeded by its round-off.
    """
    n = data.size // 2
    b, w = theta[0], theta[1]
    loss = grad_b = grad_w = h_bb = h_bw = h_ww = 0.0
    for k in range(n):
        x = data[k]
        r = data[n + k] - b - w * x
        loss += r * r
        h_bb += 2.0
        h_bw += 2.0 * x
        h_ww += 2.0 * x * x
        if sample < 0 or sample == k:
            grad_b = grad_b - 2.0 * r
            grad_w = grad_w - 2.0 * r * x
    out[0], out[1], out[2] = loss / n, grad_b, grad_w
    out[3], out[4], out[5] = h_bb, h_bw, h_ww


@njit(SURFACE_SIGNATURE, nogil=True, cache=True, error_model="numpy")
def _mean_of_squares(theta: Any, data: Any, sample: Any, out: Any) -> None:
    """Loss, gradient and Hessian of the mean of squares; with a `sample`, the gradient of that point's square."""
    _sum_of_squares(theta, data, sample, out)
    n = data.size // 2
    for i in range(1, 6):
        if i > 2 or sample < 0:
            out[i] /= n


FUNCTIONS = {"sum": _sum_of_squares, "mean": _mean_of_squares}


def linear_regression(
    x: Sequence[float], y: Sequence[float], reduction: str, axes: tuple[str, str] = ("b", "w")
) -> Surface:
    """The loss over (b, w) on the points (x_k, y_k); `reduction` is 'sum' or 'mean'."""
    data = np.array([*x, *y], dtype=np.float64)
    return Surface(FUNCTIONS[reduction], data, axes, samples=len(x))


def best_line(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """(b, w) of the least squares line."""
    w, b = np.polyfit(x, y, 1)
    return float(b), float(w)
