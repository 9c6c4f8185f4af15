"""The first rows of a file: the chosen columns stand out, and cells in them that are no numbers are red."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from surfaces.data.layout import value
from surfaces.data.reading import Preview

from ..theme import theme

WIDEST, ROW = 220, 22
MOST_CELLS, LEAST_ROWS = 4000, 8  # of a wide table fewer rows are shown: each cell takes its time


class PreviewTable(QTableWidget):
    """Shows a `Preview`; nothing in it can be changed."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setMaximumSectionSize(WIDEST)
        self.horizontalHeader().setHighlightSections(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def show_preview(self, preview: Preview, decimal: str, roles: Mapping[int, str], labels: int | None) -> None:
        """Show the rows. `roles`: what each chosen column is; `labels`: the column that may hold words."""
        self.setUpdatesEnabled(False)
        self.clear()
        rows = preview.rows[: max(LEAST_ROWS, MOST_CELLS // max(len(preview.names), 1))]
        self.setColumnCount(len(preview.names))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(
            [f"{roles[k]} = {name}" if k in roles else name for k, name in enumerate(preview.names)]
        )
        self.setVerticalHeaderLabels([str(line) for line, _ in rows])
        for i, (_, row) in enumerate(rows):
            for k in range(len(preview.names)):
                cell = row[k].strip() if k < len(row) else ""
                self.setItem(i, k, self._item(cell, decimal, k in roles, k == labels))
        for k in range(len(preview.names)):
            if header := self.horizontalHeaderItem(k):
                header.setForeground(QColor(theme().text if k in roles else theme().dim))
                header.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.resizeColumnsToContents()
        self.setUpdatesEnabled(True)

    def _item(self, cell: str, decimal: str, chosen: bool, label: bool) -> QTableWidgetItem:
        item = QTableWidgetItem(cell)
        number = value(cell, decimal) is not None
        side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        good = number or (label and bool(cell))
        item.setForeground(QColor(theme().dim if not chosen else theme().text if good else theme().error))
        if chosen:
            shade = QColor(theme().accent if good else theme().error)
            shade.setAlpha(28 if good else 60)
            item.setBackground(shade)
        return item
