"""Mouse on the canvas: click to start there, drag a start or the view, wheel to zoom, double click to fit."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

GRIP = 14.0


class CanvasBox(pg.ViewBox):
    """Turns mouse events into intentions, in data coordinates.

    Signals:
        clicked: at (x, y); whether Shift was held.
        doubled: a double click.
        grabbed: a drag of the start handle with this number began; then `dragged` to (x, y).
    """

    clicked = Signal(float, float, bool)
    doubled = Signal()
    grabbed = Signal(int)
    dragged = Signal(float, float)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.handles: list[tuple[float, float]] = []
        self._held: int | None = None
        self.setMouseMode(self.PanMode)

    def handle_at(self, place: QPointF) -> int | None:
        """The start handle under a point given in this item's pixels."""
        for k in reversed(range(len(self.handles))):
            at = self.mapFromView(QPointF(*self.handles[k]))
            if abs(at.x() - place.x()) <= GRIP and abs(at.y() - place.y()) <= GRIP:
                return k
        return None

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        event.accept()
        if event.double():
            self.doubled.emit()
            return
        if not self.sceneBoundingRect().contains(event.scenePos()):
            return  # an axis hands its clicks on
        at = self.mapSceneToView(event.scenePos())
        self.clicked.emit(at.x(), at.y(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() == Qt.MouseButton.LeftButton and axis is None:
            if event.isStart():
                self._held = self.handle_at(event.buttonDownPos())
                if self._held is not None:
                    self.grabbed.emit(self._held)
            if self._held is not None:
                event.accept()
                at = self.mapToView(event.pos())
                self.dragged.emit(at.x(), at.y())
                if event.isFinish():
                    self._held = None
                return
        super().mouseDragEvent(event, axis)
