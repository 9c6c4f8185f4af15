"""A line in the middle of the canvas while a surface is being made ready: its native code is compiled once."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from surfaces import find_entry

from ..i18n import tr
from ..session import Session
from ..theme import theme
from ..widget import Part, label

SOON, LOOK_MS = 0.5, 100


class Patience(Part):
    """Shown from half a second after a change on, until the engine has taken it over."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._frame = QRectF()
        self._since: float | None = None
        self.text, self.bar = label(), QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(8)
        layout.addWidget(self.text)
        layout.addWidget(self.bar)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        session.scenario_changed.connect(self._watch)
        self.hide()
        self.show_words()
        self._watch()

    def retranslate(self) -> None:
        network = find_entry(self._session.scenario.surface).kind == "network"
        words = tr("The network's code is compiled for this machine: once, for up to a minute…")
        self.text.setText(words if network else tr("The surface is compiled…"))
        self.bar.setAccessibleName(self.text.text())
        self.put(self._frame)

    def restyle(self) -> None:
        t = theme()
        sheet = f"Patience {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: 6px; }}"
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)

    def put(self, frame: QRectF) -> None:
        """Lie in the middle of `frame`."""
        self._frame = frame
        self.adjustSize()
        centre = frame.center()
        self.move(int(centre.x() - self.width() / 2), int(centre.y() - self.height() / 2))

    def _watch(self) -> None:
        if self._since is None and not self._session.current:
            self._since = time.monotonic()
            self._timer.start()

    def _look(self) -> None:
        if self._session.current or self._since is None:
            self._since = None
            self._timer.stop()
            self.hide()
        elif self.isHidden() and time.monotonic() - self._since > SOON:
            self.retranslate()
            self.show()
