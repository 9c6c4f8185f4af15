"""The field for the loss as a formula of one's own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from engine.errors import ConfigError
from surfaces import check_formula

from ..i18n import tr
from .formula_entry import FormulaEntry, unknown_name


class FormulaField(FormulaEntry):
    """A good formula goes to `apply(formula, names of parameters)`; an unknown name can be made a parameter."""

    def __init__(self, apply: Callable[[str, tuple[str, ...]], list[ConfigError]]) -> None:
        super().__init__()
        self._apply = apply
        self._axes: tuple[str, str] = ("x", "y")
        self._names: tuple[str, ...] = ()
        self.offer = QPushButton()
        self.offer.clicked.connect(self._make_parameter)
        self.column.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_words()

    def retranslate(self) -> None:
        self.edit.setAccessibleName(tr("Formula of the loss"))
        self.edit.setToolTip(tr("The loss as a formula, such as x^2 + 10*y^2. Enter applies it, Esc brings it back."))
        self.offer.setToolTip(tr("It becomes a field below, at first with the value 1"))
        self.show_error(self._error)

    def show_formula(self, formula: str, axes: tuple[str, str], names: tuple[str, ...]) -> None:
        """Show the formula in use over `axes` and the parameters `names`; typing stays if it is no news."""
        if (formula, axes) == (self._formula, self._axes):
            self._names = tuple(dict.fromkeys((*names, *self._names)))
            return
        self._axes, self._names = axes, names
        self._take(formula)

    def show_error(self, error: ConfigError | None) -> None:
        super().show_error(error)
        name = unknown_name(error)
        self.offer.setText(tr("Make “{name}” a parameter", name=name))
        self.offer.setVisible(bool(name))

    def _check(self, formula: str) -> None:
        check_formula(formula, self._axes, self._names)

    def _use(self, formula: str) -> list[ConfigError]:
        return self._apply(formula, self._names)

    def _make_parameter(self) -> None:
        self._names = (*self._names, unknown_name(self._error))
        self._settle()
        self.edit.setFocus()
