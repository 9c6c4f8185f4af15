"""The numbers of one step of a run, for both parameters side by side."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from engine import kernel

from ..i18n import tr
from ..numbers import MISSING, show
from ..theme import theme
from .arithmetic import Arithmetic

ROW_HEIGHT, NAME_WIDTH = 17, 76
PAIR, SINGLE, SHARPNESS = "pair", "single", "sharpness"


class _Row(NamedTuple):
    name: str
    kind: str
    column: int
    tip: str


class StateTable(QTableWidget):
    """One row for each quantity; what belongs to both parameters stands once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._rows: list[_Row] = []
        self._cells: list[list[QTableWidgetItem]] = []
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setFixedHeight(ROW_HEIGHT)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.viewport().setAutoFillBackground(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # nothing to be done in it; the area around it scrolls
        for off in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            off(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def lay_out(self, buffers: tuple[str, ...], axes: tuple[str, str]) -> None:
        """Make a row for each quantity of an optimizer with these buffers."""
        own = tr("buffer of the optimizer, under torch's name, before this update")
        self._rows = [
            _Row("θ", PAIR, kernel.THETA, tr("the parameters before this update")),
            _Row("g", PAIR, kernel.GRAD, tr("the gradient at θ")),
            _Row("m", PAIR, kernel.M, tr("gives the update its direction")),
            _Row("σ", PAIR, kernel.SIGMA, tr("what the learning rate is divided by")),
            _Row("η", SINGLE, kernel.LR, tr("the learning rate of this step")),
            _Row("η/σ", PAIR, kernel.RATE, tr("the rate of each parameter")),
            _Row("Δθ", PAIR, kernel.UPDATE, tr("the update, −(η/σ)·m")),
            *(_Row(name, PAIR, kernel.STATE + 2 * k, own) for k, name in enumerate(buffers)),
            _Row("S", SHARPNESS, kernel.SHARPNESS, tr("η·λmax(D⁻½HD⁻½): the curvature as the optimizer feels it")),
            _Row(tr("loss"), SINGLE, kernel.LOSS, tr("the loss at θ")),
            _Row("‖g‖", SINGLE, kernel.GRAD_NORM, tr("the length of the gradient")),
        ]
        self.clearSpans()
        self.setRowCount(len(self._rows))
        self.setHorizontalHeaderLabels(["", *axes])
        metrics = self.fontMetrics()
        wanted = max(metrics.horizontalAdvance(row.name) for row in self._rows) + 16
        self.setColumnWidth(0, max(NAME_WIDTH, wanted))
        self._cells = [[QTableWidgetItem(text) for text in (row.name, MISSING, MISSING)] for row in self._rows]
        for k, row in enumerate(self._rows):
            for column, item in enumerate(self._cells[k]):
                item.setToolTip(row.tip)
                item.setForeground(QColor(theme().text if column else theme().dim))
                self.setItem(k, column, item)
            if row.kind != PAIR:
                self.setSpan(k, 1, 1, 2)
        self.setFixedHeight(ROW_HEIGHT * (1 + len(self._rows)))

    def show_numbers(self, arithmetic: Arithmetic) -> None:
        """Show the numbers of a step."""
        for k, row in enumerate(self._rows):
            if row.kind == PAIR:
                for i, value in enumerate(arithmetic.pair(row.column)):
                    self._put(k, i, _number(value))
            elif row.kind == SINGLE:
                self._put(k, 0, _number(arithmetic.value(row.column)))
            else:
                self._put_sharpness(k, arithmetic.value(row.column), arithmetic.run.limit)

    def _put(self, row: int, parameter: int, text: str) -> None:
        item = self._cells[row][1 + parameter]
        if item.text() != text:
            item.setText(text)

    def _put_sharpness(self, row: int, value: float, limit: float | None) -> None:
        text, colour = _number(value), theme().text
        if limit is not None and not math.isnan(value):
            text = tr("{value} of {limit}", value=show(value, 3), limit=show(limit, 3))
            if value > limit:
                text = tr("{share}: above the limit, the walls repel", share=text)
                colour = theme().warning
        self._put(row, 0, text)
        self._cells[row][1].setForeground(QColor(colour))


def _number(value: float) -> str:
    """A number; none where nothing was computed because the run had ended."""
    return MISSING if math.isnan(value) else show(value)
