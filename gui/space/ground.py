"""What the canvas shows, as a relief: the same window, the same bands, the same colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from engine.surface import Surface

from ..canvas.colour_bar import band_colours
from ..canvas.field import Field
from ..theme import theme
from .feed import mixed, rgba
from .heights import heights
from .relief import Relief, relief
from .scene import Look

SIDE = 201  # points a side at most

Array = NDArray[np.float64]


def relief_of(field: Field, surface: Surface, mode: str) -> Relief | None:
    """The relief of a field; None where there is no finite loss."""
    from engine.kernel import sample_grid

    xs, ys = np.linspace(*field.rect[:2], SIDE), np.linspace(*field.rect[2:], SIDE)
    losses = np.empty((SIDE, SIDE))
    sample_grid(surface.function, surface.parameters, xs, ys, losses)
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return None
    low, high = min(field.low, float(finite.min())), max(field.high, float(finite.max()))
    return relief(field.rect, losses, heights(mode, field.levels, low, high))


def look_of(field: Field) -> Look:
    """The colours of the theme, and of the field's bands."""
    look, dark = theme(), theme().name == "dark"
    panel, line = QColor(look.panel), QColor(look.line)
    return Look(
        table=band_colours(),
        ground=rgba(panel),
        contour=rgba(_parse(look.contour)),
        wall=mixed(line, panel, 0.75),
        edge=mixed(QColor(look.dim), panel, 0.45),
        shades=(0.55, 0.55) if dark else (0.26, 0.28),
    )


def _parse(colour: str) -> QColor:
    """A colour as #rrggbb or #rrggbbaa."""
    shade = QColor(colour[:7])
    if len(colour) == 9:
        shade.setAlpha(int(colour[7:], 16))
    return shade
