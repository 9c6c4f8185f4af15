"""Beside the editor: how a rule reads, the curve of a schedule, and what a rule can use."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from engine.schedules import Schedule

from ..i18n import tr
from ..numbers import whole
from ..widget import Part, label
from .curve import OwnCurve
from .preview import Preview
from .rule_edit import fixed_pitch
from .words import usable

NAMES_WIDTH = 148


class Reading(Part):
    """Shows what a person may want to see while writing."""

    def __init__(self, optimizer: bool, index: int) -> None:
        super().__init__()
        self._optimizer = optimizer
        self._steps = 0
        self.preview = Preview()
        self.curve, self.remark = OwnCurve(index), label("dim", wrap=True)
        self._head, self._curve_head, self._words_head = label("head"), label("head"), label("head")
        self._must = label(wrap=True)
        self.words = [(label(wrap=True), label("dim", wrap=True)) for _ in usable(optimizer)]
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for k, (name, meaning) in enumerate(self.words):
            name.setStyleSheet(fixed_pitch())
            name.setFixedWidth(NAMES_WIDTH)
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            meaning.setAlignment(Qt.AlignmentFlag.AlignTop)
            grid.addWidget(name, k, 0)
            grid.addWidget(meaning, k, 1)
        grid.setRowStretch(len(self.words), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self.preview, 2)
        if optimizer:
            self._curve_head.hide()
        else:
            for part in (self._curve_head, self.curve, self.remark):
                column.addWidget(part)
        column.addSpacing(4)
        column.addWidget(self._words_head)
        column.addWidget(self._must)
        column.addWidget(area, 3 if optimizer else 2)
        self.show_words()

    def retranslate(self) -> None:
        self._head.setText(tr("AS IT READS"))
        self._curve_head.setText(tr("η OVER {steps} STEPS", steps=whole(self._steps)))
        self._words_head.setText(tr("WHAT IT CAN USE"))
        must = tr("A rule must assign m and sigma: θ ← θ − (η/σ)·m.")
        self._must.setText(must if self._optimizer else tr("A formula of η, or lines of which one assigns eta."))
        for (name, meaning), (names, words) in zip(self.words, usable(self._optimizer), strict=True):
            name.setText(names)
            meaning.setText(words)

    def show_schedule(self, schedule: Schedule, lr: float, last: int) -> None:
        """Show the curve of η for a run with the rate `lr`, at the schedule's default parameters."""
        self.curve.show_schedule(schedule, lr, last)
        self._steps = self.curve.last
        self.remark.setText("\n".join(filter(None, self.curve.remarks())))
        self.remark.setVisible(bool(self.remark.text()))
        self.retranslate()
