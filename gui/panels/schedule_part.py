"""One schedule in the setup: which one, its typed formula where it takes one, and its parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.rates import Phase
from engine.scenario import MAX_STEPS
from engine.schedules import Schedule

from ..i18n import tr
from ..look import icon
from ..session import Session
from ..widget import Part, label
from .choices import schedule_choices
from .chooser import Chooser
from .schedule_samples import sets_momentum
from .setup_form import NARROW_GAP, ParameterForm
from .setup_words import symbol
from .step_formula import StepFormula

Change = Callable[[Callable[[Phase], Phase], str, str], list[ConfigError]]
STEPS = Parameter("steps", 100, "after so many steps the next phase begins", low=1, high=MAX_STEPS, integer=True)


class SchedulePart(Part):
    """Shows a schedule; its edits go to `change(what to do with it, name of the change, merge key)`."""

    removed = Signal()

    def __init__(self, session: Session, change: Change) -> None:
        super().__init__()
        self._session, self._change = session, change
        self._phase: Phase | None = None
        self._offered: tuple[Schedule, ...] = ()
        self._momentum: str | None = None
        self._sets_momentum = False
        self.mark = label("dim")
        self.choice = Chooser()
        self.remove = QToolButton()
        self.remove.setProperty("role", "flat")
        self.remove.setIconSize(QSize(14, 14))
        self.formula = StepFormula(self._use_formula)
        self.form = ParameterForm(self._edit)
        self.note = label("dim", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(NARROW_GAP)
        head.addWidget(self.mark)
        head.addWidget(self.choice, 1)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addLayout(head)
        for part in (self.formula, self.form, self.note):
            column.addWidget(part)
        self.choice.chosen.connect(self._choose)
        self.remove.clicked.connect(self.removed)
        self.show_words()

    def retranslate(self) -> None:
        self._offered = ()
        self._offer()
        self._show_note()

    def _offer(self) -> None:
        known = self._session.known_schedules
        if (offered := tuple(known.values())) != self._offered:
            self._offered, self._phase = offered, None
            self.choice.set_entries(schedule_choices(known))

    def _show_note(self) -> None:
        if self._momentum:
            note = tr("It sets {name} of the optimizer too, in place of the value above.", name=symbol(self._momentum))
        else:
            note = tr("It would set a momentum too, but this optimizer has none.")
        self.note.setText(note)
        self.note.setVisible(self._sets_momentum)

    def restyle(self) -> None:
        self.remove.setIcon(icon("close"))

    def name_removal(self, text: str) -> None:
        """Say what the button for removing does."""
        self.remove.setToolTip(text)
        self.remove.setAccessibleName(text)

    def show_part(self, phase: Phase, momentum: str | None, last: bool) -> None:
        """Show a schedule of an optimizer whose momentum is called so; `last`: it has no number of steps of its own."""
        self._offer()
        if (phase, momentum) != (self._phase, self._momentum):
            self._phase, self._momentum = phase, momentum
            self._sets_momentum = sets_momentum(phase, self._offered)
            self._show_note()
        self.choice.set_key(phase.name)
        schedule = self._session.known_schedules[phase.name]
        self.formula.setVisible(bool(schedule.typed))
        self.formula.show_formula(phase.formula)
        parameters = schedule.parameters if last else (*schedule.parameters, STEPS)
        self.form.set_parameters(parameters)
        self.form.setVisible(bool(parameters))
        steps = {} if phase.steps is None else {STEPS.name: float(phase.steps)}
        self.form.show_values({**phase.parameters, **steps})

    def _choose(self, name: str) -> None:
        def changed(phase: Phase) -> Phase:
            return replace(phase, name=name, parameters={}, formula="")

        self._change(changed, tr("Change the schedule"), "")

    def _use_formula(self, formula: str) -> list[ConfigError]:
        return self._change(lambda phase: replace(phase, formula=formula), tr("Change the formula"), "")

    def _edit(self, name: str, value: float, merge: str) -> list[ConfigError]:
        def changed(phase: Phase) -> Phase:
            if name == STEPS.name:
                return replace(phase, steps=int(value))
            return replace(phase, parameters={**phase.parameters, name: value})

        return self._change(changed, tr("Change {name}", name=symbol(name)), merge)
