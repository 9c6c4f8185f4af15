"""Beside the editor: how it reads, the curve of a schedule, what is odd about a surface, and what can be used."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from engine.schedules import Schedule
from surfaces import Entry
from surfaces.typed import remarks

from ..i18n import tr, tr_error
from ..numbers import whole
from ..widget import Part, label
from .curve import OwnCurve
from .kinds import Kind
from .preview import Preview
from .rule_edit import fixed_pitch
from .words import usable

NAMES_WIDTH = 148


class Reading(Part):
    """Shows what a person may want to see while writing."""

    def __init__(self, kind: Kind, index: int) -> None:
        super().__init__()
        self._kind = kind
        self._steps = 0
        self.preview = Preview()
        self.curve, self.remark = OwnCurve(index), label("dim", wrap=True)
        self._head, self._curve_head, self._words_head = label("head"), label("head"), label("head")
        self._must = label(wrap=True)
        self.words = [(label(wrap=True), label("dim", wrap=True)) for _ in usable(kind)]
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
        column.addWidget(self.preview, 1 if kind == "surface" else 2)
        if kind == "schedule":
            column.addWidget(self._curve_head)
            column.addWidget(self.curve)
        else:
            self._curve_head.hide()
        column.addWidget(self.remark)
        self.remark.hide()
        column.addSpacing(4)
        column.addWidget(self._words_head)
        column.addWidget(self._must)
        column.addWidget(area, 2 if kind == "schedule" else 3)
        self.show_words()

    def retranslate(self) -> None:
        self._head.setText(tr("AS IT READS"))
        self._curve_head.setText(tr("η OVER {steps} STEPS", steps=whole(self._steps)))
        self._words_head.setText(tr("WHAT IT CAN USE"))
        must = {
            "optimizer": tr("A rule must assign m and sigma: θ ← θ − (η/σ)·m."),
            "schedule": tr("A formula of η, or lines of which one assigns eta."),
            "surface": tr("A formula of the loss; its gradient and its Hessian are derived from it."),
        }
        self._must.setText(must[self._kind])
        for (name, meaning), (names, words) in zip(self.words, usable(self._kind), strict=True):
            name.setText(names)
            meaning.setText(words)

    def show_schedule(self, schedule: Schedule, lr: float, last: int) -> None:
        """Show the curve of η for a run with the rate `lr`, at the schedule's default parameters."""
        self.curve.show_schedule(schedule, lr, last)
        self._steps = self.curve.last
        self._say("\n".join(filter(None, self.curve.remarks())))
        self.retranslate()

    def show_surface(self, entry: Entry) -> None:
        """Say what is odd about a surface at its default parameters."""
        values = {parameter.name: parameter.default for parameter in entry.parameters}
        self._say("\n".join(map(tr_error, remarks(entry.formula, entry.axes, values, entry.window))))

    def show_nothing(self) -> None:
        """Say nothing: what was said of the text before is not true of one that cannot be used."""
        self._say("")

    def _say(self, text: str) -> None:
        self.remark.setText(text)
        self.remark.setVisible(bool(text))
