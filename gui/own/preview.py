"""A rule as it reads when typeset, and the curve of a schedule; a line at a time, so that typing never waits."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.language.typeset import program_to_latex
from engine.optimizers import Optimizer
from engine.schedules import Schedule
from surfaces import Entry

from ..panels.formula_view import FormulaView
from ..panels.loss_view import loss_line
from ..theme import theme
from ..widget import Part
from .kinds import Own

Line = tuple[str, str]  # LaTeX, and as it was typed


class Preview(Part):
    """Shows the lines of what was typed last without a fault."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self.views: list[FormulaView] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._typeset_one)
        self.show_words()

    def restyle(self) -> None:
        self._show()

    def show_entry(self, entry: Own) -> None:
        """Show the lines of an optimizer or schedule, or the formula of a surface."""
        lines = [loss_line(entry)] if isinstance(entry, Entry) else _program_lines(entry)
        if lines != self._lines:
            self._lines = lines
            self._show()

    def _show(self) -> None:
        while len(self.views) < len(self._lines):
            self.views.append(FormulaView())
            self._column.insertWidget(len(self.views) - 1, self.views[-1])
        for view, line in zip(self.views, self._lines, strict=False):
            view.forget_height()
            if view.has_ready(line[0], theme().text):
                view.show_latex(*line, theme().text)
            else:
                view.show_plain(line[1], theme().text)
        for k, view in enumerate(self.views):
            view.setVisible(k < len(self._lines))
        self._next.start(0)

    def _typeset_one(self) -> None:
        for view, line in zip(self.views, self._lines, strict=False):
            if not view.has_ready(line[0], theme().text):
                view.show_latex(*line, theme().text)
                self._next.start(0)
                return


def _program_lines(entry: Optimizer | Schedule) -> list[Line]:
    formula = "" if isinstance(entry, Optimizer) else entry.formula
    typed = [" ".join(formula.split())] if formula else entry.rule.split("\n")
    latex = program_to_latex(entry.lines)
    return [(shown, typed[line.line - 1].strip()) for shown, line in zip(latex, entry.lines, strict=True)]
