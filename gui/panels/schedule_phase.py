"""One phase of a schedule in the setup: which schedule, its parameters, and for how many steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.rates import Phase
from engine.scenario import MAX_STEPS
from engine.schedules import schedules

from ..i18n import tr
from ..look import icon
from ..widget import Part, label
from .choice_field import ChoiceField
from .setup_form import NARROW_GAP, ParameterForm, fill
from .setup_words import symbol

NUMBER_WIDTH = 12
Change = Callable[[Callable[[Phase], Phase], str, str], list[ConfigError]]
STEPS = Parameter("steps", 100, "after so many steps the next phase begins", low=1, high=MAX_STEPS, integer=True)


class PhaseRow(Part):
    """Shows a phase; its edits go to `change(what to do with the phase, name of the change, merge key)`."""

    removed = Signal()

    def __init__(self, change: Change) -> None:
        super().__init__()
        self._change = change
        self._number = 0
        self.number = label("dim")
        self.number.setMinimumWidth(NUMBER_WIDTH)
        self.choice = ChoiceField()
        self.remove = QToolButton()
        self.remove.setProperty("role", "flat")
        self.remove.setIconSize(QSize(14, 14))
        self.form = ParameterForm(self._edit)
        head = QHBoxLayout()
        head.setSpacing(NARROW_GAP)
        head.addWidget(self.number)
        head.addWidget(self.choice, 1)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addLayout(head)
        column.addWidget(self.form)
        self.choice.chosen.connect(self._choose)
        self.remove.clicked.connect(self.removed)
        self.show_words()

    def retranslate(self) -> None:
        known = [(schedule.name, schedule.name, tr(schedule.doc)) for schedule in schedules().values()]
        fill(self.choice, tr("Schedule of this phase"), known)
        self._show_number()
        self.remove.setToolTip(tr("Remove this phase"))
        self.remove.setAccessibleName(tr("Remove this phase"))

    def restyle(self) -> None:
        self.remove.setIcon(icon("close"))

    def _show_number(self) -> None:
        self.number.setText(str(self._number))
        self.number.setVisible(self._number > 0)
        if self._number:
            self.choice.setAccessibleName(tr("Schedule of phase {number}", number=self._number))
        else:
            self.choice.setAccessibleName(tr("Schedule of this phase"))

    def show_phase(self, phase: Phase, number: int, count: int) -> None:
        """Show phase `number` of `count`; the last one goes on to the end of the run."""
        last = number == count
        self._number = number if count > 1 else 0
        self._show_number()
        parameters = schedules()[phase.name].parameters
        self.choice.set_key(phase.name)
        self.form.set_parameters(parameters if last else (*parameters, STEPS))
        self.form.setVisible(bool(parameters) or not last)
        steps = {} if phase.steps is None else {STEPS.name: float(phase.steps)}
        self.form.show_values({**phase.parameters, **steps})

    def _choose(self, name: str) -> None:
        self._change(lambda phase: Phase(name, {}, phase.steps), tr("Change the schedule"), "")

    def _edit(self, name: str, value: float, merge: str) -> list[ConfigError]:
        def changed(phase: Phase) -> Phase:
            if name == STEPS.name:
                return replace(phase, steps=int(value))
            return replace(phase, parameters={**phase.parameters, name: value})

        return self._change(changed, tr("Change {name}", name=symbol(name)), merge)
