"""The value axis of a strip: which range shows the curves, and which few marks stand beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..numbers import MINUS, round_step, show

MARGIN = 0.06
NARROW = 0.4  # decades; a curve that spans fewer stands in the middle
MOST_MARKS = 8
MARK_GAP = 20.0  # pixels between two marks at the least
DECADES = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200)
ROBUST = (0.02, 0.98)
LARGEST = 1e300
STRAY = 3.0  # decades beside the others, within which the curve of a diverged run is still shown whole
SLIM, LEAST = 0.1, 1e-90  # of a linear range: the least span by its values, and at all
PLAIN = (1e-3, 1e5)  # beyond, numbers need a power of ten and have room for one digit more
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Scale:
    """The values at the bottom and the top of a strip; of a log strip these are powers of ten."""

    low: float
    high: float
    log: bool

    def to_y(self, value: float, top: float, bottom: float) -> float:
        """Where a value lies, in pixels."""
        return bottom - (value - self.low) / (self.high - self.low) * (bottom - top)

    def marks(self, height: float) -> list[tuple[float, str]]:
        """Values with their texts, as many as find room on `height` pixels, but few."""
        height = min(height, MOST_MARKS * MARK_GAP)
        return log_marks(self, height) if self.log else linear_marks(self, height)


def log_scale(curves: Sequence[NDArray[np.float64]], diverged: Sequence[NDArray[np.float64]] = ()) -> Scale:
    """The range of curves of log10 values: one decade at the least, and always two of its marks inside.

    Curves of diverged runs are cut off where they go far from the others; without others they are shown whole.
    """
    parts, strays = [values for values in curves if len(values)], [values for values in diverged if len(values)]
    if parts:
        least, most = min(float(v.min()) for v in parts) - STRAY, max(float(v.max()) for v in parts) + STRAY
        strays = [values for values in strays if least <= values.min() and values.max() <= most]
    parts += strays
    low = min((float(values.min()) for values in parts), default=-0.5)
    high = max((float(values.max()) for values in parts), default=0.5)
    if high - low < NARROW:
        low, high = low - NARROW / 2, high + NARROW / 2
    while math.floor(high) - math.ceil(low) < 1:
        up, down = math.floor(high) + 1, math.ceil(low) - 1
        above, below = up - high, low - down
        low, high = (low if above < below - 0.2 else down), (high if below < above - 0.2 else up)
    margin = MARGIN * (high - low)
    return Scale(low - margin, high + margin, log=True)


def linear_scale(curves: Sequence[tuple[NDArray[np.float64], float | None]]) -> Scale:
    """The range of curves that have a limit each, or None: from 0 on, with the lowest limit in view.

    A higher limit is in view if its curve comes near it. A curve that shoots up for a moment is cut off; one that
    stays up is shown, and its limit then lies low.
    """
    low, high = 0.0, 0.0
    limits = [limit for _, limit in curves if limit]
    if limits:
        high = 1.6 * min(limits)
    for values, limit in curves:
        if len(values) == 0:
            continue
        least, most = np.quantile(np.clip(values, -LARGEST, LARGEST), ROBUST).tolist()
        low, high = min(low, least), max(high, most)
        if limit and (most >= limit / 5 or limit <= 3 * min(limits)):
            high = max(high, 1.6 * limit)
    low = max(low, -high) if high > 0 else low
    if not high - low > 1e-300:
        high = low + 1.0
    margin = MARGIN * (high - low)
    return Scale(low - margin, high + margin, log=False)


def loss_scale(curves: Sequence[tuple[NDArray[np.float64], bool]]) -> Scale:
    """The range of curves of which some go below zero; of the selected one (True) the second half is in view.

    The rest is in view unless it would more than double the range on its side, as a few spikes do.
    """
    parts = [(np.clip(values, -LARGEST, LARGEST), selected) for values, selected in curves if len(values)]
    if not parts:
        return Scale(-1.0, 1.0, log=False)
    ranges = [np.quantile(values, ROBUST).tolist() for values, _ in parts]
    settled = [values[len(values) // 2 :] for values, selected in parts if selected]
    ranges += [[float(values.min()), float(values.max())] for values in settled]
    low, high = min(least for least, _ in ranges), max(most for _, most in ranges)
    largest = max(abs(low), abs(high))
    slim = max((SLIM if PLAIN[0] <= largest < PLAIN[1] else 1.0) * largest, LEAST)
    if high - low < slim:
        middle = low / 2 + high / 2
        low, high = middle - slim / 2, middle + slim / 2
    span = high - low
    least, most = min(float(values.min()) for values, _ in parts), max(float(values.max()) for values, _ in parts)
    low, high = (least if low - span <= least < low else low), (most if high < most <= high + span else high)
    margin = MARGIN * (high - low)
    return Scale(low - margin, high + margin, log=False)


def decade(power: int) -> str:
    """A power of ten as it stands on an axis: 1, 10, 10⁶."""
    return {0: "1", 1: "10"}.get(power) or f"10{str(power).translate(RAISED)}"


def log_marks(scale: Scale, height: float) -> list[tuple[float, str]]:
    """Whole decades, or every second, third, … of them."""
    room = max(height / MARK_GAP, 1.0)
    every = next((n for n in DECADES if (scale.high - scale.low) / n <= room), DECADES[-1])
    first, last = math.ceil(scale.low / every), math.floor(scale.high / every)
    return [(float(n * every), decade(n * every)) for n in range(first, last + 1)]


def linear_marks(scale: Scale, height: float) -> list[tuple[float, str]]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    step = round_step((scale.high - scale.low) / max(height / MARK_GAP, 1.0))
    largest = max(abs(scale.low), abs(scale.high))
    if not PLAIN[0] <= largest < PLAIN[1]:
        step = max(step, 10.0 ** math.floor(math.log10(largest)))
    first, last = math.ceil(scale.low / step), math.floor(scale.high / step)
    return [(n * step, linear_text(n * step)) for n in range(first, last + 1)]


def linear_text(value: float) -> str:
    """A value as it stands on a linear axis: 0.25, 5×10⁶, and 10⁶ rather than 1×10⁶."""
    return show(value, 3).replace(f"{MINUS}1×", MINUS).removeprefix("1×")
