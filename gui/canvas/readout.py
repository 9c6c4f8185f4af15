"""What stands under the pointer: the place, the loss and the length of the gradient, in words that fit any number."""

from __future__ import annotations

import math

from PySide6.QtGui import QFontMetrics

from engine.surface import Surface

from ..i18n import tr
from ..numbers import show

DIGITS = 4
MOST = 15
GAP = "   "


def values_at(surface: Surface, x: float, y: float, pixel: tuple[float, float] = (0.0, 0.0)) -> str:
    """The place to the digits that a pixel can tell apart, L and ‖g‖ there.

    Args:
        pixel: width and height of a pixel in data coordinates; 0 if not known.
    """
    look = [float(value) for value in surface.at((x, y))]
    loss = look[0]
    place = "   ".join(
        f"{axis} = {show(value, _digits(value, size))}"
        for axis, value, size in zip(surface.axes, (x, y), pixel, strict=True)
    )
    if math.isnan(loss):
        return f"{place}   L: {tr('not defined here')}"
    if math.isinf(loss):
        return f"{place}   L = {show(loss)}: {tr('too large for a number')}"
    norm = math.hypot(look[1], look[2])
    slope = f"‖g‖: {tr('not defined here')}" if math.isnan(norm) else f"‖g‖ = {show(norm)}"
    return f"{place}   L = {show(loss)}   {slope}"


def in_lines(words: str, metrics: QFontMetrics, room: float) -> str:
    """`words` broken between their parts, which spaces set apart, where they are wider than `room` pixels."""
    lines = [""]
    for part in words.split(GAP):
        longer = f"{lines[-1]}{GAP}{part}" if lines[-1] else part
        if lines[-1].strip() and metrics.horizontalAdvance(longer) > room:
            lines.append(part)
        else:
            lines[-1] = longer
    return "\n".join(line.strip() for line in lines if line.strip())


def _digits(value: float, pixel: float) -> int:
    """Four, or as many as make a step of a pixel visible."""
    if not (0 < pixel < abs(value) < math.inf):
        return DIGITS
    return min(MOST, max(DIGITS, math.ceil(math.log10(abs(value) / pixel)) + 1))
