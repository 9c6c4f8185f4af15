"""Colours of losses: the maps to choose from, and from a loss to its colour, for the canvas and any other view."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from ..theme import Theme, theme

SLATE, GREY = "slate", "grey"
# name → the map's name in pyqtgraph; the CET maps are Kovesi's (2015), CBL and CBTL those for colour-blind people
MAPS = {
    SLATE: "",
    GREY: "CET-L2",
    "viridis": "viridis",
    "cividis": "cividis",
    "CET-CBL1": "CET-CBL1",
    "CET-CBTL2": "CET-CBTL2",
}
MUTED = 0.45  # so much of the ground is mixed into a map: the paths stay the loudest thing
STEPS = 256
UNDEFINED = 255  # the band of no finite loss
VEIL = 70

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]


def ramp(name: str) -> Floats:
    """Red, green and blue (0 … 255) from the lowest loss to the highest in the theme in use; shape (256, 3)."""
    return _ramp(name if name in MAPS else SLATE, theme())


@lru_cache(maxsize=32)
def _ramp(name: str, look: Theme) -> Floats:
    share = np.linspace(0, 1, STEPS)[:, None]
    if name == SLATE:
        low, high = map(_rgb, look.ramp)
        straight: Floats = low + share * (high - low)
        return straight
    found = pg.colormap.get(MAPS[name]).getLookupTable(0.0, 1.0, STEPS, alpha=False).astype(np.float64)
    ground = _rgb(look.ramp[0])
    if name == GREY and lightness(ground) > 0.5:  # the lowest loss lies nearest to the ground
        found = found[::-1]
    mixed: Floats = (1 - MUTED) * found + MUTED * ground
    return mixed


def _rgb(colour: str) -> Floats:
    c = QColor(colour)
    return np.array([c.red(), c.green(), c.blue()], dtype=np.float64)


def lightness(rgb: Floats) -> float:
    """How light a colour looks, 0 … 1 (luma)."""
    return float(rgb @ (0.2126, 0.7152, 0.0722)) / 255


def band_table(colours: Floats, count: int) -> Bytes:
    """RGBA of each of `count` bands, low to high; 255 is a warm veil for no finite loss. Shape (256, 4)."""
    table = np.zeros((256, 4), dtype=np.uint8)
    place = np.linspace(0, STEPS - 1, count) if count > 1 else np.zeros(1)
    table[:count, :3] = np.round(_at(colours, place))
    table[:count, 3] = 255
    warm = QColor(theme().error)
    table[UNDEFINED] = (warm.red(), warm.green(), warm.blue(), VEIL)
    return table


def band_of(losses: Floats, levels: Floats) -> Bytes:
    """The band of each loss; 255 where it is not finite."""
    bands = np.searchsorted(levels, losses).astype(np.uint8)
    bands[~np.isfinite(losses)] = UNDEFINED
    return bands


def position_of(losses: Floats, levels: Floats, low: float, high: float) -> Floats:
    """Where each loss lies among the bands, as a smooth number: k is level k − 1, k + ½ the middle of band k.

    NaN stays NaN; infinite losses lie at either end.
    """
    if not len(levels):
        return np.where(np.isnan(losses), np.nan, 0.5)
    edges = np.concatenate([[min(low, levels[0])], levels, [max(high, levels[-1])]])
    edges, first = np.unique(edges, return_index=True)
    found: Floats = np.interp(losses, edges, first.astype(np.float64))
    return found


def loss_colours(
    losses: Floats, levels: Floats, low: float, high: float, colours: Floats, smooth: bool = False
) -> Bytes:
    """RGBA of losses of any shape, as the canvas colours them; shape (*losses.shape, 4).

    Args:
        levels, low, high: of the `Field` in use.
        colours: of `ramp`.
        smooth: blend between the bands' middles instead of a step at each level.
    """
    count = len(levels) + 1
    table = band_table(colours, count)
    if not smooth:
        return table[band_of(losses, levels)]
    finite = np.isfinite(losses)
    place = np.clip(position_of(np.where(finite, losses, low), levels, low, high) - 0.5, 0, count - 1)
    result = np.empty((*losses.shape, 4), dtype=np.uint8)
    result[..., :3] = np.round(_at(colours, place * (STEPS - 1) / max(1, count - 1)))
    result[..., 3] = 255
    result[~finite] = table[UNDEFINED]
    return result


def _at(colours: Floats, place: Floats) -> Floats:
    below = np.clip(np.floor(place).astype(int), 0, STEPS - 2)
    share = (place - below)[..., None]
    blended: Floats = (1 - share) * colours[below] + share * colours[below + 1]
    return blended
