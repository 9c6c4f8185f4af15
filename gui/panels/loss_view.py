"""The loss of a typed surface as it reads when typeset, with what is odd about it beneath, once typing pauses."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from engine.language import parse_expression
from engine.language.typeset import symbol, to_latex
from surfaces import Entry
from surfaces.typed import remarks

from ..i18n import tr_error
from ..theme import theme
from ..widget import Part, label
from .formula_view import FormulaView

PAUSE_MS = 250
SIZE = 13.0


def loss_line(entry: Entry) -> tuple[str, str]:
    """LaTeX of the loss, and the same as it was typed."""
    names = (*entry.axes, *(parameter.name for parameter in entry.parameters))
    axes = ", ".join(map(symbol, entry.axes))
    plain = " ".join(entry.formula.split())
    return f"L({axes}) = {to_latex(parse_expression(entry.formula, names))}", f"L({', '.join(entry.axes)}) = {plain}"


class LossView(Part):
    """Hidden until it has a surface to show."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Entry, dict[str, float]] | None = None
        self.formula, self.remark = FormulaView(SIZE), label("dim", wrap=True)
        self.remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.formula)
        column.addWidget(self.remark)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.hide()
        self.remark.hide()
        self.show_words()

    def retranslate(self) -> None:
        self._pause.start()

    def restyle(self) -> None:
        if self._shown:
            self._show_formula(self._shown[0])

    def show_loss(self, entry: Entry, values: Mapping[str, float]) -> None:
        """Show the formula of `entry`, and what is odd about it at these values of its parameters."""
        before, self._shown = self._shown, (entry, dict(values))
        self.show()
        if before is None or before[0] != entry:
            self._show_formula(entry)
        if before != self._shown:
            self._pause.start()

    def _show_formula(self, entry: Entry) -> None:
        latex, plain = loss_line(entry)
        self.formula.forget_height()
        if self.formula.has_ready(latex, theme().text):
            self.formula.show_latex(latex, plain, theme().text)
        else:
            self.formula.show_plain(plain, theme().text)
            self._pause.start()

    def _look(self) -> None:
        if self._shown is None or self.isHidden():
            return
        entry, values = self._shown
        latex, plain = loss_line(entry)
        if not self.formula.has_ready(latex, theme().text):
            self.formula.forget_height()
            self.formula.show_latex(latex, plain, theme().text)
        values = {parameter.name: values.get(parameter.name, parameter.default) for parameter in entry.parameters}
        found = remarks(entry.formula, entry.axes, values, entry.window)
        self.remark.setText("\n".join(map(tr_error, found)))
        self.remark.setVisible(bool(found))
