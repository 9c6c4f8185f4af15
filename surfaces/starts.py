"""Many starts over a window, inside the domain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError

Window = tuple[float, float, float, float]  # left, right, bottom, top
Array = NDArray[np.float64]


def grid(window: Window, domain: Window, columns: int, rows: int) -> Array:
    """The points of a grid with a point in the middle of each cell, row by row, shape (n, 2).

    Raises:
        ConfigError: if none of them lies in the domain.
    """
    left, right, bottom, top = window
    xs = left + (right - left) * (np.arange(columns) + 0.5) / columns
    ys = bottom + (top - bottom) * (np.arange(rows) + 0.5) / rows
    return _inside(np.array(np.meshgrid(xs, ys)).reshape(2, -1).T, domain)


def scattered(window: Window, domain: Window, count: int, seed: int) -> Array:
    """Points drawn evenly over the window, shape (≤ count, 2): those outside the domain are left out.

    Raises:
        ConfigError: if none of them lies in the domain.
    """
    left, right, bottom, top = window
    points = np.random.default_rng(seed).uniform((left, bottom), (right, top), (count, 2))
    return _inside(points, domain)


def _inside(points: Array, domain: Window) -> Array:
    low, high = (domain[0], domain[2]), (domain[1], domain[3])
    found: Array = points[((points >= low) & (points <= high)).all(axis=1)]
    if not len(found):
        raise ConfigError("no start in the window lies inside the domain")
    return np.ascontiguousarray(found)
