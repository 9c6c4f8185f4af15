"""Losses over any number of parameters, written by hand: least squares on data points, and a quartic besides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.language.compile import SURFACE_SIGNATURE
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.surface import WIDE_SIGNATURE, Surface, Wide
from engine.wide import WideRun

POINTS = 12


@njit(WIDE_SIGNATURE, nogil=True, cache=True)
def loss(theta: Any, parameters: Any, batch: Any, g: Any) -> Any:
    """Mean over the batch of ½(x·θ − y)², plus c/4·Σθ⁴; parameters: c, then x and y of each point."""
    n = theta.size
    count = batch.size if batch.size else (parameters.size - 1) // (n + 1)
    total = 0.0
    for i in range(n):
        total += 0.25 * parameters[0] * theta[i] ** 4
        g[i] = parameters[0] * theta[i] ** 3
    for k in range(count):
        at = 1 + (batch[k] if batch.size else k) * (n + 1)
        left = -parameters[at + n]
        for i in range(n):
            left += parameters[at + i] * theta[i]
        total += 0.5 * left * left / count
        for i in range(n):
            g[i] += left * parameters[at + i] / count
    return total


@njit(nogil=True, cache=True)
def of_points(theta: Any, parameters: Any, first: Any, last: Any, look: Any) -> None:
    """The same loss over two parameters, of the points from `first` to before `last`, with its Hessian."""
    c, x, y = parameters[0], theta[0], theta[1]
    look[0], look[1], look[2] = 0.25 * c * (x**4 + y**4), c * x**3, c * y**3
    look[3], look[4], look[5] = 3 * c * x**2, 0.0, 3 * c * y**2
    for k in range(first, last):
        a, b = parameters[1 + 3 * k], parameters[2 + 3 * k]
        left = a * x + b * y - parameters[3 + 3 * k]
        share = 1.0 / (last - first)
        look[0] += 0.5 * left * left * share
        look[1] += left * a * share
        look[2] += left * b * share
        look[3] += a * a * share
        look[4] += a * b * share
        look[5] += b * b * share


@njit(SURFACE_SIGNATURE, nogil=True, cache=True)
def pair(theta: Any, parameters: Any, sample: Any, look: Any) -> None:
    """Of all points; with a sample the gradient of that point, and what else is asked for of all."""
    points = (parameters.size - 1) // 3
    if sample < points:
        of_points(theta, parameters, 0, points, look)
    if sample >= 0:
        single, k = np.empty(6), sample % points
        of_points(theta, parameters, k, k + 1, single)
        look[1], look[2] = single[1], single[2]


@njit(WIDE_SIGNATURE, nogil=True, cache=True)
def pair_alone(theta: Any, parameters: Any, batch: Any, g: Any) -> Any:
    """`pair` as a loss over n = 2 parameters, to the last bit: line searches make much of a rounding."""
    look, single = np.zeros(6), np.empty(6)
    if batch.size:
        for k in range(batch.size):
            of_points(theta, parameters, batch[k], batch[k] + 1, single)
            look += single / batch.size
    else:
        pair(theta, parameters, -1, look)
    g[0], g[1] = look[1], look[2]
    return look[0]


def data(n: int, quartic: float, seed: int = 3) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(POINTS, n + 1)) * np.append(np.geomspace(1.0, 0.1, n), 1.0)
    return np.concatenate([[quartic], points.ravel()])


def two(quartic: float = 0.3) -> Surface:
    """Two parameters, as a surface as any."""
    return Surface(pair, data(2, quartic), samples=POINTS)


def many(n: int, quartic: float = 0.3, watched: tuple[int, int] = (0, 1)) -> Surface:
    """n parameters on a random plane; with two, the plane is all there is: (a, b) = θ."""
    rng = np.random.default_rng(n)
    origin, directions = (np.zeros(2), np.eye(2)) if n == 2 else (rng.normal(size=n), rng.normal(size=(2, n)))
    names = tuple(f"weight[{i}]" for i in range(n))
    wide = Wide(pair_alone if n == 2 else loss, data(n, quartic), names, origin, directions, POINTS, watched)
    return Surface(pair, data(2, quartic), ("a", "b"), samples=POINTS, wide=wide)


def scenario(config: RunConfig, steps: int, **fields: Any) -> Scenario:
    start = fields.pop("start", (0.7, -0.4))
    return Scenario(SurfaceConfig("rosenbrock"), start, (config,), steps=steps, seed=5, **fields)


def wide_run(n: int, config: RunConfig, steps: int, limit: int | None = None, **fields: Any) -> WideRun:
    """A run of all its steps on `many`."""
    run = WideRun(config, scenario(config, steps), many(n, **fields), 0, limit)
    run.advance(steps + 1)
    return run
