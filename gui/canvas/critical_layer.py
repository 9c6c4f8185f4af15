"""Critical points and the local model laid over a canvas: drawn, pointed at, clicked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from ..critical import Critical
from ..glyphs import kind_name
from ..local_model import LocalModelAt
from ..numbers import show
from .canvas import Canvas
from .critical_marks import CriticalMarks
from .critical_model import ModelItem
from .critical_plate import ModelPlate

NEAR = 9.0


class CriticalLayer(QObject):
    """A click on a mark selects it, Ctrl+click shows the model there (again: at the run); the rest is the canvas's."""

    def __init__(self, canvas: Canvas, critical: Critical, model: LocalModelAt) -> None:
        super().__init__(canvas)
        self._canvas, self._critical, self._model = canvas, critical, model
        self.marks = CriticalMarks(critical)
        self.item = ModelItem(model, self._levels)
        self.plate = ModelPlate(model, canvas.plot)
        canvas.box.addItem(self.item)
        canvas.box.addItem(self.marks)
        canvas.box.takers.append(self._take_click)
        canvas.overlay.covers = critical.covers
        canvas.plot.viewport().installEventFilter(self)
        critical.changed.connect(self._show_points)
        critical.selection_changed.connect(self.marks.update)
        model.changed.connect(self._show_model)
        canvas.worker.ready.connect(self.item.update)
        canvas.box.sigRangeChanged.connect(self._moved)
        canvas.box.sigResized.connect(self._moved)
        canvas.placed.connect(self._put_plate)
        self._moved()

    def _levels(self) -> NDArray[np.float64]:
        field = self._canvas.worker.result
        return field.levels if field is not None else np.empty(0)

    def _moved(self) -> None:
        self._critical.look_at(self._canvas.visible_window())
        self._put_plate()

    def _show_points(self) -> None:
        self.marks.hovered = None
        self.marks.update()
        self._canvas.overlay.update()

    def _show_model(self) -> None:
        reading = self._model.reading
        self.marks.modelled = reading.model.place if reading is not None else None
        self.marks.update()
        self.item.update()
        self._put_plate()

    def _put_plate(self) -> None:
        canvas = self._canvas
        self.plate.put(canvas.box.sceneBoundingRect(), (canvas.banner, canvas.caption, canvas.legend))
        if self._model.reading is not None:
            self.plate.avoid(self._canvas.box.mapViewToScene(QPointF(*self._model.reading.model.place)))

    def _take_click(self, scene: QPointF, modifiers: Qt.KeyboardModifier, double: bool) -> bool:
        """Whether a click was meant for this layer."""
        if not self._canvas.box.sceneBoundingRect().contains(scene):
            return False
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            if not double:
                self._pick(scene)
            return True
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            return False
        index = self.marks.index_at(scene)
        if index is not None:
            self._critical.select(index)
        return index is not None

    def _pick(self, scene: QPointF) -> None:
        box, pinned = self._canvas.box, self._model.pinned
        if pinned is not None:
            away = box.mapViewToScene(QPointF(*pinned)) - scene
            if max(abs(away.x()), abs(away.y())) <= NEAR:
                self._model.pin(None)
                return
        index = self.marks.index_at(scene)
        if index is not None:
            self._model.pin(self._critical.points[index].place)
            return
        at = box.mapSceneToView(scene)
        self._model.pin((at.x(), at.y()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._hover(self.marks.index_at(event.position()))
        elif event.type() == QEvent.Type.Leave:
            self._hover(None)
        return False

    def _hover(self, index: int | None) -> None:
        if index == self.marks.hovered:
            return
        self.marks.hovered = index
        self.marks.update()
        hint = ""
        if index is not None:
            point = self._critical.points[index]
            first, second = (show(value, 3) for value in point.eigenvalues)
            hint = f"{kind_name(point.kind)}   L = {show(point.loss)}   λ₁ = {first}   λ₂ = {second}"
        self._canvas.plot.viewport().setToolTip(hint)
