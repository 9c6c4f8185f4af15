"""What lies behind and beside the curves of a strip: grid, marks of the value axis, limits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ..look import run_colour
from ..numbers import show
from ..theme import theme
from .curves import RunCurves
from .scale import Scale
from .steps import StepRange

LINE = 12.0  # pixels that a mark takes up
LIMIT_DASH = [5.0, 4.0]


def limit_colours(runs: Sequence[RunCurves]) -> dict[float, QColor]:
    """The limits of the runs, each in the colour of its run, or in that of text if it is everybody's."""
    owners: dict[float, list[int]] = {}
    for run in runs:
        if run.limit:
            owners.setdefault(run.limit, []).append(run.index)
    shared = len(owners) == 1
    return {
        limit: QColor(theme().text) if shared or len(owned) > 1 else run_colour(owned[0])
        for limit, owned in owners.items()
    }


def paint_ground(painter: QPainter, frame: QRectF, steps: StepRange, step_marks: Sequence[int], scale: Scale) -> None:
    """The ground of the curves, with a line at each mark."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().ground))
    painter.drawRoundedRect(frame, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(theme().line), 1))
    for step in step_marks:
        x = round(steps.to_x(step, frame))
        painter.drawLine(x, round(frame.top()), x, round(frame.bottom()) - 1)
    for value, _ in scale.marks(frame.height()):
        y = round(scale.to_y(value, frame.top(), frame.bottom()))
        painter.drawLine(round(frame.left()), y, round(frame.right()) - 1, y)


def paint_marks(painter: QPainter, frame: QRectF, scale: Scale, limits: dict[float, QColor]) -> None:
    """The texts beside the ground. A limit has the right of way; one above the range is named at the top."""
    marks = [(value, text, QColor(theme().dim)) for value, text in scale.marks(frame.height())]
    named = [(limit, show(limit, 3), colour) for limit, colour in sorted(limits.items())]
    taken: list[float] = []
    for value, text, colour in (*named, *marks):
        y = scale.to_y(value, frame.top(), frame.bottom())
        if y < frame.top():
            text += " ↑"
        y = min(max(y, frame.top() + LINE / 2), frame.bottom() - LINE / 2 + 1)
        if any(abs(y - other) < LINE for other in taken):
            continue
        taken.append(y)
        painter.setPen(colour)
        box = QRectF(0, y - LINE, frame.left() - 5, 2 * LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def paint_limits(painter: QPainter, frame: QRectF, scale: Scale, limits: dict[float, QColor]) -> None:
    """A dashed line at each limit."""
    for limit, colour in limits.items():
        y = round(scale.to_y(limit, frame.top(), frame.bottom())) + 0.5
        pen = QPen(colour, 1.0)
        pen.setDashPattern(LIMIT_DASH)
        painter.setPen(pen)
        painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
