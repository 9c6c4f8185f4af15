"""The loss over what is visible, and the picture of it: bands of colour, light, contour lines and their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainterPath

from engine.surface import Surface

from .colours import Bytes, Floats, band_of, band_table, loss_colours, position_of, ramp
from .contours import contour_lines, to_path
from .labels import Label, place_labels
from .levels import choose_levels
from .sampling import Pass, Rect, axes_of, evaluate, upsample, upsample_mask
from .shading import SHADES, doubled, heights, lit_table, shades
from .style import Style

UNDEFINED = 255
PLAIN = Style()
FINE_LINES = 400_000  # pixels up to which lines are drawn through each of them, and not through every second


@dataclass(frozen=True, eq=False)
class Field:
    """The surface over `rect` (left, right, bottom, top), as sampled and as drawn.

    Other views take the losses from here, and the colours from `loss_colours`, so that all look alike.

    Attributes:
        losses: as sampled from border to border, shape (rows, columns), row 0 at the bottom; not finite where the
            surface is not defined or overflows.
        levels: the losses at which bands meet, ascending; empty where the surface is flat.
        base: what the equal factors of logarithmic levels are counted from.
        low, high: the smallest and largest finite loss; NaN where there is none.
        style, colours: how it is shown: `colours.ramp`, red, green and blue from low to high, shape (256, 3).
        bands: index of the band of each pixel; 255 where L is not finite. Finer than `losses` where these are few: then
            it is a smooth picture through them.
        image: the pixels as 0xffRRGGBB, with the same shape as `bands`.
        contours: the lines of each level, in data coordinates.
        labels: numbers on the lines.
        sharp: whether no finer picture follows.
    """

    rect: Rect
    losses: Floats
    levels: Floats
    base: float
    low: float
    high: float
    style: Style
    colours: Floats
    bands: Bytes
    image: NDArray[np.uint32]
    contours: tuple[QPainterPath, ...]
    labels: tuple[Label, ...] = ()
    sharp: bool = True

    @cached_property
    def lines(self) -> QPainterPath:
        """All contour lines."""
        whole = QPainterPath()
        for path in self.contours:
            whole.addPath(path)
        return whole

    @property
    def undefined(self) -> bool:
        """Whether the surface has no finite loss somewhere in sight."""
        return bool((self.bands == UNDEFINED).any())

    def loss_colours(self, losses: Floats, smooth: bool = False) -> Bytes:
        """RGBA, shape (*losses.shape, 4), of any losses as this picture colours them; `smooth`: without steps.

        Where a loss is not finite, it is the translucent veil.
        """
        return loss_colours(losses, self.levels, self.low, self.high, self.colours, smooth)


def sample(surface: Surface, rect: Rect, width: int, height: int, style: Style = PLAIN) -> Field:
    """Sample the surface on width × height pixels and draw it in one go."""
    losses = evaluate(surface, rect, Pass(height, width))
    assert losses is not None
    return draw(losses, rect, Pass(height, width), style, ramp(style.colours))


def draw(
    losses: Floats,
    rect: Rect,
    size: Pass,
    style: Style,
    colours: Floats,
    ground: int = 0,
    frame: Pass | None = None,
    sharp: bool = True,
) -> Field:
    """The picture of sampled losses, `size` pixels large.

    Args:
        losses: of any shape; fewer than there are pixels are interpolated.
        colours: of `colours.ramp`.
        ground: what shines through the veil, as 0xRRGGBB.
        frame: what it fills on the screen, in pixels, if it is smaller than that.
    """
    finite = np.isfinite(losses)
    some = losses[finite]
    low, high = (float(some.min()), float(some.max())) if some.size else (np.nan, np.nan)
    levels, base = choose_levels(some, style.levels, style.typed)
    if losses.shape == tuple(size):
        bands = band_of(losses, levels)
        every = 2 if losses.size > FINE_LINES else 1
        coarse, thresholds = losses[::every, ::every], levels
        xs, ys = (places[::every] for places in axes_of(rect, losses.shape))
        light = shades(heights(losses[::2, ::2])) if style.shading and some.size else None
    else:
        coarse, defined = _smooth(position_of(losses, levels, low, high), finite, size)
        bands = np.clip(np.floor(coarse), 0, len(levels)).astype(np.uint8)
        bands[~defined] = UNDEFINED
        coarse = np.where(defined, coarse, np.nan)
        thresholds = np.arange(1, len(levels) + 1, dtype=float)
        xs, ys = axes_of(rect, size)
        light = None
        if style.shading and some.size:
            height, _ = _smooth(heights(losses), finite, size)
            light = shades(np.where(defined, height, np.nan))
    lines = contour_lines(xs, ys, coarse, thresholds)
    labels = place_labels(lines, levels, bands, rect, frame or size) if style.labels else ()
    image = _painted(bands, light, _table(colours, len(levels) + 1, ground))
    paths = tuple(map(to_path, lines))
    return Field(rect, losses, levels, base, low, high, style, colours, bands, image, paths, labels, sharp)


def _smooth(values: Floats, finite: NDArray[np.bool_], size: Pass) -> tuple[Floats, NDArray[np.bool_]]:
    some = values[finite]
    filled = np.where(finite, values, some.max() if some.size else 0.0)
    return upsample(filled, *size), upsample_mask(finite, *size)


def _table(colours: Floats, count: int, ground: int) -> Bytes:
    """Red, green and blue of the bands, with the ground behind the veil, shape (256, 3)."""
    table = band_table(colours, count)
    veil, share = table[UNDEFINED, :3].astype(float), table[UNDEFINED, 3] / 255
    behind = np.array([ground >> 16 & 255, ground >> 8 & 255, ground & 255], dtype=float)
    table[UNDEFINED, :3] = np.round(share * veil + (1 - share) * behind)
    rgb: Bytes = table[:, :3]
    return rgb


def _painted(bands: Bytes, light: Bytes | None, table: Bytes) -> NDArray[np.uint32]:
    if light is None:
        return _packed(table)[bands]
    lit = lit_table(table)
    lit[UNDEFINED] = table[UNDEFINED]
    if light.shape != bands.shape:
        light = doubled(light, bands.shape)
    place = bands.astype(np.uint16) << 6 | light
    pixels: NDArray[np.uint32] = _packed(lit).ravel()[place]
    return pixels


def _packed(rgb: Bytes) -> NDArray[np.uint32]:
    wide = rgb.astype(np.uint32)
    packed = np.uint32(0xFF000000) | wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    return packed.astype(np.uint32, copy=False)


assert SHADES <= 64
