"""The one window: setup, canvas, plots, inspector and transport, and the menus that command them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtGui import QAction, QCloseEvent, QFocusEvent, QIcon, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ConfigError
from engine.export import replacing
from engine.scenario import Scenario
from engine.scenario_dump import dump

from . import settings as settings_store
from .assets import ASSETS
from .canvas.canvas import Canvas
from .canvas.critical_layer import CriticalLayer
from .canvas.menu import SurfaceMenu
from .critical import Critical
from .data.drop import DROPS, take_drop
from .files import Files, last_session
from .i18n import pick, tr, tr_error
from .keys import KeysDialog
from .language import apply_language
from .lessons.card import LessonCard
from .local_model import LocalModelAt
from .menus import Menus
from .notice import Notice
from .own.offer import Offer
from .own.open import write_own
from .panels.setup import SetupPanel
from .panels.side import Side
from .panels.transport import FASTEST, SLOWEST, TransportBar
from .plots.panel import PlotsPanel
from .session import Session
from .settings import Settings
from .space.switch import Space
from .theme import apply_theme

GAP = 8


class MainWindow(QMainWindow):
    """Owns the session and all parts; `close` ends every thread.

    `remembers`: whether settings and the scenario are kept for the next start.
    """

    def __init__(
        self, scenario: Scenario, lessons: Sequence[Scenario], settings: Settings, remembers: bool = True
    ) -> None:
        super().__init__()
        self.settings = settings
        self._remembers = remembers
        self.lessons = lessons
        self.session: Session = Session(scenario, self)
        self.files: Files = Files(self)
        self.canvas: Canvas = Canvas(self.session)
        self.critical: Critical = Critical(self.session, self)
        self.local_model: LocalModelAt = LocalModelAt(self.session, self)
        self.layer = CriticalLayer(self.canvas, self.critical, self.local_model)
        self.lesson_card: LessonCard = LessonCard(self.session, lessons)
        self.setup: SetupPanel = SetupPanel(self.session)
        self.plots: PlotsPanel = PlotsPanel(self.session)
        self.side: Side = Side(self.session, self.critical, self.local_model)
        self.transport: TransportBar = TransportBar(self.session)
        self.notice: Notice = Notice()
        self.offer: Offer = Offer(self.session)
        self.space: Space = Space(self)
        self._tabbed = False
        self._document = self.session.document
        self._lay_out()
        self.menus: Menus = Menus(self)
        self.surface_menu: SurfaceMenu = SurfaceMenu(self.canvas, self.actions_by_name, settings, self.remember)
        self.canvas.bar.button.setMenu(self.menus.surface_popup())
        self.setWindowIcon(QIcon(str(ASSETS / "icons" / "ravine.svg")))
        self.setMinimumSize(1080, 640)
        self.setAcceptDrops(True)
        self.lesson_card.collapsed = settings.lesson_collapsed
        self.canvas.show_help(not settings.help_seen)
        self.plots.hide_strips(settings.hidden_plots)
        self.plots.strips_changed.connect(lambda hidden: self.remember(hidden_plots=tuple(hidden)))
        self.setup.surface.edit_wanted.connect(lambda: write_own(self.session, "surface", self))
        self.canvas.used.connect(self.help_seen)
        self.canvas.start_refused.connect(self._refused)
        self.lesson_card.collapsed_changed.connect(lambda on: self.remember(lesson_collapsed=on))
        self.session.failed.connect(self._refused)
        self.session.undo_stack.indexChanged.connect(self._show_undo)
        self.session.undo_stack.cleanChanged.connect(self._show_clean)
        self.session.opened.connect(self._opened)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self._retranslate()
        if not self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode())):
            room = self.screen().availableGeometry()
            self.resize(min(1440, room.width()), min(860, room.height()))

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.lesson_card)
        column.addWidget(self.notice)
        column.addWidget(self.offer)
        column.addWidget(self.space, 1)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.plots)
        right.addWidget(self.side)
        right.setSizes([400, 260])
        right.setStretchFactor(0, 3)
        right.setStretchFactor(1, 2)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        for part, stretch in ((self.setup, 0), (middle, 1), (right, 0)):
            self.columns.addWidget(part)
            self.columns.setStretchFactor(self.columns.count() - 1, stretch)
        for splitter in (right, self.columns):
            splitter.setHandleWidth(GAP)
            splitter.setChildrenCollapsible(False)
        self.columns.setSizes(list(self.settings.columns) or [272, 700, 400])
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(GAP, 0, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.columns, 1)
        layout.addWidget(self.transport)
        self.setCentralWidget(whole)

    # What the menus show -----------------------------------------------------------------------------------------

    @property
    def actions_by_name(self) -> Mapping[str, QAction]:
        """The actions of those commands that have a name."""
        return self.menus.by_name

    def open_lesson(self, lesson: Scenario) -> None:
        """Open a lesson's scene."""
        self.session.open(lesson, tr("Open {name}", name=pick(lesson.title)))

    def _retranslate(self) -> None:
        self.menus.retranslate()
        self._retitle()

    def _opened(self) -> None:
        if self.session.document != self._document:
            self._document = self.session.document
            self.files.take_path()
            self.side.bring(self.session.scenario.panel)
            self.notice.hide()
            self.canvas.setFocus()
        self._retitle()

    def _retitle(self) -> None:
        name = self.files.path.name if self.files.path else pick(self.session.scenario.title) or tr("Untitled scene")
        self.setWindowTitle(f"{name}[*] – Ravine")

    def _show_undo(self) -> None:  # a slot of the window's: the stack still tells its end when all else is gone
        self.menus.show_undo()

    def _show_clean(self, clean: bool) -> None:
        self.setWindowModified(not clean)

    # Commands ----------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Run or pause."""
        self.session.toggle()

    def add_run(self) -> None:
        for fault in self.session.add_run(tr("Add run")):
            self._refused(fault)

    def remove_run(self) -> None:
        self.session.remove_run(self.session.selected, tr("Remove run"))

    def scale_speed(self, factor: float) -> None:
        """Make the run faster or slower, within what the slider offers."""
        speed = self.session.speed
        if speed == float("inf"):
            speed = FASTEST if factor < 1 else speed
        else:
            speed = speed * factor
            speed = float("inf") if speed > FASTEST else max(SLOWEST, speed)
        self.session.set_speed(speed)

    def toggle_ahead(self) -> None:
        self.session.set_look_ahead(self.actions_by_name["ahead"].isChecked())

    def toggle_arrows(self) -> None:
        self.canvas.overlay.arrows = self.actions_by_name["arrows"].isChecked()
        self.canvas.overlay.update()

    def toggle_critical(self) -> None:
        """Find the critical points and list them, or hide them."""
        on = self.actions_by_name["critical"].isChecked()
        self.critical.set_on(on)
        if on:
            self.side.show_panel(self.side.critical)

    def toggle_space(self, place: str) -> None:
        """Show the 3-D view beside the canvas or instead of it, or hide it if it is there."""
        self.space.show_at("off" if self.space.place == place else place)

    def show_space(self) -> None:
        """Tick where the 3-D view is."""
        for place in ("beside", "instead"):
            self.actions_by_name[f"space {place}"].setChecked(self.space.place == place)

    def toggle_lesson(self) -> None:
        self.lesson_card.collapsed = not self.actions_by_name["lesson"].isChecked()

    def use_theme(self, name: str) -> None:
        """Change the theme at once."""
        self.remember(theme=name)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, name)
        self.menus.show_choices()

    def use_language(self, name: str) -> None:
        """Change the language at once, without a restart."""
        self.remember(language=name)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_language(app, name)
        self._retranslate()

    def toggle_full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def show_keys(self) -> None:
        """List the keys and what the mouse does."""
        KeysDialog(self).open()

    def show_about(self) -> None:
        words = tr("Watch gradient descent move: θ ← θ − (η/σ)·m, one update for every optimizer.")
        fonts = tr(
            "Free software under the MIT licence. Fonts: Inter and Noto Sans CJK SC under the SIL Open Font License."
        )
        title = tr("About Ravine")
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, "Ravine", QMessageBox.StandardButton.Close, self)
        box.setIconPixmap(self.windowIcon().pixmap(64, 64))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(f"{words}\n\n{fonts}")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # What is remembered and said ---------------------------------------------------------------------------------

    def remember(self, **changes: object) -> None:
        """Change settings and store them."""
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        if self._remembers:
            settings_store.save(self.settings)
        if "lesson_collapsed" in changes:
            self.menus.show_choices()

    def help_seen(self) -> None:
        """The line of help on the canvas has done its work."""
        if not self.settings.help_seen:
            self.canvas.show_help(False)
            self.remember(help_seen=True)

    def _refused(self, error: ConfigError) -> None:
        self.notice.say(lambda: tr_error(error), error=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in DROPS and isinstance(watched, QWidget) and watched.window() is self:
            return take_drop(self, event)
        # Space runs wherever the focus is, but for a control that a person reached by Tab in order to press it.
        if event.type() == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            self._tabbed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        elif self._tabbed and event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            pressed = event.key() == Qt.Key.Key_Space and not event.modifiers()
            if pressed and isinstance(watched, QAbstractButton | QComboBox) and watched.hasFocus():
                event.accept()
                return True
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.canvas.setFocus()

    def quit(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        event.accept()
        with ExitStack() as threads:  # each is ended, whatever goes wrong before
            for end in (
                *(self.plots.feed.spectra.close, self.side.close_workers, self.critical.close),
                *(self.canvas.close_worker, self.space.close_view, self.session.close, self.files.close),
            ):
                threads.callback(end)
            geometry = self.saveGeometry().toBase64().toStdString()
            self.remember(geometry=geometry, columns=tuple(self.columns.sizes()))
            if self._remembers:
                self._keep_session(last_session())

    def _keep_session(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as file:
                file.write(dump(replace(self.session.scenario, window=self.canvas.visible_window())).encode())
        except OSError as error:
            print(f"{path}: {error.strerror}")  # the window is closing: there is nowhere else to say it
