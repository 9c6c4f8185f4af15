"""What lies under the pointer: a line at its step, the nearest drawn point, and the value there on a plate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ..look import run_colour, text_colour
from ..numbers import show, whole
from ..theme import theme
from .curves import RunCurves
from .scale import Scale
from .steps import StepRange

NEAR = 6.0  # pixels across, within which a point counts as being at the pointer's step


@dataclass(frozen=True, slots=True)
class Found:
    """A point of run `index`; its value is that of one step out of so many as `block` says."""

    index: int
    step: float
    value: float
    block: int = 1

    @property
    def steps(self) -> str:
        """The step, or the steps of the block, in words."""
        first = round(self.step)
        if self.block > 1:
            first -= first % self.block
        return whole(first) if self.block == 1 else f"{whole(first)} – {whole(first + self.block - 1)}"


def nearest_point(
    runs: Sequence[RunCurves], place: QPointF, frame: QRectF, steps: StepRange, scale: Scale
) -> Found | None:
    """The drawn point nearest in height to `place`, among those at its step."""
    left, right = steps.visible
    best, found = np.inf, None
    for run in runs:
        for curve in run.curves:
            if not len(curve.steps):
                continue
            across = np.abs(frame.left() + (curve.steps - left) * (frame.width() / (right - left)) - place.x())
            with np.errstate(over="ignore"):
                share = np.clip((curve.values - scale.low) / (scale.high - scale.low), -1.0, 2.0)
            distance = np.abs(frame.bottom() - share * frame.height() - place.y())
            distance[across > max(NEAR, float(across.min()))] = np.inf
            k = int(distance.argmin())
            if distance[k] < best:
                best, found = distance[k], Found(run.index, float(curve.steps[k]), float(curve.values[k]), run.block)
    return found


def paint_step(painter: QPainter, frame: QRectF, x: float) -> None:
    """A line at the step under the pointer."""
    painter.setPen(QPen(QColor(theme().dim), 1, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))


def paint_found(painter: QPainter, frame: QRectF, found: Found, steps: StepRange, scale: Scale) -> None:
    """The point, and step and value on a plate beside it."""
    point = QPointF(steps.to_x(found.step, frame), scale.to_y(found.value, frame.top(), frame.bottom()))
    point.setY(min(max(point.y(), frame.top()), frame.bottom()))
    painter.setPen(QPen(QColor(theme().ground), 1.5))
    painter.setBrush(run_colour(found.index))
    painter.drawEllipse(point, 3.5, 3.5)
    step, value = found.steps + "  ", show(10.0**found.value if scale.log else found.value, 3)
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(step)
    height = metrics.height() + 4
    plate = QRectF(point.x() + 8, point.y() - height - 4, width + metrics.horizontalAdvance(value) + 12, height)
    if plate.right() > frame.right():
        plate.moveRight(max(point.x() - 8, plate.width()))
    if plate.top() < frame.top():
        plate.moveTop(min(point.y() + 6, frame.bottom() - height))
    painter.setPen(QPen(QColor(theme().line), 1))
    painter.setBrush(QColor(theme().raised))
    painter.drawRoundedRect(plate, 4, 4)
    words = plate.adjusted(6, 0, 0, 0)
    painter.setPen(QColor(theme().dim))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, step)
    painter.setPen(text_colour(found.index))
    painter.drawText(words.adjusted(width, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, value)
