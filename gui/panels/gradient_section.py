"""What happens to a run's gradient before the optimizer sees it: noise, batches, clipping, decay; folded at first."""

from __future__ import annotations

import math
from dataclasses import fields, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.scenario import GRADIENT, Gradient, RunConfig
from surfaces import outline

from ..elided import Elided
from ..i18n import tr
from ..numbers import show
from ..session import Session
from ..widget import Part
from .setup_form import NARROW_GAP, ParameterForm
from .setup_switch import GAP
from .setup_words import symbol

CLIPS = ("clip_value", "clip_norm")
MAXIMIZE = Parameter("maximize", 0, "go up instead of down", low=0, high=1, integer=True)


def _field(parameter: Parameter) -> Parameter:
    """A limit that is off is infinite in a scenario, and 0 in its field."""
    if parameter.name not in CLIPS:
        return parameter
    return replace(parameter, default=0.0, open_low=False)


FIELDS = (*map(_field, GRADIENT), MAXIMIZE)


class GradientSection(Part):
    """Shows `RunConfig.gradient` of run `index` and changes it through the session."""

    def __init__(self, session: Session, index: int) -> None:
        super().__init__()
        self._session, self._index = session, index
        self._gradient = Gradient()
        self.head = QToolButton()
        self.head.setProperty("role", "flat")
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setArrowType(Qt.ArrowType.RightArrow)
        self.summary = Elided("dim")
        self.form = ParameterForm(self._edit)
        self.form.hide()
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.head)
        row.addWidget(self.summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addLayout(row)
        column.addWidget(self.form)
        self.head.toggled.connect(self._fold)
        self.show_words()

    def retranslate(self) -> None:
        self.head.setText(tr("GRADIENT"))
        self.head.setToolTip(tr("Noise, mini-batches, clipping and weight decay, whatever the optimizer"))
        self.head.setAccessibleName(tr("Gradient"))
        self._summarise()

    def show_run(self, run: RunConfig) -> None:
        """Show what happens to this run's gradient; batches only where the loss stands on data."""
        on_data = outline(self._session.scenario.surface).samples > 0
        self.form.set_parameters(tuple(p for p in FIELDS if p.name != "batch_size" or on_data))
        self._gradient = run.gradient
        values = {field.name: float(getattr(run.gradient, field.name)) for field in fields(Gradient)}
        self.form.show_values({name: 0.0 if math.isinf(value) else value for name, value in values.items()})
        self._summarise()

    def _summarise(self) -> None:
        default = Gradient()
        set_ones = [f.name for f in fields(Gradient) if getattr(self._gradient, f.name) != getattr(default, f.name)]
        words = [
            symbol(name) + ("" if name == "maximize" else " " + show(float(getattr(self._gradient, name)), 3))
            for name in set_ones
        ]
        self.summary.setText(" · ".join(words) or tr("as it is"))

    def _fold(self, on: bool) -> None:
        self.form.setVisible(on)
        self.head.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)

    def _edit(self, name: str, value: float, merge: str) -> list[ConfigError]:
        made: float | bool = value
        if name in CLIPS and value == 0:
            made = math.inf
        elif name == MAXIMIZE.name:
            made = bool(value)

        def changed(run: RunConfig) -> RunConfig:
            return replace(run, gradient=replace(run.gradient, **{name: made}))  # type: ignore[arg-type]

        return self._session.change_run(self._index, changed, tr("Change {name}", name=symbol(name)), merge)
