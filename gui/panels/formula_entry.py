"""A field for a formula: checked as it is typed; the last good one stays in use."""

from __future__ import annotations

import re

from PySide6.QtCore import QSignalBlocker, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from engine.errors import ConfigError
from engine.language import FormulaError

from ..i18n import tr, tr_error
from ..theme import theme
from ..widget import Part, label
from .setup_form import NARROW_GAP

PAUSE_MS = 400
LEAST_LINES, MOST_LINES = 2, 6
FRAME = 8  # the style sheet's padding and border, above and below


class FormulaEdit(QPlainTextEdit):
    """Text that grows with its lines; Enter and leaving it say that it is done, Escape that it is given up."""

    done = Signal()
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(self.wordWrapMode().WrapAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit(QSizeF(0, 1))

    def _fit(self, size: QSizeF) -> None:
        lines = min(max(round(size.height()), LEAST_LINES), MOST_LINES)
        height = lines * self.fontMetrics().lineSpacing() + 2 * self.document().documentMargin() + FRAME
        self.setFixedHeight(round(height))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.done.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.done.emit()

    def mark(self, error: ConfigError | None) -> None:
        """Underline the place of an error."""
        marks: list[QTextEdit.ExtraSelection] = []
        if isinstance(error, FormulaError):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = self._place(error)
            selection.format = _underline()
            marks.append(selection)
        self.setExtraSelections(marks)
        self.setProperty("invalid", "true" if error else "false")
        self.style().unpolish(self)
        self.style().polish(self)

    def _place(self, error: FormulaError) -> QTextCursor:
        block = self.document().findBlockByNumber(error.line - 1)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(error.column - 1, max(block.length() - 2, 0)))
        length = max(len(unknown_name(error)), 1) if error.column < block.length() else 1
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor, length)
        return cursor


def unknown_name(error: ConfigError | None) -> str:
    """The name that a formula uses and nobody has declared; empty if something else is wrong."""
    if not isinstance(error, FormulaError) or error.values.get("kind") != "name":
        return ""
    match = re.match(r"\w+", error.text.split("\n")[error.line - 1][error.column - 1 :])
    return match.group() if match else ""


def _underline() -> QTextCharFormat:
    style = QTextCharFormat()
    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    style.setUnderlineColor(QColor(theme().error))
    style.setForeground(QColor(theme().error))
    return style


class FormulaEntry(Part):
    """A formula with what is wrong beneath. A class of this kind says in `_check` what a good formula is, and in
    `_use` what becomes of one."""

    def __init__(self, formula: str = "") -> None:
        super().__init__()
        self._formula = formula
        self._error: ConfigError | None = None
        self.edit = FormulaEdit()
        self.edit.setPlainText(formula)
        self.error = label("error", wrap=True)
        self.error.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(NARROW_GAP)
        self.column.addWidget(self.edit)
        self.column.addWidget(self.error)
        self.edit.textChanged.connect(self._typed)
        self.edit.done.connect(self._settle)
        self.edit.given_up.connect(self._give_up)
        self._pause.timeout.connect(self._settle)

    def _check(self, formula: str) -> None:
        """Raises a ConfigError for a formula that is not good."""
        raise NotImplementedError

    def _use(self, formula: str) -> list[ConfigError]:
        """Take a good formula over; returns what is wrong with it all the same."""
        raise NotImplementedError

    def restyle(self) -> None:
        self.edit.mark(self._error)

    def show_error(self, error: ConfigError | None) -> None:
        """Show what is wrong with the formula; nothing for None."""
        self._error = error
        text = tr_error(error) if error else ""
        if isinstance(error, FormulaError):
            text = _place(error, text)
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.edit.setAccessibleDescription(text)
        self.edit.mark(error)

    def _take(self, formula: str) -> None:
        """Another formula is in use: what was being typed is no more."""
        self._formula = formula
        self._pause.stop()
        if formula != self.edit.toPlainText():
            with QSignalBlocker(self.edit):
                self.edit.setPlainText(formula)
        self.show_error(None)

    def _typed(self) -> None:
        self._pause.start()
        if self._error:  # a first error waits for a pause: half of a word is not a mistake
            self.show_error(self._fault())

    def _fault(self) -> ConfigError | None:
        try:
            self._check(self.edit.toPlainText())
        except ConfigError as error:
            return error
        return None

    def _settle(self) -> None:
        self._pause.stop()
        formula, error = self.edit.toPlainText(), self._fault()
        if not error and formula != self._formula:
            error = next(iter(self._use(formula)), None)
        self.show_error(error)

    def _give_up(self) -> None:
        self.edit.setPlainText(self._formula)
        self._settle()


def _place(error: FormulaError, text: str) -> str:
    if "\n" in error.text:
        return tr("Line {line}, column {column}: {message}", line=error.line, column=error.column, message=text)
    return tr("Column {column}: {message}", column=error.column, message=text)
