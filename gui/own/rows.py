"""The table of the parameters of what is being written."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QToolButton

from ..i18n import tr
from ..look import icon
from ..panels.setup_form import retire, reveal
from ..widget import Part, label
from .draft import Row
from .kinds import Kind

WIDTHS = (100, 64, 56, 56, 0)
COLUMNS = ("name", "default", "low", "high", "doc")


class Rows(Part):
    """A line of fields for each parameter, with a button that takes it away; `add` is for the form around."""

    edited = Signal()

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._kind = kind
        self._kept: list[Row] = []
        self.fields: list[tuple[QLineEdit, ...]] = []
        self.removers: list[QToolButton] = []
        self._heads: list[QLabel] = [label("dim") for _ in COLUMNS]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(len(COLUMNS) - 1, 1)
        self.add = QPushButton()
        self.add.setAutoDefault(False)
        self.add.clicked.connect(lambda: self.append(Row(), focus=True))
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
        self.show_words()

    def retranslate(self) -> None:
        self.add.setText(tr("Add a parameter"))
        surface = self._kind == "surface"
        each_run, slider = tr("A number that a person sets for each run, as lr is"), tr("A number with a slider")
        self.add.setToolTip(slider if surface else each_run)
        rule, formula = tr("As the rule calls it"), tr("As the formula calls it")
        run, first = tr("Its value where a run has none of its own"), tr("Its value at first")
        words = (
            (tr("name"), formula if surface else rule),
            (tr("value"), first if surface else run),
            (tr("least"), tr("The least value allowed, or nothing; >0 leaves 0 itself out")),
            (tr("largest"), tr("The largest value allowed, or nothing; <1 leaves 1 itself out")),
            (tr("what it is"), tr("Shown beside its field in the setup")),
        )
        for column, (text, tooltip) in enumerate(words):
            self._heads[column].setText(text)
            self._heads[column].setToolTip(tooltip)
            for k, fields in enumerate(self.fields, 1):
                fields[column].setToolTip(tooltip)
                fields[column].setAccessibleName(tr("{what} of parameter {number}", what=text, number=k))
        for remover in self.removers:
            remover.setToolTip(tr("Remove this parameter"))
            remover.setAccessibleName(tr("Remove this parameter"))

    def restyle(self) -> None:
        self.add.setIcon(icon("plus"))
        for remover in self.removers:
            remover.setIcon(icon("close"))

    def rows(self) -> tuple[Row, ...]:
        """What the fields say."""
        return tuple(
            replace(kept, name=name, default=default, low=low, high=high, doc=doc)
            for kept, fields in zip(self._kept, self.fields, strict=True)
            for name, default, low, high, doc in [[field.text().strip() for field in fields]]
        )

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Fill the fields."""
        while self.fields:
            self._drop(0)
        for row in rows:
            self.append(row)
        self._place()

    def append(self, row: Row, focus: bool = False) -> None:
        """Add a line with these texts, and go there to type if `focus`."""
        fields = tuple(QLineEdit(getattr(row, name)) for name in COLUMNS)
        for field, width in zip(fields, WIDTHS, strict=True):
            field.textEdited.connect(self.edited)
            field.setCursorPosition(0)
            if width:
                field.setFixedWidth(width)
        remover = QToolButton()
        remover.setProperty("role", "flat")
        remover.setIconSize(QSize(14, 14))
        remover.clicked.connect(lambda: self._remove(remover))
        self._kept.append(row)
        self.fields.append(fields)
        self.removers.append(remover)
        self._place()
        if focus:
            fields[0].setFocus()
            reveal(fields[0])
            self.edited.emit()

    def _remove(self, remover: QToolButton) -> None:
        self._drop(self.removers.index(remover))
        self._place()
        self.edited.emit()

    def _drop(self, k: int) -> None:
        self._kept.pop(k)
        for widget in (*self.fields.pop(k), self.removers.pop(k)):
            self._grid.removeWidget(widget)
            retire(widget)

    def _place(self) -> None:
        for k, (fields, remover) in enumerate(zip(self.fields, self.removers, strict=True), 1):
            for column, widget in enumerate((*fields, remover)):
                self._grid.addWidget(widget, k, column)
        for head in self._heads:
            head.setVisible(bool(self.fields))
        self.retranslate()
        self.restyle()
