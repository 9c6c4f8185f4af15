"""A field to choose from many in groups: a combo box whose list can be searched and explains itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QWidget

from ..i18n import tr
from .choice_field import ChoiceField
from .choices import Choice
from .chooser_popup import ChooserPopup, Pictures

_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F4)
_TYPING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class Chooser(ChoiceField):
    """Up and Down go to the neighbour; Enter, Alt+Down, a letter or a click open the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((), parent)
        self._entries: Sequence[Choice] = ()
        self._pictures: Pictures | None = None
        self._popup: ChooserPopup | None = None
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def _show_tooltip(self) -> None:
        super()._show_tooltip()
        keys = tr("↑ ↓ take the neighbour; Enter opens the list, typing searches in it")
        self.setToolTip("\n".join(filter(None, (self.toolTip(), keys))))

    @property
    def popup(self) -> ChooserPopup:
        """The window with the list; made when it is needed first."""
        if self._popup is None:
            self._popup = ChooserPopup(self)
            self._popup.chosen.connect(self._pick)
        return self._popup

    def set_entries(self, entries: Sequence[Choice], pictures: Pictures | None = None) -> None:
        """Offer these, with pictures if they have any; the accessible name says what they are."""
        self._entries = entries
        self._pictures = pictures
        self.set_choices((entry.key, entry.title, entry.doc) for entry in entries)

    def showPopup(self, text: str = "") -> None:
        """Open the list, with `text` searched for."""
        self.popup.open(self.accessibleName(), self._entries, self.key(), text, self._pictures)

    def hidePopup(self) -> None:
        if self._popup:
            self._popup.close()

    def _pick(self, key: str) -> None:
        if key != self.key():
            self.set_key(key)
            self.chosen.emit(key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the list; Qt's own would be made by the inherited method."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.showPopup()
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        plain = not event.modifiers() & ~_TYPING
        text = event.text()
        if event.key() in _OPEN or (alt and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)):
            self.showPopup()
        elif plain and text.isprintable() and text.strip():
            self.showPopup(text)
        elif text == " ":
            event.ignore()  # it runs and pauses
        else:
            super().keyPressEvent(event)
