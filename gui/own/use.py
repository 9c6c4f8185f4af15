"""Putting what a person wrote into a scenario, and into its runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.optimizers import Optimizer
from engine.rates import Phase
from engine.scenario import Event, RunConfig, Scenario
from engine.schedules import Schedule
from surfaces import Entry

from ..changes import for_optimizer
from .kinds import Kind, Own, kind_of
from .library import own_surface
from .surface_use import with_surface

Phases = tuple[Phase, ...]


def own_of(scenario: Scenario, kind: Kind) -> dict[str, Own]:
    """What the scenario brings itself, by name."""
    if kind == "surface":
        return {**own_surface(scenario)}
    entries: tuple[Own, ...] = scenario.optimizers if kind == "optimizer" else scenario.schedules
    return {entry.name: entry for entry in entries}


def with_own(scenario: Scenario, entry: Own) -> Scenario:
    """`scenario` with `entry` among its own, in place of one of its name; runs lose the values it no longer has."""
    if isinstance(entry, Entry):
        return with_surface(scenario, entry)
    runs = tuple(_fitting(run, entry) for run in scenario.runs)
    own = {**own_of(scenario, kind_of(entry)), entry.name: entry}
    return _with(scenario, isinstance(entry, Optimizer), own, runs)


def used(scenario: Scenario, index: int, entry: Own, before: str = "") -> Scenario:
    """`scenario` whose run `index` uses `entry`, or all of whose runs if it is a surface.

    `before` is what `entry` was called when it was used last: the run has it no longer, nor the scenario if no other
    run does.
    """
    if isinstance(entry, Entry):
        return with_surface(scenario, entry)
    optimizer = isinstance(entry, Optimizer)
    run = scenario.runs[index]
    if isinstance(entry, Optimizer):
        if run.optimizer not in (entry.name, before):
            run = replace(run, hyperparameters={}, lr=entry.lr, label="", events=for_optimizer(run.events))
        run = replace(run, optimizer=entry.name)
    else:
        run = _each_schedule(run, lambda phases: _each(phases, lambda phase: _renamed(phase, before, entry.name)))
        if entry.name not in _names(run):
            run = replace(run, schedule=(Phase(entry.name, {}),))
    runs = (*scenario.runs[:index], run, *scenario.runs[index + 1 :])
    after = with_own(replace(scenario, runs=runs), entry)
    own = own_of(after, kind_of(entry))
    still = {run.optimizer for run in runs} if optimizer else {name for run in runs for name in _names(run)}
    if before in own and before not in still:
        del own[before]
    return _with(after, optimizer, own, after.runs)


def _with(scenario: Scenario, optimizer: bool, own: Mapping[str, Own], runs: tuple[RunConfig, ...]) -> Scenario:
    if optimizer:
        mine = tuple(entry for entry in own.values() if isinstance(entry, Optimizer))
        return replace(scenario, optimizers=mine, runs=runs)
    rates = tuple(entry for entry in own.values() if isinstance(entry, Schedule))
    return replace(scenario, schedules=rates, runs=runs)


def _fitting(run: RunConfig, entry: Optimizer | Schedule) -> RunConfig:
    """The run without values of parameters that `entry` does not have."""
    if isinstance(entry, Schedule):
        return _each_schedule(run, lambda phases: _each(phases, lambda phase: _fitting_phase(phase, entry)))
    if run.optimizer != entry.name:
        return run
    events = (replace(event, hyperparameters=_known(event.hyperparameters, entry.names)) for event in run.events)
    telling = tuple(event for event in events if event != Event(event.step))
    return replace(run, hyperparameters=_known(run.hyperparameters, entry.names), events=telling)


def _fitting_phase(phase: Phase, entry: Schedule) -> Phase:
    if phase.name != entry.name:
        return phase
    formula = phase.formula if entry.typed else ""
    return replace(phase, parameters=_known(phase.parameters, entry.names), formula=formula)


def _known(values: Mapping[str, float], names: list[str]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name in names}


def _renamed(phase: Phase, before: str, name: str) -> Phase:
    return replace(phase, name=name) if before and phase.name == before else phase


def _names(run: RunConfig) -> set[str]:
    """The schedules that a run uses, from its start or after a change."""
    every = [run.schedule, *(event.schedule or () for event in run.events)]
    return {part.name for phases in every for phase in phases for part in (phase, *phase.chained)}


def _each(phases: Phases, change: Callable[[Phase], Phase]) -> Phases:
    return tuple(replace(change(phase), chained=tuple(change(factor) for factor in phase.chained)) for phase in phases)


def _each_schedule(run: RunConfig, change: Callable[[Phases], Phases]) -> RunConfig:
    events = tuple(
        event if event.schedule is None else replace(event, schedule=change(event.schedule)) for event in run.events
    )
    return replace(run, schedule=change(run.schedule), events=events)
