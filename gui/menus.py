"""The menu bar: an action for each command of the table, each plot and each lesson, ticked by what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from engine.scenario import Scenario

from .actions import ARROWS, COMMANDS, EDIT, FILE, HELP, LESSONS, LEVELS, MAP, RUN, VIEW, Command
from .i18n import pick, tr
from .look import icon

if TYPE_CHECKING:
    from .main_window import MainWindow

MENUS = (FILE, EDIT, RUN, VIEW, LESSONS, HELP)


class Menus:
    """Fills the menu bar of a window and follows its session.

    `by_name`: the actions of those commands that have a name.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.by_name: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        self._rows: list[tuple[QAction, Command]] = []
        self._fill()
        self._lessons = [self._lesson_action(lesson) for lesson in window.lessons]
        self.by_name["ahead"].setChecked(True)
        self.by_name["arrows"].setChecked(True)
        session = window.session
        session.from_here_changed.connect(lambda: self.by_name["from here"].setChecked(session.from_here))
        session.opened.connect(self._show_lesson)
        for changed in (window.critical.changed, window.local_model.changed):
            changed.connect(self._show_toggles)
        self._show_toggles()

    def _fill(self) -> None:
        for title in MENUS:
            self._menus[title] = self._window.menuBar().addMenu(title)
        groups: dict[str, QActionGroup] = {}
        for command in COMMANDS:
            menu = self._menus[command.menu]
            if command.sub:
                if command.sub not in self._menus:
                    self._menus[command.sub] = menu.addMenu(command.sub)
                menu = self._menus[command.sub]
            if command.text == "-":
                menu.addSeparator()
                continue
            action = menu.addAction(command.text)
            action.triggered.connect(lambda checked=False, command=command: self._obey(command))
            action.setShortcuts([QKeySequence(keys) for keys in command.keys])
            action.setCheckable(command.checkable)
            if command.name:
                self.by_name[command.name] = action
                if " " in command.name and command.name != "from here":
                    group = groups.setdefault(command.name.split()[0], QActionGroup(self._window))
                    group.addAction(action)
            self._rows.append((action, command))
            if command.tip:
                menu.setToolTipsVisible(True)
        self._menus[VIEW].addSeparator()
        for action in self._window.plots.strip_actions():
            self._menus[VIEW].addAction(action)

    def _lesson_action(self, lesson: Scenario) -> QAction:
        action = self._menus[LESSONS].addAction("")
        action.setCheckable(True)
        action.triggered.connect(lambda checked=False: self._window.open_lesson(lesson))
        return action

    def _obey(self, command: Command) -> None:
        if command.menu == RUN:
            self._window.help_seen()
        command.do(self._window)

    def surface_popup(self) -> QMenu:
        """The part of the View menu that says how the surface is shown, to be had at the colour bar."""
        popup = QMenu(self._window)
        popup.setToolTipsVisible(True)
        for sub in (LEVELS, MAP, ARROWS):
            popup.addMenu(self._menus[sub])
        for name in ("shading", "labels"):
            popup.addAction(self.by_name[name])
        return popup

    # What is shown -----------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every word anew."""
        for title, menu in self._menus.items():
            menu.setTitle(tr(title))
        for action, command in self._rows:
            action.setText(tr(command.text))
            if command.tip:
                action.setToolTip(tr(command.tip))
        for lesson, action in zip(self._window.lessons, self._lessons, strict=True):
            action.setText(f"{lesson.id}   {pick(lesson.title)}".replace("&", "&&"))
        self.show_choices()
        self.show_undo()
        self._show_lesson()

    def show_choices(self) -> None:
        """Tick what the settings say, and draw the icons in the colours of the theme."""
        settings = self._window.settings
        for name, action in self.by_name.items():
            if name.startswith(("theme ", "language ")):
                action.setChecked(name.split()[1] in (settings.theme, settings.language))
        self.by_name["lesson"].setChecked(not settings.lesson_collapsed)
        for action, command in self._rows:
            if command.icon and not command.checkable:
                action.setIcon(icon(command.icon))

    def _show_lesson(self) -> None:
        for lesson, action in zip(self._window.lessons, self._lessons, strict=True):
            action.setChecked(lesson.id == self._window.session.scenario.id)

    def _show_toggles(self) -> None:
        critical, model = self._window.critical, self._window.local_model
        self.by_name["critical"].setChecked(critical.on)
        self.by_name["model"].setChecked(model.on)
        self.by_name["model follows"].setEnabled(model.pinned is not None)

    def show_undo(self) -> None:
        """Say what can be undone and done again."""
        stack = self._window.session.undo_stack
        for name, word, able, text in (
            ("undo", tr("Undo"), stack.canUndo(), stack.undoText()),
            ("redo", tr("Redo"), stack.canRedo(), stack.redoText()),
        ):
            self.by_name[name].setEnabled(able)
            self.by_name[name].setText(tr("{command}: {what}", command=word, what=text) if text else word)
