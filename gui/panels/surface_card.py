"""The surface in the setup: which one, its parameters, or a formula of one's own."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.language import parse_expression
from engine.language.syntax import names
from engine.scenario import SurfaceConfig
from surfaces import catalogue, find_entry

from ..i18n import tr
from ..look import icon
from ..session import Session
from ..widget import Part
from .chooser import Chooser
from .setup_form import ParameterForm, Span, new_burst
from .setup_switch import GAP
from .setup_words import symbol
from .surface_choices import OWN, surface_choices
from .surface_formula import FormulaField
from .surface_picture import surface_pictures

FIRST_FORMULA, FIRST_START = "x^2 + 10*y^2", (1.0, 1.0)
FEW = 3
REACH = 1e3  # of a slider, either way from the default


def _span(parameter: Parameter) -> Span | None:
    return (parameter.default / REACH, parameter.default * REACH) if parameter.default > 0 else None


class SurfaceCard(Part):
    """Shows the scenario's surface and changes it through the session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[str, bool] | None = None
        self._burst = new_burst()
        self.choice = Chooser()
        self.formula = FormulaField(self._use_formula)
        self.disclosure = QToolButton()
        self.disclosure.setProperty("role", "flat")
        self.disclosure.setCheckable(True)
        self.disclosure.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.disclosure.setIconSize(QSize(14, 14))
        self.form = ParameterForm(self._change_parameter, slider=_span)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.choice)
        column.addWidget(self.formula)
        column.addWidget(self.disclosure, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.form)
        self.choice.chosen.connect(self._choose)
        self.formula.edit.done.connect(self._end_burst)
        self.disclosure.toggled.connect(self._disclose)
        self.show_words()

    def retranslate(self) -> None:
        self.choice.setAccessibleName(tr("Surface"))
        self.choice.set_entries(surface_choices(catalogue()), surface_pictures(catalogue()))
        self.disclosure.setText(tr("Parameters"))
        self.disclosure.setToolTip(tr("Show or hide the parameters of the surface"))
        self.disclosure.setAccessibleName(tr("Parameters of the surface"))

    def restyle(self) -> None:
        self.disclosure.setIcon(icon("chevron-down" if self.disclosure.isChecked() else "chevron-right"))

    def show_surface(self, surface: SurfaceConfig) -> None:
        """Show this surface; its parameters are folded away at first if they are many."""
        entry = find_entry(surface)
        parameters = entry.parameters if surface.name else tuple(Parameter(name, 1.0) for name in surface.parameters)
        self.choice.set_key(surface.name or OWN)
        self.formula.show_formula(surface.formula, surface.axes, tuple(surface.parameters))
        self.formula.setVisible(bool(surface.formula))
        self.form.set_parameters(parameters)
        self.form.show_values(surface.parameters)
        many = len(parameters) > FEW
        if (surface.name, many) != self._shown:
            self._shown = (surface.name, many)
            self.disclosure.setVisible(many)
            self.disclosure.setChecked(not many)
            self.form.setVisible(not many and bool(parameters))

    def show_failure(self, error: ConfigError) -> None:
        """Show why the engine could not use the formula."""
        self.formula.show_error(error)

    def _disclose(self, on: bool) -> None:
        self.form.setVisible(on and bool(self.form.fields))
        self.restyle()

    def _choose(self, key: str) -> None:
        text = tr("Change the surface")
        if key != OWN:
            self._session.set_surface(SurfaceConfig(key), text)
            return
        scenario = self._session.scenario
        entry = find_entry(scenario.surface)
        if entry.formula:  # the same surface, to be edited: window, starts and lesson stay
            defaults = {parameter.name: parameter.default for parameter in entry.parameters}
            own = SurfaceConfig("", entry.formula, entry.axes, defaults | dict(scenario.surface.parameters))
            after = replace(scenario, surface=own, window=scenario.window or entry.window)
            self._session.change(after, text)
        else:
            merge = new_burst()
            self._session.set_surface(SurfaceConfig(formula=FIRST_FORMULA), text, merge)
            self._session.set_start(FIRST_START, text, merge)
        self.formula.edit.setFocus()

    def _change_parameter(self, name: str, value: float, merge: str) -> list[ConfigError]:
        surface = self._session.scenario.surface
        after = replace(surface, parameters={**surface.parameters, name: value})
        return self._session.set_surface(after, tr("Change {name}", name=symbol(name)), merge)

    def _use_formula(self, formula: str, known: tuple[str, ...]) -> list[ConfigError]:
        scenario = self._session.scenario
        old = scenario.surface
        used = set(names(parse_expression(formula, (*old.axes, *known))))
        parameters = {name: old.parameters.get(name, 1.0) for name in known if name in used}
        surface = replace(old, formula=formula, parameters=parameters)
        return self._session.set_surface(surface, tr("Change the formula"), self._burst)

    def _end_burst(self) -> None:
        self._burst = new_burst()
