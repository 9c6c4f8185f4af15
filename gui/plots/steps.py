"""Which steps are visible: all that there are, or the part that a person has zoomed to."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF

PAD = 0.015  # of the visible span, on either side, so that the first and the last point stand free
FEWEST = 4.0  # steps across at the closest
ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)


def round_up(steps: int) -> int:
    """The next round number of steps."""
    power = 10.0 ** math.floor(math.log10(max(steps, 10)))
    return math.ceil(next(factor for factor in ROUND if factor * power >= steps) * power)


def horizon(computed: int, reach: int, soon: int, before: int) -> int:
    """The last step on the axis: `reach` once all is computed; until then it grows by round steps, never back.

    Args:
        computed: the last step with a row.
        reach: the last step there will be.
        soon: how far rows will be computed without being asked for.
        before: what this function returned last.
    """
    if computed >= reach:
        return max(reach, 1)
    return max(min(max(round_up(computed), soon, before), reach), 1)


class StepRange:
    """The step axis that all strips share."""

    def __init__(self) -> None:
        self.horizon = 1
        self._zoomed: tuple[float, float] | None = None

    @property
    def zoomed(self) -> bool:
        """Whether it shows a part of the steps."""
        return self._zoomed is not None

    @property
    def visible(self) -> tuple[float, float]:
        """The step at the left and at the right border."""
        left, right = self._zoomed or (0.0, float(self.horizon))
        pad = PAD * (right - left)
        return left - pad, right + pad

    def set_horizon(self, last: int) -> None:
        """Let the axis end at step `last`; a part that lies beyond it is left."""
        self.horizon = last
        if self._zoomed and self._zoomed[1] > last:
            self._show(self._zoomed[0], self._zoomed[1] - self._zoomed[0])

    def fit(self) -> None:
        """Show all steps."""
        self._zoomed = None

    def zoom(self, at: float, factor: float) -> None:
        """Zoom about the step `at`; a factor below 1 shows fewer steps."""
        left, right = self._zoomed or (0.0, float(self.horizon))
        span = max((right - left) * factor, FEWEST)
        at = min(max(at, left), right)
        self._show(at - (at - left) * span / (right - left), span)

    def pan(self, steps: float) -> None:
        """Move the visible part on by `steps`."""
        if self._zoomed:
            left, right = self._zoomed
            self._show(left + steps, right - left)

    def _show(self, left: float, span: float) -> None:
        left = min(max(left, 0.0), self.horizon - span)
        self._zoomed = None if span >= self.horizon else (left, left + span)

    def to_x(self, step: float, frame: QRectF) -> float:
        """Where a step lies, in pixels, between the left and the right side of `frame`."""
        left, right = self.visible
        return frame.left() + (step - left) * frame.width() / (right - left)

    def to_step(self, x: float, frame: QRectF) -> float:
        """The step at a place between the left and the right side of `frame`."""
        left, right = self.visible
        return left + (x - frame.left()) * (right - left) / max(frame.width(), 1.0)

    def nearest(self, x: float, frame: QRectF) -> int:
        """The step nearest to a place; always one that may exist."""
        return round(min(max(self.to_step(x, frame), 0.0), float(self.horizon)))
