"""A list of which a person picks one."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

OWN_KEYS = (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
INSET = 2  # pixels between a combo box's text and its arrow


class ChoiceField(QComboBox):
    """A list of which a person picks one; speaks of keys, shows texts. A tooltip brings a text that is cut."""

    chosen = Signal(str)

    def __init__(self, choices: Iterable[tuple[str, str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.currentIndexChanged.connect(self._show_tooltip)
        self.set_choices(choices)
        self.activated.connect(self._activated)

    def set_choices(self, choices: Iterable[tuple[str, str, str]]) -> None:
        """Offer these (key, text, tooltip); the chosen key stays if it is still among them."""
        kept = self.key()
        with QSignalBlocker(self):
            self.clear()
            for key, text, tooltip in choices:
                self.addItem(text, key)
                self.setItemData(self.count() - 1, tooltip, Qt.ItemDataRole.ToolTipRole)
        self._key = self.key()
        self.set_key(kept)
        self._show_tooltip()

    def key(self) -> str:
        """The key of the choice shown; empty if there is none."""
        return str(self.currentData() or "")

    def set_key(self, key: str) -> None:
        """Show a choice; an unknown key changes nothing."""
        index = self.findData(key)
        if index >= 0:
            with QSignalBlocker(self):
                self.setCurrentIndex(index)
            self._key = key
            self._show_tooltip()

    def _activated(self) -> None:
        if self.key() != self._key:
            self._key = self.key()
            self.chosen.emit(self._key)

    def _show_tooltip(self) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        whole = self.currentText() if self._fitting(option) != self.currentText() else ""
        doc = str(self.currentData(Qt.ItemDataRole.ToolTipRole) or "")
        self.setToolTip("\n".join(filter(None, (whole, doc))))

    def _fitting(self, option: QStyleOptionComboBox) -> str:
        """The text, cut where the box is too narrow for it."""
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width() - INSET)

    def event(self, event: QEvent) -> bool:
        """Home, End and the paging keys go through the list while it has the focus; elsewhere they travel in time."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _goes(event):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as Qt does, but for the end of a long text, which Qt cuts off without a sign."""
        painter = QStylePainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self._fitting(option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_tooltip()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change if focused; otherwise leave the wheel to the scroll area around."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _goes(event: QKeyEvent) -> bool:
    return event.key() in OWN_KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
