"""Reliefs and shots of formulas, for tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gui.space.heights import LINEAR, heights
from gui.space.relief import Relief, relief

Array = NDArray[np.float64]
RECT = (-2.0, 4.0, 1.0, 3.0)


def raised(formula: Callable[[Array, Array], Array], rect: tuple[float, float, float, float] = RECT) -> Relief:
    """The relief of a formula, linear in the loss."""
    x, y = np.meshgrid(np.linspace(*rect[:2], 81), np.linspace(*rect[2:], 61))
    with np.errstate(all="ignore"):
        losses = np.asarray(formula(x, y), dtype=float)
    some = losses[np.isfinite(losses)]
    levels = np.quantile(some, np.linspace(0, 1, 12)[1:-1])
    return relief(rect, losses, heights(LINEAR, np.unique(levels), float(some.min()), float(some.max())))
