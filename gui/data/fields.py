"""The fields of the data dialog: what is fitted, which columns, and how the file is written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from surfaces.data.layout import DECIMALS, ENCODINGS, SEPARATORS, Layout
from surfaces.entry import catalogue

from ..i18n import tr
from ..panels.choice_field import ChoiceField
from ..panels.option_form import offer
from ..widget import label
from .models import MODELS, labelled, roles
from .tick_box import TickBox

GAP = 8
MOST = 3  # columns that a model can need


class DataFields(QWidget):
    """Signals:
    model_chosen, columns_chosen, layout_chosen: a person chose another one.
    """

    model_chosen = Signal(str)
    columns_chosen = Signal()
    layout_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = ChoiceField()
        self.columns = [ChoiceField() for _ in range(MOST)]
        self.separator, self.decimal, self.encoding = ChoiceField(), ChoiceField(), ChoiceField()
        self.names = TickBox()
        self._words = {field: label() for field in (self.model, self.separator)}
        self._words |= {field: label("dim") for field in (*self.columns, self.decimal, self.encoding)}
        for field, text in self._words.items():
            text.setBuddy(field)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(GAP)
        grid.setColumnStretch(1, 1)
        self._head = label()
        rows: tuple[tuple[QLabel, tuple[QWidget, ...]], ...] = (
            (self._words[self.model], (self.model,)),
            (self._head, tuple(part for field in self.columns for part in (self._words[field], field))),
            (
                self._words[self.separator],
                (
                    *(self.separator, self._words[self.decimal], self.decimal),
                    *(self._words[self.encoding], self.encoding, self.names),
                ),
            ),
        )
        for k, (head, parts) in enumerate(rows):
            line = QHBoxLayout()
            line.setSpacing(GAP)
            for part in parts:
                line.addWidget(part, int(isinstance(part, ChoiceField)))
            grid.addWidget(head, k, 0)
            grid.addLayout(line, k, 1)
        self.model.chosen.connect(self.model_chosen)
        for field in self.columns:
            field.chosen.connect(self.columns_chosen)
        for field in (self.separator, self.decimal, self.encoding):
            field.chosen.connect(self.layout_chosen)
        self.names.clicked.connect(self.layout_chosen)
        self._say()

    def _say(self) -> None:
        self._words[self.model].setText(tr("Model"))
        offer(self.model, tr("What is fitted"), [(n, tr(catalogue()[n].title), tr(catalogue()[n].doc)) for n in MODELS])
        self._head.setText(tr("Columns"))
        self._words[self.separator].setText(tr("Separator"))
        self._words[self.decimal].setText(tr("Decimals"))
        self._words[self.encoding].setText(tr("Encoding"))
        separators = (tr("comma"), tr("semicolon"), tr("tab"), tr("bar"), tr("spaces"))
        doc = tr("What stands between two cells; found by itself, but may be corrected")
        named = zip(SEPARATORS, separators, strict=True)
        offer(self.separator, tr("Separator"), [(key, text, doc) for key, text in named])
        doc = tr("The sign before the decimals of a number")
        offer(self.decimal, tr("Decimals"), [(key, f"1{key}5", doc) for key in DECIMALS])
        doc = tr("How the file turns bytes into letters; change it if words look wrong")
        offer(self.encoding, tr("Encoding"), [(key, key, doc) for key in ENCODINGS])
        self.names.setText(tr("First row has names"))
        self.names.setToolTip(tr("Whether the first row holds the names of the columns, not numbers"))

    def show_layout(self, layout: Layout) -> None:
        """Show how the file is written."""
        self.separator.set_key(layout.separator)
        self.decimal.set_key(layout.decimal)
        self.encoding.set_key(layout.encoding)
        self.names.setChecked(layout.names)

    def layout_shown(self) -> Layout:
        """How the file is said to be written."""
        return Layout(self.encoding.key(), self.separator.key(), self.decimal.key(), self.names.isChecked())

    def show_columns(self, model: str, names: Sequence[str], chosen: Sequence[int]) -> None:
        """Offer the columns of the file for what the model needs."""
        self.model.set_key(model)
        wanted = roles(model)
        for k, field in enumerate(self.columns):
            used = k < len(wanted)
            field.setVisible(used)
            self._words[field].setVisible(used)
            if used:
                last = k == len(wanted) - 1
                doc = tr("a feature: what the prediction is made of")
                if last:
                    doc = tr("what is predicted")
                    if labelled(model):
                        doc = tr("what is predicted: it holds two different numbers or words, such as 0 and 1")
                self._words[field].setText(wanted[k])
                offer(field, tr("Column for {role}", role=wanted[k]), [(str(j), n, doc) for j, n in enumerate(names)])
                if k < len(chosen):
                    field.set_key(str(chosen[k]))

    def columns_shown(self) -> list[int]:
        """The chosen columns, as places in the file."""
        return [int(field.key()) for field in self.columns if not field.isHidden() and field.key()]
