"""Critical points of a network: the loss of each against its minimum ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..i18n import tr
from ..numbers import show
from ..plots.ink import small_font
from ..theme import theme
from ..widget import Part

if TYPE_CHECKING:  # loads native code that only networks need
    from surfaces.network.study import Point

NEAR, DOT = 12.0, 3.4
MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
SHARES = (0.0, 0.5, 1.0)  # of the vertical axis, which ends a little above the highest loss


class Scatter(Part):
    """One dot for each point; the one that is chosen has a ring.

    Signals:
        chosen: a point, by its place in the list.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: Sequence[Point] = ()
        self.selected: int | None = None
        self.setMinimumSize(160, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.show_words()

    def sizeHint(self) -> QSize:
        return QSize(240, 170)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Critical points: the loss against the minimum ratio"))
        self.setToolTip(tr("Click on a point, or choose one with ← and →"))

    def restyle(self) -> None:
        self.update()

    def show_points(self, points: Sequence[Point], selected: int | None) -> None:
        """Draw these."""
        self.points, self.selected = points, selected
        self.update()

    def frame(self) -> QRectF:
        """Where the points lie."""
        metrics = QFontMetricsF(small_font(self, theme().head - 1))
        left = metrics.horizontalAdvance("0.0000") + 6
        return QRectF(self.rect()).adjusted(left, 4, -8, -2 * metrics.height() - 2)

    @property
    def top(self) -> float:
        """The loss at the upper end of the axis."""
        highest = max((point.loss for point in self.points), default=0.0)
        if not highest > 0:
            return 1.0
        size = 10.0 ** math.floor(math.log10(highest))
        return math.ceil(1.05 * highest / size * 10) / 10 * size

    def place(self, point: Point) -> QPointF:
        """Where a point is drawn."""
        frame = self.frame()
        return QPointF(
            frame.left() + point.ratio * frame.width(), frame.bottom() - point.loss / self.top * frame.height()
        )

    # Mouse and keys ----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        far = [math.hypot(place.x() - at.x(), place.y() - at.y()) for place in map(self.place, self.points)]
        if far and min(far) <= NEAR:
            self.chosen.emit(far.index(min(far)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go through the points by their ratio."""
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if way is None or not self.points:
            super().keyPressEvent(event)
            return
        order = sorted(range(len(self.points)), key=lambda k: (self.points[k].ratio, self.points[k].loss))
        at = order.index(self.selected) + way if self.selected in order else 0
        self.chosen.emit(order[min(max(at, 0), len(order) - 1)])

    # Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self, theme().head - 1))
        frame, height = self.frame(), QFontMetricsF(painter.font()).height()
        painter.fillRect(frame, QColor(theme().ground))
        for mark in MARKS:
            x = frame.left() + mark * frame.width()
            painter.setPen(QPen(QColor(theme().line), 1))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            painter.setPen(QColor(theme().dim))
            words = QRectF(x - 30, frame.bottom() + 1, 60, height)
            painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, show(mark, 2))
        for share in SHARES:
            y = frame.bottom() - share * frame.height()
            painter.setPen(QPen(QColor(theme().line), 1))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(QColor(theme().dim))
            words = QRectF(0, min(max(y - height / 2, 0.0), frame.bottom() - height / 2), frame.left() - 4, height)
            painter.drawText(words, Qt.AlignmentFlag.AlignRight, show(share * self.top, 2))
        foot = QRectF(frame.left(), frame.bottom() + 1 + height, frame.width(), height)
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, tr("minimum ratio"))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, tr("↑ loss"))
        fill = QColor(theme().accent)
        fill.setAlpha(150)
        for point in self.points:
            painter.setPen(QPen(QColor(theme().ground), 0.7))
            painter.setBrush(fill)
            painter.drawEllipse(self.place(point), DOT, DOT)
        if self.selected is not None and self.selected < len(self.points):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme().text), 1.6))
            painter.drawEllipse(self.place(self.points[self.selected]), DOT + 3, DOT + 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
