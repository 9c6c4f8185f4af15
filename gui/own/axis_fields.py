"""The table of the two axes of a surface that is being written."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit

from ..i18n import tr
from ..widget import Part, label
from .surface_draft import XY, AxisRow

GAP = 8
COLUMNS = ("name", "low", "high", "start")


class AxisFields(Part):
    """A line of fields for each axis: its name, the ends of the window along it, and where runs start."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields = [tuple(QLineEdit() for _ in COLUMNS) for _ in XY]
        self._heads = [label("dim") for _ in COLUMNS]
        self._names = [label() for _ in XY]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(4)
        for column, head in enumerate(self._heads, 1):
            grid.addWidget(head, 0, column)
            grid.setColumnStretch(column, 1)
        for k, fields in enumerate(self.fields, 1):
            grid.addWidget(self._names[k - 1], k, 0)
            self._names[k - 1].setBuddy(fields[0])
            for column, field in enumerate(fields, 1):
                grid.addWidget(field, k, column)
                field.textEdited.connect(self.edited)
        self.show_words()

    def retranslate(self) -> None:
        words = (
            (tr("called"), tr("As the formula calls it; letters, digits and _")),
            (tr("from"), tr("Where the window begins along this axis at first")),
            (tr("to"), tr("Where the window ends along this axis at first")),
            (tr("start"), tr("Where runs start along this axis at first")),
        )
        names = (tr("Horizontal axis"), tr("Vertical axis"))
        for head, (text, tooltip) in zip(self._heads, words, strict=True):
            head.setText(text)
            head.setToolTip(tooltip)
        for axis, name, fields in zip(self._names, names, self.fields, strict=True):
            axis.setText(name)
            for field, (text, tooltip) in zip(fields, words, strict=True):
                field.setToolTip(tooltip)
                field.setAccessibleName(f"{name}, {text}")

    @property
    def labels(self) -> list[QLabel]:
        """What stands before the fields, to be aligned with other labels."""
        return self._names

    def rows(self) -> tuple[AxisRow, AxisRow]:
        """What the fields say."""
        first, second = (AxisRow(*(field.text().strip() for field in fields)) for fields in self.fields)
        return first, second

    def show_rows(self, rows: tuple[AxisRow, AxisRow]) -> None:
        """Fill the fields."""
        for row, fields in zip(rows, self.fields, strict=True):
            for name, field in zip(COLUMNS, fields, strict=True):
                field.setText(getattr(row, name))
                field.setCursorPosition(0)
