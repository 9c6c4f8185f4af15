"""The panel of the critical points: how many there are, their list, and what can be done with one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from surfaces.critical import KINDS, Findings

from ..critical import Critical
from ..elided import Elided
from ..glyphs import kind_names
from ..i18n import tr
from ..local_model import LocalModelAt
from ..numbers import show, whole
from ..widget import Part, label, set_sheet
from .critical_table import PointsTable


class CriticalPanel(Part):
    """Follows `critical`; holds nothing itself."""

    def __init__(self, critical: Critical, model: LocalModelAt, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._critical, self._model = critical, model
        self.summary, self.detail = Elided("strong"), Elided("dim")
        self.main_button = QPushButton()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setFixedHeight(4)
        self.table = PointsTable(critical)
        self.message = label("dim", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.start, self.beside, self.model_here = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self.main_button.clicked.connect(self._press)
        self.start.clicked.connect(lambda: critical.start_there())
        self.beside.clicked.connect(lambda: critical.start_there(beside=True))
        self.model_here.clicked.connect(self._show_model)
        self.table.start_wanted.connect(lambda: critical.start_there())
        critical.changed.connect(self._show_points)
        critical.selection_changed.connect(self._show_selected)
        critical.progressed.connect(self._show_progress)
        self.show_words()

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.summary, 1)
        head.addWidget(self.main_button)
        foot.setSpacing(4)
        for button in (self.start, self.beside, self.model_here):
            foot.addWidget(button, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.message)
        self.foot = QWidget()
        under = QVBoxLayout(self.foot)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(2)
        under.addWidget(self.detail)
        under.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.pages, 1)
        column.addWidget(self.foot)

    def sizeHint(self) -> QSize:
        return QSize(400, 230)

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Critical points of the surface in the visible window"))
        self.table.setAccessibleName(tr("Critical points by ascending loss"))
        self.progress.setAccessibleName(tr("Progress of the search for critical points"))
        for button, text, hint in (
            (self.start, tr("Start there"), tr("Start at the selected critical point (Enter)")),
            (
                self.beside,
                tr("Start beside"),
                tr("Start a little beside it along v₂: from a saddle the way leads down"),
            ),
            (self.model_here, tr("Model here"), tr("Draw the quadratic model at the selected critical point")),
        ):
            button.setText(text)
            button.setToolTip(hint)
            button.setAccessibleName(hint)
        self.table.reload()
        self._show_points()

    def restyle(self) -> None:
        set_sheet(self, "QPushButton { padding: 2px 8px; }")
        self.table.restyle()

    # What is shown -----------------------------------------------------------------------------------------------

    def _show_points(self) -> None:
        critical = self._critical
        findings = critical.findings
        self.table.reload()
        self.summary.setText(self._summary(findings))
        if critical.slow:
            text, hint = tr("Cancel"), tr("Stop looking for critical points")
        elif critical.cancelled:
            text, hint = tr("Find again"), tr("Look for the critical points once more")
        elif critical.on:
            text, hint = tr("Hide"), tr("Hide the critical points (K)")
        else:
            text, hint = tr("Find"), tr("Find the critical points in the visible window (K)")
        self.main_button.setText(text)
        self.main_button.setToolTip(hint)
        self.main_button.setAccessibleName(hint)
        any_there = bool(critical.points)
        self.pages.setCurrentIndex(0 if any_there else 1)
        self.message.setText(self._message(findings))
        self.foot.setVisible(any_there)
        self._show_progress()
        self._show_selected()

    def _summary(self, findings: Findings | None) -> str:
        if findings is None:
            return tr("Looking…") if self._critical.working else ""
        counts = findings.counts
        words = [f"{kind_names(kind)} {whole(counts[kind])}" for kind in KINDS if counts.get(kind)]
        if findings.left_out:
            words.append(tr("{count} more not shown", count=whole(findings.left_out)))
        if findings.coarse:
            words.append(tr("searched coarsely"))
        return "  ·  ".join(words)

    def _message(self, findings: Findings | None) -> str:
        critical = self._critical
        if not critical.on:
            return tr("Minima, maxima and saddles in the visible window, and how the surface curves there.")
        if critical.cancelled:
            return tr("The search ended before anything was found.")
        if findings is None:
            return ""
        return tr("No gradient vanishes in this window. A minimum at a kink, as of |x|, is not found this way.")

    def _show_progress(self) -> None:
        self.progress.setValue(round(1000 * self._critical.share) if self._critical.slow else 0)
        effect = self._critical.slow
        self.progress.setProperty("idle", not effect)
        set_sheet(self.progress, "" if effect else "QProgressBar { background: transparent; }")

    def _show_selected(self) -> None:
        self.table.show_selected()
        point = self._critical.point
        for button in (self.start, self.beside, self.model_here):
            button.setEnabled(point is not None)
        if point is None:
            self.detail.setText(_hint(self._critical.findings))
            return
        vectors = [f"v{'₁₂'[i]} = ({show(a, 3)}, {show(b, 3)})" for i, (a, b) in enumerate(point.eigenvectors)]
        words = [*vectors, f"‖g‖ = {show(point.gradient_norm, 2)}"]
        if point.spread:
            words.append(tr("one of a line or an area"))
        self.detail.setText("   ".join(words))

    def _press(self) -> None:
        critical = self._critical
        if critical.slow:
            critical.cancel()
        elif critical.cancelled:
            critical.find_again()
        else:
            critical.set_on(not critical.on)

    def _show_model(self) -> None:
        point = self._critical.point
        if point is not None:
            self._model.pin(point.place)


def _hint(findings: Findings | None) -> str:
    """What must be known of the list, or what to do with it."""
    if findings is not None and findings.left_out:
        return tr("Those with the smallest loss are shown; zoom in to see the others")
    if findings is not None and findings.coarse:
        return tr("Not every place could be searched closely here: zoom in to find more")
    if findings is not None and any(point.spread for point in findings.points):
        return tr("Of a line or an area of critical points only a few, spread evenly, are listed")
    return tr("Select a point here or on the canvas")
