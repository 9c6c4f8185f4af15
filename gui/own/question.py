"""A question before something is lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask(parent: QWidget, words: str, yes: str, no: str, do: Callable[[], object]) -> None:
    """Ask `words` over `parent`, and `do` it if the answer is `yes`."""
    buttons = QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel
    box = QMessageBox(QMessageBox.Icon.NoIcon, parent.windowTitle(), words, buttons, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.button(QMessageBox.StandardButton.Discard).setText(yes)
    box.button(QMessageBox.StandardButton.Cancel).setText(no)
    box.button(QMessageBox.StandardButton.Discard).clicked.connect(do)
    box.open()
