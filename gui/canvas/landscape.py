"""The surface on the canvas: keeps field and arrows to what is visible, what is simulated and how it is to look."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from engine.surface import Surface

from ..i18n import tr
from ..numbers import whole
from ..panels.setup_words import run_name
from ..session import Session
from ..theme import theme
from .arrow_item import ArrowItem
from .arrows import ArrowRequest, ArrowWorker
from .colours import Bytes, Floats, ramp
from .field import Field
from .field_item import FieldItem
from .style import NO_ARROWS, UPDATE, Style
from .worker import FieldWorker, Request

RESAMPLE_MS = 15
ARROWS_MS = 60


class Landscape(QObject):
    """Owns what is drawn below the paths, and the threads that make it.

    Signals:
        shown: another field is drawn; carries it.
        arrows_changed: `arrow_words` are others.
    """

    shown = Signal(object)
    arrows_changed = Signal()

    def __init__(self, session: Session, box: pg.ViewBox, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._last_frame: QRectF | None = None
        self.style = Style()
        self.field: Field | None = None
        self.item, self.arrow_item = FieldItem(), ArrowItem()
        self.worker, self.arrow_worker = FieldWorker(self), ArrowWorker(self)
        self._session, self._box = session, box
        self._surface: Surface | None = None
        box.addItem(self.item)
        box.addItem(self.arrow_item)
        self._resample, self._renew_arrows = QTimer(self), QTimer(self)
        for timer, pause, slot in (
            (self._resample, RESAMPLE_MS, self.request),
            (self._renew_arrows, ARROWS_MS, self._request_arrows),
        ):
            timer.setSingleShot(True)
            timer.setInterval(pause)
            timer.timeout.connect(slot)
        self.worker.ready.connect(self._show_field)
        self.arrow_worker.ready.connect(self._show_arrows)
        box.sigRangeChanged.connect(self.view_changed)
        for changed in (session.ticked, session.plane.changed):
            changed.connect(self._follow)
        for changed in (session.cursor_moved, session.selection_changed, session.ticked):
            changed.connect(self._run_moved)

    # What is asked for -------------------------------------------------------------------------------------------

    def set_style(self, style: Style) -> None:
        """Show the surface in another way."""
        before, self.style = self.style, style
        if before == style:
            return
        if before.arrows != style.arrows:
            self.arrow_item.show_arrows(None)
            self._request_arrows()
            self.arrows_changed.emit()
        self.request_field()

    def view_changed(self) -> None:
        """Sample what is visible now, in a moment."""
        if not self._resample.isActive():
            self._resample.start()

    def request(self) -> None:
        """Sample what is visible now."""
        self.request_field()
        self._request_arrows()

    def request_field(self) -> None:
        """Draw what is visible now, in the style and the theme in use."""
        surface, frame = self._session.plane.surface, self._frame()
        if surface and frame.width() > 8 and frame.height() > 8:
            ground = QColor(theme().panel).rgb() & 0xFFFFFF
            size = int(frame.width()), int(frame.height())
            colours = ramp(self.style.colours)
            self.worker.request(Request(surface, self._rect(), *size, self.style, colours, ground))

    def _request_arrows(self) -> None:
        session, frame = self._session, self._frame()
        surface, kind = session.plane.surface, self.style.arrows
        if kind == NO_ARROWS or surface is None or frame.width() <= 8 or frame.height() <= 8:
            return
        run, step = None, 0
        if kind == UPDATE:
            if not self.updates_known or session.selected >= len(session.runs):
                self.arrow_item.show_arrows(None)
                return
            run = session.runs[session.selected]
            step = min(session.shown_step, run.computed)
            if step < 0:
                return
        size = frame.width(), frame.height()
        self.arrow_worker.request(ArrowRequest(kind, surface, self._rect(), *size, run, step))

    @property
    def updates_known(self) -> bool:
        """Whether a run's update depends on the two visible parameters alone: not so on a plane through more."""
        return self._session.plane.surface is not None and not self._session.plane.wide

    def _follow(self) -> None:
        """Draw the surface anew when it is another one."""
        surface = self._session.plane.surface
        if surface and surface is not self._surface:
            before, self._surface = self._surface, surface
            if before is None or before.identity != surface.identity:
                self.request()

    def _run_moved(self) -> None:
        if self.style.arrows == UPDATE and not self._renew_arrows.isActive():
            self._renew_arrows.start()

    def _rect(self) -> tuple[float, float, float, float]:
        (left, right), (bottom, top) = self._box.viewRange()
        return (left, right, bottom, top)

    def _frame(self) -> QRectF:
        """Where it is drawn; of a canvas that is hidden, as the 3-D view shows it instead, where it was."""
        if self._canvas.isVisible() or self._last_frame is None:
            self._last_frame = self._box.sceneBoundingRect()
        return self._last_frame

    # What has come -----------------------------------------------------------------------------------------------

    def _show_field(self) -> None:
        field = self.worker.result
        if field is not None and field is not self.field:
            self.field = field
            self.item.show_field(field)
            self.shown.emit(field)

    def _show_arrows(self) -> None:
        arrows = self.arrow_worker.result
        if arrows is not None and self.style.arrows != NO_ARROWS:
            self.arrow_item.show_arrows(arrows)
            self.arrows_changed.emit()

    def arrow_words(self) -> str:
        """What the arrows are; empty if there are none."""
        arrows = self.arrow_item.arrows
        if self.style.arrows == NO_ARROWS:
            return ""
        if self.style.arrows == UPDATE:
            if not self.updates_known:
                return tr("Arrows: none, as an update here depends on more than this plane")
            if arrows is None or arrows.run < 0 or arrows.run >= len(self._session.runs):
                return ""
            name = run_name(self._session.runs[arrows.run].config)
            return tr("Arrows: Δθ of {name} with its m and σ of step {step}", name=name, step=whole(arrows.step))
        return tr("Arrows: −∇L")

    def loss_colours(self, losses: Floats, smooth: bool = False) -> Bytes | None:
        """RGBA of losses as the canvas colours them (see `Field.loss_colours`); None before it has drawn anything."""
        return self.field.loss_colours(losses, smooth) if self.field else None

    def close(self) -> None:
        """End the threads."""
        self.worker.close()
        self.arrow_worker.close()
