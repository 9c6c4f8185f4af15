"""Planes through parameter space: which directions to look along."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError

from .architecture import Part

Array = NDArray[np.float64]
AXES = ("a", "b")
BLOCK, MAX_PASSES, SMALL = 8, 60, 1000
SETTLED = 1e-9  # what is left over of CᵀC·v − σ²·v, relative to σ·σ₁


def never() -> bool:
    """For a computation that nobody stops."""
    return False


def random_directions(theta: Array, parts: tuple[Part, ...], seed: int) -> Array:
    """Two random directions, filter-normalised at θ; shape (2, n).

    Each is drawn from N(0, 1), and each filter (the row of weights that leads to one neuron) is scaled to the norm of
    θ's. Biases and the parameters of norms stay 0, as in the authors' code. The two are not made orthogonal, which
    would break the filters' norms: the more parameters, the nearer they are to it.

    Source: Li, Xu, Taylor, Studer, Goldstein, 'Visualizing the loss landscape of neural nets', 2018.
    """
    rng = np.random.default_rng(seed)
    directions = np.zeros((2, len(theta)))
    for direction in directions:
        for part in parts:
            if part.filters:
                place = slice(part.start, part.start + part.size)
                drawn = rng.standard_normal(part.shape)
                wanted = np.linalg.norm(theta[place].reshape(part.shape), axis=1)
                direction[place] = (drawn * (wanted / np.linalg.norm(drawn, axis=1))[:, None]).ravel()
    return directions


class Components(NamedTuple):
    """The plane that a path lies in best.

    Attributes:
        centre: the mean of the path, shape (n,).
        directions: the first two principal components, orthonormal, shape (2, n).
        shares: the share of the path's variance along each, shape (2,).
    """

    centre: Array
    directions: Array
    shares: Array


def principal_components(path: Array, stopped: Callable[[], bool] = never) -> Components | None:
    """The first two principal components of a path, shape (k, n): of θ minus its mean over the path.

    Li et al. hand θ_t − θ_end to a PCA, which takes the mean away as well: the components are the same. Each points
    the way in which its largest entry is positive. The whole decomposition is not needed: a block of eight vectors is
    multiplied by CᵀC, C the centred path, until the first two have settled (subspace iteration; Saad, 'Numerical
    Methods for Large Eigenvalue Problems', 2011, chapter 5), or `MAX_PASSES` times: directions that have not settled by
    then have nearly the same share of the variance as others.

    Returns:
        None where it was stopped.

    Raises:
        ConfigError: if the path does not move.
    """
    centre = path.mean(axis=0) if len(path) else np.zeros(path.shape[1])
    centred = path - centre
    farthest = float(np.max(np.abs(centred), initial=0.0))
    if farthest == 0.0:
        raise ConfigError("a path that does not move has no principal components; let it run first")
    centred /= farthest  # or the squares of a path that diverges would be too large
    variance = float(np.vdot(centred, centred))
    block = _first_block(centred)
    for _ in range(MAX_PASSES):
        if stopped():
            return None
        block, _ = np.linalg.qr(centred.T @ (centred @ np.linalg.qr(block)[0]))
        image = centred @ block
        _, lengths, turn = np.linalg.svd(image, full_matrices=False)
        block = block @ turn.T
        image = image @ turn[:2].T
        residual = centred.T @ image - block[:, :2] * lengths[:2] ** 2
        if np.all(np.linalg.norm(residual, axis=0) <= SETTLED * lengths[:2] * lengths[0]):
            break
    directions = np.zeros((2, path.shape[1]))
    found = block[:, :2].T
    directions[: len(found)] = found
    largest = np.argmax(np.abs(directions), axis=1)
    directions *= np.where(directions[[0, 1], largest] < 0, -1.0, 1.0)[:, None]
    shares = np.zeros(2)
    shares[: len(found)] = (lengths**2 / variance)[:2]
    return Components(centre, directions, shares)


def _first_block(centred: Array) -> Array:
    """Vectors to begin with, shape (n, ≤ 8): of CᵀC or CCᵀ where one of them is small, random ones otherwise."""
    count, n = centred.shape
    width = min(BLOCK, count, n)
    if min(count, n) > SMALL:
        return np.random.default_rng(0).standard_normal((n, width))
    if n <= count:
        found: Array = np.linalg.eigh(centred.T @ centred)[1][:, -width:]
    else:
        found = centred.T @ np.linalg.eigh(centred @ centred.T)[1][:, -width:]
    return found
