"""Mouse over the step axis: press and drag travel in time, wheel zooms, Shift-drag pans, double click fits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from .steps import StepRange

GRIP = 5.0
ZOOM = 0.8
NOTCH = 120.0  # Qt's unit for one click of a wheel; touchpads send fractions of it
PAN = 0.1  # of the visible steps per notch


class TimeArea(QWidget):
    """A widget, part of which lies over the step axis: that between the sides of `frame`.

    Signals:
        pressed: before the first `sought` of a drag.
        sought: a person wants to be at this step.
        zoomed: about this step, by this factor.
        panned: by so many steps.
        fitted: all steps are wanted.
        pointed: the pointer is here, in pixels; None where it is not over the frame.
    """

    pressed = Signal()
    sought = Signal(int)
    zoomed = Signal(float, float)
    panned = Signal(float)
    fitted = Signal()
    pointed = Signal(object)

    def __init__(self, steps: StepRange, gutter: float) -> None:
        super().__init__()
        self.steps, self.gutter = steps, gutter
        self.cursor_step = 0
        self._dragging = False
        self._pan_from: float | None = None
        self.setMouseTracking(True)

    def frame(self) -> QRectF:
        """Where steps are, in pixels."""
        return QRectF(self.gutter, 0, max(self.width() - self.gutter, 1.0), self.height())

    def restyle(self) -> None:
        """Take over the colours and sizes of the theme."""
        self.update()

    def _over(self, place: QPointF) -> bool:
        return self.frame().adjusted(-GRIP, 0, GRIP, 0).contains(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._over(event.position()):
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._pan_from = event.position().x()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        self._dragging = True
        self.pressed.emit()
        self.sought.emit(self.steps.nearest(event.position().x(), self.frame()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pan_from is not None:
            left, right = self.steps.visible
            self.panned.emit((self._pan_from - place.x()) * (right - left) / self.frame().width())
            self._pan_from = place.x()
        elif self._dragging:
            self.sought.emit(self.steps.nearest(place.x(), self.frame()))
            self.pointed.emit(None)
        else:
            over = self._over(place)
            near = abs(place.x() - self.steps.to_x(self.cursor_step, self.frame())) <= GRIP
            shapes = Qt.CursorShape
            self.setCursor(shapes.ArrowCursor if not over else shapes.SplitHCursor if near else shapes.CrossCursor)
            self.pointed.emit(place if over else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging, self._pan_from = False, None
            self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._over(event.position()):
            self.fitted.emit()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        across, along = event.angleDelta().x() / NOTCH, event.angleDelta().y() / NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            across, along = across + along, 0.0
        left, right = self.steps.visible
        if along:
            self.zoomed.emit(self.steps.to_step(event.position().x(), self.frame()), ZOOM**along)
        if across:
            self.panned.emit(-across * PAN * (right - left))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)
