"""Many starts over a window: on a grid, drawn at random, or where a critical point may be near."""

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


def promising(looks: Array, flat: float, every: int) -> Array:
    """Where Newton's method on ∇L = 0 should begin, as shares of the window, shape (n, 2), the best first.

    These are the cells of a grid in which both parts of the gradient change their sign, the corners where the gradient
    is shortest, `every` × `every` places over the whole window, and some of those where it is no longer than `flat`.

    Args:
        looks: [L, L_1, L_2, …] at the corners of the grid's cells, shape (rows + 1, columns + 1, 6).
    """
    cells = np.array(looks.shape[:2]) - 1
    with np.errstate(invalid="ignore"):
        norm = np.hypot(looks[..., 1], looks[..., 2])
        corners = np.stack([looks[: cells[0], : cells[1], 1:3]] + [_shifted(looks[..., 1:3], *by) for by in _CORNERS])
        crossed = ((corners.min(axis=0) <= 0) & (corners.max(axis=0) >= 0)).all(axis=-1)
    norm = np.where(np.isfinite(norm), norm, np.inf)
    steep = np.max([norm[:-1, :-1]] + [_shifted(norm, *by) for by in _CORNERS], axis=0) > flat
    crossings = np.random.default_rng(0).permutation(np.argwhere(crossed & steep) + 0.5)  # the first are all over it
    around = np.pad(norm, 1, constant_values=np.inf)
    rows, columns = norm.shape
    neighbours = [around[j : j + rows, i : i + columns] for j in range(3) for i in range(3) if (j, i) != (1, 1)]
    lowest = np.argwhere(np.isfinite(norm) & (norm > flat) & (norm <= np.min(neighbours, axis=0)))
    level = np.argwhere(norm <= flat)
    even = np.stack(np.meshgrid(*((np.arange(every) + 0.5) * n / every for n in cells), indexing="ij"), axis=-1)
    all_over = np.random.default_rng(0).permutation(even.reshape(-1, 2))
    places = np.concatenate([crossings, _some(lowest, 4 * every**2), all_over, _some(level, every**2)])
    shares: Array = (places / cells)[:, ::-1]
    return np.ascontiguousarray(shares)


_CORNERS = ((0, 1), (1, 0), (1, 1))


def _shifted(values: Array, down: int, right: int) -> Array:
    rows, columns = values.shape[0] - 1, values.shape[1] - 1
    return values[down : down + rows, right : right + columns]


def _some(places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """About `count` of the places, evenly."""
    return places[:: max(1, len(places) // count)]


def _inside(points: Array, domain: Window) -> Array:
    low, high = (domain[0], domain[2]), (domain[1], domain[3])
    found: Array = points[((points >= low) & (points <= high)).all(axis=1)]
    if not len(found):
        raise ConfigError("no start in the window lies inside the domain")
    return np.ascontiguousarray(found)
