"""Evaluating a surface on a grid: how long it takes, in which passes, and smooth pictures of coarse passes."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernel import losses_at, sample_grid
from engine.surface import Surface

Array = NDArray[np.float64]
Rect = tuple[float, float, float, float]
AT_ONCE = 0.05  # seconds: a picture that takes no longer needs no coarse one before
FIRST = 0.012  # seconds for the first, coarse one
DRAWING = 6e-8  # seconds per point for bands and lines
BUDGET = 5.0  # seconds for all passes of a costly surface
CHUNK = 0.01  # seconds between two looks at whether to go on
LEAST = 24  # points along the longer side of the coarsest pass
COSTLY = 2e-7  # seconds per point from which on a surface is worth more than one thread


class Pass(NamedTuple):
    """One picture: a grid of rows × columns points."""

    rows: int
    columns: int


def seconds_per_point(surface: Surface, rect: Rect) -> float:
    """How long one evaluation takes, at a few places of `rect`; the best of three, as the machine may be busy."""
    count = 4
    while True:
        turn = np.arange(count) * 0.6180339887498949
        thetas = np.empty((2, count))
        thetas[0] = rect[0] + (rect[1] - rect[0]) * (turn % 1)
        thetas[1] = rect[2] + (rect[3] - rect[2]) * (np.arange(count) + 0.5) / count
        losses = np.empty(count)
        if count == 4:
            losses_at(surface.function, surface.parameters, thetas[:, :1].copy(), losses[:1])
        took = math.inf
        for _ in range(3):
            began = time.perf_counter()
            losses_at(surface.function, surface.parameters, thetas, losses)
            took = min(took, time.perf_counter() - began)
            if took > CHUNK:
                break
        if took > 2e-4 or count >= 2048:
            return took / count
        count *= 8


def passes(cost: float, width: int, height: int) -> list[Pass]:
    """The grids to sample one after the other, the last the finest that time allows, at most a point per pixel.

    Args:
        cost: seconds per point.
    """
    cost, total = cost / _threads(cost), width * height
    if (cost + DRAWING) * total <= AT_ONCE:
        return [Pass(height, width)]

    def grid(points: float) -> Pass:
        share = min(1.0, max(LEAST / max(width, height), (points / total) ** 0.5))
        return Pass(max(8, round(share * height)), max(8, round(share * width)))

    found = [grid(FIRST / (cost + DRAWING))]
    spent = cost * found[0].rows * found[0].columns
    if cost * total <= BUDGET / 10:  # so soon that one coarse picture is enough
        return [found[0], Pass(height, width)]
    while True:
        last = found[-1]
        after = grid(4.0 * last.rows * last.columns)
        takes = cost * after.rows * after.columns
        if after.rows <= last.rows or spent + takes > BUDGET:
            return found
        found.append(after)
        spent += takes


def _threads(cost: float) -> int:
    return max(1, min(8, (os.cpu_count() or 1) - 1)) if cost >= COSTLY else 1


def evaluate(
    surface: Surface, rect: Rect, shape: Pass, cost: float = 0.0, cancelled: Callable[[], bool] = lambda: False
) -> Array | None:
    """L at rows × columns places, row 0 at the bottom; None if cancelled.

    Args:
        cost: seconds per point.
    """
    xs, ys = axes_of(rect, shape)
    losses = np.empty(shape)
    rows = max(1, min(shape.rows, int(CHUNK / max(cost * shape.columns, 1e-12))))

    def part(begin: int) -> bool:
        if cancelled():
            return False
        part = slice(begin, begin + rows)
        sample_grid(surface.function, surface.parameters, xs, ys[part], losses[part])
        return True

    begins = range(0, shape.rows, rows)
    if (threads := _threads(cost)) > 1:
        with ThreadPoolExecutor(threads) as pool:
            done = all(pool.map(part, begins))
    else:
        done = all(map(part, begins))
    return losses if done else None


def axes_of(rect: Rect, shape: tuple[int, int]) -> tuple[Array, Array]:
    """The x of the columns and the y of the rows of a grid from border to border."""
    return np.linspace(rect[0], rect[1], shape[1]), np.linspace(rect[2], rect[3], shape[0])


def upsample(values: Array, rows: int, columns: int) -> Array:
    """A smooth (Catmull–Rom) surface through finite values, from border to border, at rows × columns places."""
    fine: Array = _weights(values.shape[0], rows) @ values @ _weights(values.shape[1], columns).T
    return fine


def upsample_mask(mask: NDArray[np.bool_], rows: int, columns: int) -> NDArray[np.bool_]:
    """The nearest of a mask's places, at rows × columns places."""
    r = np.round(np.linspace(0, mask.shape[0] - 1, rows)).astype(int)
    c = np.round(np.linspace(0, mask.shape[1] - 1, columns)).astype(int)
    near: NDArray[np.bool_] = mask[np.ix_(r, c)]
    return near


def _weights(count: int, places: int) -> Array:
    """Matrix (places, count) of Catmull & Rom's (1974) cubic; the ends go on straight."""
    at = np.linspace(0, count - 1, places)
    below = np.minimum(at.astype(int), count - 2)
    t = at - below
    matrix = np.zeros((places, count + 2))
    index = np.arange(places)
    matrix[index, below] = -t / 2 + t**2 - t**3 / 2
    matrix[index, below + 1] = 1 - 2.5 * t**2 + 1.5 * t**3
    matrix[index, below + 2] = t / 2 + 2 * t**2 - 1.5 * t**3
    matrix[index, below + 3] = -(t**2) / 2 + t**3 / 2
    inner = matrix[:, 1:-1].copy()
    inner[:, 0] += 2 * matrix[:, 0]
    inner[:, 1] -= matrix[:, 0]
    inner[:, -1] += 2 * matrix[:, -1]
    inner[:, -2] -= matrix[:, -1]
    return inner
