"""The user's library as the window knows it: read once, and again whenever the window changes it."""

from __future__ import annotations

from dataclasses import replace

from engine import library
from engine.errors import ConfigError
from engine.library import Own
from engine.optimizers import Optimizer, optimizers
from engine.rates import Phase
from engine.scenario import RunConfig, Scenario
from engine.schedules import Schedule, schedules


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
        """All that a run can use, by name: built-in, of the library, and of the scenario, which goes before it."""
        return {**optimizers(), **self.optimizers, **{entry.name: entry for entry in scenario.optimizers}}

    def known_schedules(self, scenario: Scenario) -> dict[str, Schedule]:
        """All that a phase can use, by name, as `known_optimizers`."""
        return {**schedules(), **self.schedules, **{entry.name: entry for entry in scenario.schedules}}

    def packed(self, scenario: Scenario) -> Scenario:
        """The scenario with whatever its runs use of the library, so that it travels with them."""
        phases = [phase for run in scenario.runs for schedule in _schedules(run) for phase in schedule]
        used = {phase.name for top in phases for phase in (top, *top.chained)}
        chosen = {run.optimizer for run in scenario.runs} - {entry.name for entry in scenario.optimizers}
        used -= {entry.name for entry in scenario.schedules}
        more = tuple(entry for name, entry in self.optimizers.items() if name in chosen)
        rates = tuple(entry for name, entry in self.schedules.items() if name in used)
        if not (more or rates):
            return scenario
        return replace(scenario, optimizers=scenario.optimizers + more, schedules=scenario.schedules + rates)

    def has(self, entry: Own) -> bool:
        """Whether exactly this is kept."""
        return entry in (*self.optimizers.values(), *self.schedules.values())

    def save(self, entry: Own) -> None:
        """Keep `entry` under its name.

        Raises:
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


def _schedules(run: RunConfig) -> list[tuple[Phase, ...]]:
    """That of the run, and those that its events bring."""
    return [run.schedule, *(event.schedule for event in run.events if event.schedule is not None)]
