"""A line that shows or hides what belongs under it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ..look import icon


class Disclosure(QToolButton):
    """A small button with an arrow before its words; `part` is seen while it is open."""

    def __init__(self, part: QWidget) -> None:
        super().__init__()
        self._part = part
        self.setProperty("role", "flat")
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(14, 14))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._disclose)
        part.hide()

    def restyle(self) -> None:
        self.setIcon(icon("chevron-down" if self.isChecked() else "chevron-right"))

    def _disclose(self, on: bool) -> None:
        self._part.setVisible(on)
        self.restyle()
