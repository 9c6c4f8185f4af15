"""One schedule in the setup: which one, its typed formula where it takes one, and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.language import FormulaError
from engine.rates import Phase
from engine.schedules import GROUPS, Schedule

from ..i18n import tr, tr_error
from ..look import icon
from ..widget import Part, label
from .choice_field import ChoiceField, grouped
from .setup_form import NARROW_GAP, ParameterForm, fill
from .setup_words import group_title, symbol
from .surface_formula import FormulaEdit

Change = Callable[[Callable[[Phase], Phase], str, str], list[ConfigError]]
Known = Callable[[], Mapping[str, Schedule]]


class SchedulePart(Part):
    """Shows a schedule; its edits go to `change(what to do with it, name of the change, merge key)`."""

    removed = Signal()

    def __init__(self, change: Change, known: Known) -> None:
        super().__init__()
        self._change, self._known = change, known
        self._formula = ""
        self._offered: tuple[str, ...] = ()
        self.mark = label("dim")
        self.choice = ChoiceField()
        self.remove = QToolButton()
        self.remove.setProperty("role", "flat")
        self.remove.setIconSize(QSize(14, 14))
        self.formula = FormulaEdit()
        self.error = label("error", wrap=True)
        self.error.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.error.hide()
        self.note = label("dim", wrap=True)
        self.form = ParameterForm(self._edit)
        head = QHBoxLayout()
        head.setSpacing(NARROW_GAP)
        head.addWidget(self.mark)
        head.addWidget(self.choice, 1)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addLayout(head)
        for widget in (self.formula, self.error, self.form, self.note):
            column.addWidget(widget)
        self.choice.chosen.connect(self._choose)
        self.remove.clicked.connect(self.removed)
        self.formula.done.connect(self._settle)
        self.formula.given_up.connect(lambda: self.formula.setPlainText(self._formula))
        self.show_words()

    def retranslate(self) -> None:
        self._offered = ()
        self._offer()
        self.formula.setAccessibleName(tr("Formula of the factor"))
        self.formula.setToolTip(tr("A formula of the step t, such as 0.95^t. Enter applies it, Esc brings it back."))
        self.formula.setPlaceholderText("0.95^t")
        self.remove.setToolTip(tr("Remove this schedule"))
        self.remove.setAccessibleName(tr("Remove this schedule"))

    def restyle(self) -> None:
        self.remove.setIcon(icon("close"))

    def _offer(self) -> None:
        known = self._known()
        if tuple(known) != self._offered:
            self._offered = tuple(known)
            entries = [(s.group, s.name, s.name, tr(s.doc)) for s in known.values()]
            fill(self.choice, tr("Schedule"), grouped(entries, GROUPS, group_title))

    def show_phase(self, phase: Phase, more: tuple[Parameter, ...] = ()) -> None:
        """Show a schedule; `more` are fields besides its parameters."""
        self._offer()
        schedule = self._known()[phase.name]
        self.choice.set_key(phase.name)
        self.formula.setVisible(bool(schedule.typed))
        if phase.formula != self._formula or not self.formula.hasFocus():
            self._formula = phase.formula
            if self.formula.toPlainText() != phase.formula:
                with QSignalBlocker(self.formula):
                    self.formula.setPlainText(phase.formula)
            self._say(None)
        parameters = (*schedule.parameters, *more)
        self.form.set_parameters(parameters)
        self.form.setVisible(bool(parameters))
        steps = {} if phase.steps is None else {"steps": float(phase.steps)}
        self.form.show_values({**phase.parameters, **steps})
        self.note.setText(tr("It also sets the momentum, or β₁, of the optimizer.") if schedule.sets_momentum else "")
        self.note.setVisible(schedule.sets_momentum)

    def _choose(self, name: str) -> None:
        formula = "0.95^t" if self._known()[name].typed else ""
        self._change(
            lambda phase: replace(phase, name=name, parameters={}, formula=formula), tr("Change the schedule"), ""
        )

    def _settle(self) -> None:
        text = self.formula.toPlainText()
        if text == self._formula:
            self._say(None)
            return
        found = self._change(lambda phase: replace(phase, formula=text), tr("Change the formula"), "")
        if found:
            self._say(found[0])
        else:
            self._formula = text
            self._say(None)

    def _say(self, error: ConfigError | None) -> None:
        text = tr_error(error) if error else ""
        if isinstance(error, FormulaError):
            text = tr("Column {column}: {message}", column=error.column, message=text)
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.formula.mark(error)

    def _edit(self, name: str, value: float, merge: str) -> list[ConfigError]:
        def changed(phase: Phase) -> Phase:
            if name == "steps":
                return replace(phase, steps=int(value))
            return replace(phase, parameters={**phase.parameters, name: value})

        return self._change(changed, tr("Change {name}", name=symbol(name)), merge)
