"""Mouse on the canvas: click to start there, drag a handle or the view, wheel to zoom, double click to fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

from .handles import Handle

CLOSEST = 1e-13  # of a place: closer by, numbers cannot tell the pixels apart
SMALLEST, LARGEST = 1e-150, 1e150  # the squares of what is visible must be numbers


class CanvasBox(pg.ViewBox):
    """Turns mouse events into intentions, in data coordinates.

    Signals:
        clicked: at (x, y); whether Shift was held.
        doubled: a double click.
        grabbed: a drag of this handle began at (x, y); then `dragged` to (x, y), and at the end `released`.
    """

    clicked = Signal(float, float, bool)
    doubled = Signal()
    grabbed = Signal(object, float, float)
    dragged = Signal(float, float)
    released = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.handles: list[Handle] = []
        # Asked first, with the place in the scene, the modifiers and whether it is a double click: one may take it.
        self.takers: list[Callable[[QPointF, Qt.KeyboardModifier, bool], bool]] = []
        self._held = False
        self.setMouseMode(self.PanMode)

    def handle_at(self, place: QPointF) -> Handle | None:
        """The handle nearest to a point given in this item's pixels, if it is within reach."""
        found: Handle | None = None
        least = 0.0
        for handle in self.handles:
            at = self.mapFromView(QPointF(*handle.place))
            distance = max(abs(at.x() - place.x()), abs(at.y() - place.y()))
            if distance <= handle.reach and (found is None or distance <= least):
                found, least = handle, distance
        return found

    def scaleBy(self, s: Any = None, center: Any = None, x: float | None = None, y: float | None = None) -> None:
        """Zoom along both axes or neither; beyond what numbers can tell apart, nothing changes."""
        for (low, high), factor in zip(self.viewRange(), (x, y) if s is None else s, strict=True):
            span, least = (high - low) * (factor or 1.0), max(CLOSEST * max(abs(low), abs(high)), SMALLEST)
            if span < min(least, high - low) or span > max(LARGEST, high - low):
                return
        super().scaleBy(s, center, x, y)

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        event.accept()
        if any(taker(event.scenePos(), event.modifiers(), event.double()) for taker in self.takers):
            return
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
                handle, at = self.handle_at(event.buttonDownPos()), self.mapToView(event.buttonDownPos())
                self._held = handle is not None
                if handle:
                    self.grabbed.emit(handle, at.x(), at.y())
            if self._held:
                event.accept()
                at = self.mapToView(event.pos())
                self.dragged.emit(at.x(), at.y())
                if event.isFinish():
                    self._held = False
                    self.released.emit()
                return
        super().mouseDragEvent(event, axis)
