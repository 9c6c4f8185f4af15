"""A line at the top of the canvas that says from which step on edits hold, where that is not the start."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ..i18n import tr
from ..numbers import whole
from ..session import Session
from ..theme import theme
from ..widget import Part, label, set_sheet


class Banner(Part):
    """Shown while `session.from_here` is on."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._frame = QRectF()
        self._warns = False
        self.text = label()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for changed in (
            session.from_here_changed,
            session.ticked,
            session.cursor_moved,
            session.selection_changed,
            session.scenario_changed,
        ):
            changed.connect(self._follow)
        self.show_words()

    def retranslate(self) -> None:
        self._follow()

    def restyle(self) -> None:
        t = theme()
        set_sheet(
            self.text,
            f"background: {t.warning if self._warns else t.accent}; color: {t.on_accent};"
            "border-radius: 4px; padding: 4px 12px; font-weight: 600;",
        )

    def put(self, frame: QRectF) -> None:
        """Lie at the top of `frame`, in its middle."""
        self._frame = frame
        self.adjustSize()
        self.move(int(frame.center().x() - self.width() / 2), int(frame.top()) + 8)

    def _follow(self) -> None:
        session = self._session
        self.setVisible(session.from_here)
        if not session.from_here:
            return
        step = whole(session.here)
        warns = not session.events.followed(session.selected)
        if warns:
            words = tr("No update follows step {step}: go back first", step=step)
        elif session.here:
            words = tr("Edits of a run hold from step {step} on", step=step)
        else:
            words = tr("Edits of a run hold from the start: go to a later step")
        if warns != self._warns:
            self._warns = warns
            self.restyle()
        if words != self.text.text():
            self.text.setText(words)
            self.put(self._frame)
