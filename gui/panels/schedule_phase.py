"""One phase of a schedule in the setup: a schedule, or a chain of them that act together, and for how many steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.rates import Phase
from engine.scenario import MAX_STEPS

from ..i18n import tr
from ..widget import Part
from .schedule_part import Change, Known, SchedulePart
from .setup_form import NARROW_GAP, retire

NUMBER_WIDTH = 12
STEPS = Parameter("steps", 100, "after so many steps the next phase begins", low=1, high=MAX_STEPS, integer=True)


class PhaseRow(Part):
    """Shows a phase; its edits go to `change(what to do with the phase, name of the change, merge key)`."""

    removed = Signal()

    def __init__(self, change: Change, known: Known) -> None:
        super().__init__()
        self._change, self._known = change, known
        self._number = 0
        self.main = SchedulePart(change, known)
        self.main.mark.setMinimumWidth(NUMBER_WIDTH)
        self.choice, self.form, self.remove, self.number = (
            *(self.main.choice, self.main.form, self.main.remove, self.main.mark),
        )
        self.chained: list[SchedulePart] = []
        self.chain = QToolButton()
        self.chain.setProperty("role", "flat")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(NARROW_GAP)
        self._column.addWidget(self.main)
        self._column.addWidget(self.chain, 0, Qt.AlignmentFlag.AlignLeft)
        self.main.removed.connect(self.removed)
        self.chain.clicked.connect(self._add)
        self.show_words()

    def retranslate(self) -> None:
        self._show_number()
        self.remove.setToolTip(tr("Remove this phase"))
        self.remove.setAccessibleName(tr("Remove this phase"))
        self.chain.setText("× " + tr("another schedule"))
        self.chain.setToolTip(tr("A schedule that acts at the same time, on the rate that this one gives"))

    def _show_number(self) -> None:
        self.number.setText(str(self._number))
        self.number.setVisible(self._number > 0)
        if self._number:
            self.choice.setAccessibleName(tr("Schedule of phase {number}", number=self._number))
        else:
            self.choice.setAccessibleName(tr("Schedule of this phase"))

    def show_phase(self, phase: Phase, number: int, count: int) -> None:
        """Show phase `number` of `count`; the last one goes on to the end of the run."""
        self._number = number if count > 1 else 0
        self._show_number()
        self.main.show_phase(phase, () if number == count else (STEPS,))
        while len(self.chained) > len(phase.chained):
            part = self.chained.pop()
            self._column.removeWidget(part)
            retire(part)
        while len(self.chained) < len(phase.chained):
            self._append(len(self.chained))
        for part, other in zip(self.chained, phase.chained, strict=True):
            part.show_phase(other)
        self.chain.setVisible(phase.name != "Constant" or bool(phase.chained))

    def _append(self, k: int) -> None:
        def change(what: Callable[[Phase], Phase], text: str, merge: str) -> list[ConfigError]:
            def changed(phase: Phase) -> Phase:
                return replace(phase, chained=(*phase.chained[:k], what(phase.chained[k]), *phase.chained[k + 1 :]))

            return self._change(changed, text, merge)

        part = SchedulePart(change, self._known)
        part.mark.setText("×")
        part.removed.connect(
            lambda: self._change(
                lambda phase: replace(phase, chained=(*phase.chained[:k], *phase.chained[k + 1 :])),
                tr("Remove a schedule"),
                "",
            )
        )
        self.chained.append(part)
        self._column.insertWidget(self._column.count() - 1, part)

    def _add(self) -> None:
        self._change(
            lambda phase: replace(phase, chained=(*phase.chained, Phase("ExponentialLR", {}))),
            tr("Add a schedule"),
            "",
        )
