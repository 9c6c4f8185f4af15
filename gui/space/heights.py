"""How high a loss stands in the relief: a transform that only grows, and its inverse for the numbers of the axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEVELS, LINEAR, LOG = "levels", "linear", "log"
MODES = (LEVELS, LINEAR, LOG)
FAR, KEPT = 20.0, 2.0  # spans of the levels: an end farther out than FAR is cut off KEPT beyond them


@dataclass(frozen=True, eq=False)
class Heights:
    """Height in [0, 1] of a loss.

    Attributes:
        mode: `LEVELS`: every band of the canvas is equally high, so that a ravine and a plateau show alike; `LINEAR`;
            `LOG`: log(1 + (L − low)/d), d the width of the lowest band.
        knots: the losses at which bands meet, with the lowest and the highest, ascending, shape (n,).
        places: of the knots among the bands: level k lies at k + 1, shape (n,).
        bands: how many bands of colour there are.
        floor, ceiling: the losses at heights 0 and 1.
        cut_below, cut_above: whether visible losses lie beyond; these are drawn flat.
    """

    mode: str
    knots: Array
    places: Array
    bands: int
    floor: float
    ceiling: float

    cut_below: bool = False
    cut_above: bool = False

    def of(self, losses: Array) -> Array:
        """Heights of losses of any shape; NaN where a loss is not finite."""
        finite = np.where(np.isfinite(losses), losses, np.nan)
        if self.ceiling <= self.floor:
            return np.where(np.isnan(finite), np.nan, 0.5)
        if self.mode == LEVELS:
            low, high = self._ends()
            return (self.band_of(losses) - low) / (high - low)
        share = np.clip(_share(finite, self.floor, self.ceiling), 0.0, 1.0)
        if self.mode == LINEAR:
            return share
        bend = self._bend()
        heights: Array = np.log1p(share * bend) / math.log1p(bend)
        return heights

    def band_of(self, losses: Array) -> Array:
        """The band of losses with their place in it: k.5 is the middle of band k; NaN where a loss is not finite."""
        finite = np.where(np.isfinite(losses), losses, np.nan)
        if len(self.knots) < 2:
            return np.where(np.isnan(finite), np.nan, 0.5)
        return _smooth(finite, self.knots, self.places)

    def loss_at(self, height: float) -> float:
        """The loss that stands at a height."""
        if self.ceiling <= self.floor:
            return self.floor
        if self.mode == LEVELS:
            low, high = self._ends()
            return float(np.interp(low + height * (high - low), self.places, self.knots))
        share = height
        if self.mode == LOG:
            bend = self._bend()
            share = math.expm1(height * math.log1p(bend)) / bend
        return self.floor * (1.0 - share) + self.ceiling * share

    def _ends(self) -> tuple[float, float]:
        """The places among the bands of the lowest and the highest loss."""
        low, high = self.band_of(np.array([self.floor, self.ceiling])).tolist()
        return low, high

    def _bend(self) -> float:
        """(high − low)/d for `LOG`."""
        above = self.knots[self.knots > self.floor]
        unit = float(_share(above[:1], self.floor, self.ceiling)[0]) if above.size else 1.0
        return 1.0 / max(unit, 1e-12)


def heights(mode: str, levels: Array, low: float, high: float) -> Heights:
    """The transform for a surface whose bands meet at `levels` and whose finite losses lie in [low, high]."""
    ends = (min(low, levels[0]), max(high, levels[-1])) if len(levels) else (low, high)
    knots, first = np.unique(np.concatenate([ends[:1], levels, ends[1:]]), return_index=True)
    floor, ceiling = low, high
    inner = levels[(levels > low) & (levels < high)]
    if mode == LINEAR and len(inner) >= 2:
        span = float(inner[-1] - inner[0])
        if high - inner[-1] > FAR * span:
            ceiling = float(inner[-1]) + KEPT * span
        if inner[0] - low > FAR * span:
            floor = float(inner[0]) - KEPT * span
    places = first.astype(np.float64)
    return Heights(mode, knots, places, len(levels) + 1, floor, ceiling, floor > low, ceiling < high)


def _smooth(at: Array, x: Array, y: Array) -> Array:
    """The curve through (x, y) that only grows and has no kinks: cubic pieces (Fritsch and Butland 1984)."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        widths = np.diff(x)
        slopes = np.diff(y) / widths
        inner = 2 * slopes[:-1] * slopes[1:] / (slopes[:-1] + slopes[1:])
        tangents = np.concatenate([slopes[:1], inner, slopes[-1:]])
        k = np.clip(np.searchsorted(x, at, "right") - 1, 0, len(widths) - 1)
        t = np.clip((at - x[k]) / widths[k], 0.0, 1.0)
        a, b = tangents[k] * widths[k], tangents[k + 1] * widths[k]
        rise = y[k + 1] - y[k]
        curve = y[k] + t * (a + t * (3 * rise - 2 * a - b + t * (a + b - 2 * rise)))
    usable = np.isfinite(curve)
    straight: Array = np.interp(at, x, y)  # where the steps of the levels overflow
    return np.where(usable | np.isnan(at), curve, straight)


def _share(losses: Array, low: float, high: float) -> Array:
    """(L − low)/(high − low), also where the difference would overflow; infinite far beyond what is cut off."""
    with np.errstate(over="ignore"):
        share: Array = (losses / 2 - low / 2) / (high / 2 - low / 2)
    return share
