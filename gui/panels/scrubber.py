"""The timeline: where the shown step lies among all steps, and how to go to another by hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from engine.pieces import Piece
from engine.simulator import Run

from ..i18n import tr
from ..look import run_colour
from ..numbers import whole
from ..session import Session
from ..theme import theme
from ..verdict import end_words
from .event_words import event_line
from .setup_words import run_name

EDGE, GROOVE, HANDLE, NEAR, MARK = 9.0, 4.0, 6.0, 5.0, 5.5
BUSY_MS, PROGRESS_MS = 500, 100
TEN, PAGES = 10, 20
_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)
_REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class Scrubber(QWidget):
    """A groove from step 0 to the last one. Press or drag to go to a step; a run that plays goes on from there.

    A diamond marks a change during a run: a press goes to it, Delete and the context menu remove it.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._dragged: int | None = None
        self._resume = False
        self.busy = False
        self._wait = QTimer(self)
        self._wait.setInterval(BUSY_MS)
        self._wait.timeout.connect(self._show_busy)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.menu: QMenu | None = None
        for changed in (session.ticked, session.cursor_moved, session.selection_changed, session.scenario_changed):
            changed.connect(self._follow)
        session.from_here_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(400, 32)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 32)

    def _follow(self) -> None:
        if not self._session.status.working:
            self._wait.stop()
            self.busy = False
        elif not self._wait.isActive():
            self._wait.start(BUSY_MS)
        self.update()

    def _show_busy(self) -> None:
        self.busy = self._session.status.working
        if self.busy:
            self._wait.start(PROGRESS_MS)
        else:
            self._wait.stop()
        self.update()

    def progress(self) -> float:
        """The share of the work in hand that is done: rows, or the many runs of a Monte-Carlo scene."""
        status = self._session.status
        if status.computed < status.reach or not status.simulator:
            return max(status.computed, 0) / max(status.reach, 1)
        ensembles = status.simulator.ensembles
        return sum(e.ready for e in ensembles) / max(1, sum(e.count for e in ensembles))

    # Places ------------------------------------------------------------------------------------------------------

    def x_of(self, step: float) -> float:
        """The pixel at which a step lies."""
        return EDGE + step / max(self._session.status.reach, 1) * (self.width() - 2 * EDGE)

    def step_at(self, x: float) -> int:
        """The step that lies nearest to a pixel."""
        share = (x - EDGE) / max(self.width() - 2 * EDGE, 1.0)
        return round(min(max(share, 0.0), 1.0) * self._session.status.reach)

    def ends(self) -> list[Run]:
        """The runs that ended by themselves."""
        return [run for run in self._session.runs if run.end]

    def later_phases(self) -> list[Piece]:
        """Where a phase of the selected run's schedule begins after the start, as far as that is on the timeline."""
        runs, index, reach = self._session.runs, self._session.selected, self._session.status.reach
        pieces = runs[index].pieces[1:] if index < len(runs) else []
        return [piece for piece in pieces if piece.begins_phase and piece.phase.names and piece.first <= reach]

    def event_near(self, x: float) -> int | None:
        """The step of the change whose mark lies nearest to a pixel, if it is near."""
        steps = self._session.events.steps()
        nearest = min(steps, key=lambda step: abs(self.x_of(step) - x), default=None)
        return None if nearest is None or abs(self.x_of(nearest) - x) > NEAR else nearest

    # Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        status, t = self._session.status, theme()
        position = status.position if self._dragged is None else self._dragged
        ahead = QColor(t.accent)
        ahead.setAlpha(85)
        parts = ((status.reach, QColor(t.line)), (max(status.computed, 0), ahead), (position, QColor(t.accent)))
        for last, colour in parts:
            self._paint_groove(painter, last, colour)
        self._paint_marks(painter)
        middle = self.height() / 2
        if self._session.hovered is not None:
            painter.setPen(QPen(QColor(t.text), 1))
            x = self.x_of(self._session.shown_step)
            painter.drawLine(QPointF(x, middle - 8), QPointF(x, middle + 8))
        painter.setPen(QPen(QColor(t.text if self.hasFocus() else t.panel), 2))
        painter.setBrush(QColor(t.accent))
        painter.drawEllipse(QPointF(self.x_of(position), middle), HANDLE, HANDLE)
        self._paint_events(painter)
        if self.busy:
            painter.setPen(Qt.PenStyle.NoPen)
            width = self.width() - 2 * EDGE
            for share, shade in ((1.0, t.line), (self.progress(), t.dim)):
                painter.setBrush(QColor(shade))
                painter.drawRect(QRectF(EDGE, self.height() - 3, width * share, 2))

    def _paint_groove(self, painter: QPainter, last: int, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        top = (self.height() - GROOVE) / 2
        painter.drawRoundedRect(QRectF(EDGE, top, self.x_of(last) - EDGE, GROOVE), GROOVE / 2, GROOVE / 2)

    def _paint_marks(self, painter: QPainter) -> None:
        middle = self.height() / 2
        for piece in self.later_phases():  # whole pixels: blurred they would be lost
            left, top = round(self.x_of(piece.first)) - 1, round(middle + 4)
            painter.fillRect(left, top, 2, 8, QColor(theme().text))
        painter.setPen(Qt.PenStyle.NoPen)
        for run in self.ends():
            if run.end:
                x = self.x_of(run.end.step)
                painter.setBrush(run_colour(run.index))
                corners = [QPointF(x - 4.5, middle - 12.5), QPointF(x + 4.5, middle - 12.5), QPointF(x, middle - 5)]
                painter.drawPolygon(QPolygonF(corners))

    def _paint_events(self, painter: QPainter) -> None:
        """A diamond where a run changes; those of the selected run lie on top."""
        session, middle = self._session, self.height() / 2
        painter.setPen(QPen(QColor(theme().panel), 1.5))
        runs = list(enumerate(session.scenario.runs))
        for k, run in sorted(runs, key=lambda pair: pair[0] == session.selected):
            painter.setBrush(run_colour(k))
            for x in {round(self.x_of(e.step), 1) for e in run.events if e.step <= session.status.reach}:
                corners = [(x, middle - MARK), (x + MARK, middle), (x, middle + MARK), (x - MARK, middle)]
                painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))

    # Mouse and keys ----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._resume = self._session.status.running
        if self._resume:
            self._session.pause()
        x = event.position().x()
        mark = self.event_near(x)
        self._go_to(self.step_at(x) if mark is None else mark)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._go_to(self.step_at(event.position().x()))
        elif QToolTip.isVisible():
            self._show_tooltip(event.position(), event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None or event.button() != Qt.MouseButton.LeftButton:
            return
        target, self._dragged = self._dragged, None
        if self._resume and target < self._session.status.reach:
            self._session.play()
        self.update()

    def _go_to(self, step: int) -> None:
        if step != self._dragged:
            self._dragged = step
            self._session.seek(step)
            self.update()

    def event(self, event: QEvent) -> bool:
        """Take the arrow keys before the window's shortcuts do; show the step under the pointer."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._handles(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tooltip(QPointF(event.pos()), event.globalPos())
            return True
        return super().event(event)

    def _show_tooltip(self, place: QPointF, globally: QPoint) -> None:
        QToolTip.showText(globally, self.words_at(place.x()), self)

    def words_at(self, x: float) -> str:
        """What lies under the pointer: the step, and the marks near it."""
        words = [tr("step {step}", step=whole(self.step_at(x)))]
        if (mark := self.event_near(x)) is not None:
            words = [event_line(self._session, k, event) for k, event in self._session.events.at(mark)]
        for run in self.ends():
            if run.end and abs(self.x_of(run.end.step) - x) <= NEAR:
                words.append(f"{run_name(run.config)}: {end_words(run.end)}")
        for number, piece in enumerate(self.later_phases(), 2):
            if abs(self.x_of(piece.first) - x) <= NEAR:
                name, first = piece.phase.title, whole(piece.first)
                words.append(tr("phase {number}, {name}, begins at step {step}", number=number, name=name, step=first))
        return "\n".join(words)

    def _handles(self, event: QKeyEvent) -> bool:
        control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        return event.key() in (*_KEYS, *_REMOVE) and not event.modifiers() & control

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go a step, with Shift ten; Page Up and Page Down a twentieth of the way; Home, End.

        Delete removes the change at the step that is shown.
        """
        if not self._handles(event):
            super().keyPressEvent(event)
            return
        session, shift = self._session, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        page = max(1, session.status.reach // PAGES)
        match event.key():
            case Qt.Key.Key_Home:
                session.go_home()
            case Qt.Key.Key_End:
                session.go_to_end()
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                session.step(page if event.key() == Qt.Key.Key_PageUp else -page)
            case key if key in _REMOVE:
                session.events.remove_here()
            case key:
                session.step((1 if key == Qt.Key.Key_Right else -1) * (TEN if shift else 1))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done about the change under the pointer, or at the shown step where a key asks for the menu."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        step = self._session.here if by_key else self.event_near(event.pos().x())
        if step is None or not (found := self._session.events.at(step)):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Go to step {step}", step=whole(step)), lambda: self._session.seek(step))
        menu.addSeparator()
        for k, change in found:
            remove = menu.addAction(tr("Remove: {change}", change=event_line(self._session, k, change)))
            remove.triggered.connect(lambda checked=False, k=k: self._session.events.remove(k, step))
        self.menu = menu
        menu.popup(self.mapToGlobal(QPoint(round(self.x_of(step)), self.height() // 2)))
