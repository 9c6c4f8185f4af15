"""What stands under the pointer: the place, the loss and the length of the gradient, in words that fit any number."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QFontMetrics

from engine.scenario import Pair
from engine.surface import Surface

from ..i18n import tr
from ..newest import Newest
from ..numbers import show
from ..panels.setup_words import symbol

DIGITS = 4
MOST = 15
GAP = "   "


class Looker(Newest):
    """Looks at a surface where one look may take longer than a frame: a network's."""

    result: tuple[Surface, Pair, list[float]] | None

    def __init__(self, parent: QObject) -> None:
        super().__init__("readout", parent)

    def look(self, surface: Surface, place: Pair) -> list[float] | None:
        """Loss, gradient and Hessian at a place; None until they are worked out: `ready` tells."""
        if surface.wide is None:
            return [float(value) for value in surface.at(place)]
        found = self.result
        if found is not None and found[0] is surface and found[1] == place:
            return found[2]
        self.ask((surface, place), surface.identity)
        return None

    def _results(self, request: tuple[Surface, Pair]) -> Iterator[tuple[Surface, Pair, list[float]]]:
        surface, place = request
        yield surface, place, [float(value) for value in surface.at(place)]


def values_at(surface: Surface, x: float, y: float, pixel: Pair = (0.0, 0.0)) -> str:
    """As `words_at`, looking at the surface now."""
    return words_at(
        (symbol(surface.axes[0]), symbol(surface.axes[1])),
        (x, y),
        [float(value) for value in surface.at((x, y))],
        pixel,
    )


def words_at(axes: tuple[str, str], at: Pair, look: list[float] | None, pixel: Pair = (0.0, 0.0)) -> str:
    """The place to the digits that a pixel can tell apart, L and ‖g‖ there.

    Args:
        look: what the surface gives there; None if that is being worked out.
        pixel: width and height of a pixel in data coordinates; 0 if not known.
    """
    place = "   ".join(
        f"{axis} = {show(value, _digits(value, size))}" for axis, value, size in zip(axes, at, pixel, strict=True)
    )
    if look is None:
        return f"{place}   L = …"
    loss = look[0]
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
