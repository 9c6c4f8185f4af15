"""Panels that share one place, one of them shown; a strip of tabs above them chooses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ..theme import theme
from ..widget import Part, set_sheet

_WAYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class TabStrip(QTabBar):
    """Left and Right choose a tab while the strip has the focus; elsewhere they step the run."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _steps(event):
            event.accept()
            return True
        return super().event(event)


def _steps(event: QKeyEvent) -> bool:
    return event.key() in _WAYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


class Tabs(Part):
    """Each panel comes with a function that gives its title in the language in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="panel")
        self._titles: list[Callable[[], str]] = []
        self._name: Callable[[], str] = str
        self.strip, self.stack = TabStrip(), QStackedWidget()
        self.strip.setDrawBase(False)
        self.strip.setExpanding(False)
        self.strip.setUsesScrollButtons(False)
        self.strip.setElideMode(Qt.TextElideMode.ElideNone)
        self.strip.currentChanged.connect(self.stack.setCurrentIndex)
        head = QHBoxLayout()
        head.setContentsMargins(9, 0, 4, 0)
        head.addWidget(self.strip, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 4, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.stack, 1)
        self.show_words()

    def name(self, words: Callable[[], str]) -> None:
        """Say what the tabs are for, to a screen reader."""
        self._name = words
        self.retranslate()

    def add(self, panel: QWidget, title: Callable[[], str]) -> None:
        """Add a panel at the end; the frame around it is this one's."""
        panel.setProperty("role", "")
        self._titles.append(title)
        self.stack.addWidget(panel)
        self.strip.addTab(title())

    def show_panel(self, panel: QWidget) -> None:
        """Bring a panel to the front."""
        self.strip.setCurrentIndex(self.stack.indexOf(panel))

    def set_shown(self, panel: QWidget, on: bool) -> None:
        """Offer a panel, or not: its tab comes and goes."""
        self.strip.setTabVisible(self.stack.indexOf(panel), on)

    def is_shown(self, panel: QWidget) -> bool:
        """Whether a panel is offered."""
        return self.strip.isTabVisible(self.stack.indexOf(panel))

    def sizeHint(self) -> QSize:
        return QSize(400, 254)

    def retranslate(self) -> None:
        self.strip.setAccessibleName(self._name())
        for k, title in enumerate(self._titles):
            self.strip.setTabText(k, title())

    def restyle(self) -> None:
        t = theme()
        set_sheet(
            self.strip,
            f"QTabBar::tab {{ background: transparent; color: {t.dim}; border: none; padding: 3px 2px 2px 2px;"
            f"margin-right: 16px; font-size: {t.head}px; font-weight: 600; border-bottom: 2px solid transparent; }}"
            f"QTabBar::tab:hover {{ color: {t.text}; }}"
            f"QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}"
            f"QTabBar:focus::tab:selected {{ color: {t.accent}; }}",
        )
