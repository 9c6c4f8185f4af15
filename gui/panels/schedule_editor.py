"""The schedule of the selected run: the curve of η over all steps, and the list of phases that make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from engine.errors import ConfigError
from engine.pieces import cut
from engine.rates import Phase
from engine.scenario import RunConfig
from engine.schedules import schedules

from ..i18n import tr
from ..look import icon
from ..session import Session
from ..widget import Part, label
from .schedule_curve import ScheduleCurve
from .schedule_phase import PhaseRow
from .setup_form import NARROW_GAP, retire, reveal
from .setup_switch import GAP

Phases = tuple[Phase, ...]


class ScheduleEditor(Part):
    """Shows the phases of run `index` and changes them through the session."""

    def __init__(self, session: Session, index: int) -> None:
        super().__init__()
        self._session, self._index = session, index
        self._drawn: object = None
        self.rows: list[PhaseRow] = []
        self._head = label("head")
        self.curve = ScheduleCurve(index)
        self.wrong, self.waiting = label("error", wrap=True), label("dim", wrap=True)
        for remark in (self.wrong, self.waiting):
            remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.add = QPushButton()
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self._head)
        head.addStretch(1)
        head.addWidget(self.add)
        self._phases = QVBoxLayout()
        self._phases.setSpacing(GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addLayout(head)
        for part in (self.curve, self.wrong, self.waiting):
            column.addWidget(part)
        column.addSpacing(NARROW_GAP)
        column.addLayout(self._phases)
        self.add.clicked.connect(self._add)
        session.ticked.connect(self._show_history)
        self.show_words()

    def retranslate(self) -> None:
        self._head.setText(tr("SCHEDULE"))
        self.add.setText(tr("Add phase"))
        self.add.setToolTip(tr("Add a phase to the schedule of the learning rate"))
        for remark, text in zip((self.wrong, self.waiting), self.curve.remarks(), strict=True):
            remark.setText(text)
            remark.setVisible(bool(text))

    def restyle(self) -> None:
        self.add.setIcon(icon("plus"))

    def show_run(self, run: RunConfig) -> None:
        """Show the schedule of this run; rows are made or removed only where their number has changed."""
        while len(self.rows) > len(run.schedule):
            row = self.rows.pop()
            self._phases.removeWidget(row)
            retire(row)
        while len(self.rows) < len(run.schedule):
            self._append_row(len(self.rows))
        optimizer = self._session.known_optimizers[run.optimizer]
        momentum = optimizer.names[optimizer.momentum_place] if optimizer.momentum_place >= 0 else None
        for k, (row, phase) in enumerate(zip(self.rows, run.schedule, strict=True)):
            row.show_phase(phase, k + 1, len(run.schedule), momentum)
        self._draw()
        self.show_step()

    def _draw(self) -> None:
        """Draw η of the whole run: also what events change in it, though the phases shown may be those of one."""
        scenario = self._session.scenario
        run, own = scenario.runs[self._index], tuple(self._session.known_schedules.values())
        last = min(run.steps or self._session.steps, self._session.steps)
        key = (run.optimizer, run.lr, run.schedule, run.events, scenario.schedules, last)
        if key != self._drawn:
            self._drawn = key
            self.curve.show_pieces(cut(run, self._session.known_optimizers[run.optimizer], own), last)
            self.retranslate()
        self._show_history()

    def show_step(self) -> None:
        """Mark the session's shown step on the curve."""
        self.curve.show_step(self._session.shown_step)

    def _show_history(self) -> None:
        runs = self._session.runs
        if self.curve.waits and self._session.current and self._index < len(runs):
            self.curve.show_history(runs[self._index].trajectory.view)

    def _append_row(self, k: int) -> None:
        def change(what: Callable[[Phase], Phase], text: str, merge: str) -> list[ConfigError]:
            return self._change(lambda phases: (*phases[:k], what(phases[k]), *phases[k + 1 :]), text, merge)

        row = PhaseRow(self._session, change)
        row.removed.connect(lambda: self._change(lambda p: (*p[:k], *p[k + 1 :]), tr("Remove phase")))
        self.rows.append(row)
        self._phases.addWidget(row)

    def _add(self) -> None:
        """Append a constant phase; the one before it ends after a tenth of the steps that are left."""

        def longer(phases: Phases) -> Phases:
            if phases and phases[-1].steps is None:
                run = self._session.shown_config(self._index)
                last = min(run.steps or self._session.steps, self._session.steps)
                left = last - sum(phase.steps or 0 for phase in phases)
                phases = (*phases[:-1], replace(phases[-1], steps=max(1, left // 10)))
            return (*phases, Phase(next(iter(schedules())), {}))

        if not self._change(longer, tr("Add phase")):
            self.rows[-1].main.choice.setFocus()
            reveal(self.rows[-1])

    def _change(self, change: Callable[[Phases], Phases], text: str, merge: str = "") -> list[ConfigError]:
        return self._session.change_run(
            self._index, lambda run: replace(run, schedule=change(run.schedule)), text, merge
        )
