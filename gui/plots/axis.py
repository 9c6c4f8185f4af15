"""The step axis under the strips, and the row above them that says which line style is which parameter."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..numbers import round_step, show, whole
from ..theme import theme
from .ink import SAMPLE, draw_sample, small_font
from .steps import StepRange
from .time_area import TimeArea

MARK_GAP = 64.0
SHORT = 1e7  # from here on steps are shown as 2×10⁸


def step_marks(visible: tuple[float, float], last: int, width: float) -> list[int]:
    """Round steps between two others, as many as have room on `width` pixels."""
    left, right = visible
    every = max(1, int(round_step(max((right - left) * MARK_GAP / max(width, 1.0), 1e-9))))
    first = max(math.ceil(left / every), 0)
    return [n * every for n in range(first, math.floor(min(right, float(last)) / every) + 1)]


def step_text(step: int) -> str:
    """A step as it stands on the axis."""
    short = show(step, 4)
    return short if step >= SHORT and len(short) < 9 else whole(step)


class StepAxis(TimeArea):
    """The numbers of the steps; the one at the cursor on a plate."""

    def __init__(self, steps: StepRange, gutter: float) -> None:
        super().__init__(steps, gutter)
        self.title = ""
        self.marks: Sequence[int] = ()

    def restyle(self) -> None:
        self.setFixedHeight(theme().head + 9)
        super().restyle()

    def show_cursor(self, step: int) -> None:
        """Put the cursor at `step`."""
        self.cursor_step = step
        self.update()

    def show_marks(self, marks: Sequence[int]) -> None:
        """Name these steps."""
        self.marks = marks
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self, theme().head))
        metrics = QFontMetricsF(painter.font())
        frame = self.frame()
        x = self.steps.to_x(self.cursor_step, frame)
        plate = self._box(metrics, x, whole(self.cursor_step)).adjusted(-5, 0, 5, 0)
        plate.moveLeft(min(max(plate.left(), frame.left()), frame.right() - plate.width()))
        shown = frame.left() <= x <= frame.right()
        painter.setPen(QColor(theme().dim))
        painter.drawText(
            QRectF(0, 1, self.gutter - 5, theme().head + 5),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            self.title,
        )
        for step in self.marks:
            box = self._box(metrics, self.steps.to_x(step, frame), step_text(step))
            box.moveRight(min(box.right(), frame.right()))
            if not (shown and box.adjusted(-2, 0, 2, 0).intersects(plate)) and box.left() >= self.gutter - 4:
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, step_text(step))
        if shown:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().accent))
            painter.drawRoundedRect(plate, 4, 4)
            painter.setPen(QColor(theme().on_accent))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, whole(self.cursor_step))

    def _box(self, metrics: QFontMetricsF, x: float, text: str) -> QRectF:
        width = metrics.horizontalAdvance(text) + 2
        return QRectF(x - width / 2, 1, width, theme().head + 5)


class LineKey(QWidget):
    """Short lines, each with the name of what is drawn in its style."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: Sequence[tuple[tuple[float, float], str]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entries(self, entries: Sequence[tuple[tuple[float, float], str]]) -> None:
        """Name these (on, off) styles."""
        self.entries = entries
        self.setAccessibleName(", ".join(name for _, name in entries))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self, theme().head))
        metrics = QFontMetricsF(painter.font())
        x = float(self.width())
        for dash, name in reversed(self.entries):
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, 90)
            x -= metrics.horizontalAdvance(name)
            painter.setPen(QColor(theme().dim))
            painter.drawText(QPointF(x, self.height() / 2 + 4), name)
            x -= SAMPLE + 5
            draw_sample(painter, x, self.height() / 2, QColor(theme().text), dash)
            x -= 14
