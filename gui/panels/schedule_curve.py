"""The whole curve of a run's learning rate, small, with the current step marked on it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from engine.pieces import Piece
from engine.trajectory import View

from ..i18n import tr
from ..look import run_colour
from ..numbers import show, whole
from ..theme import theme
from ..widget import Part
from .schedule_samples import Samples, sample, thin

HEIGHT, LABELS, PADDING = 48, 68, 6
DRAWN = 1e150  # larger rates are drawn there: differences of twice as large ones overflow


class ScheduleCurve(Part):
    """η over the steps of one run in the run's colour, from its least to its greatest value."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index, self._last, self._step = index, 1, 0
        self._pieces: list[Piece] = []
        self._before = self._samples = Samples(np.arange(0), np.empty(0), np.empty(0, dtype=np.bool_))
        self._filled_to: object = None
        self._low = self._high = 1.0
        self._lines: list[QPolygonF] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_words()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Learning rate over all steps"))
        self.setAccessibleDescription(" ".join(filter(None, self.remarks())))
        self.setToolTip(tr("η over all steps of this run; the dot is the step that is shown"))

    def restyle(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def show_pieces(self, pieces: list[Piece], last: int) -> None:
        """Show η of the steps 0 … last of a run that is made of these pieces."""
        self._pieces, self._last = pieces, last
        self._before, self._filled_to = sample(pieces, last), None
        self._use(self._before)

    @property
    def waits(self) -> bool:
        """Whether η is not known everywhere before the run."""
        return self._before.waits is not None

    def show_history(self, view: View) -> None:
        """Draw what the run did where η was not known before."""
        if self.waits and self._filled_to != (view.first, view.last):
            self._filled_to = (view.first, view.last)
            self._use(self._before.filled(view))

    def remarks(self) -> tuple[str, str]:
        """What is wrong with the curve, and what is not known of it; empty where there is nothing to say."""
        wrong = waiting = ""
        if self._before.bad:
            step, eta = self._before.bad
            wrong = tr(
                "η is {value} at step {step}, which is no rate: a run ends there.", value=show(eta), step=whole(step)
            )
        if (first := self._before.waits) is not None:
            waiting = tr(
                "From step {step} on η depends on the run: it is drawn as far as the run has gone.", step=whole(first)
            )
        return wrong, waiting

    def show_step(self, step: int) -> None:
        """Mark this step, or the last one if it lies beyond."""
        if (step := min(step, self._last)) != self._step:
            self._step = step
            self.update()

    def _use(self, samples: Samples) -> None:
        self._samples, self._lines = samples, None
        seen = np.clip(samples.eta[samples.drawn], -DRAWN, DRAWN)
        if len(seen):
            self._low, self._high = float(seen.min()), float(seen.max())
        self._step = min(self._step, self._last)
        self.retranslate()
        self.update()

    def _frame(self) -> QRectF:
        return QRectF(self.rect()).adjusted(PADDING, PADDING, -LABELS, -PADDING)

    def _place(self, step: float, eta: float) -> QPointF:
        frame, span = self._frame(), self._high - self._low
        height = (min(max(eta, -DRAWN), DRAWN) - self._low) / span if span > 0 else 0.5
        return QPointF(
            frame.left() + frame.width() * step / max(self._last, 1), frame.bottom() - frame.height() * height
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lines = None

    def _make_lines(self) -> list[QPolygonF]:
        """The curve, in pieces where there is nothing to draw in between."""
        columns = max(int(self._frame().width()), 8)
        drawn = np.flatnonzero(self._samples.drawn)
        lines = []
        for part in np.split(drawn, np.flatnonzero(np.diff(drawn) > 1) + 1):
            steps, eta = thin(self._samples.steps[part], self._samples.eta[part], columns)
            lines.append(QPolygonF([self._place(float(s), float(e)) for s, e in zip(steps, eta, strict=True)]))
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._lines is None:
            self._lines = self._make_lines()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().panel))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        self._paint_labels(painter)
        self._paint_upright(painter, self._step, theme().dim)
        for first in self.piece_starts():
            self._paint_upright(painter, first, theme().dim, Qt.PenStyle.DotLine)
        if self._low < 0 < self._high:
            painter.setPen(QPen(QColor(theme().line), 1))
            painter.drawLine(self._place(0, 0.0), self._place(self._last, 0.0))
        painter.setPen(QPen(run_colour(self._index), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in self._lines:
            painter.drawPolyline(line)
        if self._before.bad:
            self._paint_upright(painter, self._before.bad[0], theme().error)
        self._paint_dot(painter)

    def _paint_dot(self, painter: QPainter) -> None:
        drawn = self._samples.drawn
        steps, eta = self._samples.steps[drawn], self._samples.eta[drawn]
        near = int(np.searchsorted(self._samples.steps, self._step, "right")) - 1
        if near >= 0 and drawn[near]:
            painter.setPen(QPen(QColor(theme().panel), 1.5))
            painter.setBrush(run_colour(self._index))
            painter.drawEllipse(self._place(self._step, float(np.interp(self._step, steps, eta))), 4, 4)

    def piece_starts(self) -> list[int]:
        """The steps after the first at which a phase begins or a change takes hold."""
        return [piece.first for piece in self._pieces[1:] if piece.first <= self._last]

    def _paint_upright(
        self, painter: QPainter, step: int, colour: str, style: Qt.PenStyle = Qt.PenStyle.SolidLine
    ) -> None:
        x = round(self._place(step, self._low).x()) + 0.5
        painter.setPen(QPen(QColor(colour), 1, style))
        painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - 2))

    def _paint_labels(self, painter: QPainter) -> None:
        font = painter.font()
        font.setPixelSize(theme().head)
        painter.setFont(font)
        painter.setPen(QColor(theme().dim))
        box = QRectF(self.width() - LABELS + 6, 3, LABELS - 10, self.height() - 6)
        right = Qt.AlignmentFlag.AlignRight
        if not self._samples.drawn.any():
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, tr("not known before the run"))
            return
        lower = tr("constant") if self._low == self._high else show(self._low, 3)
        painter.drawText(box, right | Qt.AlignmentFlag.AlignTop, show(self._high, 3))
        painter.drawText(box, right | Qt.AlignmentFlag.AlignBottom, lower)
