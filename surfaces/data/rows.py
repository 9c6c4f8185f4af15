"""The rows that a loss on data points is summed over: the features as they are, centred or standardised."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.scenario import Data

Array = NDArray[np.float64]
RAW, CENTRED = "raw", "centred"  # every other choice of features is standardised


@dataclass(frozen=True, eq=False)
class Rows:
    """A prediction is θ₁·u + θ₂·v, the target y; all of shape (n,).

    The features are (x − `shift`) / `scale` of the data's; with a bias u is 1, its shift 0 and its scale 1.
    """

    u: Array
    v: Array
    y: Array
    shift: tuple[float, float]
    scale: tuple[float, float]

    @property
    def design(self) -> Array:
        """Shape (n, 2)."""
        return np.column_stack([self.u, self.v])


@lru_cache(maxsize=16)
def rows(data: Data, features: str, labels: bool) -> Rows:
    """The rows of a table with columns (x, y), for a line with a bias, or (x1, x2, y), for two weights.

    Without a bias y is moved by its mean along with the features. `labels`: y holds labels 0 and 1 and stays.

    Raises:
        ConfigError: for data that cannot be used.
    """
    if len(data.columns) not in (2, 3):
        raise ConfigError("needs two columns of data, x and y", "surface.data")
    *features_raw, y = (np.array(column, dtype=np.float64) for column in data.columns)
    if len(y) < 2:
        raise ConfigError("needs at least two data points", "surface.data")
    if labels and (odd := np.flatnonzero((y != 0.0) & (y != 1.0))).size:
        template = "a label must be 0 or 1; data point {number} has {value}"
        raise ConfigError(template, "surface.data", number=int(odd[0]) + 1, value=f"{y[odd[0]]:g}")
    columns, shifts, scales = [], [], []
    for name, x in zip(data.names, features_raw, strict=False):
        shift = 0.0 if features == RAW else float(x.mean())
        scale = 1.0 if features in (RAW, CENTRED) else float(x.std())
        if not scale > 0.0 or (features not in (RAW, CENTRED) and np.ptp(x) == 0.0):
            template = "{name} has the same value everywhere and cannot be standardised"
            raise ConfigError(template, "surface.options.features", name=repr(name))
        columns.append((x - shift) / scale)
        shifts.append(shift)
        scales.append(scale)
    if len(columns) == 1:
        columns, shifts, scales = [np.ones_like(y), *columns], [0.0, *shifts], [1.0, *scales]
    elif features != RAW and not labels:
        y = y - y.mean()
    found = Rows(columns[0], columns[1], y, (shifts[0], shifts[1]), (scales[0], scales[1]))
    with np.errstate(over="ignore", invalid="ignore"):
        if not all(np.isfinite(np.dot(column, column)) for column in (found.u, found.v, found.y)):
            raise ConfigError("the numbers are so large that their squares overflow", "surface.data")
    return found
