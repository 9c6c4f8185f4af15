"""The panel at the left: which surface, from where, and which runs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.rates import Phase
from engine.scenario import MAX_STEPS, Pair, Scenario

from ..data.section import SurfaceSection
from ..i18n import tr, tr_error
from ..look import icon
from ..session import Session
from ..widget import Part, label
from .inputs import Field
from .run_card import RunCard
from .setup_form import ParameterForm, StartForm, retire, tab_stops
from .setup_switch import GAP
from .surface_card import SurfaceCard

WIDTH, MARGIN, BAR = 272, 12, 8
STEPS = Parameter("steps", 1000, "number of updates of each run", low=1, high=MAX_STEPS, integer=True)
SEED = Parameter("seed", 0, "each seed gives other noise and other mini-batches", low=0, high=2**62, integer=True)


class SetupPanel(Part):
    """Surface, start and runs of the session's scenario, as forms."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self._session = session
        self._shape: object = None
        self.cards: list[RunCard] = []
        self.surface = SurfaceCard(session)
        self.foundation = SurfaceSection(session)
        self.start = StartForm(self._move_start)
        self.numbers = ParameterForm(self._change_number)
        self._heads = [label("head") for _ in range(3)]
        self.add = QPushButton()
        self.refusal = label("error", wrap=True)
        self.refusal.hide()
        self._lay_out()
        self.add.clicked.connect(self._add)
        session.scenario_changed.connect(self._show_scenario)
        session.selection_changed.connect(self._show_selection)
        session.cursor_moved.connect(self._show_step)
        session.opened.connect(self._begin)
        session.failed.connect(self._show_failure)
        self.show_words()
        self._show_scenario()

    def _lay_out(self) -> None:
        self._runs = QVBoxLayout()
        self._runs.setSpacing(GAP)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setSpacing(GAP)
        surface, start, runs = self._heads
        parts = (surface, self.surface, self.foundation, GAP, start, self.start, self.numbers, GAP, runs, self._runs)
        for row in (*parts, self.add):
            if isinstance(row, int):
                self._column.addSpacing(row)
            elif isinstance(row, QVBoxLayout):
                self._column.addLayout(row)
            else:
                self._column.addWidget(row)
        self._column.addWidget(self.refusal)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(content)
        self.area.verticalScrollBar().rangeChanged.connect(self._make_room)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addWidget(self.area)
        self._make_room(0, 0)
        self.setMinimumWidth(WIDTH - 16)

    def _make_room(self, low: int, high: int) -> None:
        """The scroll bar lies in the margin, so that nothing moves sideways when it comes and goes."""
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN - (BAR if high > low else 0), MARGIN)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 640)

    def retranslate(self) -> None:
        for head, text in zip(self._heads, (tr("SURFACE"), tr("START"), tr("RUNS")), strict=True):
            head.setText(text)
        self.setAccessibleName(tr("Setup"))
        self.add.setText(tr("Add run"))
        self.add.setToolTip(tr("Add a copy of the selected run"))

    def restyle(self) -> None:
        self.add.setIcon(icon("plus"))

    # What the session says ---------------------------------------------------------------------------------------

    def _show_scenario(self) -> None:
        scenario = self._session.scenario
        self.surface.show_surface(scenario.surface)
        self.foundation.show_surface(scenario.surface)
        self.start.show_start(scenario.surface, scenario.start)
        self.numbers.set_parameters((STEPS, SEED) if _drawn(scenario) else (STEPS,))
        self.numbers.show_values({"steps": scenario.steps, "seed": scenario.seed})
        self._show_runs()

    def _show_runs(self) -> None:
        runs = self._session.scenario.runs
        while len(self.cards) > len(runs):
            card = self.cards.pop()
            self._runs.removeWidget(card)
            retire(card)
        while len(self.cards) < len(runs):
            self.cards.append(RunCard(self._session, len(self.cards)))
            self._runs.addWidget(self.cards[-1])
        for k, card in enumerate(self.cards):
            card.show_run(self._session.shown_config(k), k == self._session.selected)
        self.refusal.hide()
        self._chain()

    def _show_selection(self) -> None:
        self._show_runs()
        QTimer.singleShot(0, self, self._reveal)  # once the cards have their places

    def _reveal(self) -> None:
        self.area.ensureWidgetVisible(self.cards[self._session.selected], 0, MARGIN)

    def _show_step(self) -> None:
        for card in self.cards:
            card.show_step()

    def _chain(self) -> None:
        """Let Tab go in the order of the layout; Qt puts what is made later behind everything else."""
        scenario = self._session.scenario
        shown = map(self._session.shown_config, range(len(scenario.runs)))
        runs = [(run.optimizer, _names(run.schedule), run.start is None) for run in shown]
        surface, own = scenario.surface, (scenario.optimizers, scenario.schedules)
        shape = (surface.name, surface.axes, [*surface.parameters], _drawn(scenario), runs, own)
        if (shape, self._session.selected) != self._shape:
            self._shape = (shape, self._session.selected)
            for before, after in pairwise(tab_stops(self._column)):
                QWidget.setTabOrder(before, after)

    def _begin(self) -> None:
        """Begin at the top; what was typed wrong belonged to the scene before."""
        self.area.verticalScrollBar().setValue(0)
        for field in self.findChildren(Field):
            field.show_error(None)
            field.set_value(field.value())

    def _show_failure(self, error: ConfigError) -> None:
        if error.where.startswith("surface"):
            self.surface.show_failure(error)

    # What a person does ------------------------------------------------------------------------------------------

    def _move_start(self, start: Pair, merge: str) -> list[ConfigError]:
        return self._session.set_start(start, tr("Move start"), merge)

    def _change_number(self, name: str, value: float, merge: str) -> list[ConfigError]:
        scenario = self._session.scenario
        if name == STEPS.name:
            return self._session.change(replace(scenario, steps=int(value)), tr("Change the number of steps"), merge)
        return self._session.change(replace(scenario, seed=int(value)), tr("Change the seed"), merge)

    def _add(self) -> None:
        faults = self._session.add_run(tr("Add run"))
        self.refusal.setText(tr_error(faults[0]) if faults else "")
        self.refusal.setVisible(bool(faults))


def _drawn(scenario: Scenario) -> bool:
    """Whether anything depends on the seed."""
    gradients = [run.gradient for run in scenario.runs]
    return scenario.monte_carlo is not None or any(gradient.noise or gradient.batch_size for gradient in gradients)


def _names(phases: tuple[Phase, ...]) -> list[list[str]]:
    """The schedules of each phase."""
    return [[part.name for part in (phase, *phase.chained)] for phase in phases]
