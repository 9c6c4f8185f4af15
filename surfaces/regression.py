"""Linear regression on data points: the loss of a line y = b + w·x, and the gradient of one point for mini-batches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numba import njit

from engine.declaration import chosen
from engine.errors import ConfigError
from engine.language.compile import SURFACE_SIGNATURE
from engine.scenario import Data, SurfaceConfig
from engine.surface import Surface

from .entry import Entry


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


def build(entry: Entry, config: SurfaceConfig) -> Surface:
    """The loss over (b, w) on the points; the option `reduction` is 'sum' or 'mean'."""
    reduction = chosen(entry.options, config.options)["reduction"]
    outlined = outline(entry, config)
    points = np.array(_points(entry, config).columns, dtype=np.float64).ravel()
    return replace(outlined, function=FUNCTIONS[reduction], parameters=points)


def outline(entry: Entry, config: SurfaceConfig) -> Surface:
    """The same without its function."""
    return Surface(None, np.empty(0), entry.axes, samples=len(_points(entry, config).columns[0]))


def minima(entry: Entry, config: SurfaceConfig) -> list[tuple[float, float]]:
    """(b, w) of the least squares line."""
    x, y = (np.array(column) for column in _points(entry, config).columns)
    w, b = np.polyfit(x, y, 1)
    return [(float(b), float(w))]


def _points(entry: Entry, config: SurfaceConfig) -> Data:
    data = config.data or entry.data
    if data is None or len(data.columns) != 2:
        raise ConfigError("needs two columns of data, x and y", "surface.data")
    return data
