"""The whole curve of a run's learning rate, small, with the current step marked on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from engine import kernel
from engine.rates import Rates
from engine.scenario import RunConfig
from engine.schedules import Schedule
from engine.simulator import Run

from ..i18n import tr
from ..look import run_colour
from ..numbers import show
from ..theme import theme
from ..widget import Part

Curve = tuple[NDArray[np.int64], NDArray[np.float64]]
WHOLE = 20_000
POINTS = 320
HEIGHT, LABELS, PADDING = 48, 68, 6


def sample(rates: Rates, last: int) -> Curve:
    """Steps between 0 and `last` and their η: all of them, or some 320 and the edges of the phases if they are many."""
    if last <= WHOLE:
        return np.arange(last + 1), rates.at(0, last + 1)
    even = np.linspace(0, last, POINTS).astype(np.int64)
    first = np.array([phase.first for phase in rates.phases], dtype=np.int64)
    steps = np.unique(np.concatenate([even, first, first - 1]))
    steps = steps[(steps >= 0) & (steps <= last)]
    return steps, np.array([rates.at(int(step), 1)[0] for step in steps])


def thin(steps: NDArray[np.int64], eta: NDArray[np.float64], columns: int) -> Curve:
    """The least and greatest of each of `columns` stretches, in the order in which they come."""
    if len(steps) <= 2 * columns:
        return steps, eta
    edges = np.linspace(0, len(steps), columns + 1).astype(np.int64)
    bounds = list(zip(edges[:-1], edges[1:], strict=True))
    picked = [sorted((a + int(eta[a:b].argmin()), a + int(eta[a:b].argmax()))) for a, b in bounds]
    kept = np.unique(np.array(picked).ravel())
    return steps[kept], eta[kept]


class ScheduleCurve(Part):
    """η over the steps of one run in the run's colour, from its least to its greatest value."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index, self._last, self._step = index, 1, 0
        self._rates = Rates(1.0)
        self._key: object = None
        self._curve = sample(self._rates, 1)
        self._low = self._high = self._now = 1.0
        self._line: QPolygonF | None = None
        self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_words()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Learning rate over all steps"))
        self.setToolTip(tr("η over all steps of this run; the dot is the step that is shown"))

    def restyle(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def show_run(self, run: RunConfig, last: int, own: tuple[Schedule, ...] = (), ran: Run | None = None) -> None:
        """Show η of the steps 0 … last; where it stands on the loss, what it was in the rows of `ran`."""
        needs_loss = Rates(run.lr, run.schedule, own).needs_loss
        key = (run.lr, run.schedule, last, own, ran and ran.computed if needs_loss else None)
        if key == self._key:
            return
        self._key, self._last = key, last
        self._rates = Rates(run.lr, run.schedule, own)
        if needs_loss and ran and ran.computed >= 0:
            view = ran.trajectory.view
            steps, eta = view.steps, view.rows[:, kernel.LR].copy()
        else:
            steps, eta = sample(self._rates, last)
        finite = np.isfinite(eta)
        self._curve = (steps[finite], eta[finite])
        self._note = tr("known after the run") if needs_loss and not finite.any() else ""
        if finite.any():
            self._low, self._high = float(self._curve[1].min()), float(self._curve[1].max())
        self._line = None
        self._locate()

    def show_step(self, step: int) -> None:
        """Mark this step, or the last one if it lies beyond."""
        step = min(step, self._last)
        if step != self._step:
            self._step = step
            self._locate()

    def _locate(self) -> None:
        self._step = min(self._step, self._last)
        steps, eta = self._curve
        self._now = float(self._rates.at(self._step, 1)[0])
        if not np.isfinite(self._now) and len(steps):
            self._now = float(eta[max(int(np.searchsorted(steps, self._step, "right")) - 1, 0)])
        self.update()

    def _frame(self) -> QRectF:
        return QRectF(self.rect()).adjusted(PADDING, PADDING, -LABELS, -PADDING)

    def _place(self, step: float, eta: float) -> QPointF:
        frame, span = self._frame(), self._high - self._low
        height = (eta - self._low) / span if span > 0 else 0.5
        return QPointF(
            frame.left() + frame.width() * step / max(self._last, 1), frame.bottom() - frame.height() * height
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._line = None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._line is None:
            steps, eta = thin(*self._curve, columns=max(int(self._frame().width()), 8))
            self._line = QPolygonF([self._place(float(s), float(e)) for s, e in zip(steps, eta, strict=True)])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().panel))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        self._paint_labels(painter)
        self._paint_upright(painter, self._step, Qt.PenStyle.SolidLine)
        for first in self.phase_starts():
            self._paint_upright(painter, first, Qt.PenStyle.DotLine)
        painter.setPen(QPen(run_colour(self._index), 1.5))
        painter.drawPolyline(self._line)
        if self._note:
            painter.setPen(QColor(theme().dim))
            painter.drawText(self._frame(), Qt.AlignmentFlag.AlignCenter, self._note)
        if np.isfinite(self._now):
            painter.setPen(QPen(QColor(theme().panel), 1.5))
            painter.setBrush(run_colour(self._index))
            painter.drawEllipse(self._place(self._step, self._now), 4, 4)

    def phase_starts(self) -> list[int]:
        """The steps at which a phase after the first begins."""
        return [phase.first for phase in self._rates.phases[1:] if phase.first <= self._last]

    def _paint_upright(self, painter: QPainter, step: int, style: Qt.PenStyle) -> None:
        x = round(self._place(step, self._low).x()) + 0.5
        painter.setPen(QPen(QColor(theme().dim), 1, style))
        painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - 2))

    def _paint_labels(self, painter: QPainter) -> None:
        font = painter.font()
        font.setPixelSize(theme().head)
        painter.setFont(font)
        painter.setPen(QColor(theme().dim))
        box = QRectF(self.width() - LABELS + 6, 3, LABELS - 10, self.height() - 6)
        right = Qt.AlignmentFlag.AlignRight
        lower = tr("constant") if self._low == self._high else show(self._low, 3)
        painter.drawText(box, right | Qt.AlignmentFlag.AlignTop, show(self._high, 3))
        painter.drawText(box, right | Qt.AlignmentFlag.AlignBottom, lower)
