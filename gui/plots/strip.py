"""One strip: a quantity of all runs over the steps, its value at the cursor, and what lies under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolButton, QToolTip

from ..look import icon, run_colour, text_colour
from ..theme import theme
from .curves import RunCurves, Strip
from .ground import limit_owners, paint_ground, paint_limits, paint_marks
from .ink import SAMPLE, WIDTH, WIDTH_SELECTED, CurvePainter, draw_sample, small_font
from .pointer import nearest_point, paint_found, paint_step
from .scale import Scale, linear_scale, log_scale, loss_scale
from .steps import StepRange
from .time_area import TimeArea

FOOT = 3
BUTTON = 16
BAND_ALPHA = 48


class StripView(TimeArea):
    """Draws what it is given; `toggled` asks for the whole panel, or for a place among the others again."""

    toggled = Signal()

    def __init__(self, strip: Strip, steps: StepRange, gutter: float) -> None:
        super().__init__(steps, gutter)
        self.strip = self.drawn = strip
        self.title = ""
        self.hint = self.nothing = ""
        self.header = theme().head + 6
        self.values: list[str] = []
        self.selected = 0
        self.ahead = True
        self.step_marks: Sequence[int] = ()
        self.scale = Scale(0.0, 1.0, strip.log)
        self._runs: Sequence[RunCurves] = ()
        self._pointer: QPointF | None = None
        self._pointed_step: float | None = None
        self._ground: QPixmap | None = None
        self._ink = QPixmap()
        self.button = QToolButton(self)
        self.button.setProperty("role", "flat")
        self.button.setCheckable(True)
        self.button.setFixedSize(BUTTON, BUTTON)
        self.button.setIconSize(QSize(11, 11))
        self.button.setStyleSheet("padding: 0px; border-radius: 3px;")
        self.button.clicked.connect(self.toggled)

    # What is shown -----------------------------------------------------------------------------------------------

    def show_runs(self, runs: Sequence[RunCurves], selected: int, step_marks: Sequence[int], strip: Strip) -> None:
        """Draw these curves in the way of `strip`; those of the selected run lie on top."""
        self.drawn = strip
        self._runs = sorted(runs, key=lambda run: run.index == selected)
        self.selected, self.step_marks = selected, step_marks
        self.scale = self._fitting_scale(strip.log)
        self.redraw()

    def _fitting_scale(self, log: bool) -> Scale:
        runs = self._runs
        if self.strip.key == "stability" and not log:
            return linear_scale([(curve.values, run.limit) for run in runs for curve in run.curves])
        sound = [(curve.values, run.index == self.selected) for run in runs if not run.diverged for curve in run.drawn]
        diverged = [(curve.values, run.index == self.selected) for run in runs if run.diverged for curve in run.drawn]
        if log:
            return log_scale([values for values, _ in sound], [values for values, _ in diverged])
        return loss_scale(sound if any(len(values) for values, _ in sound) else diverged)

    def show_cursor(self, step: int, ahead: bool) -> None:
        """Put the cursor at `step`; `ahead` tells whether curves go on beyond it."""
        self.cursor_step, self.ahead = step, ahead
        self.update()

    def show_values(self, values: list[str]) -> None:
        """The values at the cursor, one for each line of the strip."""
        if values != self.values:
            self.values = values
            self.update()

    def show_pointer(self, pointer: QPointF | None, step: float | None) -> None:
        """The step under the pointer; `pointer` is its place if that is over this strip."""
        if (pointer, step) != (self._pointer, self._pointed_step):
            self._pointer, self._pointed_step = pointer, step
            self.update()

    def redraw(self) -> None:
        """Draw everything anew at the next opportunity."""
        self._ground = None
        self.update()

    def restyle(self) -> None:
        """Take over the colours of the theme."""
        self.button.setIcon(icon("maximize", theme().dim))
        self.header = theme().head + 6
        self.setMinimumHeight(self.header + 24)
        self.redraw()

    def frame(self) -> QRectF:
        width, height = self.width() - self.gutter, self.height() - self.header - FOOT
        return QRectF(self.gutter, self.header, max(width, 1.0), max(height, 1.0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.button.move(self.width() - BUTTON, 0)
        self._ground = None

    def event(self, event: QEvent) -> bool:
        """A tooltip on the title alone: over the curves it would hide what is pointed at."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            over_title = event.pos().y() < self.header
            QToolTip.showText(event.globalPos(), self.hint if over_title else "", self)
            return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < self.header:
            self.toggled.emit()
        else:
            super().mouseDoubleClickEvent(event)

    # Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._ground is None:
            self._ground, self._ink = self._layer(self._paint_ground), self._layer(self._paint_curves)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        frame = self.frame()
        x = self.steps.to_x(self.cursor_step, frame)
        if not self.ahead:
            painter.setClipRect(QRectF(0, 0, x + 1, self.height()))
        painter.drawPixmap(0, 0, self._ink)
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self, theme().head))
        if frame.left() <= x <= frame.right():
            painter.setPen(QPen(QColor(theme().accent), 1.2))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        self._paint_values(painter)
        if self._pointed_step is not None:
            found = nearest_point(self._runs, self._pointer, frame, self.steps, self.scale) if self._pointer else None
            paint_step(painter, frame, self.steps.to_x(found.step if found else self._pointed_step, frame))
            if found:
                paint_found(painter, frame, found, self.steps, self.scale)

    def _layer(self, paint: Callable[[QPainter, QRectF], None]) -> QPixmap:
        ratio = self.devicePixelRatioF()
        layer = QPixmap(QSize(round(self.width() * ratio), round(self.height() * ratio)))
        layer.setDevicePixelRatio(ratio)
        layer.fill(Qt.GlobalColor.transparent)
        painter = QPainter(layer)
        painter.setFont(small_font(self, theme().head))
        paint(painter, self.frame())
        painter.end()
        return layer

    def _limits(self) -> dict[float, int | None]:
        return limit_owners(self._runs) if self.strip.key == "stability" else {}

    def _paint_ground(self, painter: QPainter, frame: QRectF) -> None:
        paint_ground(painter, frame, self.steps, self.step_marks, self.scale)
        paint_marks(painter, frame, self.scale, self._limits())
        painter.setPen(QColor(theme().dim))
        painter.drawText(QPointF(frame.left() + 1, self.header - 5), self.title)

    def _paint_curves(self, painter: QPainter, frame: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(frame)
        pencil = CurvePainter(painter, frame, self.steps, self.scale)
        for run in self._runs:
            if run.band:
                shade = run_colour(run.index)
                shade.setAlpha(BAND_ALPHA)
                pencil.fill(*run.band, shade)
        for run in self._runs:
            width = WIDTH_SELECTED if run.index == self.selected and len(self._runs) > 1 else WIDTH
            for (_, dash), curve in zip(self.drawn.lines, run.curves, strict=True):
                pencil.draw(curve, run_colour(run.index), width, dash)
        for run in self._runs:
            for curve in run.curves if run.diverged else ():
                pencil.mark_exit(curve, run_colour(run.index))
        paint_limits(painter, frame, self.scale, self._limits())
        if not any(len(curve.steps) for run in self._runs for curve in run.curves):
            painter.setPen(QColor(theme().dim))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self.nothing)

    def _paint_values(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        colour = run_colour(self.selected)
        x = self.width() - BUTTON - 4.0
        for (_, dash), text in reversed(list(zip(self.drawn.lines, self.values, strict=False))):
            x -= metrics.horizontalAdvance(text)
            painter.setPen(text_colour(self.selected))
            painter.drawText(QPointF(x, self.header - 5), text)
            if len(self.drawn.lines) > 1:
                x -= SAMPLE + 4
                draw_sample(painter, x, self.header - 9, colour, dash)
            x -= 10
