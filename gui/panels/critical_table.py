"""The list of critical points: kind, place, loss, eigenvalues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from surfaces.critical import CriticalPoint

from ..critical import Critical
from ..glyphs import glyph_pixmap, kind_name
from ..i18n import tr
from ..numbers import show
from ..theme import theme
from ..widget import set_sheet

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT, KIND_WIDTH, MARGIN = 18, 92, 8
NOTHING = 1e-10  # of the window: a coordinate that is 0 but for rounding


class PointsModel(QAbstractTableModel):
    """What the table shows of the points; `fits` says whether a text fits into a column: else it gets fewer digits."""

    def __init__(self, critical: Critical, fits: Callable[[str, int], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._critical, self._fits = critical, fits
        self._ratio = 1.0

    def reload(self, ratio: float) -> None:
        """Other points, other words or other colours."""
        self.beginResetModel()
        self._ratio = ratio
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._critical.points)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 6

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        points = self._critical.points
        if not index.isValid() or index.row() >= len(points):
            return None
        point, column = points[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(point, column)
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return glyph_pixmap(point.kind, self._ratio)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _hint(point, self._axes())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (tr("kind"), *self._axes(), "L", "λ₁", "λ₂")[section]
        return None

    def _axes(self) -> tuple[str, str]:
        return self._critical.session.plane.names

    def _text(self, point: CriticalPoint, column: int) -> str:
        if column == 0:
            return kind_name(point.kind)
        if column == 3:
            return self._number(point.loss, column)
        if column >= 4:
            return "≈ 0" if point.zeros[column - 4] else self._number(point.eigenvalues[column - 4], column)
        findings = self._critical.findings
        assert findings is not None
        left, right, bottom, top = findings.window
        value = point.place[column - 1]
        nothing = abs(value) < NOTHING * (right - left, top - bottom)[column - 1]
        return "0" if nothing else self._number(value, column)

    def _number(self, value: float, column: int) -> str:
        texts = [show(value, digits) for digits in (4, 3, 2, 1)]
        return next((text for text in texts if self._fits(text, column)), texts[-1])


class PointsTable(QTableView):
    """Up and Down select a point, here and on the canvas.

    Signals:
        start_wanted: Enter, or a double click.
    """

    start_wanted = Signal()

    def __init__(self, critical: Critical, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._critical = critical
        self.points = PointsModel(critical, self._fits, self)
        self.setModel(self.points)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, KIND_WIDTH)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setFixedHeight(ROW_HEIGHT)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.activated.connect(lambda index: self.start_wanted.emit())
        self.selectionModel().currentRowChanged.connect(self._choose)

    def reload(self) -> None:
        """Show the points anew."""
        self.points.reload(self.devicePixelRatioF())
        self.show_selected()

    def show_selected(self) -> None:
        """Mark the selected point's row and bring it into view."""
        row = self._critical.selected
        if row is None:
            self.clearSelection()
            self.selectionModel().clearCurrentIndex()
        elif row != self.currentIndex().row():
            self.selectRow(row)
            self.scrollTo(self.points.index(row, 0))

    def _fits(self, text: str, column: int) -> bool:
        return self.fontMetrics().horizontalAdvance(text) + MARGIN <= self.columnWidth(column)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._mark_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark_focus()

    def restyle(self) -> None:
        self._mark_focus()
        self.horizontalHeader().viewport().setAutoFillBackground(False)
        self.reload()

    def _mark_focus(self) -> None:
        t = theme()
        edge = t.accent if self.hasFocus() else t.line
        set_sheet(
            self,
            f"QTableView {{ background: transparent; border: none; font-size: {t.head + 1}px; outline: none; }}"
            f"QTableView::item {{ padding: 0px; border: none; color: {t.text}; }}"
            f"QTableView::item:selected {{ background: {t.line}; color: {t.text};"
            f"border-top: 1px solid {edge}; border-bottom: 1px solid {edge}; }}"
            f"QHeaderView::section {{ font-size: {t.head + 1}px; padding: 0px 3px; }}",
        )

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self._critical.select(current.row())


def _hint(point: CriticalPoint, axes: tuple[str, str]) -> str:
    """Everything about a point, with all digits."""
    words = kind_name(point.kind)
    if point.spread:
        words = tr("{kind}: one of a line or an area of critical points", kind=words)
    lines = [words, *(f"{axis} = {value!r}" for axis, value in zip(axes, point.place, strict=True))]
    lines.append(f"L = {point.loss!r}   ‖g‖ = {show(point.gradient_norm, 2)}")
    for i, (value, vector) in enumerate(zip(point.eigenvalues, point.eigenvectors, strict=True)):
        lines.append(f"λ{'₁₂'[i]} = {value!r}   v{'₁₂'[i]} = ({show(vector[0], 6)}, {show(vector[1], 6)})")
    return "\n".join(lines)
