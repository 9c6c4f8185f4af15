"""The user's library as the window knows it: read once, and again whenever the window changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from engine import library
from engine.errors import ConfigError
from engine.optimizers import Optimizer, optimizers
from engine.scenario import Scenario
from engine.schedules import Schedule, schedules
from surfaces import Entry, catalogue, find_entry
from surfaces.library import own_surfaces

from ..i18n import tr
from .kinds import Kind, Own, kind_of, shelf_of

T = TypeVar("T", Optimizer, Schedule, Entry)


class Library:
    """`optimizers`, `schedules` and `surfaces` by name; `faults` of the files that cannot be used."""

    def __init__(self) -> None:
        self.optimizers: dict[str, Optimizer] = {}
        self.schedules: dict[str, Schedule] = {}
        self.surfaces: dict[str, Entry] = {}
        self.faults: list[ConfigError] = []
        self.read()

    def read(self) -> None:
        """Look at the folder again."""
        self.optimizers, faults = library.own_optimizers()
        self.schedules, more = library.own_schedules()
        self.surfaces, further = own_surfaces()
        self.faults = faults + more + further

    def known_optimizers(self, scenario: Scenario) -> dict[str, Optimizer]:
        """All that a run can use, by name: built-in, of the scenario, and of the library.

        One of the library with the name of another in the scenario gets a name that tells them apart.
        """
        own = {entry.name: entry for entry in scenario.optimizers}
        return {**optimizers(), **own, **_besides(own, self.optimizers)}

    def known_schedules(self, scenario: Scenario) -> dict[str, Schedule]:
        """All that a phase can use, by name, as `known_optimizers`."""
        own = {entry.name: entry for entry in scenario.schedules}
        return {**schedules(), **own, **_besides(own, self.schedules)}

    def known_surfaces(self, scenario: Scenario) -> dict[str, Entry]:
        """All surfaces, by name, as `known_optimizers`; the scenario has one of its own at most."""
        own = own_surface(scenario)
        kept = _besides(own, self.surfaces)
        renamed = {name: replace(entry, title=name) for name, entry in kept.items() if name not in self.surfaces}
        return {**catalogue(), **own, **kept, **renamed}

    def packed(self, scenario: Scenario) -> Scenario:
        """The scenario with whatever its runs use of the library, so that it travels with them."""
        own = {entry.name: entry for entry in scenario.optimizers}
        own_rates = {entry.name: entry for entry in scenario.schedules}
        return library.packed(scenario, _besides(own, self.optimizers), _besides(own_rates, self.schedules))

    def has(self, entry: Own) -> bool:
        """Whether exactly this is kept."""
        return self.named(entry.name, kind_of(entry)) == entry

    def named(self, name: str, kind: Kind) -> Own | None:
        """What is kept under this name."""
        kept: dict[Kind, Mapping[str, Own]] = {
            "optimizer": self.optimizers,
            "schedule": self.schedules,
            "surface": self.surfaces,
        }
        return kept[kind].get(name)

    def save(self, entry: Own) -> None:
        """Keep `entry` under its name.

        Raises:
            ConfigError: if a built-in one has its name.
            OSError: if it cannot be written.
        """
        shelf_of(kind_of(entry)).save(entry)
        self.read()

    def delete(self, entry: Own) -> None:
        """Keep `entry` no longer.

        Raises:
            OSError: if it cannot be removed.
        """
        shelf_of(kind_of(entry)).delete(entry)
        self.read()


def own_surface(scenario: Scenario) -> dict[str, Entry]:
    """The surface of the scenario by its name, where it is a formula that has one."""
    surface = scenario.surface
    return {surface.declared.name: find_entry(surface)} if surface.formula and surface.declared.name else {}


def _besides(own: Mapping[str, T], kept: Mapping[str, T]) -> dict[str, T]:
    """Those that are kept and not among a scenario's `own`, by names that none of these has."""
    found: dict[str, T] = {}
    for entry in kept.values():
        while entry.name in own and own[entry.name] != entry:
            entry = replace(entry, name=tr("{name} (library)", name=entry.name))
        if entry.name not in own:
            found[entry.name] = entry
    return found


def unwritten(error: OSError) -> ConfigError:
    """What the disk said, as a fault that can be shown."""
    return ConfigError("cannot be written: {reason}", str(error.filename or ""), reason=error.strerror or str(error))
