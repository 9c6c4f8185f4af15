"""The field in which a rule is written."""

from __future__ import annotations

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QFontDatabase, QFontInfo, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from ..panels.formula_entry import FormulaEdit
from ..theme import font_families, theme

LINES = 7


def fixed_pitch() -> str:
    """A style that writes in fixed pitch, with the window's fonts for what that has no glyph for."""
    # the name that the system gives may be a generic one, which is nothing in a list of families
    fixed = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)).family()
    return "font-family: " + ", ".join(f"'{family}'" for family in (fixed, *font_families())) + ";"


class RuleEdit(FormulaEdit):
    """Some lines in a fixed pitch; Enter begins the next, and Escape is left to the window around."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def use_font(self) -> None:
        """Take the sizes of the theme in use; the style sheet of the window would override a plain font."""
        size = theme().body
        self.setStyleSheet(f"{fixed_pitch()} font-size: {size}px; min-height: {LINES * (size + 3)}px;")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        QPlainTextEdit.keyPressEvent(self, event)

    def _fit(self, size: QSizeF) -> None:
        """It takes the room that there is."""
