"""The live line of a Monte-Carlo scene: how many of each run's many repetitions have reached the outcome."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ..elided import Elided
from ..i18n import pick, tr
from ..look import run_sample
from ..numbers import show, whole
from ..panels.setup_words import run_name
from ..session import Session
from ..widget import Part, label
from .outcome import parse_outcome, share

UPDATE_MS = 67
COLUMNS, MANY = 2, 4


class Shares(Part):
    """One entry for each run: its sample and the share of its repetitions at the shown step."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._behind = False
        self._samples: list[QLabel] = []
        self._words: list[Elided] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 2, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(UPDATE_MS)
        self._pause.timeout.connect(self._catch_up)
        session.ticked.connect(self._follow)
        session.cursor_moved.connect(self._follow)
        session.scenario_changed.connect(self._follow)
        self.show_words()

    def wanted(self) -> bool:
        """Whether the scene counts an outcome."""
        monte_carlo = self._session.scenario.monte_carlo
        return bool(monte_carlo and monte_carlo.outcome)

    def retranslate(self) -> None:
        self._follow()

    def restyle(self) -> None:
        for k, sample in enumerate(self._samples):
            sample.setPixmap(run_sample(k, self.devicePixelRatioF()))

    def _follow(self) -> None:
        if self._pause.isActive():
            self._behind = True
            return
        self._update()
        self._pause.start()

    def _catch_up(self) -> None:
        simulator = self._session.simulator
        working = simulator is not None and not all(ensemble.finished for ensemble in simulator.ensembles)
        if self._behind or (working and self.wanted()):
            self._behind = False
            self._follow()

    def _update(self) -> None:
        simulator, monte_carlo = self._session.simulator, self._session.scenario.monte_carlo
        if not simulator or not monte_carlo or not monte_carlo.outcome:
            return
        axes = simulator.surface.axes
        condition = parse_outcome(monte_carlo.outcome, axes)
        if condition is None:
            return
        ensembles = simulator.ensembles
        self._make_entries(len(ensembles))
        for ensemble, words in zip(ensembles, self._words, strict=True):
            part, ready = share(condition, axes, ensemble, self._session.shown_step)
            percent, outcome = show(100 * part, 2), pick(monte_carlo.outcome_text) or monte_carlo.outcome
            whole_text = tr("{share} % {outcome} (of {count})", share=percent, outcome=outcome, count=whole(ready))
            words.setText(whole_text if len(ensembles) <= MANY else tr("{share} %", share=percent))
            words.setAccessibleName(f"{run_name(ensemble.run.config)}: {whole_text}")

    def _make_entries(self, count: int) -> None:
        if len(self._words) == count:
            return
        for widget in (*self._samples, *self._words):
            widget.deleteLater()
        columns = COLUMNS if count <= MANY else 2 * MANY
        self._samples, self._words = [label() for _ in range(count)], [Elided() for _ in range(count)]
        for k, (sample, words) in enumerate(zip(self._samples, self._words, strict=True)):
            self._grid.addWidget(sample, k // columns, 2 * (k % columns))
            self._grid.addWidget(words, k // columns, 2 * (k % columns) + 1)
        for column in range(2 * columns):
            self._grid.setColumnStretch(column, column % 2)
        self.restyle()
