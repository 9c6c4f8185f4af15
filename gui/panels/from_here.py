"""The button that lets edits change a run from the shown step on; while it is on, it says which step that is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ..i18n import tr
from ..look import icon
from ..numbers import whole
from ..session import Session
from ..theme import theme
from ..widget import Part, set_sheet

PADDING = 46  # icon, gap and frame


class FromHereButton(Part):
    """Shows and toggles `session.from_here`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.button = QToolButton()
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIconSize(QSize(16, 16))
        self.button.setFixedHeight(30)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(session.set_from_here)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        session.from_here_changed.connect(self.restyle)
        for changed in (session.ticked, session.cursor_moved):
            changed.connect(self._name_step)
        self.show_words()

    def retranslate(self) -> None:
        self.button.setAccessibleName(tr("Change from here on"))
        self.button.setToolTip(
            tr(
                "Change from here on (C): edits of η, hyper-parameters and schedule do not start the run over, "
                "but change it from the shown step on"
            )
        )
        self._name_step()

    def restyle(self) -> None:
        t, on = theme(), self._session.from_here
        self.button.setChecked(on)
        self.button.setIcon(icon("from-here", t.on_accent if on else None))
        set_sheet(
            self.button,
            "QToolButton { padding: 0 8px; }"
            f"QToolButton:checked {{ background: {t.accent}; border-color: {t.accent}; color: {t.on_accent};"
            " font-weight: 600; }"
            f"QToolButton:checked:focus {{ border-color: {t.text}; }}",
        )
        self._name_step()

    def _name_step(self) -> None:
        """The step is named while the mode is on; the width stays while the step changes."""
        session = self._session
        if session.edits_from:
            text = tr("from step {step} on", step=whole(session.here))
        else:
            text = tr("from the start") if session.from_here else tr("From here on")
        if text == self.button.text():
            return
        self.button.setText(text)
        font = QFont(self.button.font())
        font.setWeight(QFont.Weight.DemiBold)  # as while it is on
        widest = [text, tr("From here on")]
        if session.from_here:
            widest += [tr("from step {step} on", step=whole(session.status.reach)), tr("from the start")]
        self.button.setFixedWidth(max(QFontMetrics(font).horizontalAdvance(words) for words in widest) + PADDING)
