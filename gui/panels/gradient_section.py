"""What happens to the gradients of a run before its optimizer sees them: folded away, with a summary."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.scenario import GRADIENT, Gradient, RunConfig
from surfaces import outline

from ..elided import Elided
from ..i18n import tr
from ..session import Session
from ..widget import Part
from .disclosure import Disclosure
from .setup_form import NARROW_GAP, ParameterForm
from .setup_switch import GAP
from .setup_words import gradient_summary, symbol

BATCH = "batch_size"
MAXIMIZE = Parameter("maximize", 0, "1: climb to a maximum", low=0, high=1, integer=True)


class GradientSection(Part):
    """Shows the gradient treatment of run `index` and changes it through the session."""

    def __init__(self, session: Session, index: int) -> None:
        super().__init__()
        self._session, self._index = session, index
        self.form = ParameterForm(self._edit)
        self.disclosure = Disclosure(self.form)
        self.summary = Elided("dim")
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.disclosure)
        head.addWidget(self.summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NARROW_GAP)
        column.addLayout(head)
        column.addWidget(self.form)
        self.disclosure.toggled.connect(lambda: self.show_run(self._session.shown_config(self._index)))
        self.show_words()

    def retranslate(self) -> None:
        self.disclosure.setText(tr("Gradient"))
        self.disclosure.setToolTip(tr("Noise, mini-batches, clipping and weight decay, for any optimizer"))
        self.disclosure.setAccessibleName(tr("Treatment of the gradient"))
        self._show_summary(self._session.shown_config(self._index).gradient)

    def restyle(self) -> None:
        self.disclosure.restyle()

    def show_run(self, run: RunConfig) -> None:
        """Show the treatment in this run; mini-batches are offered only on a surface that stands on data."""
        samples = outline(self._session.scenario.surface).samples
        offered = tuple(p for p in GRADIENT if p.name != BATCH or samples or run.gradient.batch_size)
        self.form.set_parameters((*offered, MAXIMIZE))
        self.form.show_values({name: float(value) for name, value in vars(run.gradient).items()})
        self._show_summary(run.gradient)

    def _show_summary(self, gradient: Gradient) -> None:
        text = gradient_summary(gradient)
        self.summary.setText("" if self.disclosure.isChecked() else text)
        self.disclosure.setAccessibleDescription(text)

    def _edit(self, name: str, value: float, merge: str) -> list[ConfigError]:
        given = bool(value) if name == MAXIMIZE.name else int(value) if name == BATCH else value

        def changed(run: RunConfig) -> RunConfig:
            return replace(run, gradient=replace(run.gradient, **{name: given}))  # type: ignore[arg-type]

        return self._session.change_run(self._index, changed, tr("Change {name}", name=symbol(name)), merge)
