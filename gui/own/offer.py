"""Offers to keep what a scene brings along: its own optimizers, schedules and surface."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton

from engine.errors import ConfigError

from ..i18n import tr, tr_error
from ..look import icon
from ..session import Session
from ..widget import Part, label
from .kinds import KINDS, Own
from .library import unwritten
from .use import own_of


class Offer(Part):
    """Hidden, but for a scene just opened whose own ones the library does not have."""

    def __init__(self, session: Session) -> None:
        super().__init__(role="card")
        self._session, self._document = session, session.document
        self._error = ""
        self.text, self.save, self.leave = label(wrap=True), QPushButton(), QToolButton()
        self.leave.setProperty("role", "flat")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.setSpacing(8)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.save)
        layout.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignTop)
        self.save.clicked.connect(self._keep)
        self.leave.clicked.connect(self.hide)
        session.opened.connect(self._opened)
        session.scenario_changed.connect(self._changed)
        self.show_words()
        if not self._new():
            self.hide()  # otherwise it is shown with the window around it

    def retranslate(self) -> None:
        names = ", ".join(entry.name for entry in self._new())
        self.text.setText(self._error or tr("This scene brings along: {names}", names=names))
        self.save.setText(tr("Save in my library"))
        self.save.setToolTip(tr("Then they are offered for every scene"))
        self.leave.setToolTip(tr("Not now"))
        self.leave.setAccessibleName(tr("Not now"))

    def restyle(self) -> None:
        self.leave.setIcon(icon("close"))

    def _new(self) -> list[Own]:
        """What the scene brings along under names that the library does not have."""
        scenario, library = self._session.scenario, self._session.library
        own = [(kind, entry) for kind in KINDS for entry in own_of(scenario, kind).values()]
        return [entry for kind, entry in own if library.named(entry.name, kind) is None]

    def _opened(self) -> None:
        if self._session.document != self._document:
            self._document, self._error = self._session.document, ""
            self.retranslate()
            self.setVisible(bool(self._new()))

    def _changed(self) -> None:
        if not self._new():
            self.hide()

    def _keep(self) -> None:
        try:
            for entry in self._new():
                self._session.library.save(entry)
        except (OSError, ConfigError) as error:
            wrong = error if isinstance(error, ConfigError) else unwritten(error)
            self._error = tr_error(wrong)
            self.retranslate()
            return
        self.hide()
        self._session.scenario_changed.emit()  # the menus offer what there is now
