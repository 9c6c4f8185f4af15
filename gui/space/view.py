"""The 3-D view: turns what session and canvas show into shots, and shows the pictures that come back."""

from __future__ import annotations

import sys
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from surfaces import find_entry

from ..canvas.canvas import Canvas
from ..i18n import tr
from ..look import icon
from ..numbers import show
from ..session import Session
from ..theme import theme
from ..widget import Part, label
from .axes import labels, ticks
from .camera import Camera
from .feed import Feed
from .ground import look_of, relief_of
from .heights import LEVELS, LINEAR, LOG, MODES
from .marks import paint_labels, paint_marks
from .pointer import Pointer
from .relief import Relief
from .scene import Look, Picture, Shot
from .stage import Stage

try:
    from .studio import Studio, studio
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
        closing: the view is to go.
    """

    start_refused = Signal(object)
    heights_changed = Signal(str)
    used = Signal()
    closing = Signal()

    def __init__(self, session: Session, canvas: Canvas, mode: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self.session, self.canvas = session, canvas
        self.mode = mode if mode in MODES else LEVELS
        self.missing = IMPORT_FAULT
        self.studio: Studio | None = None
        self._relief: Relief | None = None
        self._look: Look | None = None
        self._feed = Feed(session)
        self._pointer = Pointer(session, self._feed)
        self._slow = False
        self.stage = Stage(self._paint)
        self.title, self.note, self.readout = label("head"), label("dim"), label("dim")
        self.height_button, self.reset_button, self.close_button = QToolButton(), QToolButton(), QToolButton()
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self._ask)
        self._lay_out()
        self.stage.moved.connect(self._move)
        self.stage.clicked.connect(self._click)
        self.stage.doubled.connect(self._double_click)
        self.stage.pointed.connect(self._point)
        self.stage.scaled.connect(canvas.zoom)
        self.reset_button.clicked.connect(self.reset)
        self.close_button.clicked.connect(self.closing)
        canvas.worker.ready.connect(self._take_field)
        for changed in (session.ticked, session.cursor_moved, session.selection_changed, session.scenario_changed):
            changed.connect(self._ask)
        if not self.missing:
            self.studio = studio(self)
            self.studio.ready.connect(self._take_picture)
        self.show_words()
        self._show_missing()
        self._take_field()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 6, 0)
        head.setSpacing(2)
        head.addWidget(self.title)
        head.addStretch()
        menu = QMenu(self)
        group = QActionGroup(self)
        self.height_actions: dict[str, QAction] = {}
        for mode in MODES:
            action = menu.addAction("")
            action.setCheckable(True)
            action.setChecked(mode == self.mode)
            action.triggered.connect(lambda checked=False, mode=mode: self.set_mode(mode))
            group.addAction(action)
            self.height_actions[mode] = action
        self.height_button.setMenu(menu)
        self.height_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.height_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands after the words
        self.height_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for button in (self.height_button, self.reset_button, self.close_button):
            button.setProperty("role", "flat")
            head.addWidget(button)
        self.empty_head, self.empty_text = label("strong", wrap=True), label("dim", wrap=True)
        self.empty = QWidget()
        column = QVBoxLayout(self.empty)
        column.setContentsMargins(32, 16, 32, 16)
        column.setSpacing(8)
        column.addStretch()
        for words in (self.empty_head, self.empty_text):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(words)
        column.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.stage, 1)
        layout.addWidget(self.empty, 1)
        for floating in (self.note, self.readout):
            floating.setParent(self.stage)
            floating.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            floating.hide()

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.title.setText(tr("3-D view"))
        self.stage.setAccessibleName(tr("3-D view: the loss surface as a relief with the paths of the runs"))
        self.stage.setAccessibleDescription(
            tr("Drag to turn, wheel to zoom, Shift-drag to move, double click to reset; click to start there.")
        )
        names = {LEVELS: tr("As the bands of colour"), LINEAR: tr("Linear"), LOG: tr("Logarithmic")}
        for mode, action in self.height_actions.items():
            action.setText(names[mode])
        self.height_button.setText(tr("Height: {choice}", choice=names[self.mode]))
        self.height_button.setToolTip(
            tr("How the loss becomes height. As the bands: each band of colour is equally high.")
        )
        for button, words in (
            (self.reset_button, tr("Reset the view (0)")),
            (self.close_button, tr("Close the 3-D view")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self._show_missing()
        self._show_note()
        self._ask()

    def restyle(self) -> None:
        self.height_button.setIcon(icon("chevron-down", theme().dim))
        self.reset_button.setIcon(icon("fit", theme().dim))
        self.close_button.setIcon(icon("close", theme().dim))
        ground = QColor(theme().panel)
        for floating in (self.note, self.readout):
            floating.setStyleSheet(
                f"background: rgba({ground.red()}, {ground.green()}, {ground.blue()}, 215);"
                f"border: 1px solid {theme().line}; border-radius: 4px; padding: 3px 7px; color: {theme().text};"
            )
        self._take_field()

    def _show_missing(self) -> None:
        """In place of a picture that there will never be: what is missing, and what to do about it."""
        self.empty.setVisible(bool(self.missing))
        self.stage.setVisible(not self.missing)
        self.height_button.setVisible(not self.missing)
        self.reset_button.setVisible(not self.missing)
        if not self.missing:
            return
        self.empty_head.setText(tr("The 3-D view needs OpenGL 2.1, which is not there."))
        if sys.platform.startswith("linux"):
            cure = tr("Mesa draws it on any computer: sudo apt install libgl1-mesa-dri, then start Ravine again.")
        else:
            cure = tr("A newer driver of the graphics card brings it.")
        found = tr("What was found: {what}", what=self.missing)
        self.empty_text.setText(f"{cure}\n{tr('Everything else works without it.')}\n\n{found}")

    def _show_note(self) -> None:
        relief, words = self._relief, []
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
        bottom = self.stage.height() - 8
        for floating in (self.readout, self.note):
            floating.adjustSize()
        self.readout.move(8, bottom - self.readout.height())
        self.note.move(self.stage.width() - self.note.width() - 8, 4)

    # What is seen ------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Look from where the view began."""
        self.stage.move_to(Camera())

    def set_mode(self, mode: str) -> None:
        """Raise the surface in another way, one of `heights.MODES`."""
        self.mode = mode
        self.height_actions[mode].setChecked(True)
        self.retranslate()
        self._take_field()
        self.heights_changed.emit(mode)

    def _take_field(self) -> None:
        field = self.canvas.worker.result
        if field is None or self.missing:
            return
        self._relief, self._look = relief_of(field, self.mode), look_of(field)
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
            ticks=ticks(self._relief.rect, self._relief.scale)[0],
            fine=not plain,
        )
        self.studio.ask(shot)

    def _take_picture(self) -> None:
        picture: Picture | None = self.studio.result if self.studio else None
        if picture is None:
            return
        if picture.missing:
            self.missing = picture.missing
            self._show_missing()
            return
        if picture.shot.fine and self.stage.picture is not None:  # the first takes longer than those that follow
            self._slow = picture.seconds > SLOW
        self.stage.picture = picture
        self.stage.update()

    def _paint(self, painter: QPainter) -> None:
        picture, simulator = self.stage.picture, self.session.simulator
        if picture is None or simulator is None:
            return
        shot = picture.shot
        _, words = ticks(shot.relief.rect, shot.relief.scale)
        axes = find_entry(self.session.scenario.surface).axes
        paint_labels(painter, labels(shot.camera, shot.size, shot.ticks, words, (*axes, "L")), shot.size[0])
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
