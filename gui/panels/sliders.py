"""Sliders for one number: over decades, or over a plain range."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

STEPS_PER_DECADE, LEAST_STEPS = 20, 100
_SLIDES = (
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right),
    *(Qt.Key.Key_Home, Qt.Key.Key_End),
)


class LogSlider(QSlider):
    """A slider over decades. The ends of its range are exact, the numbers between have two digits."""

    value_edited = Signal(float)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSingleStep(1)
        self.setPageStep(STEPS_PER_DECADE)
        self.set_range(1e-8, 1e2)
        self.valueChanged.connect(self._moved)
        self.sliderReleased.connect(self.released)

    def set_range(self, low: float, high: float) -> None:
        """Span from `low` to `high`; in place of an end that no logarithm reaches stands the default."""
        self._low = low if 0 < low < math.inf else 1e-8
        self._high = max(high if 0 < high < math.inf else 1e2, self._low)
        with QSignalBlocker(self):
            self.setRange(_position(self._low), _position(self._high))

    def number(self) -> float:
        """The number at the handle."""
        position = self.value()
        if position in (self.minimum(), self.maximum()):
            return self._low if position == self.minimum() else self._high
        return min(max(float(f"{10 ** (position / STEPS_PER_DECADE):.1e}"), self._low), self._high)

    def set_number(self, value: float) -> None:
        """Put the handle at `value`, or at the nearer end."""
        with QSignalBlocker(self):
            if not value > self._low:  # also for NaN
                self.setValue(self.minimum())
            else:
                self.setValue(_position(min(value, self._high)))

    def _moved(self) -> None:
        self.value_edited.emit(self.number())
        if not self.isSliderDown():  # a key, the wheel or a click beside the handle
            self.released.emit()

    def event(self, event: QEvent) -> bool:
        """Take the keys that move the handle before a shortcut of the window does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _SLIDES:
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            event.setAccepted(plain)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move if focused; otherwise leave the wheel to the scroll area around."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LinearSlider(LogSlider):
    """A slider over a plain range. Its ends are exact, the numbers between are multiples of 1, 2 or 5 · 10ᵏ.

    `whole`: no finer than 1, from the next `set_range` on.
    """

    whole = False

    def set_range(self, low: float, high: float) -> None:
        """Span from `low` to `high`; in place of an end that is infinite stands 10 on its side."""
        self._low = low if math.isfinite(low) else -10.0
        self._high = max(high if math.isfinite(high) else 10.0, self._low)
        size = self._high / LEAST_STEPS - self._low / LEAST_STEPS
        self._step = max(_round_step(size), 1.0 if self.whole else 0.0)
        self._first = _notch(self._low / self._step, math.floor)  # what position 0 stands for, in steps
        with QSignalBlocker(self):
            self.setRange(0, _notch(self._high / self._step, math.ceil) - self._first)
            self.setPageStep(max(1, self.maximum() // 10))

    def number(self) -> float:
        """The number at the handle."""
        return min(max(float((self._first + self.value()) * Decimal(repr(self._step))), self._low), self._high)

    def set_number(self, value: float) -> None:
        """Put the handle at `value`, or at the nearer end."""
        with QSignalBlocker(self):
            if not self._low < value < self._high:  # also for NaN
                self.setValue(self.maximum() if value >= self._high else self.minimum())
            else:
                self.setValue(round(value / self._step) - self._first)


def _round_step(size: float) -> float:
    """The largest of 1, 2, 5 · 10ᵏ that is at most `size`."""
    if size < 1e-300:
        return 1.0
    exponent = math.floor(math.log10(size))
    leading = size / 10.0**exponent
    rung = 5 if leading >= 5 else 2 if leading >= 2 else 1
    return float(f"{rung}e{exponent}")


def _notch(steps: float, otherwise: Callable[[float], int]) -> int:
    """The whole number that `steps` is but for rounding, or what `otherwise` makes of it."""
    return round(steps) if math.isclose(steps, round(steps), rel_tol=1e-12) else otherwise(steps)


def _position(value: float) -> int:
    return round(STEPS_PER_DECADE * math.log10(value))
