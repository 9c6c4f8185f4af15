"""The panel of a network: what it answers at the shown step of the selected run, and its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from surfaces.network.predict import sizes

from ..i18n import tr
from ..numbers import MISSING, show, whole
from ..session import Session
from ..wide import is_wide
from ..widget import Part, label
from .answers import Answers, AnswersWorker
from .picture import Picture

if TYPE_CHECKING:
    from engine.wide import WideRun


UPDATE_MS = 67


class NetworkPanel(Part):
    """Follows the selected run and the shown step at most 15 times a second."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self._session = session
        self._asked: object = None
        self.picture = Picture()
        self.empty = label("dim", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.rows: dict[str, tuple[QLabel, QLabel]] = {
            key: (label("dim"), label()) for key in ("shape", "count", "loss", "right", "weights", "moved")
        }
        self.worker = AnswersWorker(self)
        self.worker.ready.connect(self._show_answers)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(UPDATE_MS)
        self._pause.timeout.connect(self._ask)
        self._lay_out()
        for changed in (session.ticked, session.cursor_moved, session.selection_changed):
            changed.connect(self._follow)
        self.show_words()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name, value in self.rows.values():
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(name, value)
        self.side = QWidget()
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(14)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self.side, 1)
        layout.addWidget(self.empty)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Network: what it answers at the shown step"))
        self.empty.setText(tr("This surface is no network. Choose one in the setup, under Surface."))
        words = {
            "shape": (tr("layers"), tr("inputs, hidden neurons and output")),
            "count": (tr("parameters"), tr("all of them are trained; the canvas shows a plane through their space")),
            "loss": (tr("loss"), tr("over all data points, also where each step sees a mini-batch only")),
            "right": (tr("right"), tr("the share of the data points whose label it guesses")),
            "weights": ("‖θ‖", tr("the length of the vector of all parameters")),
            "moved": ("‖θ − θ⁰‖", tr("how far the parameters are from their start")),
        }
        for key, (name, tip) in words.items():
            for part in self.rows[key]:
                part.setToolTip(tip)
            self.rows[key][0].setText(name)
            self.rows[key][1].setAccessibleName(name)
        self._show_answers()

    @property
    def run(self) -> WideRun | None:
        """The selected run, where it trains a network and has a row."""
        runs, index = self._session.runs, self._session.selected
        run = runs[index] if index < len(runs) else None
        return run if is_wide(run) and run.computed >= 0 else None

    def _follow(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _ask(self) -> None:
        run = self.run
        if run is None:
            self._asked = None
            self._show_answers()
            return
        step = min(self._session.shown_step, run.computed)
        if self.isVisible() and (run, step) != self._asked:
            self._asked = (run, step)
            self.worker.ask((run, step), id(run))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asked = None
        self._follow()

    def _show_answers(self) -> None:
        answers = self.worker.result if self.run is not None else None
        self.picture.show_answers(answers)
        self.picture.setVisible(self.run is not None)
        self.side.setVisible(self.run is not None)
        self.empty.setVisible(self.run is None)
        if answers is not None:
            for key, text in self._numbers(answers).items():
                self.rows[key][1].setText(text)

    def _numbers(self, answers: Answers) -> dict[str, str]:
        wide = answers.run.wide
        return {
            "shape": " – ".join(str(size) for size in sizes(wide.parameters)),
            "count": whole(len(wide.names)),
            "loss": show(answers.loss),
            "right": MISSING if math.isnan(answers.right) else f"{show(100 * answers.right, 3)} %",
            "weights": show(answers.length),
            "moved": show(answers.moved),
        }

    def close_worker(self) -> None:
        """End the thread."""
        self.worker.close()
