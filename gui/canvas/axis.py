"""The canvas's axes: plain numbers at any zoom, never a hidden factor such as (×0.001)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg

from ..numbers import MINUS, show

PLAIN = 1e5


class CanvasAxis(pg.AxisItem):
    """Shows just the digits that tell neighbouring ticks apart."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.enableAutoSIPrefix(False)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        largest = max((abs(value) for value in values), default=0.0)
        places = max(0, -math.floor(math.log10(spacing) + 1e-9))
        if largest < PLAIN and places <= 5:
            return [f"{value:.{places}f}".replace("-", MINUS) for value in values]
        digits = max(1, math.floor(math.log10(max(largest, spacing))) + places + 1)
        if spacing >= 1:
            digits = max(1, math.floor(math.log10(largest)) - math.floor(math.log10(spacing)) + 1)
        return [show(value, digits) for value in values]
