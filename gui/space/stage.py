"""Where the picture stands: mouse and keys move the eye around it, or say what a person means by a click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ..theme import theme
from .camera import Camera
from .scene import Picture

CLICK = 4.0  # pixels that a click may move
PER_PIXEL = 0.4  # degrees of a drag
TURN, RISE, CLOSER = 6.0, 4.0, 0.9
_TURNS = {
    **{Qt.Key.Key_Left: (-TURN, 0.0), Qt.Key.Key_Right: (TURN, 0.0)},
    **{Qt.Key.Key_Up: (0.0, RISE), Qt.Key.Key_Down: (0.0, -RISE)},
}
_ZOOMS = {Qt.Key.Key_Plus: CLOSER, Qt.Key.Key_Equal: CLOSER, Qt.Key.Key_Minus: 1 / CLOSER}


class Stage(QWidget):
    """Shows `picture` with what `paint` draws on top; owns the camera.

    The arrows are the window's (they step) unless the view was reached by Tab: then they turn it.

    Signals:
        moved: the camera is another.
        clicked: at a point; whether Shift was held.
        doubled: a double click.
        pointed: the pointer is at a point, or has left (None).
        scaled: the window of the surface is to grow by a factor.
    """

    moved = Signal()
    clicked = Signal(QPointF, bool)
    doubled = Signal()
    pointed = Signal(object)
    scaled = Signal(float)

    def __init__(self, paint: Callable[[QPainter], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = Camera()
        self.picture: Picture | None = None
        self._paint = paint
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragging = self._shift = self._tabbed = False
        self.setMouseTracking(True)
        self.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 120)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def dragging(self) -> bool:
        return self._dragging

    def move_to(self, camera: Camera) -> None:
        """Look from elsewhere."""
        if camera != self.camera:
            self.camera = camera
            self.moved.emit()

    def show_picture(self, picture: Picture | None) -> None:
        """Show another picture, or none."""
        self.picture = picture
        self.update()

    def _size(self) -> tuple[float, float]:
        return (float(max(self.width(), 1)), float(max(self.height(), 1)))

    # Mouse -------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = self._last = event.position()
            self._shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None:
            self.pointed.emit(at)
            return
        if not self._dragging and (at - self._pressed).manhattanLength() <= CLICK:
            return
        if not self._dragging:
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pointed.emit(None)
        step, self._last = at - self._last, at
        if self._shift or event.buttons() & Qt.MouseButton.MiddleButton:
            self.move_to(self.camera.panned(step.x(), step.y(), self._size()))
        else:
            self.move_to(self.camera.orbited(-PER_PIXEL * step.x(), PER_PIXEL * step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if self._dragging:
            self._dragging = False
            self.setCursor(Qt.CursorShape.CrossCursor)
            self.moved.emit()  # once more, now at rest
        elif pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(event.position(), self._shift)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.doubled.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.scaled.emit(0.85**turns)
        else:
            self.move_to(self.camera.zoomed(0.88**turns))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    # Keys --------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if self._tabbed and plain and Qt.Key(event.key()) in (*_TURNS, Qt.Key.Key_Home):
                event.accept()
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _TURNS and self._tabbed:
            self.move_to(self.camera.orbited(*_TURNS[key]))
        elif key in _ZOOMS:
            self.move_to(self.camera.zoomed(_ZOOMS[key]))
        elif key == Qt.Key.Key_0 or (key == Qt.Key.Key_Home and self._tabbed):
            self.move_to(Camera())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._tabbed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._tabbed = False
        self.update()

    # Painting ----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.moved.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        picture = self.picture
        if picture is not None and picture.image is not None:
            painter.drawImage(self.rect(), picture.image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(self.width() / picture.shot.width, self.height() / picture.shot.height)
            self._paint(painter)
            painter.resetTransform()
        if self._tabbed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme().accent), 1.5))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        painter.end()
