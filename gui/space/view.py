"""The 3-D view: turns what session and canvas show into shots, and shows the pictures that come back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..canvas.canvas import Canvas
from ..canvas.caption import plane_words
from ..i18n import tr
from ..look import floating_sheet
from ..numbers import show
from ..session import Session
from ..widget import Part, label, set_sheet
from .axes import labels, ticks
from .camera import Camera
from .feed import Feed
from .ground import look_of, relief_of
from .header import Header
from .marks import paint_labels, paint_marks
from .missing import Missing
from .pointer import Pointer
from .relief import Relief
from .scene import Look, Numbers, Picture, Shot
from .stage import Stage
from .walls import Ticks

try:
    from .studio import Studio
except ImportError as error:  # Qt's OpenGL module needs libraries of the system
    IMPORT_FAULT = str(error)
else:
    IMPORT_FAULT = ""

STILL_MS, SLOW = 180, 0.025  # what takes longer than so many seconds is drawn plainly while it moves


class SpaceView(Part):
    """The surface as a relief with the runs on it, at the session's shown step.

    Signals:
        start_refused: a click asked for a start that the surface does not have; carries the ConfigError.
        heights_changed: another way to raise the surface was chosen; carries one of `heights.MODES`.
        used: a person has clicked on the surface.
        lacking: there is no OpenGL to draw with.
        closing: the view is to go.
    """

    start_refused = Signal(object)
    heights_changed = Signal(str)
    used = Signal()
    lacking = Signal()
    closing = Signal()

    def __init__(self, session: Session, canvas: Canvas, mode: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self.session, self.canvas = session, canvas
        self.missing = ""
        self.studio: Studio | None = None
        self._relief: Relief | None = None
        self._look: Look | None = None
        self._ticks: tuple[Ticks, Numbers] = ((), (), ()), ([], [], [])
        self._asked: Shot | None = None
        self._feed = Feed(session)
        self._pointer = Pointer(session, self._feed)
        self._slow = False
        self.header, self.stage, self.empty = Header(mode), Stage(self._paint), Missing()
        self.note, self.readout = label("dim"), label("dim")
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._lay_out()
        self._still.timeout.connect(self._ask)
        self.stage.moved.connect(self._move)
        self.stage.clicked.connect(self._click)
        self.stage.doubled.connect(self._double_click)
        self.stage.pointed.connect(self._point)
        self.stage.scaled.connect(canvas.zoom)
        self.header.chosen.connect(self._take_field)
        self.header.chosen.connect(self.heights_changed)
        self.header.reset.connect(self.reset)
        self.header.closed.connect(self.closing)
        canvas.worker.ready.connect(self._take_field)
        for changed in (session.ticked, session.cursor_moved, session.selection_changed, session.scenario_changed):
            changed.connect(self._ask)
        if IMPORT_FAULT:
            self._do_without(IMPORT_FAULT)
        else:
            self.studio = Studio(self)
            self.studio.ready.connect(self._take_picture)
        self.show_words()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.stage, 1)
        layout.addWidget(self.empty, 1)
        self.empty.hide()
        for floating in (self.note, self.readout):
            floating.setParent(self.stage)
            floating.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            floating.hide()

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.stage.setAccessibleName(tr("3-D view: the loss surface as a relief with the paths of the runs"))
        self.stage.setAccessibleDescription(
            tr("Drag to turn, wheel to zoom, Shift-drag to move, double click to reset; click to start there.")
        )
        self._show_note()
        self.stage.update()

    def restyle(self) -> None:
        for floating in (self.note, self.readout):
            set_sheet(floating, floating_sheet())
        self._take_field()

    def _do_without(self, found: str) -> None:
        self.missing = found
        self.empty.tell(found)
        self.empty.show()
        self.stage.hide()
        self.header.show_picture(False)
        self.lacking.emit()

    def _show_note(self) -> None:
        relief = self._relief
        # in place of the canvas it says itself which plane of a network is shown
        words = [] if self.canvas.isVisible() else plane_words(self.session).split("\n")[:1]
        words = list(filter(None, words))
        if self._look is not None and relief is None:
            words.append(tr("L is not finite anywhere here"))
        if relief is not None:
            scale = relief.scale
            if scale.cut_above:
                words.append(tr("flat above L = {value}", value=show(scale.ceiling, 3)))
            if scale.cut_below:
                words.append(tr("flat below L = {value}", value=show(scale.floor, 3)))
            if relief.gaps:
                words.append(tr("gaps: L is not finite there"))
        self.note.setText("   ".join(words))
        self.note.setVisible(bool(words))
        self._place_floating()

    def _place_floating(self) -> None:
        for floating in (self.readout, self.note):
            floating.adjustSize()
        self.readout.move(8, self.stage.height() - 8 - self.readout.height())
        self.note.move(self.stage.width() - self.note.width() - 8, 4)

    # What is seen ------------------------------------------------------------------------------------------------

    @property
    def settled(self) -> bool:
        """Whether the finest picture of what was asked for last is shown."""
        picture = self.stage.picture
        return picture is not None and picture.shot is self._asked and picture.shot.fine

    def reset(self) -> None:
        """Look from where the view began."""
        self.stage.move_to(Camera())

    def _take_field(self) -> None:
        field = self.canvas.worker.result
        if field is None or self.missing or not self.isVisible():
            return
        self._relief, self._look = relief_of(field, self.header.mode), look_of(field)
        if self._relief is None:
            self.stage.show_picture(None)
        else:
            self._ticks = ticks(self._relief.rect, self._relief.scale)
        self._show_note()
        self._ask()

    def _move(self) -> None:
        self._place_floating()
        self._ask(moving=True)

    def _ask(self, moving: bool = False) -> None:
        """Ask for a picture of what there is now; while the view moves, for one that comes soon."""
        if self.studio is None or self._relief is None or self._look is None or not self.isVisible() or self.missing:
            return
        plain = self._slow and (moving or self.stage.dragging or self.session.status.running)
        if plain:
            self._still.start()
        shot = Shot(
            relief=self._relief,
            paths=self._feed.paths(),
            look=self._look,
            camera=self.stage.camera,
            width=max(self.stage.width(), 1),
            height=max(self.stage.height(), 1),
            ratio=self.stage.devicePixelRatioF(),
            step=float(self.session.shown_step),
            ahead=self.session.look_ahead,
            ticks=self._ticks[0],
            numbers=self._ticks[1],
            fine=not plain,
        )
        if shot != self._asked:
            self._asked = shot
            self.studio.ask(shot)

    def _take_picture(self) -> None:
        picture: Picture | None = self.studio.result if self.studio else None
        if picture is None:
            return
        if picture.missing:
            self._do_without(picture.missing)
            return
        if picture.shot.fine and self.stage.picture is not None:  # the first takes longer than those that follow
            self._slow = picture.seconds > SLOW
        self.stage.show_picture(picture if self._relief is not None else None)

    def _paint(self, painter: QPainter) -> None:
        picture = self.stage.picture
        if picture is None or self.session.simulator is None:
            return
        shot = picture.shot
        names = (*self.session.plane.axes, "L")
        paint_labels(painter, labels(shot.camera, shot.size, shot.ticks, shot.numbers, names), shot.size[0])
        paint_marks(painter, shot, self.session)

    # Mouse -------------------------------------------------------------------------------------------------------

    def _shot(self) -> Shot | None:
        """The last picture's, as if taken at the size that the stage has now."""
        picture = self.stage.picture
        return replace(picture.shot, width=self.stage.width(), height=self.stage.height()) if picture else None

    def _click(self, at: QPointF, shift: bool) -> None:
        self.used.emit()
        if (shot := self._shot()) and (found := self._pointer.start_at(shot, at, shift)):
            self.start_refused.emit(found[0])

    def _double_click(self) -> None:
        self._pointer.take_back()
        self.reset()

    def _point(self, at: QPointF | None) -> None:
        shot = self._shot()
        words, step = self._pointer.words(shot, at) if at is not None and shot else ("", None)
        self.readout.setText(words)
        self.readout.setVisible(bool(words))
        self._place_floating()
        self.session.hover(step)

    # Life --------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_field()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.session.hover(None)

    def close_studio(self) -> None:
        """End the drawing thread."""
        if self.studio is not None:
            self.studio.close()
            self.studio = None
