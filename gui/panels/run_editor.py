"""What is open of the selected run: optimizer, rate, hyper-parameters, gradient, start of its own, schedule."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.optimizers import Optimizer
from engine.scenario import LR, Pair, RunConfig

from ..i18n import tr, tr_error
from ..session import Session
from ..widget import Part, label
from .choices import optimizer_choices
from .chooser import Chooser
from .gradient_section import GradientSection
from .schedule_editor import ScheduleEditor
from .setup_form import NARROW_GAP, ParameterForm, Span, StartForm
from .setup_switch import GAP
from .setup_words import symbol

LR_SPAN = (1e-8, 1e2)


def _span(parameter: Parameter) -> Span | None:
    return LR_SPAN if parameter is LR else None


class RunEditor(Part):
    """Shows run `index` and changes it through the session."""

    def __init__(self, session: Session, index: int) -> None:
        super().__init__()
        self._session, self._index = session, index
        self._fault: ConfigError | None = None
        self._offered: tuple[Optimizer, ...] = ()
        self.optimizer = Chooser()
        self.refusal = label("error", wrap=True)
        self.form = ParameterForm(self._edit, slider=_span)
        self.note = label("dim", wrap=True)
        self.gradient = GradientSection(session, index)
        self._start_head = label("head")
        self.start = StartForm(self._move)
        self.schedule = ScheduleEditor(session, index)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for part in (self.optimizer, self.refusal, self.form, self.note, self.gradient, self._start_head, self.start):
            column.addWidget(part)
        column.addSpacing(NARROW_GAP)
        column.addWidget(self.schedule)
        self.optimizer.chosen.connect(self._choose)
        self.show_words()

    def retranslate(self) -> None:
        self._start_head.setText(tr("OWN START"))
        self.optimizer.setAccessibleName(tr("Optimizer"))
        self._offered = ()
        self._show_optimizer(self._session.shown_config(self._index))
        self._refuse(self._fault)

    def show_run(self, run: RunConfig) -> None:
        """Show this run; fields are built anew only for other parameters."""
        self._show_optimizer(run)
        self._refuse(None)
        self.form.show_values({**run.hyperparameters, LR.name: run.lr})
        self.gradient.show_run(run)
        self._start_head.setVisible(run.start is not None)
        self.start.setVisible(run.start is not None)
        if run.start:
            self.start.show_start(self._session.scenario.surface, run.start)
        self.schedule.show_run(run)

    def _show_optimizer(self, run: RunConfig) -> None:
        known = self._session.known_optimizers
        if (offered := tuple(known.values())) != self._offered:
            self._offered = offered
            self.optimizer.set_entries(optimizer_choices(known))
        self.optimizer.set_key(run.optimizer)
        self.form.set_parameters((LR, *known[run.optimizer].hyperparameters))
        self.note.setText(tr(known[run.optimizer].doc))

    def _refuse(self, fault: ConfigError | None) -> None:
        self._fault = fault
        self.refusal.setText(tr_error(fault) if fault else "")
        self.refusal.setVisible(fault is not None)

    def _choose(self, name: str) -> None:
        faults = self._session.set_optimizer(self._index, name, tr("Change the optimizer"))
        if faults:
            self.optimizer.set_key(self._session.shown_config(self._index).optimizer)
            self._refuse(faults[0])

    def _edit(self, name: str, value: float, merge: str) -> list[ConfigError]:
        def changed(run: RunConfig) -> RunConfig:
            if name == LR.name:
                return replace(run, lr=value)
            return replace(run, hyperparameters={**run.hyperparameters, name: value})

        return self._session.change_run(self._index, changed, tr("Change {name}", name=symbol(name)), merge)

    def _move(self, start: Pair, merge: str) -> list[ConfigError]:
        return self._session.change_run(self._index, lambda run: replace(run, start=start), tr("Move start"), merge)
