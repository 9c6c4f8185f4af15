"""Fields in which a person sets one number; what comes out of them is always valid."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from engine.declaration import Parameter
from engine.errors import ConfigError

from ..i18n import tr, tr_error
from .number_text import allows, format_number, parse_number, step
from .sliders import LinearSlider, LogSlider

LABEL_WIDTH, LABEL_MOST, NUMBER_WIDTH = 64, 104, 92
NOTCH = 120  # Qt's unit for one click of a wheel; touchpads send fractions of it
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down)
_TYPING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


def describe(parameter: Parameter) -> str:
    """What a tooltip says about a parameter: its meaning, its range and the keys."""
    if parameter.integer:
        keys = tr("↑ ↓ change it by 1, with Alt by 10")
    elif parameter.log:
        keys = tr("↑ ↓ go through 1, 2, 5, 10; with Alt by a decade, with Shift by 10 %")
    else:
        keys = tr("↑ ↓ change it by a step, with Alt by ten, with Shift by a tenth of one")
    limits = parameter.allowed if parameter.allowed != parameter.name else ""
    whole = tr("whole numbers") if parameter.integer else ""
    allowed = "; ".join(filter(None, (limits, whole)))
    doc = tr(parameter.doc) if parameter.doc else ""
    off = tr("an empty field switches it off") if can_be_off(parameter) else ""
    return "".join(f"<div>{html.escape(line)}</div>" for line in (doc, allowed, off, keys) if line)


def can_be_off(parameter: Parameter) -> bool:
    """Whether a parameter is not used unless a number is given, as a limit that is infinite by default."""
    return math.isinf(parameter.default)


def foreign(event: QKeyEvent) -> bool:
    """Whether a key types Space or a letter that no number has: a field for numbers leaves it to the window."""
    letter = event.text().isalpha() and event.text() not in ("e", "E")
    return (letter or event.text() == " ") and not event.modifiers() & ~_TYPING


def _mark(widget: QWidget, invalid: bool) -> None:
    widget.setProperty("invalid", "true" if invalid else "false")
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class NumberField(QLineEdit):
    """A line in which a person types or steps one number; `value` is the last good one, whatever the text says.

    A parameter that can be off is shown as an empty field that says so.
    """

    edited = Signal(float)
    failed = Signal(object)  # the ConfigError, with each change of a wrong text
    recovered = Signal()
    finished = Signal()  # ends a run of `edited`, such as those of an arrow key held down

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameter = parameter
        self._value = float(parameter.default)
        self._invalid = self._unfinished = False
        self._turned = 0
        self.setAccessibleName(parameter.name)
        self._retranslate()
        self._show(self._value)
        self.textChanged.connect(self._judge)
        self.returnPressed.connect(self.commit)
        self.returnPressed.connect(self.finish)

    def value(self) -> float:
        """The last good value."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value that comes from elsewhere. What a person is typing stays if `value` is no news to the field."""
        if not (self.hasFocus() and value in (self._value, self._typed())):
            self._show(value)
        if self._typed() == value:
            self._value = float(value)

    def take(self, value: float) -> None:
        """Set a value on behalf of the person, as a key or a slider does; one out of range is passed over."""
        if self._is_off(value) or allows(self._parameter, value):
            self._show(value)
            self.commit()

    def commit(self) -> None:
        """Make what is typed the value, if it is good."""
        typed = self._typed()
        if typed is not None and typed != self._value:
            self._value, self._unfinished = typed, True
            self.edited.emit(typed)

    def finish(self) -> None:
        """Say that a run of edits is over, if there was one."""
        if self._unfinished:
            self._unfinished = False
            self.finished.emit()

    def _is_off(self, value: float) -> bool:
        return can_be_off(self._parameter) and value == self._parameter.default

    def _text(self, value: float) -> str:
        return "" if self._is_off(value) else format_number(value)

    def _checked(self) -> float:
        if can_be_off(self._parameter) and not self.text().strip():
            return self._parameter.default
        return self._parameter.check(parse_number(self.text()))

    def _typed(self) -> float | None:
        try:
            return self._checked()
        except ConfigError:
            return None

    def _show(self, value: float) -> None:
        self.setText(self._text(value))
        if not self.hasFocus():
            self.setCursorPosition(0)  # a long number shows its leading digits

    def _judge(self) -> None:
        was_invalid = self._invalid
        try:
            self._checked()
        except ConfigError as error:
            self._invalid = True
            _mark(self, True)
            self.failed.emit(error)
        else:
            self._invalid = False
            if was_invalid:
                _mark(self, False)
                self.recovered.emit()

    def _step(self, up: bool, modifiers: Qt.KeyboardModifier) -> None:
        typed = self._typed()
        coarse = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        now = self._value if typed is None else typed
        self.take(1.0 if self._is_off(now) else step(self._parameter, now, up, coarse, fine))

    def _handles(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            return self.text() != self._text(self._value)
        control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
        return event.key() in _ARROWS and not event.modifiers() & control

    def _leaves(self, event: QKeyEvent) -> bool:
        """Undo and redo are the window's, unless a person is typing something that is not committed; so are letters."""
        if foreign(event):
            return True
        undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
        return (event.matches(undo) or event.matches(redo)) and self._typed() == self._value

    def event(self, event: QEvent) -> bool:
        """Take the keys below before a shortcut of the window does."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if not self._handles(event) and not self._leaves(event):
            return super().event(event)
        event.setAccepted(self._handles(event))
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down step; Escape brings back the last good value, and is left to the dialog if it is shown."""
        if self._leaves(event):
            event.ignore()
        elif not self._handles(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self._show(self._value)
        else:
            self._step(event.key() == Qt.Key.Key_Up, event.modifiers())

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting an arrow key go ends its run of steps."""
        super().keyReleaseEvent(event)
        if event.key() in _ARROWS and not event.isAutoRepeat():
            self.finish()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step if focused; otherwise leave the wheel to the scroll area around."""
        if not self.hasFocus():
            event.ignore()
            return
        delta = event.angleDelta()
        self._turned += delta.y() or delta.x()  # Alt makes the wheel a horizontal one
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        for _ in range(abs(notches)):
            self._step(notches > 0, event.modifiers())
        self.finish()
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit; a wrong text stays, with its error, for the person to mend."""
        super().focusOutEvent(event)
        self.commit()
        self.finish()
        if event.reason() not in _PASSING and not self._invalid:
            self._show(self._value)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setToolTip(describe(self._parameter))
        self.setPlaceholderText(tr("off") if can_be_off(self._parameter) else "")


class Field(QWidget):
    """One row of a form: a label, its number, a slider if wanted, and what is wrong beneath."""

    edited = Signal(float)
    edit_finished = Signal()

    def __init__(self, parameter: Parameter, label: str, slider: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameter = parameter
        self._typed_error: ConfigError | None = None
        self._outer_error: ConfigError | None = None
        self.label = QLabel(label)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setMinimumWidth(LABEL_WIDTH)
        self.label.setToolTip(describe(parameter))
        self.number = NumberField(parameter)
        self.label.setBuddy(self.number)
        self.error = QLabel()
        self.error.setProperty("role", "error")
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.error.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # never widens the panel
        self.error.hide()
        self.slider = (LogSlider() if parameter.log else LinearSlider()) if slider else None

        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(8)
        row.setVerticalSpacing(2)
        row.addWidget(self.label, 0, 0)
        row.addWidget(self.number, 0, 1, 1, 1 if self.slider else 2)
        row.addWidget(self.error, 1, 1, 1, 2)
        row.setColumnStretch(2, 1)
        self.number.edited.connect(self._edited)
        self.number.finished.connect(self.edit_finished)
        self.number.failed.connect(self._typed_wrong)
        self.number.recovered.connect(self._typed_right)
        if self.slider:
            self.number.setFixedWidth(NUMBER_WIDTH)
            row.addWidget(self.slider, 0, 2)
            self.slider.setAccessibleName(parameter.name)
            self.slider.setToolTip(describe(parameter))
            if isinstance(self.slider, LinearSlider):
                self.slider.whole = parameter.integer
            self.slider.set_range(parameter.low, parameter.high)
            self.slider.set_number(self.value())
            self.slider.value_edited.connect(self._slid)
            self.slider.released.connect(self._slider_released)

    def value(self) -> float:
        """The last good value."""
        return self.number.value()

    def set_value(self, value: float) -> None:
        """Show a value that comes from elsewhere."""
        self.number.set_value(value)
        if self.slider:
            self.slider.set_number(self.value())

    def show_error(self, error: ConfigError | None) -> None:
        """Show what others found wrong with the value, until the next edit; None takes it away."""
        self._outer_error = error
        self._show_errors()

    def _edited(self, value: float) -> None:
        self.show_error(None)
        if self.slider:
            self.slider.set_number(value)
        self.edited.emit(value)

    def _slid(self, number: float) -> None:
        self.number.take(float(round(number)) if self._parameter.integer else number)

    def _slider_released(self) -> None:
        self.number.finish()
        if self.slider:
            self.slider.set_number(self.value())  # the handle may stand at an open end

    def _typed_wrong(self, error: ConfigError) -> None:
        self._typed_error = error
        self._show_errors()

    def _typed_right(self) -> None:
        self._typed_error = None
        self._show_errors()

    def _show_errors(self) -> None:
        error = self._typed_error or self._outer_error
        text = tr_error(error) if error else ""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.number.setAccessibleDescription(text)
        _mark(self.number, bool(text))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.label.setToolTip(describe(self._parameter))
            if self.slider:
                self.slider.setToolTip(describe(self._parameter))
            self._show_errors()


class Labelled(Protocol):
    """A row of a form."""

    label: QLabel


def align_labels(rows: Iterable[Labelled], most: int = LABEL_MOST) -> None:
    """Give the labels of a form one width of at most `most`, so that its numbers stand in a column; long ones wrap."""
    labels = [row.label for row in rows]
    widths = [label.fontMetrics().horizontalAdvance(label.text()) + 2 for label in labels]
    column = min(max(widths, default=0), most)
    for label, width in zip(labels, widths, strict=True):
        label.setWordWrap(width > column)
        label.setFixedWidth(max(column, LABEL_WIDTH))
