"""The field for a schedule's formula of the step t."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import ConfigError
from engine.language import parse_expression

from ..i18n import tr
from .formula_entry import FormulaEntry

UNTYPED = "1"  # what a schedule takes where no formula is given


class StepFormula(FormulaEntry):
    """A good formula of t goes to `apply(formula)`, which may return faults."""

    def __init__(self, apply: Callable[[str], list[ConfigError]]) -> None:
        super().__init__(UNTYPED)
        self._apply = apply
        self.show_words()

    def retranslate(self) -> None:
        self.edit.setAccessibleName(tr("Formula of the step t"))
        self.edit.setToolTip(
            tr("A factor as a formula of the step t, such as 0.95^t. Enter applies it, Esc brings it back.")
        )
        self.show_error(self._error)

    def show_formula(self, formula: str) -> None:
        """Show the formula in use; what a person is typing stays if it is no news."""
        if (formula := formula or UNTYPED) != self._formula:
            self._take(formula)

    def _check(self, formula: str) -> None:
        parse_expression(formula, ("t",))

    def _use(self, formula: str) -> list[ConfigError]:
        return self._apply(formula)
