"""What all parts of the window share: they put their words and colours in place anew when either changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget


class Part(QFrame):
    """A part of the window. `retranslate` sets every word, `restyle` every colour and icon; both must be cheap.

    Call both at the end of the constructor.
    """

    def __init__(self, parent: QWidget | None = None, role: str = "") -> None:
        super().__init__(parent)
        if role:
            self.setProperty("role", role)
        self._ready = False

    def show_words(self) -> None:
        """Words and colours for the first time; from now on they follow language and theme."""
        self._ready = True
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every visible word, in the language in use."""

    def restyle(self) -> None:
        """Set every colour and icon that the style sheet does not."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if not self._ready:
            return
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self.restyle()


def label(role: str = "", text: str = "", wrap: bool = False) -> QLabel:
    """A label that shows its text as it is: Qt would guess HTML from a file's words."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if role:
        result.setProperty("role", role)
    return result


def set_sheet(widget: QWidget, sheet: str) -> None:
    """Set the style sheet if it is another one: it takes long, and tells the widget that its palette has changed."""
    if sheet != widget.styleSheet():
        widget.setStyleSheet(sheet)
