"""The table of the parameters of an optimizer or schedule that is being written."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QToolButton, QWidget

from ..i18n import tr
from ..look import icon
from ..widget import label
from .draft import Row

WIDTHS = (96, 64, 56, 56)


class Rows(QWidget):
    """A line of fields for each parameter, with a button that takes it away, and one that adds another."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[Row] = []
        self._fields: list[tuple[QLineEdit, ...]] = []
        self._removers: list[QToolButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(4)
        self.add = QPushButton(tr("Add a parameter"))
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(lambda: self._append(Row(), focus=True))
        self._heads = [
            *(tr("name"), tr("value"), tr("least"), tr("largest"), tr("what it is")),
        ]
        for column, head in enumerate(self._heads):
            self._grid.addWidget(label("dim", head), 0, column)
        self._grid.setColumnStretch(4, 1)

    def rows(self) -> tuple[Row, ...]:
        """What the fields say."""
        return tuple(
            replace(kept, name=name, default=default, low=low, high=high, doc=doc)
            for kept, fields in zip(self._kept, self._fields, strict=True)
            for name, default, low, high, doc in [[field.text().strip() for field in fields]]
        )

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Fill the fields."""
        while self._fields:
            self._drop(0)
        for row in rows:
            self._append(row)
        self._place()

    def _append(self, row: Row, focus: bool = False) -> None:
        fields = tuple(QLineEdit(text) for text in (row.name, row.default, row.low, row.high, row.doc))
        number = len(self._fields) + 1
        for field, head, width in zip(fields, self._heads, (*WIDTHS, 0), strict=True):
            field.setAccessibleName(tr("{what} of parameter {number}", what=head, number=number))
            field.textEdited.connect(self.edited)
            field.setCursorPosition(0)
            if width:
                field.setFixedWidth(width)
        remover = QToolButton()
        remover.setProperty("role", "flat")
        remover.setIcon(icon("close"))
        remover.setIconSize(QSize(14, 14))
        remover.setToolTip(tr("Remove this parameter"))
        remover.setAccessibleName(tr("Remove this parameter"))
        remover.clicked.connect(lambda: self._remove(remover))
        self._kept.append(row)
        self._fields.append(fields)
        self._removers.append(remover)
        self._place()
        if focus:
            fields[0].setFocus()

    def _remove(self, remover: QToolButton) -> None:
        self._drop(self._removers.index(remover))
        self._place()
        self.edited.emit()

    def _drop(self, k: int) -> None:
        self._kept.pop(k)
        for widget in (*self._fields.pop(k), self._removers.pop(k)):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _place(self) -> None:
        for k, (fields, remover) in enumerate(zip(self._fields, self._removers, strict=True), 1):
            for column, widget in enumerate((*fields, remover)):
                self._grid.addWidget(widget, k, column)
        self._grid.addWidget(self.add, len(self._fields) + 1, 0, 1, 2)
