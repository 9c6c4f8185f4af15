"""The editor for something of one's own: checked as it is typed, used at once, kept in the library."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.errors import ConfigError
from engine.library import data_folder
from engine.schedules import Schedule
from surfaces import Entry

from ..i18n import tr, tr_error
from ..panels.choices import Choice
from ..panels.chooser import Chooser
from ..panels.surface_picture import surface_pictures
from ..session import Session
from ..widget import label
from .draft import Draft
from .form import OwnForm
from .kinds import Own
from .library import unwritten
from .question import ask
from .reading import Reading
from .starting import BLANK, built_in, offers, start
from .use import own_of, used, with_own

PAUSE_MS = 300
GAP, WIDTH, HEIGHT = 8, 960, 620
_numbers = count()


class OwnEditor(QDialog):
    """Writes an optimizer or a schedule for the run that is selected, or a surface; the window behind stays in use."""

    def __init__(self, session: Session, draft: Draft, parent: QWidget | None, source: str = BLANK) -> None:
        super().__init__(parent)
        self._session, self.kind = session, draft.kind
        self._ready = False
        self._number, self._merge, self._source = next(_numbers), "", source
        self._in_use, self._document = "", session.document
        self.made: Own | None = None
        self._saved: Own | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._model_label, self.model = label(), Chooser()
        self._model_label.setBuddy(self.model)
        self.form, self.reading = OwnForm(draft.kind), Reading(draft.kind, session.selected)
        self.library = label("dim", wrap=True)
        self.library.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.use, self.save, self.rename, self.delete, self.leave = (QPushButton() for _ in range(5))
        self.use.setProperty("role", "primary")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        for button, do, keys in (
            (self.use, self.apply, "Ctrl+Return"),
            (self.save, self.keep, "Ctrl+S"),
            (self.rename, self.call_so, ""),
            (self.delete, self.remove, ""),
            (self.leave, self.reject, ""),
        ):
            button.setAutoDefault(False)  # Enter in a field is no click
            button.clicked.connect(do)
            if keys:
                QShortcut(QKeySequence(keys), self, button.click)
        self._ready = True
        self.retranslate()
        self._begin(draft, source)
        self.form.edited.connect(self._typed)
        self.model.chosen.connect(self._start_from)
        self._pause.timeout.connect(self.check)
        session.scenario_changed.connect(self._show_library)
        if parent:
            parent.installEventFilter(self)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(self._model_label)
        top.addWidget(self.model, 1)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addLayout(top)
        left.addWidget(self.form, 1)
        columns = QHBoxLayout()
        columns.setSpacing(3 * GAP)
        columns.addLayout(left, 11)
        columns.addWidget(self.reading, 9)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        for button in (self.save, self.rename, self.delete):
            buttons.addWidget(button)
        buttons.addWidget(self.library, 1)
        for button in (self.leave, self.use):
            buttons.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 12)
        whole.setSpacing(12)
        whole.addLayout(columns, 1)
        whole.addLayout(buttons)
        self.resize(WIDTH, HEIGHT)

    def retranslate(self) -> None:
        titles = {
            "optimizer": tr("Your own optimizer"),
            "schedule": tr("Your own schedule"),
            "surface": tr("Your own surface"),
        }
        self.setWindowTitle(titles[self.kind])
        self._model_label.setText(tr("Start from"))
        self.model.setAccessibleName(tr("Start from"))
        self.leave.setText(tr("Close"))
        follows = tr("From then on the run follows what you type; one undo takes it back. Ctrl+Enter")
        scene = tr("From then on the scene follows what you type; one undo takes it back. Ctrl+Enter")
        surface = self.kind == "surface"
        self.use.setText(tr("Use in the scene") if surface else tr("Use in the selected run"))
        self.use.setToolTip(scene if surface else follows)
        self.rename.setText(tr("Rename in my library"))
        self.delete.setText(tr("Delete from my library"))
        self.delete.setToolTip(tr("Scenes that use it keep it"))
        self._offered: list[Choice] = []
        self._show_library()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._ready and event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    # What is written ---------------------------------------------------------------------------------------------

    def _begin(self, draft: Draft, source: str) -> None:
        """Write on from `draft`, made of `source`; what the scene has of its name follows at once."""
        self._source = source
        self.model.set_key(source)
        self.form.show_draft(draft)
        self._in_use = draft.name if draft.name in own_of(self._session.scenario, self.kind) else ""
        self._document = self._session.document
        self._merge = f"own {self._number} {draft.name}"
        self._begun = self.form.draft()
        self.check()
        kept = self._kept()
        self._saved = kept if kept == self.made else None
        self._show_library()

    def _typed(self) -> None:
        self._pause.start()
        if self.made is None:  # a first fault waits for a pause, as half of a word is none; its end is seen at once
            self.check()

    def check(self) -> None:
        """Say what is wrong, or show how it reads; what is used already follows at once."""
        self._pause.stop()
        error: ConfigError | None = None
        try:
            self.made = self.form.draft().made(built_in(self.kind))
        except ConfigError as fault:
            self.made, error = None, fault
        if self.made:
            self.reading.preview.show_entry(self.made)
            if isinstance(self.made, Schedule):
                run = self._session.scenario.runs[self._session.selected]
                self.reading.show_schedule(self.made, run.lr, self._session.steps)
            elif isinstance(self.made, Entry):
                self.reading.show_surface(self.made)
            error = self._follow(self.made)
        else:
            self.reading.show_nothing()
        self.form.show_error(error)
        self._show_library()

    @property
    def unsaved(self) -> bool:
        """Whether what was written is neither in the scene nor in the library."""
        draft = self.form.draft()
        if draft == self._begun:
            return False
        try:
            made = draft.made(())
        except ConfigError:
            return True
        return not self._elsewhere(made)

    def _elsewhere(self, entry: Own) -> bool:
        """Whether exactly this is in the scene or in the library."""
        in_scene = own_of(self._session.scenario, self.kind).get(entry.name)
        return entry in (in_scene, self._session.library.named(entry.name, self.kind))

    def reject(self) -> None:
        """Close, after a question if something would be lost."""
        words = tr("Close without using or saving what you wrote?")
        self._asking(words, tr("Close without it"), super().reject)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window behind closes after the same question, and the editor with it."""
        if event.type() != QEvent.Type.Close or watched is not self.parent() or not self.isVisible():
            return False
        if not self.unsaved:
            super().reject()
            return False
        event.ignore()
        self.raise_()
        words = tr("Close without using or saving what you wrote?")
        self._asking(words, tr("Close without it"), self._close_all)
        return True

    def _close_all(self) -> None:
        super().reject()
        if window := self.parentWidget():
            window.close()

    def _start_from(self, name: str) -> None:
        words = tr("Begin anew without using or saving what you wrote?")
        self.model.set_key(self._source)
        self._asking(words, tr("Begin anew"), lambda: self._begin(start(self._session, self.kind, name), name))

    def _asking(self, words: str, yes: str, do: Callable[[], object]) -> None:
        """Do it at once if nothing would be lost, otherwise if a person agrees."""
        if self.unsaved:
            ask(self, words, yes, tr("Go on writing"), do)
        else:
            do()

    # What is done with it ----------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Let the selected run use it: one undoable change, and the same step again for what is typed after."""
        self.check()
        if self.made is None:
            return
        session, name = self._session, self.made.name
        before = self._in_use if self._document == session.document else ""
        self._merge = f"own {self._number} {name} {session.selected}"
        after = used(session.scenario, session.selected, self.made, before)
        found = session.change(after, tr("Use {name}", name=name), self._merge)
        self.form.show_error(found[0] if found else None)
        if not found:
            self._in_use, self._document = name, session.document
        self._show_library()

    def _follow(self, entry: Own) -> ConfigError | None:
        """Change what the scene has of it, if this editor has put it there or began with it."""
        session = self._session
        own = own_of(session.scenario, self.kind)
        if session.document != self._document or entry.name != self._in_use or own.get(entry.name) in (None, entry):
            return None
        after = with_own(session.scenario, entry)
        return next(iter(session.change(after, tr("Use {name}", name=entry.name), self._merge)), None)

    def keep(self) -> None:
        """Put it into the library, after a question if it would take the place of something else than it began with."""
        self.check()
        if (made := self.made) is None:
            return
        kept = self._kept()
        if kept in (None, made) or kept == self._saved:
            self._save(made)
        else:
            words = tr("Your library has another {name}. Put this one in its place?", name=made.name)
            ask(self, words, tr("Replace it"), tr("Keep it"), lambda: self._save(made))

    def call_so(self) -> None:
        """Give what it began with in the library the name, and all else, that stands here now."""
        self.check()
        if (made := self.made) is not None and (old := self._renamed()):
            self._save(made)
            if self._session.library.has(made):
                self._with_disk(lambda: self._session.library.delete(old))

    def remove(self) -> None:
        """Take it out of the library, after a question if it is nowhere else; a scene that uses it keeps it."""
        if kept := self._kept():
            in_scene = own_of(self._session.scenario, self.kind).get(kept.name)
            if kept in (self.made, in_scene):
                self._delete(kept)
            else:
                words = tr("Delete {name} from your library for good? No scene here has it.", name=kept.name)
                ask(self, words, tr("Delete it"), tr("Keep it"), lambda: self._delete(kept))

    def _save(self, entry: Own) -> None:
        if self._with_disk(lambda: self._session.library.save(entry)):
            self._saved = entry
            self._show_library()

    def _delete(self, entry: Own) -> None:
        self._with_disk(lambda: self._session.library.delete(entry))

    def _kept(self) -> Own | None:
        """What the library has under the name that stands in the field."""
        return self._session.library.named(self.form.name.text().strip(), self.kind)

    def _renamed(self) -> Own | None:
        """What it began with in the library, or was saved as last, if another name stands here that is free there."""
        saved = self._saved
        if saved is None or self._kept() or not self._session.library.has(saved):
            return None
        return saved

    def _with_disk(self, do: Callable[[], None]) -> bool:
        """Whether the disk has done it; if not, the reason is shown."""
        try:
            do()
        except (OSError, ConfigError) as error:
            self.form.show_error(error if isinstance(error, ConfigError) else unwritten(error))
            return False
        self._session.scenario_changed.emit()  # the menus offer what there is now
        return True

    def _show_library(self) -> None:
        """Offer what can be done with the library as it is now, and say which of its files cannot be used."""
        session, kept = self._session, self._kept()
        self.use.setEnabled(self.made is not None)
        self.save.setEnabled(self.made is not None and kept != self.made)
        self.save.setText(tr("Replace in my library") if kept else tr("Save in my library"))
        self.save.setToolTip(tr("It is then offered for every scene. Ctrl+S"))
        self.delete.setVisible(kept is not None)
        renamed = self._renamed()
        self.rename.setVisible(renamed is not None)
        self.rename.setEnabled(self.made is not None)
        if renamed:
            self.rename.setToolTip(tr("It is called {name} there now; scenes that use it keep it", name=renamed.name))
        faults = session.library.faults
        self.library.setText("\n".join(f"{fault.where}: {tr_error(fault)}" for fault in faults[:3]))
        try:
            self.library.setToolTip(tr("Your library: {path}", path=data_folder()))
        except OSError:
            self.library.setToolTip("")
        if (offered := offers(session, self.kind)) != self._offered:
            self._offered = offered
            pictures = surface_pictures(session.known_surfaces) if self.kind == "surface" else None
            self.model.set_entries(offered, pictures)
            self.model.set_key(self._source)
