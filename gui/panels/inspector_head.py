"""The head of the inspector: which run and step are shown, how the run stands, and for which parameter."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from engine.scenario import RunConfig

from ..elided import Elided
from ..i18n import tr
from ..look import icon, run_sample
from ..numbers import whole
from ..theme import theme
from ..widget import Part, label, set_sheet
from .setup_words import run_name

COPIED_MS = 1500
LONG = 8  # longer names, as those of weights, stand in the table and in the tooltip


class InspectorHead(Part):
    """Two lines, and a third where something is changed at the step.

    Signals:
        chosen: the first (0) or the second (1) parameter.
        copy_wanted: everything is to be copied as text.
    """

    chosen = Signal(int)
    copy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = 0
        self.sample, self.title, self.status = label(), Elided("strong"), Elided("dim")
        self.changed = Elided()
        self.changed.hide()
        self.parameters = [QToolButton(), QToolButton()]
        for i, button in enumerate(self.parameters):
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose, i))
        self.copy = QToolButton()
        self.copy.setProperty("role", "flat")
        self.copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.copy.setIconSize(QSize(16, 16))
        self.copy.clicked.connect(self.copy_wanted)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(COPIED_MS)
        self._copied.timeout.connect(self._name_copy)
        self._lay_out()
        self.choose(0)
        self.show_words()

    def _lay_out(self) -> None:
        line, choice = QHBoxLayout(), QHBoxLayout()
        line.setSpacing(8)
        choice.setSpacing(4)
        line.addWidget(self.sample)
        line.addWidget(self.title, 1)
        for button in self.parameters:
            choice.addWidget(button)
        line.addLayout(choice)
        line.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self.status)
        layout.addWidget(self.changed)

    def retranslate(self) -> None:
        self.copy.setToolTip(tr("Copy everything as text, with all digits"))
        self.copy.setAccessibleName(tr("Copy everything as text, with all digits"))
        metrics = self.copy.fontMetrics()
        width = max(metrics.horizontalAdvance(word) for word in (tr("Copy"), tr("Copied")))
        self.copy.setFixedWidth(width + 36)
        self._name_copy()

    def restyle(self) -> None:
        self.copy.setIcon(icon("copy"))
        self.sample.setPixmap(run_sample(self._index, self.devicePixelRatioF()))
        set_sheet(self.changed, f"color: {theme().accent};")
        for button in self.parameters:
            set_sheet(button, toggle_style())

    def show_run(self, index: int, config: RunConfig) -> None:
        """Name the run."""
        self._index = index
        self.sample.setPixmap(run_sample(index, self.devicePixelRatioF()))
        self.title.setText(run_name(config))

    def show_axes(self, axes: tuple[str, str]) -> None:
        """Name the parameters."""
        for button, axis, short in zip(self.parameters, axes, ("θ₁", "θ₂"), strict=True):
            button.setText(axis if len(axis) <= LONG else short)
            button.setToolTip(tr("Formulas for the parameter {name}", name=axis))
            button.setAccessibleName(tr("Formulas for the parameter {name}", name=axis))

    def show_status(self, step: int, last: int, words: str, ended: bool) -> None:
        """Say how the run stands at a step of those up to `last`."""
        going = step < last and not ended
        place = tr("step {step} of {last}", step=whole(step), last=whole(last))
        parts = (place if going else tr("step {step}", step=whole(step)), words)
        self.status.setText("  ·  ".join(filter(None, parts)))
        role = "error" if ended else "dim"
        if self.status.property("role") != role:
            self.status.setProperty("role", role)
            self.status.style().unpolish(self.status)
            self.status.style().polish(self.status)

    def show_change(self, words: str) -> None:
        """Say what is changed at this step; nothing where `words` is empty."""
        self.changed.setText(tr("changed here: {change}", change=words) if words else "")
        self.changed.setVisible(bool(words))

    def choose(self, parameter: int) -> None:
        """Show which parameter is chosen."""
        for i, button in enumerate(self.parameters):
            button.setChecked(i == parameter)

    def _choose(self, parameter: int) -> None:
        self.choose(parameter)
        self.chosen.emit(parameter)

    def say_copied(self) -> None:
        """Confirm, for a moment, that everything was copied."""
        self._copied.start()
        self._name_copy()

    def _name_copy(self) -> None:
        self.copy.setText(tr("Copied") if self._copied.isActive() else tr("Copy"))


def toggle_style() -> str:
    """Small buttons that show in colour which of them is on, apart from the frame of the one that has the focus."""
    t = theme()
    on = QColor(t.accent)
    return (
        "QToolButton { padding: 1px 8px; }"
        f"QToolButton:checked {{ background: rgba({on.red()}, {on.green()}, {on.blue()}, 50); color: {t.accent}; }}"
    )
