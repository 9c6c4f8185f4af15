"""The field for a formula of one's own: checked as it is typed; the last good one stays in use."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from engine.errors import ConfigError
from engine.language import FormulaError
from surfaces import check_formula

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


class FormulaField(Part):
    """A formula with what is wrong beneath. A good one goes to `apply(formula, names of parameters)`."""

    def __init__(self, apply: Callable[[str, tuple[str, ...]], list[ConfigError]]) -> None:
        super().__init__()
        self._apply = apply
        self._formula = ""
        self._axes: tuple[str, str] = ("x", "y")
        self._names: tuple[str, ...] = ()
        self._error: ConfigError | None = None
        self.edit = FormulaEdit()
        self.error = label("error", wrap=True)
        self.error.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.offer = QPushButton()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addWidget(self.edit)
        column.addWidget(self.error)
        column.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignLeft)
        self.edit.textChanged.connect(self._typed)
        self.edit.done.connect(self._settle)
        self.edit.given_up.connect(self._give_up)
        self._pause.timeout.connect(self._settle)
        self.offer.clicked.connect(self._make_parameter)
        self.show_words()

    def retranslate(self) -> None:
        self.edit.setAccessibleName(tr("Formula of the loss"))
        self.edit.setToolTip(tr("The loss as a formula, such as x^2 + 10*y^2. Enter applies it, Esc brings it back."))
        self.offer.setToolTip(tr("It becomes a field below, at first with the value 1"))
        self._show(self._error)

    def restyle(self) -> None:
        self.edit.mark(self._error)

    def show_formula(self, formula: str, axes: tuple[str, str], names: tuple[str, ...]) -> None:
        """Show the formula in use over `axes` and the parameters `names`; typing stays if it is no news."""
        if (formula, axes) == (self._formula, self._axes):
            self._names = tuple(dict.fromkeys((*names, *self._names)))
            return
        self._formula, self._axes, self._names = formula, axes, names
        self._pause.stop()
        if formula != self.edit.toPlainText():
            with QSignalBlocker(self.edit):
                self.edit.setPlainText(formula)
        self._show(None)

    def show_error(self, error: ConfigError) -> None:
        """Show what others found wrong with the formula."""
        self._show(error)

    def _typed(self) -> None:
        self._pause.start()
        if self._error:  # a first error waits for a pause: half of a word is not a mistake
            self._show(self._fault())

    def _fault(self) -> ConfigError | None:
        try:
            check_formula(self.edit.toPlainText(), self._axes, self._names)
        except ConfigError as error:
            return error
        return None

    def _settle(self) -> None:
        self._pause.stop()
        formula, error = self.edit.toPlainText(), self._fault()
        if not error and formula != self._formula:
            error = next(iter(self._apply(formula, self._names)), None)
        self._show(error)

    def _give_up(self) -> None:
        self.edit.setPlainText(self._formula)
        self._settle()

    def _make_parameter(self) -> None:
        self._names = (*self._names, unknown_name(self._error))
        self._settle()
        self.edit.setFocus()

    def _show(self, error: ConfigError | None) -> None:
        self._error = error
        name, text = unknown_name(error), tr_error(error) if error else ""
        if isinstance(error, FormulaError):
            text = tr("Column {column}: {message}", column=error.column, message=text)
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.offer.setText(tr("Make “{name}” a parameter", name=name))
        self.offer.setVisible(bool(name))
        self.edit.setAccessibleDescription(text)
        self.edit.mark(error)
