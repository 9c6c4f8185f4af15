"""The curvature of a network's loss: its Hessian's top eigenvalues, and for small networks all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.surface import Wide

from .tangent import hessian_vector

Array = NDArray[np.float64]
MAX_HESSIAN = 400
_ALL = np.empty(0, dtype=np.int64)


class Eigenpair(NamedTuple):
    """An eigenvalue as power iteration has left it.

    Attributes:
        value: the Rayleigh quotient of `vector`.
        vector: of length 1, shape (n,).
        residual: ‖H·v − value·v‖; an eigenvalue lies within this distance of `value`.
        iterations: products with H that it took.
        converged: whether the residual is below the tolerance.
    """

    value: float
    vector: Array
    residual: float
    iterations: int
    converged: bool


def never() -> bool:
    """For a computation that nobody stops."""
    return False


def product(wide: Wide, theta: Array, v: Array) -> Array:
    """H·v, exact; H the Hessian of the loss over all data points at θ."""
    out = np.empty(len(theta))
    hessian_vector(theta, wide.parameters, _ALL, v, out)
    return out


def hessian(wide: Wide, theta: Array, stopped: Callable[[], bool] = never) -> Array | None:
    """The whole Hessian, shape (n, n), symmetric; None where it was stopped.

    Raises:
        ConfigError: for more than `MAX_HESSIAN` parameters.
    """
    n = len(theta)
    if n > MAX_HESSIAN:
        raise ConfigError(
            "the network has {count} weights; at most {limit} are allowed here", count=n, limit=MAX_HESSIAN
        )
    found = np.empty((n, n))
    for row, unit in zip(found, np.eye(n), strict=True):
        if stopped():
            return None
        hessian_vector(theta, wide.parameters, _ALL, unit, row)
    return 0.5 * (found + found.T)


def top_eigenvalue(
    wide: Wide,
    theta: Array,
    *,
    sigma: Array | None = None,
    largest: bool = False,
    start: Array | None = None,
    tolerance: float = 1e-4,
    limit: int = 1000,
    stopped: Callable[[], bool] = never,
) -> Eigenpair | None:
    """The eigenvalue of H with the largest magnitude or, with `largest`, the largest one, by power iteration.

    Args:
        sigma: shape (n,), all > 0: takes D^−½·H·D^−½ with D = diag(σ) in place of H.
        largest: first looks for the one of largest magnitude; if that is negative, iterates on H minus it.
        start: a vector to begin with, such as the one found a few steps ago; a fixed random one where there is none.
        tolerance: of the residual, relative to the value.
        limit: of products with H; where it is reached the pair says so.
        stopped: asked before each product.

    Returns:
        None where it was stopped, or where numbers are no longer finite.
    """
    scale = np.ones(len(theta)) if sigma is None else 1 / np.sqrt(sigma)
    v = np.random.default_rng(0).standard_normal(len(theta)) if start is None else start

    def iterate(v: Array, shift: float, done: int) -> Eigenpair | None:
        v = v / np.linalg.norm(v)
        while not stopped():
            image = scale * product(wide, theta, scale * v)
            done += 1
            value = float(v @ image)
            residual = float(np.linalg.norm(image - value * v))
            if not np.isfinite(residual):
                return None
            small = residual <= tolerance * abs(value)
            length = float(np.linalg.norm(image - shift * v))
            if small or done >= limit or length == 0.0:
                return Eigenpair(value, v, residual, done, small or length == 0.0)
            v = (image - shift * v) / length
        return None

    pair = iterate(v, 0.0, 0)
    if pair is None or not largest or pair.value >= 0:
        return pair
    other = np.random.default_rng(1).standard_normal(len(theta))
    return iterate(other - (other @ pair.vector) * pair.vector, pair.value, pair.iterations)
