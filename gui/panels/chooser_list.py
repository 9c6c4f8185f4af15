"""The list inside a chooser: entries under headings, the highlighted one filled, the one in use bold."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..theme import theme
from .choices import Choice

ROW, HEADING, INDENT = 24, 28, 8
KEY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class _Row(QStyledItemDelegate):
    """Paints headings and entries in the colours of the theme."""

    used = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW if index.data(KEY) else HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        key, t = index.data(KEY), theme()
        place = QRectF(option.rect)
        lit = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(painter.font())
        where = Qt.AlignmentFlag.AlignVCenter
        if not key:
            font.setPixelSize(t.head)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1)
            where, place = Qt.AlignmentFlag.AlignBottom, place.adjusted(0, 0, 0, -4)
        elif lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.accent))
            painter.drawRoundedRect(place.adjusted(0, 1, 0, -1), 4, 4)
        font.setWeight(QFont.Weight.DemiBold if not key or key == self.used else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(t.on_accent if lit else t.text if key else t.dim))
        text = str(index.data())
        place = place.adjusted(INDENT, 0, -INDENT, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | where, shown)
        painter.restore()


class ChooserList(QListView):
    """Shows choices under the headings of their groups; moved through from outside, as it never has the focus.

    Signals:
        highlighted: another entry is highlighted, by a key, by the pointer or by a search; empty for none.
        picked: an entry was clicked.
    """

    highlighted = Signal(str)
    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._model = QStandardItemModel(self)
        self._row = _Row(self)
        self.setModel(self._model)
        self.setItemDelegate(self._row)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW)
        self.viewport().setAutoFillBackground(False)

    @property
    def keys(self) -> list[str]:
        """The keys of the entries shown, in their order."""
        rows = (self._model.item(row).data(KEY) for row in range(self._model.rowCount()))
        return [key for key in rows if key]

    def key(self) -> str:
        """The key of the highlighted entry; empty if there is none."""
        return str(self.currentIndex().data(KEY) or "")

    def show_choices(self, choices: Iterable[Choice], used: str, key: str) -> None:
        """Show these; `used` is the one in use, `key` the one to highlight."""
        self._row.used = used
        self._model.clear()
        for group, entries in groupby(choices, lambda choice: choice.group):
            heading = QStandardItem(group.upper())
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            self._model.appendRow(heading)
            for choice in entries:
                item = QStandardItem(choice.title)
                item.setData(choice.key, KEY)
                item.setData(choice.doc, Qt.ItemDataRole.AccessibleDescriptionRole)
                self._model.appendRow(item)
        self.highlight(key)
        if not key:
            self.highlighted.emit("")

    def highlight(self, key: str) -> None:
        """Highlight an entry, and show it with the heading above it."""
        found = self._model.match(self._model.index(0, 0), KEY, key, 1, Qt.MatchFlag.MatchExactly) if key else []
        for index in found:
            self.setCurrentIndex(index)
            if index.row() == 1:
                self.scrollToTop()
            else:
                self.scrollTo(index)

    def move_by(self, count: int) -> None:
        """Highlight the entry so many further down, or the last one."""
        keys, now = self.keys, self.key()
        if keys:
            self.highlight(keys[min(max(keys.index(now) + count, 0), len(keys) - 1)] if now else keys[0])

    @property
    def page(self) -> int:
        """How many entries are seen at once."""
        return max(1, self.viewport().height() // ROW - 1)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.highlighted.emit(self.key())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A release counts, so that press, drag and release picks too."""
        if key := self.indexAt(event.position().toPoint()).data(KEY):
            self.picked.emit(key)

    def _point(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.data(KEY):
            self.setCurrentIndex(index)
