"""A check box with words, in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from ..panels.setup_switch import GAP, ROW, TICK, Tick
from ..theme import theme

INSET = TICK + 2 + GAP


class TickBox(Tick):
    """A `Tick` with its text beside it."""

    def sizeHint(self) -> QSize:
        return QSize(INSET + self.fontMetrics().horizontalAdvance(self.text()) + 2, ROW)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QColor(theme().text if self.isEnabled() else theme().dim))
        place = QRect(INSET, 0, self.width() - INSET, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())
