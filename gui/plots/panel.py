"""The plots panel: five strips over one step axis, kept to what the session says."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..look import icon
from ..numbers import whole
from ..session import Session
from ..theme import theme
from ..widget import Part, label
from .axis import LineKey, StepAxis
from .curves import DASHED, DOTTED, SOLID, STRIPS
from .feed import Feed
from .ink import small_font
from .steps import StepRange
from .strip import StripView
from .time_area import ZOOM, TimeArea
from .words import mouse_words, strip_words

WIDEST_MARK = "2×10³⁰⁰"


class PlotsPanel(Part):
    """Loss, gradient, σ, rates and stability of all runs; drawn anew at most every 33 ms.

    Signals:
        strips_changed: other strips are hidden; carries the list of their keys.
    """

    strips_changed = Signal(list)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self.session = session
        self.steps = StepRange()
        self.enlarged: str | None = None
        self.strips = {strip.key: StripView(strip, self.steps, 0.0) for strip in STRIPS}
        self.axis = StepAxis(self.steps, 0.0)
        self.feed = Feed(session, self.steps, self.strips, self.axis)
        self._came_from = 0
        self._empty, self._ring, self._wide = True, False, False
        self._menu: QMenu | None = None
        self._actions = {key: self._strip_action(key) for key in self.strips}
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for area in self._areas():
            area.pressed.connect(self._remember_place)
            area.sought.connect(session.seek)
            area.zoomed.connect(self._zoom)
            area.panned.connect(self._pan)
            area.fitted.connect(self._double_click)
            area.pointed.connect(lambda place, area=area: self._point(area, place))
        for key, strip in self.strips.items():
            strip.toggled.connect(lambda key=key: self.enlarge(None if self.enlarged == key else key))
        self.feed.refreshing.connect(self._refreshing)
        self.feed.refreshed.connect(self._name_blocks)
        self.feed.spectra.changed.connect(self._name_progress)
        self.show_words()
        self._arrange()

    def _lay_out(self) -> None:
        self.head = label("head")
        self.key = LineKey()
        self.thinned = label("dim")
        self.more = QToolButton()
        self.more.setProperty("role", "flat")
        self.more.clicked.connect(lambda: self._open_menu(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        top = QHBoxLayout()
        top.setSpacing(8)
        for part in (self.head, self.thinned, self.key, self.more):
            top.addWidget(part)
        self.empty = label("dim")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 6)
        column.setSpacing(0)
        column.addLayout(top)
        column.addSpacing(4)
        column.addWidget(self.empty, 1)
        for strip in self.strips.values():
            column.addWidget(strip, 1)
        column.addWidget(self.axis)

    def _areas(self) -> list[TimeArea]:
        return [*self.strips.values(), self.axis]

    # Words and colours -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Plots of the runs over the steps"))
        self.setAccessibleDescription(mouse_words())
        self.head.setText(tr("PLOTS"))
        self.empty.setText(tr("Nothing to plot yet. Space runs."))
        self.axis.title = tr("step")
        self.axis.setToolTip(mouse_words())
        self.axis.setAccessibleName(tr("step"))
        self.more.setToolTip(tr("Choose the plots"))
        self.more.setAccessibleName(tr("Choose the plots"))
        self._name_strips()
        self._name_buttons()
        self._name_lines()
        self._name_blocks()

    def _name_strips(self) -> None:
        simulator = self.session.simulator
        self._wide = bool(simulator and simulator.surface.wide)
        for key, words in strip_words(self._wide).items():
            strip, action = self.strips[key], self._actions[key]
            strip.title = words.title
            strip.setAccessibleName(words.name)
            strip.nothing = tr("nothing above zero") if strip.strip.log else tr("no finite value")
            if self._wide and key == "stability":
                strip.nothing = tr("λmax is being measured…")
            strip.hint = f"{words.title}: {words.hint}\n\n{mouse_words()}"
            action.setText(words.name)
            action.setToolTip(words.hint)
            strip.redraw()

    def _name_progress(self) -> None:
        """How much of λmax is measured, while it is being measured."""
        if self._wide:
            share = self.feed.spectra.share
            strip = self.strips["stability"]
            strip.title = "λmax" if share >= 1.0 else f"λmax  ({round(100 * share)} %)"

    def _name_buttons(self) -> None:
        for key, strip in self.strips.items():
            words = tr("Show all plots") if self.enlarged == key else tr("Enlarge this plot")
            strip.button.setChecked(self.enlarged == key)
            strip.button.setToolTip(words)
            strip.button.setAccessibleName(f"{words}: {strip.title}")

    def _name_lines(self) -> None:
        first, second = self.session.plane.names
        if self._wide:
            first, second = tr("median"), "25 %, 75 %"
        self.key.show_entries([(SOLID, first), (DASHED, second), (DOTTED, "η")])

    def restyle(self) -> None:
        self.more.setIcon(icon("more", theme().dim))
        gutter = QFontMetricsF(small_font(self, theme().head)).horizontalAdvance(WIDEST_MARK) + 5
        for area in self._areas():
            area.gutter = round(gutter)
            area.restyle()
        self.feed.refresh_soon()

    # Which strips are there --------------------------------------------------------------------------------------

    def strip_actions(self) -> list[QAction]:
        """One checkable action for each strip, for a menu."""
        return list(self._actions.values())

    def _strip_action(self, key: str) -> QAction:
        action = QAction(self)
        action.setCheckable(True)
        action.setChecked(True)
        action.toggled.connect(lambda on: self._choose())
        return action

    def _choose(self) -> None:
        self.enlarge(None)
        self.strips_changed.emit([key for key, action in self._actions.items() if not action.isChecked()])

    def hide_strips(self, keys: Collection[str]) -> None:
        """Hide these strips and show all others; where that would be none, the first stays."""
        shown = [key for key in self._actions if key not in keys] or list(self._actions)[:1]
        for key in (*shown, *self._actions):
            self._actions[key].setChecked(key in shown)

    def enlarge(self, key: str | None) -> None:
        """Let one strip fill the panel; None shows all that are chosen."""
        self.enlarged = key if key is not None and self._actions[key].isChecked() else None
        self._name_buttons()
        self._arrange()

    def _arrange(self) -> None:
        chosen = [key for key, action in self._actions.items() if action.isChecked()]
        for action in self._actions.values():
            action.setEnabled(len(chosen) > 1 or not action.isChecked())  # one strip stays
        there = not self._empty
        self.empty.setVisible(not there)
        self.axis.setVisible(there)
        for key, strip in self.strips.items():
            strip.setVisible(there and key in ([self.enlarged] if self.enlarged else chosen))
        self.feed.refresh_soon()

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.strip_actions())
        menu.addSeparator()
        fit = menu.addAction(tr("Show all steps"), self.fit)
        fit.setEnabled(self.steps.zoomed)
        if self.enlarged:
            menu.addAction(tr("Show all plots"), lambda: self.enlarge(None))
        self._menu = menu
        menu.popup(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._open_menu(event.globalPos())

    def _refreshing(self) -> None:
        if self._empty != self.feed.empty:
            self._empty = self.feed.empty
            self._arrange()
        simulator = self.session.simulator
        if simulator and bool(simulator.surface.wide) != self._wide:
            self._name_strips()
        self._name_lines()

    def _name_blocks(self) -> None:
        count = self.feed.block_steps
        hint = tr(
            "A run so long is drawn as what its blocks of steps span; zoom in to see each step, made again exactly."
        )
        self.thinned.setText(tr("min–max of {count} steps", count=whole(count)) if count > 1 else "")
        self.thinned.setToolTip(hint if count > 1 else "")

    # Mouse and keys ----------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show all steps."""
        self.steps.fit()
        self.feed.refresh_soon()

    def _zoom(self, at: float, factor: float) -> None:
        self.steps.zoom(at, factor)
        self.feed.refresh_soon()

    def _pan(self, steps: float) -> None:
        self.steps.pan(steps)
        self.feed.refresh_soon()

    def _remember_place(self) -> None:
        self._came_from = self.session.status.position

    def _double_click(self) -> None:
        # The first half of a double click has travelled in time; that was not what was meant.
        if not self.session.status.running:
            self.session.seek(self._came_from)
        self.fit()

    def _point(self, area: TimeArea, place: QPointF | None) -> None:
        step = None if place is None else self.steps.nearest(place.x(), area.frame())
        for strip in self.strips.values():
            strip.show_pointer(place if strip is area else None, step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step; + and − zoom about the cursor, 0 shows all steps."""
        at = float(self.session.shown_step)
        keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Left: lambda: self.session.step(-1),
            Qt.Key.Key_Right: lambda: self.session.step(1),
            Qt.Key.Key_Plus: lambda: self._zoom(at, ZOOM),
            Qt.Key.Key_Equal: lambda: self._zoom(at, ZOOM),
            Qt.Key.Key_Minus: lambda: self._zoom(at, 1 / ZOOM),
            Qt.Key.Key_0: self.fit,
        }
        plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() in keys and not plain:
            keys[event.key()]()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.feed.refresh_soon()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self._ring:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme().accent))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
