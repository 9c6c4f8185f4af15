"""One phase of a schedule in the setup: a schedule or several that act at once, and for how many steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout

from engine.errors import ConfigError
from engine.rates import Phase

from ..i18n import tr
from ..session import Session
from ..widget import Part
from .schedule_part import Change, SchedulePart
from .setup_form import NARROW_GAP, retire, reveal

NUMBER_WIDTH = 12
FIRST_FACTOR = "ExponentialLR"  # what a factor begins as: it acts in every step


class PhaseRow(Part):
    """Shows a phase; its edits go to `change(what to do with the phase, name of the change, merge key)`."""

    removed = Signal()

    def __init__(self, session: Session, change: Change) -> None:
        super().__init__()
        self._session, self._change = session, change
        self._number = 0
        self.main = SchedulePart(session, change)
        self.chained: list[SchedulePart] = []
        self.chain = QToolButton()
        self.chain.setProperty("role", "flat")
        self.chain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._factors = QVBoxLayout()
        self._factors.setSpacing(NARROW_GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addWidget(self.main)
        column.addLayout(self._factors)
        column.addWidget(self.chain, 0, Qt.AlignmentFlag.AlignLeft)
        self.main.removed.connect(self.removed)
        self.chain.clicked.connect(self._add)
        self.show_words()

    def retranslate(self) -> None:
        self.main.name_removal(tr("Remove this phase"))
        self.chain.setText(tr("× another schedule"))
        self.chain.setToolTip(tr("Let another schedule act at the same time, on the η that this one gives"))
        self.chain.setAccessibleName(tr("Multiply by another schedule"))
        self._name_parts()

    def _name_parts(self) -> None:
        number = self._number
        self.main.mark.setText(str(number))
        self.main.mark.setMinimumWidth(NUMBER_WIDTH)
        self.main.mark.setVisible(number > 0)
        one = tr("Schedule of phase {number}", number=number) if number else tr("Schedule of this phase")
        self.main.choice.setAccessibleName(one)
        for part in self.chained:
            part.mark.setText("×")
            part.name_removal(tr("Remove this factor"))
            part.choice.setAccessibleName(tr("Factor: {name}", name=one))

    def show_phase(self, phase: Phase, number: int, count: int, momentum: str | None) -> None:
        """Show phase `number` of `count`; the last one goes on to the end of the run."""
        self._number = number if count > 1 else 0
        while len(self.chained) > len(phase.chained):
            part = self.chained.pop()
            self._factors.removeWidget(part)
            retire(part)
        while len(self.chained) < len(phase.chained):
            self._append_part(len(self.chained))
        self.main.show_part(phase, momentum, last=number == count)
        for part, factor in zip(self.chained, phase.chained, strict=True):
            part.show_part(factor, momentum, last=True)
        self._name_parts()

    def _append_part(self, k: int) -> None:
        def change(what: Callable[[Phase], Phase], text: str, merge: str) -> list[ConfigError]:
            return self._change_factors(lambda f: (*f[:k], what(f[k]), *f[k + 1 :]), text, merge)

        part = SchedulePart(self._session, change)
        part.removed.connect(lambda: self._change_factors(lambda f: (*f[:k], *f[k + 1 :]), tr("Remove factor")))
        self.chained.append(part)
        self._factors.addWidget(part)

    def _add(self) -> None:
        if not self._change_factors(lambda factors: (*factors, Phase(FIRST_FACTOR, {})), tr("Add factor")):
            self.chained[-1].choice.setFocus()
            reveal(self.chained[-1])

    def _change_factors(
        self, change: Callable[[tuple[Phase, ...]], tuple[Phase, ...]], text: str, merge: str = ""
    ) -> list[ConfigError]:
        return self._change(lambda phase: replace(phase, chained=change(phase.chained)), text, merge)
