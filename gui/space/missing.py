"""What stands in place of a picture that there will never be."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..i18n import tr
from ..widget import Part, label

INSTALL = "sudo apt install libgl1-mesa-dri"


class Missing(Part):
    """Says that OpenGL is missing, what was found instead, and what to do about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = ""
        self.head, self.text = label("strong", wrap=True), label("dim", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 16, 32, 16)
        column.setSpacing(8)
        column.addStretch()
        for words in (self.head, self.text):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(words)
        column.addStretch()
        self.show_words()

    def tell(self, found: str) -> None:
        """What was found instead of OpenGL, as the system says it."""
        self._found = found
        self.retranslate()

    def retranslate(self) -> None:
        self.head.setText(tr("The 3-D view needs OpenGL 2.1, which is not there."))
        if sys.platform.startswith("linux"):
            cure = tr("Mesa draws it on any computer. Install it, then start Ravine again:") + f"\n{INSTALL}\n"
        else:
            cure = tr("A newer driver of the graphics card brings it.")
        found = tr("What was found: {what}", what=self._found)
        self.text.setText(f"{cure}\n{tr('Everything else works without it.')}\n\n{found}")
