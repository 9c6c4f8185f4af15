"""The user's library as the window knows it: read once, and again whenever the window changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from engine import library
from engine.errors import ConfigError
from engine.library import Own
from engine.optimizers import Optimizer, optimizers
from engine.rates import Phase
from engine.scenario import RunConfig, Scenario
from engine.schedules import Schedule, schedules

from ..i18n import tr

T = TypeVar("T", Optimizer, Schedule)


class Library:
    """`optimizers` and `schedules` by name; `faults` of the files that cannot be used."""

    def __init__(self) -> None:
        self.optimizers: dict[str, Optimizer] = {}
        self.schedules: dict[str, Schedule] = {}
        self.faults: list[ConfigError] = []
        self.read()

    def read(self) -> None:
        """Look at the folder again."""
        self.optimizers, faults = library.own_optimizers()
        self.schedules, more = library.own_schedules()
        self.faults = faults + more

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

    def packed(self, scenario: Scenario) -> Scenario:
        """The scenario with whatever its runs use of the library, so that it travels with them."""
        phases = [phase for run in scenario.runs for schedule in _schedules(run) for phase in schedule]
        used = {phase.name for top in phases for phase in (top, *top.chained)}
        chosen = {run.optimizer for run in scenario.runs}
        own = {entry.name: entry for entry in scenario.optimizers}
        more = tuple(entry for name, entry in _besides(own, self.optimizers).items() if name in chosen)
        own_rates = {entry.name: entry for entry in scenario.schedules}
        rates = tuple(entry for name, entry in _besides(own_rates, self.schedules).items() if name in used)
        if not (more or rates):
            return scenario
        return replace(scenario, optimizers=scenario.optimizers + more, schedules=scenario.schedules + rates)

    def has(self, entry: Own) -> bool:
        """Whether exactly this is kept."""
        return entry in (*self.optimizers.values(), *self.schedules.values())

    def named(self, name: str, optimizer: bool) -> Own | None:
        """What is kept under this name."""
        return self.optimizers.get(name) if optimizer else self.schedules.get(name)

    def save(self, entry: Own) -> None:
        """Keep `entry` under its name.

        Raises:
            ConfigError: if a built-in one has its name.
            OSError: if it cannot be written.
        """
        library.save(entry)
        self.read()

    def delete(self, entry: Own) -> None:
        """Keep `entry` no longer.

        Raises:
            OSError: if it cannot be removed.
        """
        library.delete(entry)
        self.read()


def _besides(own: Mapping[str, T], kept: Mapping[str, T]) -> dict[str, T]:
    """Those that are kept and not among a scenario's `own`, by names that none of these has."""
    found: dict[str, T] = {}
    for entry in kept.values():
        while entry.name in own and own[entry.name] != entry:
            entry = replace(entry, name=tr("{name} (library)", name=entry.name))
        if entry.name not in own:
            found[entry.name] = entry
    return found


def _schedules(run: RunConfig) -> list[tuple[Phase, ...]]:
    """That of the run, and those that its events bring."""
    return [run.schedule, *(event.schedule for event in run.events if event.schedule is not None)]


def unwritten(error: OSError) -> ConfigError:
    """What the disk said, as a fault that can be shown."""
    return ConfigError("cannot be written: {reason}", str(error.filename or ""), reason=error.strerror or str(error))
