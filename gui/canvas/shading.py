"""Hill-shading: the surface lit from the upper left, as a map of mountains is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LIGHT = (-0.5, 0.5, 0.5**0.5)  # from the left, from above, 45° over the ground
FLOOR = 0.2  # the share of places that the height is nearly linear for; above, it grows as the logarithm
STEEP, SHARE = 1.2, 0.85  # the slope that this share of the places has at most
STRENGTH = 0.34
SHADES = 63  # an odd number: the middle one changes nothing

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]


def heights(losses: Floats) -> Floats:
    """log(1 + (L − L_min)/q), q the lowest fifth's bound: a wall of 10⁶ shows its shape, and the valley too."""
    finite = np.isfinite(losses)
    if not finite.any():
        return np.full(losses.shape, np.nan)
    low = float(losses[finite].min())
    with np.errstate(over="ignore", invalid="ignore"):
        above = np.where(finite, np.minimum(losses - low, 1e300), np.nan)
    some = above[finite]
    unit = float(np.quantile(some[:: max(1, some.size // 20_000)], FLOOR)) or float(some.max()) or 1.0
    return np.log1p(above / unit)


def shades(height: Floats) -> Bytes:
    """How light each place is: 31 as on flat ground, 0 away from the light, 62 turned to it.

    Args:
        height: shape (rows, columns), row 0 at the bottom, in pixels of any but equal size.
    """
    if min(height.shape) < 2:
        return np.full(height.shape, SHADES // 2, np.uint8)
    ground = height.astype(np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        up, right = np.gradient(ground)
        slope = np.hypot(up, right)
        some = slope[np.isfinite(slope)]
        usual = float(np.quantile(some[:: max(1, some.size // 20_000)], SHARE)) if some.size else 0.0
        if usual <= 0.0:
            return np.full(height.shape, SHADES // 2, np.uint8)
        scale = STEEP / usual
        lit = (LIGHT[2] - scale * (LIGHT[0] * right + LIGHT[1] * up)) / np.sqrt(1 + (scale * slope) ** 2)
    flat = LIGHT[2]
    share = np.where(lit > flat, (lit - flat) / (1 - flat), (lit - flat) / flat)
    share = np.clip(np.nan_to_num(share, nan=0.0), -1, 1)
    half = SHADES // 2
    shaded: Bytes = np.round(half + half * share).astype(np.uint8)
    return shaded


def doubled(light: Bytes, shape: tuple[int, ...]) -> Bytes:
    """Shades of every second place, at all places of a picture of this shape: in between, the mean of both sides."""
    for axis in (0, 1):
        light = np.moveaxis(light, axis, 0)
        between = (light + np.append(light[1:], light[-1:], axis=0) + 1) >> 1  # at most 62 + 62 + 1
        light = np.stack([light, between], axis=1).reshape(-1, light.shape[1])[: shape[axis]]
        light = np.moveaxis(light, 0, axis)
    return light


def lit_table(table: Bytes) -> NDArray[np.uint8]:
    """The colours of `table` (n, 3) in every shade, shape (n, 64, 3): mixed with white, or with black."""
    share = (np.arange(64) - SHADES // 2)[None, :, None] / (SHADES // 2) * STRENGTH
    colours = table[:, None, :].astype(float)
    mixed: NDArray[np.uint8] = np.round(
        np.clip(np.where(share > 0, colours + share * (255 - colours), colours * (1 + share)), 0, 255)
    ).astype(np.uint8)
    return mixed
