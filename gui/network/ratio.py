"""The panel of the minimum ratio: where many trainings of a network get to, and whether it is a minimum."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..elided import Elided
from ..i18n import tr, tr_error
from ..numbers import show, whole
from ..session import Session
from ..widget import Part, label
from .scatter import Scatter

if TYPE_CHECKING:
    from .ratio_worker import RatioWorker, Study

UNRELATED = ("seed", "plane_seed", "watch_1", "watch_2")


class RatioPanel(Part):
    """Looks when asked to; what was found stays until the network or the way it is trained is another."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._worker: RatioWorker | None = None
        self._subject: Hashable = None
        self._selected: int | None = None
        self._cancelled = False
        self.summary, self.minima = Elided("strong"), Elided()
        self.detail, self.more = Elided("dim"), Elided("dim")
        self.button, self.use = QPushButton(), QPushButton()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.scatter = Scatter()
        self.message = label("dim", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.button.clicked.connect(self._press)
        self.use.clicked.connect(self._use_seed)
        self.scatter.chosen.connect(self._choose)
        for changed in (session.scenario_changed, session.selection_changed):
            changed.connect(self._follow)
        self.show_words()

    def _lay_out(self) -> None:
        head, foot = QGridLayout(), QHBoxLayout()
        for layout in (head, foot):
            layout.setSpacing(8)
        head.setVerticalSpacing(0)
        head.setColumnStretch(0, 1)
        head.addWidget(self.summary, 0, 0)
        head.addWidget(self.minima, 1, 0)
        head.addWidget(self.button, 0, 1, 2, 1)
        foot.addWidget(self.detail, 1)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 6)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.scatter, 1)
        column.addWidget(self.message, 1)
        column.addLayout(foot)
        column.addWidget(self.more)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Minimum ratio at critical points of the network"))
        self.use.setText(tr("Use its weights"))
        hint = tr("Train from the initial weights of the chosen point: its seed becomes the surface's")
        self.use.setToolTip(hint)
        self.use.setAccessibleName(hint)
        self.progress.setAccessibleName(tr("Progress of the search for critical points"))
        self._show()

    def _message(self, study: Study | None) -> str:
        """What stands where there are no points: why there are none, or what the search is."""
        if study is not None and study.error is not None:
            return tr_error(study.error)
        return tr(
            "Trains many networks that differ in their initial weights, looks for a critical point from where each "
            "one is, and counts the eigenvalues of the Hessian there: the minimum ratio is the share that is "
            "positive, 1 at a minimum."
        )

    # What is asked for -------------------------------------------------------------------------------------------

    @property
    def study(self) -> Study | None:
        """What was found of the network in use."""
        return self._worker.result if self._worker else None

    @property
    def working(self) -> bool:
        """Whether it is looking."""
        return self._goes_on(self.study)

    def _goes_on(self, study: Study | None) -> bool:
        broken = self._worker is not None and self._worker.error is not None
        return study is not None and study.tried < study.tries and not (self._cancelled or broken)

    def start(self) -> None:
        """Look for critical points."""
        from .ratio_worker import RatioWorker  # loads native code that only networks need

        if self._worker is None:
            self._worker = RatioWorker(self)
            self._worker.ready.connect(self._show)
            self._worker.broke.connect(self._show)
        self._subject, self._selected, self._cancelled = self._asked_about(), None, False
        self._worker.request(self._session.scenario, self._session.selected)
        self._show()

    def cancel(self) -> None:
        """Look no further; what was found stays."""
        if self._worker and self.working:
            self._cancelled = True
            self._worker.cancel()
            self._show()

    def _press(self) -> None:
        if self.working:
            self.cancel()
        else:
            self.start()

    def _asked_about(self) -> Hashable:
        """What the points belong to: all but the seed of the weights, and how it is looked at."""
        scenario = self._session.scenario
        run = replace(scenario.runs[self._session.selected], label="", start=None)
        surface = scenario.surface
        options = tuple(sorted((name, choice) for name, choice in surface.options.items() if name != "plane"))
        numbers = tuple(sorted(item for item in surface.parameters.items() if item[0] not in UNRELATED))
        return surface.name, options, numbers, repr(run), scenario.steps

    def _follow(self) -> None:
        if self._worker and self._subject is not None and self._asked_about() != self._subject:
            self._subject, self._selected = None, None
            self._worker.forget()
            self._show()

    # What is shown -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        study = self.study  # read once: the worker may replace it meanwhile
        working = self._goes_on(study)
        self.scatter.setVisible(study is not None and study.error is None)
        self.message.setVisible(study is None or study.error is not None)
        self.use.setVisible(study is not None and study.error is None)
        self.message.setText(self._message(study))
        again = study is not None and study.error is None
        text = tr("Cancel") if working else tr("Look again") if again else tr("Look for them")
        self.button.setText(text)
        self.button.setAccessibleName(f"{text}: {tr('critical points')}")
        self.progress.setRange(0, study.tries if study else 1)
        self.progress.setValue(study.tried if study and working else 0)
        if study is None or study.error is not None:
            self.summary.setText("")
        else:
            minima = sum(point.negative == 0 for point in study.points)
            words = tr("{count} critical points in {tried} trainings", count=len(study.points), tried=study.tried)
            self.summary.setText(words)
            self.minima.setText(tr("without a way down: {count}", count=whole(minima)))
        self.minima.setVisible(study is not None and study.error is None)
        self.more.setVisible(study is not None and self._selected is not None)
        self.scatter.show_points(study.points if study else (), self._selected)
        self._show_selected(study)

    def _show_selected(self, study: Study | None) -> None:
        point = study.points[self._selected] if study and self._selected is not None else None
        self.use.setEnabled(point is not None)
        if point is None:
            self.detail.setText(tr("Choose a point") if study and study.points else "")
            self.more.setText("")
            return
        self.detail.setText(
            tr(
                "up {up}, down {down}, flat {flat}: ratio {ratio}",
                up=point.positive,
                down=point.negative,
                flat=point.weights - point.positive - point.negative,
                ratio=show(point.ratio, 3),
            )
        )
        self.more.setText(
            tr(
                "loss {loss}, ‖g‖ {norm}, seed {seed}, trained for {steps}",
                loss=show(point.loss, 3),
                norm=show(point.grad_norm, 2),
                seed=point.seed,
                steps=whole(point.steps),
            )
        )

    def _choose(self, place: int) -> None:
        self._selected = place
        self._show()

    def _use_seed(self) -> None:
        study = self.study
        if study and self._selected is not None:
            surface = self._session.scenario.surface
            seed = float(study.points[self._selected].seed)
            after = replace(surface, parameters={**surface.parameters, "seed": seed})
            self._session.set_surface(after, tr("Change {name}", name="seed"))

    def close_worker(self) -> None:
        """End the thread."""
        if self._worker:
            self._worker.close()
