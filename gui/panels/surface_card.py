"""The surface in the setup: which one, its parameters, or a formula of one's own."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.language import parse_expression
from engine.language.syntax import names
from engine.scenario import Declared, SurfaceConfig
from surfaces import DEFAULT_WINDOW, Entry, find_entry
from surfaces.library import config_of
from surfaces.typed import never_finite

from ..i18n import tr
from ..look import icon
from ..session import Session
from ..widget import Part
from .chooser import Chooser
from .loss_view import LossView
from .setup_form import NARROW_GAP, ParameterForm, Span, new_burst
from .setup_switch import GAP
from .setup_words import symbol
from .surface_choices import OWN, surface_choices
from .surface_formula import FormulaField
from .surface_picture import surface_pictures

FIRST_FORMULA, FIRST_START = "x^2 + 10*y^2", (1.0, 1.0)
FEW = 3
REACH, PLAIN_REACH = 1e3, 10.0  # of a slider whose parameter has no end, as a multiple of its default


def _span(parameter: Parameter) -> Span:
    """The range of a slider: the parameter's own, and where that has no end as far as one may want to go."""
    default, low, high = parameter.default, parameter.low, parameter.high
    if parameter.log and default > 0:
        return max(default / REACH, low), min(default * REACH, high)
    reach = PLAIN_REACH * (abs(default) or 1.0)
    return (low if low > -math.inf else min(-reach, high)), (high if high < math.inf else max(reach, low))


class SurfaceCard(Part):
    """Shows the scenario's surface and changes it through the session.

    Signals:
        edit_wanted: a person wants the editor for the surface, or for a copy of it.
    """

    edit_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[str, bool] | None = None
        self._known: dict[str, Entry] = {}
        self._burst = new_burst()
        self.choice, self.edit = Chooser(), QToolButton()
        self.formula, self.loss = FormulaField(self._use_formula), LossView()
        self.disclosure = QToolButton()
        self.disclosure.setCheckable(True)
        self.disclosure.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in (self.edit, self.disclosure):
            button.setProperty("role", "flat")
            button.setIconSize(QSize(14, 14))
        self.form = ParameterForm(self._change_parameter, slider=_span)
        first = QHBoxLayout()
        first.setSpacing(NARROW_GAP)
        first.addWidget(self.choice, 1)
        first.addWidget(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(first)
        column.addWidget(self.formula)
        column.addWidget(self.loss)
        column.addWidget(self.disclosure, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.form)
        self.choice.chosen.connect(self._choose)
        self.edit.clicked.connect(self.edit_wanted)
        self.formula.edit.done.connect(self._end_burst)
        self.disclosure.toggled.connect(self._disclose)
        self.show_words()

    def retranslate(self) -> None:
        self.choice.setAccessibleName(tr("Surface"))
        self._known = {}
        self._offer()
        self.disclosure.setText(tr("Parameters"))
        self.disclosure.setToolTip(tr("Show or hide the parameters of the surface"))
        self.disclosure.setAccessibleName(tr("Parameters of the surface"))
        self._show_edit()

    def restyle(self) -> None:
        self.disclosure.setIcon(icon("chevron-down" if self.disclosure.isChecked() else "chevron-right"))
        self._show_edit()

    def _offer(self) -> None:
        """Offer all surfaces there are now, and a formula of one's own."""
        if (known := self._session.known_surfaces) != self._known:
            self._known = known
            self.choice.set_entries(surface_choices(known), surface_pictures(known))

    def _show_edit(self) -> None:
        own = not self._session.scenario.surface.name
        words = tr("Edit in a window…") if own else tr("Copy and edit…")
        self.edit.setIcon(icon("edit" if own else "duplicate"))
        self.edit.setAccessibleName(words)
        self.edit.setToolTip(f"{words} Ctrl+Shift+F")

    def show_surface(self, surface: SurfaceConfig) -> None:
        """Show this surface; its parameters are folded away at first if they are many."""
        entry, declared = find_entry(surface), surface.declared
        known = [parameter.name for parameter in declared.parameters]
        typed = (Parameter(name, 1.0) for name in surface.parameters if name not in known)
        parameters = entry.parameters if surface.name else (*declared.parameters, *typed)
        self._offer()
        self.choice.set_key(surface.name or declared.name or OWN)
        self.edit.setVisible(entry.kind == "formula")
        self._show_edit()
        self.formula.show_formula(surface.formula, surface.axes, tuple(parameter.name for parameter in parameters))
        self.formula.setVisible(bool(surface.formula))
        self.loss.setVisible(bool(surface.formula))
        if surface.formula:
            window = self._session.scenario.window or entry.window
            self.loss.show_loss(replace(entry, parameters=parameters, window=window), surface.parameters)
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
            entry = self._session.known_surfaces[key]
            self._session.set_surface(config_of(entry) if entry.group == "own" else SurfaceConfig(key), text)
            return
        scenario = self._session.scenario
        entry = find_entry(scenario.surface)
        if entry.formula:  # the same surface, to be edited: window, starts and lesson stay
            values = {parameter.name: parameter.default for parameter in entry.parameters}
            own = SurfaceConfig("", entry.formula, entry.axes, values | dict(scenario.surface.parameters))
            shared = ("domain", "parameters", "minima", "saddles")
            declared = Declared(**{name: getattr(entry, name) for name in shared})
            after = replace(scenario, surface=replace(own, declared=declared), window=scenario.window or entry.window)
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
        """Take another formula; what was known of the one before is true no longer, values and ranges stay."""
        scenario = self._session.scenario
        old = scenario.surface
        used = set(names(parse_expression(formula, (*old.axes, *known))))
        ranges = tuple(parameter for parameter in old.declared.parameters if parameter.name in used)
        declared = replace(old.declared, parameters=ranges, minima=(), saddles=(), reference="")
        values = {parameter.name: parameter.default for parameter in ranges} | dict(old.parameters)
        parameters = {name: values.get(name, 1.0) for name in known if name in used}
        window = scenario.window or declared.window or DEFAULT_WINDOW
        if fault := never_finite(formula, old.axes, parameters, window):
            return [fault]
        surface = replace(old, formula=formula, parameters=parameters, declared=declared)
        return self._session.set_surface(surface, tr("Change the formula"), self._burst)

    def _end_burst(self) -> None:
        self._burst = new_burst()
