"""Asks for the losses at which contour lines are drawn, and shows them while they are typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from engine.errors import ConfigError

from ..i18n import tr, tr_error
from ..widget import label
from .levels import parse_levels


class TypedLevels(QDialog):
    """One field; what is wrong with it stands below, and what is right is shown at once.

    Signals:
        typed: a list that can be used, as a tuple of losses, ascending.
    """

    typed = Signal(object)

    def __init__(self, levels: tuple[float, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Contour levels"))
        self.setMinimumWidth(380)
        self.field = QLineEdit(", ".join(f"{level:.12g}" for level in levels))
        self.field.setPlaceholderText("0.1, 1, 10, 100")
        self.field.setAccessibleName(tr("Losses at which contour lines are drawn"))
        self.field.setToolTip(tr("Numbers with commas or spaces between them, in any order"))
        head = label("", tr("Losses at which contour lines are drawn"))
        head.setBuddy(self.field)
        self.error = label("error", wrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.done_button = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.done_button.setText(tr("Use them"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(6)
        for part in (head, self.field, self.error):
            layout.addWidget(part)
        layout.addSpacing(6)
        layout.addWidget(buttons)
        self.error.setMinimumHeight(self.error.fontMetrics().height())
        self.field.textChanged.connect(self.check)
        self.check()

    def check(self) -> None:
        """Say what is wrong with the text, or emit `typed`."""
        text, wrong = self.field.text(), ""
        try:
            levels = parse_levels(text)
        except ConfigError as error:
            wrong = tr_error(error)
        else:
            self.typed.emit(levels)
        self.done_button.setEnabled(not wrong)
        self.error.setText(wrong if text.strip() else "")
        self.field.setProperty("invalid", bool(wrong and text.strip()))
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
