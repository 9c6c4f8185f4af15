"""The field for a formula of the step t: checked as it is typed; the last good one stays in use."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from engine.errors import ConfigError
from engine.language import FormulaError, parse_expression

from ..i18n import tr, tr_error
from ..widget import Part, label
from .setup_form import NARROW_GAP
from .surface_formula import PAUSE_MS, FormulaEdit

UNTYPED = "1"  # what a schedule takes where no formula is given


class StepFormula(Part):
    """A formula of t with what is wrong beneath; a good one goes to `apply(formula)`, which may return faults."""

    def __init__(self, apply: Callable[[str], list[ConfigError]]) -> None:
        super().__init__()
        self._apply = apply
        self._formula = UNTYPED
        self._error: ConfigError | None = None
        self.edit = FormulaEdit()
        self.edit.setPlainText(UNTYPED)
        self.error = label("error", wrap=True)
        self.error.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addWidget(self.edit)
        column.addWidget(self.error)
        self.edit.textChanged.connect(self._typed)
        self.edit.done.connect(self._settle)
        self.edit.given_up.connect(self._give_up)
        self._pause.timeout.connect(self._settle)
        self.show_words()

    def retranslate(self) -> None:
        self.edit.setAccessibleName(tr("Formula of the step t"))
        self.edit.setToolTip(
            tr("A factor as a formula of the step t, such as 0.95^t. Enter applies it, Esc brings it back.")
        )
        self._show(self._error)

    def restyle(self) -> None:
        self.edit.mark(self._error)

    def show_formula(self, formula: str) -> None:
        """Show the formula in use; what a person is typing stays if it is no news."""
        formula = formula or UNTYPED
        if formula == self._formula:
            return
        self._formula = formula
        self._pause.stop()
        if formula != self.edit.toPlainText():
            with QSignalBlocker(self.edit):
                self.edit.setPlainText(formula)
        self._show(None)

    def _typed(self) -> None:
        self._pause.start()
        if self._error:  # a first error waits for a pause: half of a word is not a mistake
            self._show(self._fault())

    def _fault(self) -> ConfigError | None:
        try:
            parse_expression(self.edit.toPlainText(), ("t",))
        except ConfigError as error:
            return error
        return None

    def _settle(self) -> None:
        self._pause.stop()
        formula, error = self.edit.toPlainText(), self._fault()
        if not error and formula != self._formula:
            error = next(iter(self._apply(formula)), None)
        self._show(error)

    def _give_up(self) -> None:
        self.edit.setPlainText(self._formula)
        self._settle()

    def _show(self, error: ConfigError | None) -> None:
        self._error = error
        text = tr_error(error) if error else ""
        if isinstance(error, FormulaError):
            text = _place(error, text)
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.edit.setAccessibleDescription(text)
        self.edit.mark(error)


def _place(error: FormulaError, text: str) -> str:
    if "\n" in error.text:
        return tr("Line {line}, column {column}: {message}", line=error.line, column=error.column, message=text)
    return tr("Column {column}: {message}", column=error.column, message=text)
