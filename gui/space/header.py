"""The line above the 3-D view: its name, how a loss becomes height, and buttons to reset and to close it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ..i18n import tr
from ..look import icon
from ..theme import theme
from ..widget import Part, label
from .heights import LEVELS, LINEAR, LOG, MODES


class Header(Part):
    """Shows `mode`, one of `heights.MODES`.

    Signals:
        chosen: another mode.
        reset, closed: a button was pressed.
    """

    chosen = Signal(str)
    reset = Signal()
    closed = Signal()

    def __init__(self, mode: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = mode if mode in MODES else LEVELS
        self._title = label("head")
        self.heights, self.reset_button, self.close_button = QToolButton(), QToolButton(), QToolButton()
        menu, group = QMenu(self), QActionGroup(self)
        self.choices: dict[str, QAction] = {}
        for choice in MODES:
            self.choices[choice] = action = menu.addAction("")
            action.setCheckable(True)
            action.setChecked(choice == self.mode)
            action.triggered.connect(lambda checked=False, choice=choice: self._choose(choice))
            group.addAction(action)
        self.heights.setMenu(menu)
        self.heights.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heights.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands after the words
        self.heights.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.reset_button.clicked.connect(self.reset)
        self.close_button.clicked.connect(self.closed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 0)
        layout.setSpacing(2)
        layout.addWidget(self._title)
        layout.addStretch()
        for button in (self.heights, self.reset_button, self.close_button):
            button.setProperty("role", "flat")
            layout.addWidget(button)
        self.show_words()

    def show_picture(self, there: bool) -> None:
        """Whether there is a picture, so that its buttons make sense."""
        self.heights.setVisible(there)
        self.reset_button.setVisible(there)

    def _choose(self, mode: str) -> None:
        self.mode = mode
        self.retranslate()
        self.chosen.emit(mode)

    def retranslate(self) -> None:
        self._title.setText(tr("3-D view"))
        names = {LEVELS: tr("As the bands of colour"), LINEAR: tr("Linear"), LOG: tr("Logarithmic")}
        for mode, action in self.choices.items():
            action.setText(names[mode])
        self.heights.setText(tr("Height: {choice}", choice=names[self.mode]))
        self.heights.setToolTip(tr("How the loss becomes height. As the bands: each band of colour is equally high."))
        self.heights.setAccessibleName(self.heights.text())
        for button, words in (
            (self.reset_button, tr("Reset the view (0)")),
            (self.close_button, tr("Close the 3-D view")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)

    def restyle(self) -> None:
        self.heights.setIcon(icon("chevron-down", theme().dim))
        self.reset_button.setIcon(icon("fit", theme().dim))
        self.close_button.setIcon(icon("close", theme().dim))
