"""What is open of the selected run: optimizer, learning rate, hyper-parameters, start of its own, schedule."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.optimizers import GROUPS
from engine.scenario import Pair, RunConfig

from ..i18n import tr
from ..session import Session
from ..widget import Part, label
from .choice_field import ChoiceField, grouped
from .gradient_section import GradientSection
from .schedule_editor import ScheduleEditor
from .setup_form import NARROW_GAP, ParameterForm, Span, StartForm, fill
from .setup_switch import GAP
from .setup_words import group_title, optimizer_title, symbol

LR_SPAN = (1e-8, 1e2)
LR = Parameter("lr", 0.01, "learning rate η", low=0.0, open_low=True, log=True)


def _span(parameter: Parameter) -> Span | None:
    return LR_SPAN if parameter is LR else None


class RunEditor(Part):
    """Shows run `index` and changes it through the session."""

    def __init__(self, session: Session, index: int) -> None:
        super().__init__()
        self._session, self._index = session, index
        self._optimizer = ""
        self._offered: tuple[str, ...] = ()
        self._parameters: tuple[Parameter, ...] = ()
        self.optimizer = ChoiceField()
        self.form = ParameterForm(self._edit, slider=_span)
        self.note = label("dim", wrap=True)
        self._start_head = label("head")
        self.start = StartForm(self._move)
        self.gradient = GradientSection(session, index)
        self.schedule = ScheduleEditor(session, index)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.optimizer)
        column.addWidget(self.form)
        column.addWidget(self.note)
        column.addWidget(self.gradient)
        column.addWidget(self._start_head)
        column.addWidget(self.start)
        column.addSpacing(NARROW_GAP)
        column.addWidget(self.schedule)
        self.optimizer.chosen.connect(self._choose)
        self.show_words()

    def retranslate(self) -> None:
        self._offered = ()
        self._offer()
        self._start_head.setText(tr("OWN START"))
        if self._optimizer:
            self.note.setText(tr(self._session.known_optimizers[self._optimizer].doc))

    def _offer(self) -> None:
        known = self._session.known_optimizers
        if tuple(known) != self._offered:
            self._offered = tuple(known)
            entries = [(o.group, name, optimizer_title(name), tr(o.doc)) for name, o in known.items()]
            fill(self.optimizer, tr("Optimizer"), grouped(entries, GROUPS, group_title))

    def show_run(self, run: RunConfig) -> None:
        """Show this run; fields are built anew only for another optimizer."""
        self._offer()
        parameters = (LR, *self._session.known_optimizers[run.optimizer].hyperparameters)
        if run.optimizer != self._optimizer or parameters != self._parameters:
            self._parameters = parameters
            self._optimizer = run.optimizer
            self.optimizer.set_key(run.optimizer)
            self.form.set_parameters(parameters)
            self.note.setText(tr(self._session.known_optimizers[run.optimizer].doc))
        self.form.show_values({**run.hyperparameters, LR.name: run.lr})
        self._start_head.setVisible(run.start is not None)
        self.start.setVisible(run.start is not None)
        if run.start:
            self.start.show_start(self._session.scenario.surface, run.start)
        self.gradient.show_run(run)
        self.schedule.show_run(run)

    def _choose(self, name: str) -> None:
        self._session.set_optimizer(self._index, name, tr("Change the optimizer"))

    def _edit(self, name: str, value: float, merge: str) -> list[ConfigError]:
        def changed(run: RunConfig) -> RunConfig:
            if name == LR.name:
                return replace(run, lr=value)
            return replace(run, hyperparameters={**run.hyperparameters, name: value})

        return self._session.change_run(self._index, changed, tr("Change {name}", name=symbol(name)), merge)

    def _move(self, start: Pair, merge: str) -> list[ConfigError]:
        return self._session.change_run(self._index, lambda run: replace(run, start=start), tr("Move start"), merge)
