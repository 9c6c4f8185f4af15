"""What keys and mouse do, in one table: the Help menu's first entry."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from .actions import COMMANDS
from .i18n import tr
from .widget import label

COLUMNS = 3
GAP = 24


class KeysDialog(QDialog):
    """Groups side by side: the mouse first, then the commands of each menu that have keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard and mouse"))
        pointing = [(tr("Mouse on the canvas"), _mouse()), (tr("Mouse on the 3-D view"), _space())]
        groups = [*pointing, (tr("Number fields"), _fields()), *_menus()]
        columns = QHBoxLayout()
        columns.setSpacing(GAP)
        total = sum(len(rows) + 2 for _, rows in groups)
        column, filled = QVBoxLayout(), 0
        for head, rows in groups:
            if filled > total / COLUMNS - 2:
                column.addStretch()
                columns.addLayout(column)
                column, filled = QVBoxLayout(), 0
            column.addLayout(_table(head, rows))
            column.addSpacing(8)
            filled += len(rows) + 2
        column.addStretch()
        columns.addLayout(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.addLayout(columns)
        layout.addWidget(buttons)


def _table(head: str, rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(3)
    grid.addWidget(label("head", head), 0, 0, 1, 2)
    for k, (keys, words) in enumerate(rows, 1):
        grid.addWidget(label("strong", keys), k, 0)
        grid.addWidget(label("", words), k, 1)
    grid.setColumnMinimumWidth(0, 130)
    grid.setColumnStretch(1, 1)
    return grid


def _mouse() -> list[tuple[str, str]]:
    return [
        (tr("Click"), tr("start there")),
        (tr("Drag the ring"), tr("move the start, live")),
        (tr("Drag the head"), tr("nudge the run at this step")),
        ("Alt+← ↑ → ↓", tr("nudge it a little; with Shift less")),
        (tr("Shift-click"), tr("add a run that starts there")),
        (tr("Drag, wheel"), tr("pan, zoom")),
        (tr("Double click"), tr("fit")),
        (tr("Point at a path"), tr("see that step everywhere")),
    ]


def _space() -> list[tuple[str, str]]:
    return [
        (tr("Drag, wheel"), tr("turn, zoom")),
        (tr("Shift-drag"), tr("move the view")),
        (tr("Ctrl+wheel"), tr("show more or less of the surface")),
        (tr("Double click"), tr("reset the view")),
        (tr("Tab, then ← ↑ → ↓"), tr("turn; + and − zoom, 0 resets")),
    ]


def _fields() -> list[tuple[str, str]]:
    return [
        ("↑ ↓", tr("a step; 1, 2, 5, 10 for rates")),
        ("Alt+↑ ↓", tr("ten steps; a decade for rates")),
        ("Shift+↑ ↓", tr("a fine step")),
        ("Esc", tr("the last good value")),
    ]


def _menus() -> list[tuple[str, list[tuple[str, str]]]]:
    native = QKeySequence.SequenceFormat.NativeText
    groups: dict[str, list[tuple[str, str]]] = {}
    for command in COMMANDS:
        if command.keys:
            keys = ", ".join(QKeySequence(key).toString(native) for key in command.keys)
            groups.setdefault(command.menu, []).append((keys, tr(command.text)))
    return [(tr(menu).split("(")[0].replace("&", ""), rows) for menu, rows in groups.items()]
