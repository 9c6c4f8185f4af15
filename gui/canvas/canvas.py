"""The canvas widget: puts field, paths and overlay together and keeps them to what the session says."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QHBoxLayout, QWidget

from engine.polyline import nearest
from engine.simulator import Run
from surfaces import find_entry

from ..i18n import tr
from ..look import run_colour
from ..numbers import show, whole
from ..panels.setup_words import run_name
from ..session import Session
from ..theme import theme
from ..widget import Part, label
from .axis import CanvasAxis
from .banner import Banner
from .colour_bar import ColourBar, band_colours
from .field import Field, FieldWorker
from .grips import Grips
from .handles import Handle, handles, start_handles
from .overlay import Overlay
from .paths import PathItem
from .view_box import CanvasBox

RESAMPLE_MS = 30
NEAR = 9.0
COARSE, FINE = 0.01, 0.001  # of the window
_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}


class Canvas(Part):
    """The surface with the runs on it.

    Signals:
        start_refused: a click asked for a start that the surface does not have; carries the ConfigError.
        used: a person has clicked or dragged on the canvas.
    """

    start_refused = Signal(object)
    used = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self.session = session
        self.box = CanvasBox()
        axes = {side: CanvasAxis(side) for side in ("left", "bottom")}
        self.plot = pg.PlotWidget(viewBox=self.box, background=None, axisItems=axes)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.getPlotItem().layout.setContentsMargins(0, 8, 0, 0)
        self.plot.setFrameShape(self.Shape.NoFrame)
        self.plot.viewport().installEventFilter(self)
        for inner in (self.plot, self.plot.viewport()):  # keys are the canvas's own
            inner.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.image = pg.ImageItem(axisOrder="row-major")
        self.lines = QGraphicsPathItem()
        self.paths: list[PathItem] = []
        self.overlay = Overlay(session)
        self.box.addItem(self.image)
        self.box.addItem(self.lines)
        self.box.addItem(self.overlay)
        self.bar = ColourBar()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 4)
        layout.setSpacing(0)
        layout.addWidget(self.plot)
        layout.addWidget(self.bar)
        self.readout = label("dim")
        self.help = label("dim")
        for floating in (self.readout, self.help):
            floating.setParent(self.plot)
            floating.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.readout.hide()
        self.worker = FieldWorker(self)
        self.worker.ready.connect(self._show_field)
        self._resample = QTimer(self)
        self._resample.setSingleShot(True)
        self._resample.setInterval(RESAMPLE_MS)
        self._resample.timeout.connect(self._request_field)
        self._surface: object = None
        self._axes: tuple[str, str] | None = None
        self._field: Field | None = None
        self._drags = 0
        self._click_changed = False
        self.grips = Grips(session)
        self.banner = Banner(session, self.plot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

        self.box.clicked.connect(self._click)
        self.box.doubled.connect(self._double_click)
        self.box.grabbed.connect(self._grab)
        self.box.dragged.connect(self._drag)
        self.box.released.connect(self.grips.release)
        self.box.sigRangeChanged.connect(lambda: self._resample.start())
        self.box.sigResized.connect(self._resized)
        session.opened.connect(self.fit)
        session.scenario_changed.connect(self._show_scenario)
        session.ticked.connect(self._show_engine)
        session.cursor_moved.connect(self._show_runs)
        session.selection_changed.connect(self._show_runs)
        self.show_words()
        self.fit()
        self._show_scenario()

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Canvas: the loss surface and the paths of the runs"))
        self.help.setText(tr("Click anywhere to start there. Space runs."))
        self._place_floating()
        self.overlay.update()

    def restyle(self) -> None:
        pen, text = pg.mkPen(theme().line), pg.mkPen(theme().dim)
        font = QFont(self.font())
        font.setPixelSize(theme().head)
        for name in ("left", "bottom"):
            axis = self.plot.getAxis(name)
            axis.setPen(pen)
            axis.setTextPen(text)
            axis.setStyle(tickLength=-5, maxTickLevel=1, tickFont=font)
        self.lines.setPen(_cosmetic(theme().contour))
        for floating in (self.readout, self.help):
            ground = _translucent(theme().panel)
            floating.setStyleSheet(
                f"background: {ground}; border: 1px solid {theme().line}; border-radius: 4px; padding: 3px 7px;"
                f"color: {theme().text};"
            )
        self.plot.setBackground(theme().panel)
        self.image.setLookupTable(band_colours())
        self.bar.update()
        self._show_runs()

    def show_help(self, on: bool) -> None:
        """Show or hide the one line of help."""
        self.help.setVisible(on)
        self._place_floating()

    def _place_floating(self) -> None:
        for floating in (self.readout, self.help):
            floating.adjustSize()
        frame = self._frame()
        self.banner.put(frame)
        middle = int(frame.center().x() - self.help.width() / 2)
        self.help.move(middle, int(frame.bottom()) - self.help.height() - self.readout.height() - 16)
        self.readout.move(int(frame.left()) + 8, int(frame.bottom()) - self.readout.height() - 8)

    def _frame(self) -> QRectF:
        frame: QRectF = self.box.sceneBoundingRect()
        return frame

    # What the session says ---------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the window of the scenario, or the surface's own."""
        scenario = self.session.scenario
        left, right, bottom, top = scenario.window or find_entry(scenario.surface).window
        self.box.setRange(xRange=(left, right), yRange=(bottom, top), padding=0.0)

    def visible_window(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) of what is visible, in data coordinates."""
        (left, right), (bottom, top) = self.box.viewRange()
        return (left, right, bottom, top)

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 shows more."""
        self.box.scaleBy((factor, factor))

    def _show_scenario(self) -> None:
        axes = find_entry(self.session.scenario.surface).axes
        if axes != self._axes:  # a new label lays the whole plot out anew
            self._axes = axes
            self.plot.setLabel("bottom", axes[0])
            self.plot.setLabel("left", axes[1])
        self.box.handles = [handle for handle in self.box.handles if handle.step] + start_handles(self.session)
        if self.session.current:  # otherwise the ring moves together with its path, in one paint
            self.overlay.update()

    def _show_engine(self) -> None:
        simulator = self.session.simulator
        if simulator and simulator.surface is not self._surface:
            before, self._surface = self._surface, simulator.surface
            old_key = (before.function, before.parameters.tobytes()) if before is not None else None  # type: ignore[attr-defined]
            if old_key != (simulator.surface.function, simulator.surface.parameters.tobytes()):
                self._request_field()
        self._show_runs()

    def _show_runs(self) -> None:
        session = self.session
        while len(self.paths) > len(session.runs):
            self.box.removeItem(self.paths.pop())
        while len(self.paths) < len(session.runs):
            self.paths.append(PathItem())
            self.box.addItem(self.paths[-1])
        step = session.shown_step
        faint = bool(session.simulator and session.simulator.ensembles)
        for run, path in zip(session.runs, self.paths, strict=True):
            chosen = run.index == session.selected
            path.show_path(run, step, run_colour(run.index), chosen, session.look_ahead, faint)
        self.box.handles = handles(session)
        self.overlay.update()

    # The field ---------------------------------------------------------------------------------------------------

    def _request_field(self) -> None:
        simulator = self.session.simulator
        frame = self._frame()
        if simulator and frame.width() > 8 and frame.height() > 8:
            self.worker.request(simulator.surface, self.visible_window(), int(frame.width()), int(frame.height()))

    def _show_field(self) -> None:
        field = self.worker.result
        if field is None:
            return
        self._field = field
        left, right, bottom, top = field.rect
        dx = (right - left) / (field.bands.shape[1] - 1)
        dy = (top - bottom) / (field.bands.shape[0] - 1)
        self.image.setImage(field.bands, autoLevels=False, levels=(0, 255), lut=band_colours())
        self.image.setRect(QRectF(left - dx / 2, bottom - dy / 2, right - left + dx, top - bottom + dy))
        self.lines.setPath(field.lines)
        self.bar.show_field(field)

    # Mouse -------------------------------------------------------------------------------------------------------

    def _click(self, x: float, y: float, shift: bool) -> None:
        self.used.emit()
        held = self.box.handle_at(self.box.mapFromView(QPointF(x, y)))
        if held and held.step and not shift:  # a drag that did not become one
            return
        self._drags += 1
        before = self.session.undo_stack.index()
        place = self._rounded(x, y)
        if shift:
            found = self.session.add_run(tr("Add run"), start=place)
        else:
            found = self.session.set_start(place, tr("Move start"), f"click {self._drags}")
        self._click_changed = self.session.undo_stack.index() != before
        if found:
            self.start_refused.emit(found[0])

    def _double_click(self) -> None:
        # The first half of a double click was taken for a click; that was not what was meant.
        if self._click_changed:
            self._click_changed = False
            self.session.forget_last_change()
        self.fit()

    def _grab(self, handle: Handle, x: float, y: float) -> None:
        self.used.emit()
        self.plot.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.grips.grab(handle, (x, y))

    def _drag(self, x: float, y: float) -> None:
        self.grips.drag((x, y), self._rounded)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow nudges the selected run by a hundredth of the window, with Shift by a tenth of that."""
        way = _WAYS.get(Qt.Key(event.key()))
        if way is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        left, right, bottom, top = self.visible_window()
        share = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else COARSE
        self.used.emit()
        self.grips.shift(way[0] * share * (right - left), way[1] * share * (top - bottom), self._rounded)

    def _rounded(self, x: float, y: float) -> tuple[float, float]:
        """A place to the digits that a pixel can tell apart."""
        sizes = self.box.viewPixelSize()
        digits = [max(0, 1 - math.floor(math.log10(size))) if size > 0 else 15 for size in sizes]
        return round(x, digits[0]), round(y, digits[1])

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove:
            self._point_at(event.position())  # type: ignore[attr-defined]
        elif event.type() == QEvent.Type.Leave:
            self.readout.hide()
            self.session.hover(None)
        return False

    def _point_at(self, place: QPointF) -> None:
        simulator = self.session.simulator
        inside = self._frame().contains(place)
        self.readout.setVisible(inside and simulator is not None)
        if not inside or simulator is None:
            self.session.hover(None)
            return
        at = self.box.mapSceneToView(place)
        handle = None if self.grips.held else self.box.handle_at(self.box.mapFromScene(place))
        if not self.grips.held:
            self.plot.setCursor(Qt.CursorShape.OpenHandCursor if handle else Qt.CursorShape.CrossCursor)
        values = simulator.surface.at((at.x(), at.y()))
        norm = math.hypot(values[1], values[2])
        a, b = simulator.surface.axes
        words = f"{a} = {show(at.x())}   {b} = {show(at.y())}   L = {show(float(values[0]))}   ‖g‖ = {show(norm)}"
        still = self.session.status.running or handle or self.grips.held
        found = None if still else self._path_near(place)
        if found:
            run, step = found
            words = f"{run_name(run.config)}, {tr('step {step}', step=whole(step))}      {words}"
        elif handle and handle.step:
            words = f"{tr('drag to nudge θ at step {step}', step=whole(handle.step))}      {words}"
        self.readout.setText(words)
        self._place_floating()
        self.session.hover(found[1] if found else None)

    def _path_near(self, place: QPointF) -> tuple[Run, int] | None:
        """The run whose path lies under the pointer, the selected one first, and the step there."""
        scene = self.box.childGroup.sceneTransform()
        scale = (scene.m11(), scene.dx(), scene.m22(), scene.dy())
        best: tuple[Run, int] | None = None
        least = NEAR
        for run, path in zip(self.session.runs, self.paths, strict=False):
            k, distance = nearest(path.points, scale, place.x(), place.y())
            if run.index == self.session.selected:
                distance -= NEAR / 2
            if distance < least:
                best, least = (run, path.step_of(k)), distance
        return best

    def _resized(self) -> None:
        self._place_floating()
        self._resample.start()

    def close_worker(self) -> None:
        """End the sampling thread."""
        self.worker.close()


def _cosmetic(colour: str) -> QPen:
    pen = QPen(_parse(colour), 1.0)
    pen.setCosmetic(True)
    return pen


def _parse(colour: str) -> QColor:
    """A colour as #rrggbb or #rrggbbaa."""
    result = QColor(colour[:7])
    if len(colour) == 9:
        result.setAlpha(int(colour[7:], 16))
    return result


def _translucent(colour: str) -> str:
    c = QColor(colour)
    return f"rgba({c.red()}, {c.green()}, {c.blue()}, 215)"
