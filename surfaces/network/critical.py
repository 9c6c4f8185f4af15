"""Critical points of a small network's loss, and in how many directions it rises there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.surface import Wide

from .curvature import hessian
from .planes import never

Array = NDArray[np.float64]
_ALL = np.empty(0, dtype=np.int64)
FLAT = 1e-6  # eigenvalues up to this size count as zero
LOWEST, HIGHEST = 1e-12, 1e12  # damping, relative to the largest eigenvalue of H²


class Critical(NamedTuple):
    """Where a search for a critical point has ended.

    Attributes:
        theta: shape (n,).
        loss, grad_norm: there.
        eigenvalues: of the Hessian there, ascending, shape (n,).
    """

    theta: Array
    loss: float
    grad_norm: float
    eigenvalues: Array

    @property
    def minimum_ratio(self) -> float:
        """The share of eigenvalues that are positive: 1 at a minimum."""
        return float(np.mean(self.eigenvalues > FLAT))

    @property
    def negative(self) -> int:
        """How many eigenvalues are negative."""
        return int(np.sum(self.eigenvalues < -FLAT))


def find_critical(
    wide: Wide,
    theta: Array,
    *,
    tolerance: float = 1e-8,
    limit: int = 200,
    stopped: Callable[[], bool] = never,
) -> Critical | None:
    """Where ‖g‖ becomes small near θ, be it minimum or saddle: Levenberg and Marquardt's method on g(θ) = 0.

    Each step solves (H² + μI)·s = −H·g; μ falls where ‖g‖ falls, and rises where it does not.

    Args:
        wide: a network's loss.
        theta: where to begin, shape (n,).
        tolerance: of ‖g‖.
        limit: of steps; the result says how far they came.
        stopped: asked before each row of a Hessian.

    Returns:
        None where it was stopped, or where numbers are no longer finite.

    Raises:
        ConfigError: for more parameters than `curvature.MAX_HESSIAN`.
    """
    g = np.empty(len(theta))
    loss = wide.function(theta, wide.parameters, _ALL, g)
    damping, trial_g = 1e-3, np.empty(len(theta))
    for _ in range(limit):
        h = hessian(wide, theta, stopped)
        if h is None or not np.all(np.isfinite(h)):
            return None
        values, vectors = np.linalg.eigh(h)
        if np.linalg.norm(g) <= tolerance:
            break
        along = vectors.T @ g
        square = float(np.max(values**2))
        while damping <= HIGHEST:
            trial = theta - vectors @ (values * along / (values**2 + damping * square))
            trial_loss = wide.function(trial, wide.parameters, _ALL, trial_g)
            if np.linalg.norm(trial_g) < np.linalg.norm(g):
                theta, loss, g, trial_g = trial, trial_loss, trial_g, g
                damping = max(damping / 10, LOWEST)
                break
            damping *= 4
        else:
            break  # ‖g‖ cannot be lowered any more, to rounding
    else:
        h = hessian(wide, theta, stopped)
        if h is None or not np.all(np.isfinite(h)):
            return None
        values = np.linalg.eigvalsh(h)
    return Critical(theta, float(loss), float(np.linalg.norm(g)), values)
