"""The card of one run: its colour, its name, a menu, and, where it is selected, all that can be set about it."""

from __future__ import annotations

import html
from dataclasses import replace

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout

from engine.scenario import RunConfig

from ..elided import Elided
from ..i18n import tr
from ..look import icon, run_sample
from ..session import Session
from ..theme import theme
from ..widget import Part
from .run_editor import RunEditor
from .setup_form import NARROW_GAP
from .setup_switch import GAP
from .setup_words import run_name, run_summary

TITLE = 26  # as high as the field that takes its place


class NameEdit(QLineEdit):
    """A name that is being changed; Enter and leaving it keep the change, Escape does not."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class RunCard(Part):
    """Shows run `index` of the session; a click or Return selects it."""

    def __init__(self, session: Session, index: int) -> None:
        super().__init__(role="card")
        self._session, self._index = session, index
        self._run: RunConfig | None = None
        self._selected = False
        self._ring = False
        self.editor: RunEditor | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._sample = QLabel()
        self.title, self.summary = Elided("strong"), Elided("dim")
        self.title.setMinimumHeight(TITLE)
        self.name = NameEdit()
        self.name.hide()
        self.more = QToolButton()
        self.more.setProperty("role", "flat")
        self.more.setIconSize(QSize(16, 16))
        self._make_menu()
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self._sample)
        head.addWidget(self.title, 1)
        head.addWidget(self.name, 1)
        head.addWidget(self.more)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 6, 0)
        self._body.addWidget(self.summary)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 4, 8)
        column.setSpacing(NARROW_GAP)
        column.addLayout(head)
        column.addLayout(self._body)
        self.more.clicked.connect(lambda: self._open_menu(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        self.name.left.connect(self._renamed)
        self.show_words()

    def _make_menu(self) -> None:
        self.menu = QMenu(self)
        self.duplicate, self.rename = self.menu.addAction(""), self.menu.addAction("")
        self.pin = self.menu.addAction("")
        self.pin.setCheckable(True)
        self.menu.addSeparator()
        self.remove = self.menu.addAction("")
        for action, do in (
            (self.duplicate, self._duplicate),
            (self.rename, self.start_renaming),
            (self.pin, self._toggle_pin),
            (self.remove, self._remove),
        ):
            assert isinstance(action, QAction)
            action.triggered.connect(do)

    def retranslate(self) -> None:
        self.duplicate.setText(tr("Duplicate"))
        self.rename.setText(tr("Rename…"))
        self.pin.setText(tr("Start of its own"))
        self.remove.setText(tr("Remove"))
        self.more.setToolTip(tr("Duplicate, rename, pin the start, remove"))
        self.more.setAccessibleName(tr("More about this run"))
        self.name.setAccessibleName(tr("Name of this run"))
        self.name.setToolTip(tr("Enter keeps the name, Esc the old one; without a name optimizer and rate are shown"))
        self._show_texts()

    def restyle(self) -> None:
        self._sample.setPixmap(run_sample(self._index, self.devicePixelRatioF()))
        self.more.setIcon(icon("more", theme().dim))
        self.duplicate.setIcon(icon("duplicate"))
        self.remove.setIcon(icon("trash"))

    # What the session says ---------------------------------------------------------------------------------------

    def show_run(self, run: RunConfig, selected: bool) -> None:
        """Show this run, opened if it is selected."""
        turned, changed = selected != self._selected, run != self._run
        if self._run and (run.optimizer, run.label) != (self._run.optimizer, self._run.label):
            self.name.setModified(False)  # another run has come here: a name half typed was not meant for it
        self._run, self._selected = run, selected
        if turned:
            self.setProperty("selected", "true" if selected else "false")
            self.style().unpolish(self)
            self.style().polish(self)
        if turned or changed:
            self._show_texts()
        self.pin.setChecked(run.start is not None)
        self.remove.setEnabled(len(self._session.scenario.runs) > 1)
        self._show_editor(run)

    def _show_editor(self, run: RunConfig) -> None:
        if self._selected and self.editor is None:
            self.editor = RunEditor(self._session, self._index)
            self._body.addWidget(self.editor)
        if self.editor:
            if self._selected:
                self.editor.show_run(run)
            self.editor.setVisible(self._selected)
        self.summary.setVisible(not self._selected)

    def show_step(self) -> None:
        """Mark the session's shown step."""
        if self.editor and self._selected:
            self.editor.schedule.show_step()

    def _show_texts(self) -> None:
        if self._run is None:
            return
        hint = "" if self._selected else tr("Click or press Enter to select this run; F2 renames it")
        lines = (run_name(self._run), hint and run_summary(self._run), hint)
        self.setToolTip("".join(f"<div>{html.escape(line)}</div>" for line in lines if line))
        self.title.setText(run_name(self._run))
        self.summary.setText(run_summary(self._run))
        self.setAccessibleName(run_name(self._run))
        self.setAccessibleDescription(run_summary(self._run))

    # What a person does ------------------------------------------------------------------------------------------

    def _select(self) -> None:
        self._session.select(self._index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._select()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._select()
        elif event.key() == Qt.Key.Key_F2:
            self.start_renaming()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._open_menu(event.globalPos())

    def _open_menu(self, place: QPoint) -> None:
        self.menu.popup(place)

    def _duplicate(self) -> None:
        self._select()
        self._session.add_run(tr("Duplicate run"))

    def _toggle_pin(self, on: bool) -> None:
        start = self._session.start_of(self._index) if on else None
        self._session.change_run(self._index, lambda run: replace(run, start=start), tr("Pin or unpin the start"))

    def _remove(self) -> None:
        self._session.remove_run(self._index, tr("Remove run"))

    def start_renaming(self) -> None:
        """Change the name in its place."""
        if self._run:
            self.name.setText(self._run.label)
            self.name.setPlaceholderText(run_name(replace(self._run, label="")))
            self.title.hide()
            self.name.show()
            self.name.setFocus()
            self.name.selectAll()

    def _renamed(self) -> None:
        if self.name.isHidden():
            return
        kept = self.name.hasFocus()
        self.name.hide()
        self.title.show()
        if kept:
            self.setFocus()
        text = self.name.text().strip()
        if self.name.isModified() and self._index < len(self._session.scenario.runs):
            self._session.change_run(self._index, lambda run: replace(run, label=text), tr("Rename run"))

    # Focus -------------------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._ring:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme().text))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
