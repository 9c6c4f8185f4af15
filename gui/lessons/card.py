"""The strip above the canvas: which lesson this is, what it says, and the way to its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from engine.declaration import Parameter
from engine.optimizers import find_optimizer
from engine.scenario import Scenario
from engine.schedules import find_schedule
from surfaces import find_entry

from ..elided import Elided
from ..i18n import pick, tr
from ..look import icon
from ..session import Session
from ..widget import Part, label
from .shares import Shares

TEXT_HEIGHT, SHARES_HEIGHT = 112, 16  # seven lines: the longest lesson on a projector, without scrolling
LEFT, RIGHT, INSET = 12, 4, 8
HEAD_GAP, WORD_GAP = 4, 8
SIDES, UNWRAPPED = LEFT + RIGHT + INSET + 2, 100_000


class LessonCard(Part):
    """Title, text and neighbours of the scene that is open; only the title while collapsed.

    Signals:
        collapsed_changed: the text was folded away (True) or unfolded.
    """

    collapsed_changed = Signal(bool)

    def __init__(self, session: Session, lessons: Sequence[Scenario], parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self._session, self._lessons = session, lessons
        self._collapsed = False
        self.title, self.slide, self.place = Elided("title"), label("dim"), label("dim")
        self.changed = label("dim")
        self.previous = self._button(lambda: self._open(-1))
        self.next = self._button(lambda: self._open(1))
        self.fold = self._button(lambda: self._set_collapsed(not self._collapsed))
        self.text = label(wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.shares = Shares(session)
        self._lay_out()
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.timeout.connect(self._fit)
        session.opened.connect(self._show)
        session.scenario_changed.connect(self._show)
        self.show_words()

    def _button(self, do: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(24, 22)
        button.setStyleSheet("QToolButton { padding: 0; }")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda checked=False: do())
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(HEAD_GAP)
        head.addWidget(self.title, 1)
        for words in (self.slide, self.place, self.changed):
            words.setContentsMargins(0, 0, WORD_GAP, 0)
            head.addWidget(words)
        for button in (self.previous, self.next, self.fold):
            head.addWidget(button)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.text)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, INSET, 0)
        body.setSpacing(2)
        body.addWidget(self.area)
        body.addWidget(self.shares)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LEFT, 4, RIGHT, 6)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(body)

    @property
    def collapsed(self) -> bool:
        """Whether only the title is shown."""
        return self._collapsed

    @collapsed.setter
    def collapsed(self, on: bool) -> None:
        self._set_collapsed(on)

    def _set_collapsed(self, on: bool) -> None:
        if on != self._collapsed:
            self._collapsed = on
            self._show_fold()
            self._fit()
            self.collapsed_changed.emit(on)

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Lesson"))
        self.area.setAccessibleName(tr("Text of the lesson"))
        self._show_fold()
        self._show()

    def restyle(self) -> None:
        self.previous.setIcon(icon("chevron-left"))
        self.next.setIcon(icon("chevron-right"))
        self._show_fold()

    def _show(self) -> None:
        scenario, place = self._session.scenario, self._index()
        self.title.setText(pick(scenario.title) or tr("Untitled scene"))
        self.slide.setText(tr("slide {number}", number=scenario.slide) if scenario.slide else "")
        if place is not None:
            self.place.setText(tr("Lesson {number} of {count}", number=place + 1, count=len(self._lessons)))
        self.place.setVisible(place is not None)
        self.changed.setText(tr("changed"))
        self.changed.setToolTip(tr("The text describes the scene as it was. Open the lesson again to restore it."))
        self.changed.setVisible(place is not None and _simulated(scenario) != _simulated(self._lessons[place]))
        self.text.setText(pick(scenario.text))
        for button, neighbour, words in (
            (self.previous, self._neighbour(-1), tr("Previous lesson")),
            (self.next, self._neighbour(1), tr("Next lesson")),
        ):
            button.setEnabled(neighbour is not None)
            button.setToolTip(
                tr("{command}: {what}", command=words, what=pick(neighbour.title)) if neighbour else words
            )
            button.setAccessibleName(words)
        self._fit()

    def _show_fold(self) -> None:
        words = tr("Show the lesson's text") if self._collapsed else tr("Hide the lesson's text")
        self.fold.setIcon(icon("chevron-down" if self._collapsed else "chevron-up"))
        self.fold.setToolTip(words)
        self.fold.setAccessibleName(words)

    # Neighbours --------------------------------------------------------------------------------------------------

    def _index(self) -> int | None:
        """The place of the open scene among the lessons."""
        name = self._session.scenario.id
        return next((k for k, lesson in enumerate(self._lessons) if lesson.id == name), None) if name else None

    def _neighbour(self, offset: int) -> Scenario | None:
        """The lesson before (-1) or after (1) the open one; after a scene that is no lesson comes the first."""
        place = self._index()
        k = (place if place is not None else -1) + offset
        return self._lessons[k] if 0 <= k < len(self._lessons) else None

    def _open(self, offset: int) -> None:
        if lesson := self._neighbour(offset):
            self._session.open(lesson, tr("Open {name}", name=pick(lesson.title)))

    # Size --------------------------------------------------------------------------------------------------------

    def _fit(self) -> None:
        """Give the text the height it needs, up to some lines; what is longer scrolls."""
        has_text, has_shares = bool(self.text.text()), self.shares.wanted()
        self.fold.setVisible(has_text or has_shares)
        self.area.setVisible(has_text and not self._collapsed)
        self.shares.setVisible(has_shares and not self._collapsed)
        self._fit_head()
        margins = self.contentsMargins()
        width = self.width() - margins.left() - margins.right() - SIDES
        line = max(1, self.text.heightForWidth(UNWRAPPED))
        limit = (TEXT_HEIGHT - SHARES_HEIGHT * has_shares) // line * line
        needed = max(0, self.text.heightForWidth(width))
        self.area.setFixedHeight(min(needed, limit))
        # Left to itself, a scroll bar that is there once would keep the text so narrow that it needs one.
        policies = Qt.ScrollBarPolicy
        self.area.setVerticalScrollBarPolicy(
            policies.ScrollBarAsNeeded if needed > limit else policies.ScrollBarAlwaysOff
        )
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if needed > limit else Qt.FocusPolicy.NoFocus)

    def _fit_head(self) -> None:
        """Leave the slide's number out where the title would have to be cut for it."""
        self.title.ensurePolished()
        fixed = (self.place, self.changed, self.previous, self.next, self.fold)
        shown = [part for part in (self.title, self.slide, *fixed) if part is self.slide or not part.isHidden()]
        wanted = sum(part.sizeHint().width() if isinstance(part, QLabel) else part.width() for part in shown)
        room = self.width() - LEFT - RIGHT - 2 - HEAD_GAP * (len(shown) - 1)
        self.slide.setVisible(bool(self.slide.text()) and wanted <= room)
        self.place.setToolTip("" if self.slide.isVisibleTo(self) else self.slide.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fitting.start(0)  # not from within the layout that has just resized this


def _simulated(scenario: Scenario) -> tuple[object, ...]:
    """All that the text of a lesson speaks of; a default is the same whether it is written or left out."""
    surface = scenario.surface
    runs = [
        replace(
            run,
            label="",
            start=run.start or scenario.start,
            hyperparameters=_filled(
                find_optimizer(run.optimizer, "", scenario.optimizers).hyperparameters, run.hyperparameters
            ),
            schedule=tuple(
                replace(
                    phase,
                    parameters=_filled(find_schedule(phase.name, "", scenario.schedules).parameters, phase.parameters),
                )
                for phase in run.schedule
            ),
        )
        for run in scenario.runs
    ]
    surface = replace(surface, parameters=_filled(find_entry(surface).parameters, surface.parameters))
    return surface, runs, scenario.steps, scenario.seed, scenario.monte_carlo


def _filled(parameters: tuple[Parameter, ...], given: Mapping[str, float]) -> dict[str, float]:
    return {**{parameter.name: float(parameter.default) for parameter in parameters}, **given}
