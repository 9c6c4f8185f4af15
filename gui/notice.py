"""One line that says what went wrong or well, without stopping anybody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from .i18n import tr
from .look import icon
from .theme import theme
from .widget import Part, label

SECONDS = 8


class Notice(Part):
    """Hidden until there is something to say; an error stays until it is closed, anything else for some seconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="card")
        self._symbol = label()
        self.text = label(wrap=True)
        self._close = QToolButton()
        self._close.setProperty("role", "flat")
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self._symbol)
        layout.addWidget(self.text, 1)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._error = False
        self._words: Callable[[], str] = str
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        self.show_words()
        self.hide()

    def say(self, text: str | Callable[[], str], error: bool = False) -> None:
        """Show `text`; a function gives it in the language of the moment."""
        self._error = error
        self._words = text if callable(text) else lambda: text
        self.text.setText(self._words())
        self.restyle()
        self.show()
        if error:
            self._timer.stop()
        else:
            self._timer.start()

    def retranslate(self) -> None:
        self._close.setToolTip(tr("Close this message"))
        self._close.setAccessibleName(tr("Close this message"))
        self.text.setText(self._words())

    def restyle(self) -> None:
        name, colour = ("warning", theme().error) if self._error else ("info", theme().accent)
        self._symbol.setPixmap(icon(name, colour).pixmap(QSize(18, 18)))
        self._close.setIcon(icon("close"))
