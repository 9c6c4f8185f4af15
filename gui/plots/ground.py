"""What lies behind and beside the curves of a strip: grid, marks of the value axis, limits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ..look import run_colour, text_colour
from ..numbers import show
from ..theme import theme
from .curves import RunCurves
from .scale import Scale
from .steps import StepRange

LINE = 12.0  # pixels that a mark takes up
GAP = 5.0  # pixels between a mark and the ground
LIMIT_DASH = [5.0, 4.0]


def limit_owners(runs: Sequence[RunCurves]) -> dict[float, int | None]:
    """The limits of the runs, each with the index of its run, or with None if it is everybody's."""
    owners: dict[float, list[int]] = {}
    for run in runs:
        if run.limit:
            owners.setdefault(run.limit, []).append(run.index)
    shared = len(owners) == 1
    return {limit: None if shared or len(owned) > 1 else owned[0] for limit, owned in owners.items()}


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


def paint_marks(painter: QPainter, frame: QRectF, scale: Scale, limits: dict[float, int | None]) -> None:
    """The texts beside the ground. A limit has the right of way; one above the range is named at the top."""
    marks = [(value, text, QColor(theme().dim)) for value, text in scale.marks(frame.height())]
    named = [
        (limit, show(limit, 3), QColor(theme().text) if owner is None else text_colour(owner))
        for limit, owner in sorted(limits.items())
    ]
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
        draw_mark(painter, frame.left() - GAP, y, text)


def draw_mark(painter: QPainter, right: float, y: float, text: str) -> None:
    """A text that ends at `right`; one wider than that is condensed, by a quarter at most."""
    width = painter.fontMetrics().horizontalAdvance(text) + 1.0
    painter.save()
    painter.translate(right, y)
    painter.scale(min(1.0, right / width), 1.0)
    painter.drawText(
        QRectF(-width, -LINE, width, 2 * LINE), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
    )
    painter.restore()


def paint_limits(painter: QPainter, frame: QRectF, scale: Scale, limits: dict[float, int | None]) -> None:
    """A dashed line at each limit."""
    for limit, owner in limits.items():
        y = round(scale.to_y(limit, frame.top(), frame.bottom())) + 0.5
        pen = QPen(QColor(theme().text) if owner is None else run_colour(owner), 1.0)
        pen.setDashPattern(LIMIT_DASH)
        painter.setPen(pen)
        painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
