"""Built-in data: made of a seed, the same on every machine that has the same NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Generator = np.random.Generator


class Points(NamedTuple):
    """X, shape (N, inputs), and Y, shape (N,): labels 0 and 1, or the values of a function."""

    x: Array
    y: Array


class Dataset(NamedTuple):
    """How data are made: of the number of points, the standard deviation of the noise, and a generator of numbers."""

    make: Callable[[int, float, Generator], Points]
    inputs: int
    labels: bool


def _classes(first: Array, second: Array, noise: float, rng: Generator) -> Points:
    """Two classes, N(0, noise) added to both coordinates."""
    x = np.concatenate([first, second])
    y = np.repeat([0.0, 1.0], [len(first), len(second)])
    return Points(x + noise * rng.standard_normal(x.shape), y)


def two_moons(count: int, noise: float, rng: Generator) -> Points:
    """Two half circles that reach into each other, the same as scikit-learn's make_moons without its shuffling."""
    upper, lower = (np.linspace(0, np.pi, n) for n in (count // 2, count - count // 2))
    moon = np.column_stack([np.cos(upper), np.sin(upper)])
    return _classes(moon, np.column_stack([1 - np.cos(lower), 0.5 - np.sin(lower)]), noise, rng)


def spirals(count: int, noise: float, rng: Generator) -> Points:
    """Two arms of a spiral, one and a half turns each, of radius 0.1 to 1."""

    def arm(n: int, sign: float) -> Array:
        part = np.linspace(0, 1, n)
        angle, radius = 3 * np.pi * part, 0.1 + 0.9 * part
        return sign * np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])

    return _classes(arm(count // 2, 1.0), arm(count - count // 2, -1.0), noise, rng)


def circles(count: int, noise: float, rng: Generator) -> Points:
    """A circle of radius 1 and one of radius 1/2 in it."""

    def circle(n: int, radius: float) -> Array:
        angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
        return radius * np.column_stack([np.cos(angle), np.sin(angle)])

    return _classes(circle(count // 2, 1.0), circle(count - count // 2, 0.5), noise, rng)


def xor(count: int, noise: float, rng: Generator) -> Points:
    """Points drawn evenly from [−1, 1]², label 1 where the signs of the coordinates differ; the noise comes after."""
    x = rng.uniform(-1, 1, (count, 2))
    y = (x[:, 0] * x[:, 1] < 0).astype(np.float64)
    return Points(x + noise * rng.standard_normal(x.shape), y)


def sine(count: int, noise: float, rng: Generator) -> Points:
    """sin(5πx)/(5πx) at evenly spaced x from 0.0001 to 1, as in the lecture."""
    x = np.linspace(1e-4, 1, count)
    return _function(x, np.sin(5 * np.pi * x) / (5 * np.pi * x), noise, rng)


def sine_centred(count: int, noise: float, rng: Generator) -> Points:
    """The same in the middle of `count` equal parts of (0, 1), so that none lies at 0."""
    x = (np.arange(count) + 0.5) / count
    return _function(x, np.sin(5 * np.pi * x) / (5 * np.pi * x), noise, rng)


def square_wave(count: int, noise: float, rng: Generator) -> Points:
    """−1, 1, −1, 1 on four equal parts of [−1, 1]."""
    x = np.linspace(-1, 1, count)
    return _function(x, np.where(np.floor(2 * x) % 2 == 0, -1.0, 1.0), noise, rng)


def _function(x: Array, y: Array, noise: float, rng: Generator) -> Points:
    return Points(x[:, None], y + noise * rng.standard_normal(len(x)))


DATASETS = {
    "two moons": Dataset(two_moons, 2, True),
    "spirals": Dataset(spirals, 2, True),
    "circles": Dataset(circles, 2, True),
    "xor": Dataset(xor, 2, True),
    "sine": Dataset(sine, 1, False),
    "sine, centred": Dataset(sine_centred, 1, False),
    "square wave": Dataset(square_wave, 1, False),
}


def make(name: str, count: int, noise: float, seed: int) -> Points:
    """The points of a data set; `noise` is a standard deviation, added to the coordinates or to a function's values."""
    return DATASETS[name].make(count, noise, np.random.default_rng(seed))
