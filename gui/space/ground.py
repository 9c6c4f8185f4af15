"""What the canvas shows, as a relief: the same window, the same bands, the same colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from ..canvas.colours import band_table
from ..canvas.field import Field
from ..look import parse_colour
from ..theme import theme
from .feed import mixed, rgba
from .heights import heights
from .relief import Relief, relief
from .scene import Look

SIDE = 161  # points a side at most

Array = NDArray[np.float64]


def relief_of(field: Field, mode: str) -> Relief | None:
    """The relief of a field, from the losses that the canvas has sampled; None where none is finite."""
    if not np.isfinite([field.low, field.high]).all():
        return None
    rows, columns = (min(count, SIDE) for count in field.losses.shape)
    losses = _resampled(_resampled(field.losses, rows).T, columns).T
    return relief(field.rect, np.ascontiguousarray(losses), heights(mode, field.levels, field.low, field.high))


def _resampled(losses: Array, count: int) -> Array:
    """So many rows, the first and the last among them, linearly between those that are there; gaps stay gaps."""
    if len(losses) == count:
        return losses
    at = np.linspace(0, len(losses) - 1, count)
    below = np.minimum(at.astype(np.int64), len(losses) - 2)
    share = (at - below)[:, None]
    with np.errstate(invalid="ignore", over="ignore"):
        mixed_rows = (1 - share) * losses[below] + share * losses[below + 1]
    rows: Array = np.where(share == 0, losses[below], mixed_rows)  # 0 · ∞ is no gap
    return rows


def look_of(field: Field) -> Look:
    """The colours of the theme, and of the field's bands."""
    look, dark = theme(), theme().name == "dark"
    panel, line = QColor(look.panel), QColor(look.line)
    return Look(
        table=band_table(field.colours, len(field.levels) + 1),
        ground=rgba(panel),
        contour=rgba(parse_colour(look.contour)),
        wall=mixed(line, panel, 0.75),
        edge=mixed(QColor(look.dim), panel, 0.45),
        rim=mixed(QColor(look.dim), panel, 0.8),
        shades=(0.55, 0.55) if dark else (0.26, 0.28),
    )
