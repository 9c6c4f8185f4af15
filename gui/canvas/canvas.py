"""The canvas widget: puts field, paths and overlay together and keeps them to what the session says."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.polyline import nearest
from engine.simulator import Run

from ..i18n import tr
from ..look import floating_sheet, run_colour
from ..numbers import whole
from ..panels.setup_words import run_name
from ..session import Session
from ..start_clicks import StartClicks, round_to_pixel
from ..theme import theme
from ..widget import Part, label, set_sheet
from .axis import CanvasAxis
from .banner import Banner
from .caption import plane_words
from .colour_bar import ColourBar
from .grips import Grips
from .handles import Handle, handles, start_handles
from .landscape import Landscape
from .overlay import Overlay
from .paths import PathItem
from .patience import Patience
from .readout import Looker, in_lines, words_at
from .view_box import CanvasBox
from .worker import FieldWorker

NEAR = 9.0
MARGINS = 32  # of the readout, outer and inner
COARSE, FINE = 0.01, 0.001  # of the window
_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}


class Canvas(Part):
    """The surface with the runs on it.

    Signals:
        start_refused: a click asked for a start that the surface does not have; carries the ConfigError.
        used: a person has clicked or dragged on the canvas.
        placed: words that lie on the canvas have moved.
    """

    start_refused = Signal(object)
    used = Signal()
    placed = Signal()

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
        self.landscape = Landscape(session, self.box, self)
        self.paths: list[PathItem] = []
        self.overlay = Overlay(session)
        self.box.addItem(self.overlay)
        self.bar = ColourBar()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 4)
        layout.setSpacing(0)
        layout.addWidget(self.plot)
        layout.addWidget(self.bar)
        self.readout, self.help, self.legend, self.caption = (label("dim") for _ in range(4))
        for floating in self._floating:
            floating.setParent(self.plot)
            floating.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.readout.hide()
        self.landscape.shown.connect(self.bar.show_field)
        self.landscape.arrows_changed.connect(self._show_legend)
        self._axes: tuple[str, str] | None = None
        self._fitted: tuple[float, float, float, float] | None = None
        self._helps = True
        self._clicks = StartClicks(session)
        self._pointer: QPointF | None = None
        self.looker = Looker(self)
        self.looker.ready.connect(self._look_again)
        self.grips = Grips(session)
        self.banner, self.patience = Banner(session, self.plot), Patience(session, self.plot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

        self.box.clicked.connect(self._click)
        self.box.doubled.connect(self._double_click)
        self.box.grabbed.connect(self._grab)
        self.box.dragged.connect(self._drag)
        self.box.released.connect(self.grips.release)
        self.box.sigResized.connect(self._resized)
        self.box.sigRangeChanged.connect(self._look_again)
        session.from_here_changed.connect(self._place_floating)
        session.opened.connect(self.fit)
        session.plane.changed.connect(self._show_plane)
        session.scenario_changed.connect(self._show_scenario)
        session.ticked.connect(self._show_runs)
        session.cursor_moved.connect(self._show_runs)
        session.selection_changed.connect(self._show_runs)
        self.show_words()
        self.fit()
        self._show_scenario()

    @property
    def worker(self) -> FieldWorker:
        """The thread that samples the surface."""
        return self.landscape.worker

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Canvas: the loss surface and the paths of the runs"))
        self.help.setText(tr("Click anywhere to start there. Space runs."))
        self._show_legend()
        self._show_caption()
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
        for floating in self._floating:
            set_sheet(floating, floating_sheet())
        self.plot.setBackground(theme().panel)
        self.landscape.request_field()
        self._show_runs()

    def show_help(self, on: bool) -> None:
        """Show or hide the one line of help."""
        self._helps = on
        self.help.setVisible(on and self.session.plane.has_starts)
        self._place_floating()

    @property
    def _floating(self) -> tuple[QLabel, ...]:
        return (self.readout, self.help, self.legend, self.caption)

    def _show_legend(self) -> None:
        """Say what the arrows are."""
        words = self.landscape.arrow_words()
        if words != self.legend.text() or self.legend.isVisibleTo(self.plot) != bool(words):
            self.legend.setText(words)
            self.legend.setVisible(bool(words))
        self._place_floating()

    def _show_caption(self) -> None:
        """Say what plane is shown, where there are more parameters than two."""
        self.help.setVisible(self._helps and self.session.plane.has_starts)
        words = plane_words(self.session)
        if words != self.caption.text() or self.caption.isVisibleTo(self.plot) != bool(words):
            self.caption.setText(words)
            self.caption.setVisible(bool(words))
            self._place_floating()

    def _place_floating(self) -> None:
        for floating in self._floating:
            floating.ensurePolished()  # its padding counts, also before it was ever shown
            floating.adjustSize()
        frame = self._frame()
        self.banner.put(frame)
        self.patience.put(frame)
        middle = int(frame.center().x() - self.help.width() / 2)
        self.help.move(middle, int(frame.bottom()) - self.help.height() - self.readout.height() - 16)
        self.readout.move(int(frame.left()) + 8, int(frame.bottom()) - self.readout.height() - 8)
        left, top = int(frame.left()) + 8, int(frame.top()) + 8
        if self.banner.isVisibleTo(self.plot) and self.banner.x() - 8 < left + self.caption.width():
            top += self.banner.height() + 6
        self.caption.move(left, top)
        left, top = int(frame.right()) - self.legend.width() - 8, int(frame.top()) + 8
        if self.banner.isVisibleTo(self.plot) and self.banner.geometry().right() + 8 > left:
            top += self.banner.height() + 6
        self.legend.move(left, top)
        there = [words for words in (*self._floating, self.banner) if words.isVisibleTo(self.plot)]
        self.overlay.words = [QRectF(words.geometry()) for words in there if words is not self.readout]
        self.placed.emit()

    def _frame(self) -> QRectF:
        frame: QRectF = self.box.sceneBoundingRect()
        return frame

    # What the session says ---------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the window of the scenario, the surface's own, or all that a plane has on it."""
        left, right, bottom, top = self.session.plane.window()
        self.box.setRange(xRange=(left, right), yRange=(bottom, top), padding=0.0)
        self._fitted = self.visible_window()

    def visible_window(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) of what is visible, in data coordinates."""
        (left, right), (bottom, top) = self.box.viewRange()
        return (left, right, bottom, top)

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 shows more."""
        self.box.scaleBy((factor, factor))

    def _show_plane(self) -> None:
        """Another surface or plane is there; a view that nobody has moved follows what is to be seen on it."""
        if self.session.plane.wide and self.visible_window() == self._fitted:
            self.fit()
        self._show_scenario()
        self._show_runs()
        self._look_again()

    def _show_scenario(self) -> None:
        axes = self.session.plane.axes
        if axes != self._axes:  # a new label lays the whole plot out anew
            self._axes = axes
            self.plot.setLabel("bottom", axes[0])
            self.plot.setLabel("left", axes[1])
        self.box.handles = [handle for handle in self.box.handles if handle.step] + start_handles(self.session)
        if self.session.current:  # otherwise the ring moves together with its path, in one paint
            self.overlay.update()

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
            path.show_path(run, step, run_colour(run.index), chosen, session.look_ahead, faint, session.plane)
        self.box.handles = handles(session)
        self.overlay.update()
        self._show_caption()

    # Mouse -------------------------------------------------------------------------------------------------------

    def _click(self, x: float, y: float, shift: bool) -> None:
        self.used.emit()
        held = self.box.handle_at(self.box.mapFromView(QPointF(x, y)))
        no_drag = held and held.step and not shift  # it did not become one
        if faults := self._clicks.start_at(None if no_drag else self._rounded(x, y), another=shift):
            self.start_refused.emit(faults[0])

    def _double_click(self) -> None:
        self._clicks.take_back()
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
        return round_to_pixel((x, y), self.box.viewPixelSize())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._point_at(event.position())
        elif event.type() == QEvent.Type.Leave:
            self._pointer = None
            self.readout.hide()
            self.session.hover(None)
        return False

    def _look_again(self) -> None:
        """Something else has come under a pointer that rests."""
        if self._pointer is not None:
            self._point_at(self._pointer)

    def _point_at(self, place: QPointF) -> None:
        self._pointer = place
        surface = self.session.plane.surface
        inside = self._frame().contains(place)
        self.readout.setVisible(inside and surface is not None)
        if not inside or surface is None:
            self.session.hover(None)
            return
        at = self.box.mapSceneToView(place)
        handle = None if self.grips.held else self.box.handle_at(self.box.mapFromScene(place))
        if not self.grips.held:
            self.plot.setCursor(Qt.CursorShape.OpenHandCursor if handle else Qt.CursorShape.CrossCursor)
        look = self.looker.look(surface, (at.x(), at.y()))
        words = words_at(self.session.plane.names, (at.x(), at.y()), look, self.box.viewPixelSize())
        still = self.session.status.running or handle or self.grips.held
        found = None if still else self._path_near(place)
        if found:
            run, step = found
            words = f"{run_name(run.config)}, {tr('step {step}', step=whole(step))}      {words}"
        elif handle and handle.step:
            words = f"{tr('drag to nudge θ at step {step}', step=whole(handle.step))}      {words}"
        self.readout.setText(in_lines(words, self.readout.fontMetrics(), self._frame().width() - MARGINS))
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
        self.landscape.view_changed()

    def close_worker(self) -> None:
        """End the threads."""
        self.landscape.close()
        self.looker.close()
