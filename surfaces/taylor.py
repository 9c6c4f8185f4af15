"""The quadratic model of a surface around a point, by its gradient and Hessian there (Taylor's polynomial)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.surface import Surface

Array = NDArray[np.float64]
Pair = tuple[float, float]


def decompose(a: Array, b: Array, c: Array) -> tuple[Array, Array]:
    """Eigenvalues λ1 ≥ λ2 of [[a, b], [b, c]], shape (..., 2), and the unit vector of λ1; that of λ2 is (−v_2, v_1)."""
    middle, reach = 0.5 * a + 0.5 * c, np.hypot(0.5 * a - 0.5 * c, b)
    angle = 0.5 * np.arctan2(2.0 * b, a - c)
    return np.stack([middle + reach, middle - reach], axis=-1), np.stack([np.cos(angle), np.sin(angle)], axis=-1)


@dataclass(frozen=True, eq=False)
class LocalModel:
    """L(θ + s) ≈ L + gᵀs + ½ sᵀHs.

    Attributes:
        place: θ.
        loss: L there; NaN, as all else, where the surface is not finite.
        gradient: g, shape (2,).
        hessian: H, shape (2, 2).
        eigenvalues: λ1 ≥ λ2 of H.
        eigenvectors: their unit vectors as rows, shape (2, 2).
    """

    place: Pair
    loss: float
    gradient: Array
    hessian: Array
    eigenvalues: Pair
    eigenvectors: Array

    @property
    def finite(self) -> bool:
        """Whether there is a model at all."""
        return bool(np.isfinite(self.loss) and np.isfinite(self.gradient).all() and np.isfinite(self.hessian).all())

    @property
    def condition(self) -> float:
        """|λ|max / |λ|min; ∞ where one of them is 0, NaN where both are."""
        sizes = sorted(abs(value) for value in self.eigenvalues)
        return sizes[1] / sizes[0] if sizes[0] > 0 else math.inf if sizes[1] > 0 else math.nan

    def change(self, step: Array) -> Array:
        """By how much L changes along steps of shape (..., 2), as the model says."""
        changes: Array = step @ self.gradient + 0.5 * np.einsum("...i,ij,...j", step, self.hessian, step)
        return changes


def local_model(surface: Surface, place: Pair) -> LocalModel:
    """The quadratic model of `surface` around `place`."""
    loss, g1, g2, a, b, c = surface.at(place).tolist()
    values, first = decompose(np.array(a), np.array(b), np.array(c))
    vectors = np.array([first, (-first[1], first[0])])
    return LocalModel(
        place, loss, np.array([g1, g2]), np.array([[a, b], [b, c]]), (float(values[0]), float(values[1])), vectors
    )
