"""Below the surface in the setup: its options, and for a loss on data which points, and how steep it is."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from engine.errors import ConfigError
from engine.scenario import SurfaceConfig
from surfaces import find_entry
from surfaces.data.regression import facts

from ..elided import Elided
from ..i18n import tr
from ..look import icon
from ..numbers import show, whole
from ..panels.option_form import OptionForm, option_words
from ..panels.setup_form import NARROW_GAP
from ..panels.setup_switch import GAP
from ..session import Session
from ..widget import Part, label
from .models import stands_on_data


class SurfaceSection(Part):
    """Options and data of the session's surface; hidden where it has neither."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.options = OptionForm(self._choose)
        self.points, self.steepness = Elided("dim"), label("dim", wrap=True)
        self.own, self.back = QPushButton(), QToolButton()
        self.back.setProperty("role", "flat")
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.own, 1)
        buttons.addWidget(self.back)
        self._data = QWidget()
        inner = QVBoxLayout(self._data)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(NARROW_GAP)
        inner.addWidget(self.points)
        inner.addWidget(self.steepness)
        inner.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.options)
        column.addWidget(self._data)
        self.own.clicked.connect(self._ask)
        self.back.clicked.connect(self._go_back)
        self.show_words()

    def retranslate(self) -> None:
        self.own.setText(tr("Your own data…"))
        self.own.setToolTip(tr("Take the data points from a file: CSV, or columns with any other separator"))
        self.back.setToolTip(tr("Back to the built-in data points"))
        self.back.setAccessibleName(tr("Back to the built-in data points"))
        self.show_surface(self._session.scenario.surface)

    def restyle(self) -> None:
        self.back.setIcon(icon("undo"))

    def show_surface(self, surface: SurfaceConfig) -> None:
        """Show what this surface stands on."""
        entry = find_entry(surface)
        self.options.set_options(entry.options)
        self.options.show_choices(surface.options)
        on_data = stands_on_data(entry)
        self._data.setVisible(on_data)
        self.setVisible(on_data or bool(entry.options))
        if not on_data:
            return
        self.back.setVisible(surface.data is not None)
        data = surface.data or entry.data
        try:
            known = facts(entry, surface)
        except ConfigError:  # a scenario whose data cannot be used; the engine says so
            self.points.setText("")
            self.steepness.setText("")
            return
        names = ", ".join(data.names) if data else ""
        said = tr("{count} points: {names}", count=whole(known.points), names=names)
        self.points.setText(f"{data.label} · {said}" if data and data.label else said)
        self._show_steepness(known.minimum is None, known.condition, known.largest)

    def _show_steepness(self, endless: bool, condition: float | None, largest: float) -> None:
        if endless:
            self.steepness.setText(tr("no minimum: the loss falls for ever"))
            self.steepness.setToolTip(tr("A line tells all labels apart, so larger weights are always better"))
        elif condition is None:
            self.steepness.setText(tr("no curvature at the minimum"))
            self.steepness.setToolTip("")
        else:
            size = "∞" if math.isinf(condition) else show(condition, 3)
            text = tr("condition number {value}", value=size)
            limit = tr("gradient descent: η < {value}", value=show(2.0 / largest, 3))
            self.steepness.setText(f"{text}\n{limit}")
            self.steepness.setToolTip(
                tr(
                    "At the minimum: the largest curvature divided by the smallest, and the learning rate 2/λmax from "
                    "which on plain gradient descent on all points flies apart"
                )
            )

    # What a person does ------------------------------------------------------------------------------------------

    def _choose(self, name: str, choice: str) -> list[ConfigError]:
        surface = self._session.scenario.surface
        default = next(option.default for option in find_entry(surface).options if option.name == name)
        options = {key: value for key, value in surface.options.items() if key != name}
        if choice != default:
            options[name] = choice
        text = tr("Change {name}", name=option_words(name))
        return self._session.set_surface(replace(surface, options=options), text)

    def _ask(self) -> None:
        window = self.window()
        if files := getattr(window, "files", None):
            files.open_data()

    def _go_back(self) -> None:
        surface = replace(self._session.scenario.surface, data=None)
        self._session.set_surface(surface, tr("Back to the built-in data points"))
