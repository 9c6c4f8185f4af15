"""The field that shows the step and takes another to go to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.declaration import Parameter
from engine.errors import ConfigError

from ..i18n import tr, tr_error
from ..numbers import GROUP, whole
from .inputs import foreign
from .number_text import parse_number

_STEP = Parameter("step", 0, low=0, integer=True)


class StepField(QLineEdit):
    """A whole number. Return goes to the step that is typed, Escape or leaving the field brings back the step shown.

    Signals:
        wanted: Return was pressed on this step.
    """

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = 0
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.returnPressed.connect(self._go)
        self.textEdited.connect(self._judge)
        self._show()

    def set_step(self, step: int) -> None:
        """Show a step; what a person is typing stays."""
        self._step = step
        if not (self.hasFocus() and self.isModified()):
            self._show()

    def retranslate(self) -> None:
        """Set every word."""
        self.setAccessibleName(tr("Step shown"))
        self._judge()

    def _show(self) -> None:
        shown = whole(self._step)
        if self.text() != shown:
            self.setText(shown)
        self.setModified(False)
        self._judge()

    def _typed(self) -> int:
        """The step that is typed; grouped digits are read as they are shown.

        Raises:
            ConfigError: if it is no step.
        """
        text = self.text().translate({ord(space): None for space in f" {GROUP}\u2009\u00a0"})
        return int(_STEP.check(parse_number(text)))

    def _judge(self) -> None:
        try:
            self._typed()
            error = ""
        except ConfigError as fault:
            error = tr_error(fault)
        self.setToolTip(error or tr("The step shown. Type another and press Return to go there."))
        self.setAccessibleDescription(error)
        invalid = "true" if error else "false"
        if self.property("invalid") != invalid:
            self.setProperty("invalid", invalid)
            self.style().unpolish(self)
            self.style().polish(self)

    def _go(self) -> None:
        try:
            step = self._typed()
        except ConfigError:
            return
        self.setModified(False)
        self.wanted.emit(step)
        self.selectAll()

    def _leaves(self, event: QKeyEvent) -> bool:
        """What is no part of a number is the window's; amid typing Space groups digits."""
        return foreign(event) and not (event.key() == Qt.Key.Key_Space and self.isModified())

    def event(self, event: QEvent) -> bool:
        """Take Escape before a shortcut does, while there is something to take back; leave it what is no number."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        escape = event.key() == Qt.Key.Key_Escape and self.isModified()
        if not escape and not self._leaves(event):
            return super().event(event)
        event.setAccepted(escape)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show()
            self.selectAll()
        elif self._leaves(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._show()
