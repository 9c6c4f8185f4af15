"""Everything that is wrong with a scenario, each fault with its place; nothing is compiled or run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .declaration import at, value_faults
from .errors import ConfigError
from .language import parse_expression
from .optimizers import find_optimizer
from .rates import Phase, typed_lines
from .scenario import GRADIENT, LR, MAX_EVENTS, Gradient, MonteCarlo, RunConfig, Scenario, SurfaceConfig
from .scenario_file import ScenarioError, read, read_text
from .schedules import Schedule, find_schedule
from .surface import Surface

MAX_ENSEMBLE_ROWS = 5_000_000
Outline = Callable[[SurfaceConfig], Surface]
Complete = Callable[[Scenario], Scenario]


def load_checked(path: Path, outline: Outline, complete: Complete = lambda scenario: scenario) -> Scenario:
    """Read a scenario file and check all that it names; `complete` adds what a library knows.

    Raises:
        ScenarioError: with all faults.
        OSError: if the file cannot be read.
    """
    text = read_text(path)
    scenario, found = read(text, path.name)
    scenario = complete(scenario)
    unread = tuple(fault.where for fault in found if fault.where)
    # What could not be read stands there with a default, of which nothing more is to be said.
    found += [fault for fault in faults(scenario, outline) if not fault.where.startswith(unread)]
    if found:
        raise ScenarioError(found, text, path.name)
    return scenario


def faults(scenario: Scenario, outline: Outline) -> list[ConfigError]:
    """All faults of a scenario; `outline` gives a surface's axes, domain and samples, or raises its fault."""
    found: list[ConfigError] = []
    surface = None
    try:
        surface = outline(scenario.surface)
    except ConfigError as fault:
        found.append(fault)
    if surface:
        found += _start_faults(scenario.start, surface, "start")
    if monte_carlo := scenario.monte_carlo:
        found += _monte_carlo_faults(monte_carlo, scenario, surface)
    for k, config in enumerate(scenario.runs):
        found += [fault.at(f"runs[{k}]") for fault in _run_faults(config, scenario, surface)]
    return found


def _monte_carlo_faults(monte_carlo: MonteCarlo, scenario: Scenario, surface: Surface | None) -> list[ConfigError]:
    found: list[ConfigError] = []
    if surface and surface.wide:
        found.append(ConfigError("many starts cannot be made of a network; take monte_carlo out", "monte_carlo"))
    steps = sum(min(run.steps or scenario.steps, scenario.steps) for run in scenario.runs)
    if (count := monte_carlo.starts * steps) > MAX_ENSEMBLE_ROWS:
        template = "starts × steps of all runs = {count} is too large; at most {limit} rows are kept"
        found.append(ConfigError(template, "monte_carlo.starts", count=count, limit=MAX_ENSEMBLE_ROWS))
    if monte_carlo.outcome and surface:
        try:
            parse_expression(monte_carlo.outcome, surface.axes)
        except ConfigError as fault:
            found.append(fault.at("monte_carlo.outcome"))
    return found


def _start_faults(start: tuple[float, float], surface: Surface, where: str) -> list[ConfigError]:
    if surface.contains(start):
        return []
    low1, high1, low2, high2 = surface.domain
    a, b = surface.axes
    allowed = f"{low1:g} ≤ {a} ≤ {high1:g}, {low2:g} ≤ {b} ≤ {high2:g}"
    template = "the start ({x}, {y}) lies outside the domain; allowed: {allowed}"
    return [ConfigError(template, where, x=f"{start[0]:g}", y=f"{start[1]:g}", allowed=allowed)]


def _run_faults(config: RunConfig, scenario: Scenario, surface: Surface | None) -> list[ConfigError]:
    found = _faults(lambda: LR.check(config.lr, "lr"))
    optimizer = None
    try:
        optimizer = find_optimizer(config.optimizer, "optimizer", scenario.optimizers)
        found += value_faults(optimizer.hyperparameters, config.hyperparameters, "hyperparameters")
        if surface and surface.wide and optimizer.pairs_only:
            template = "{name} is written for two parameters; this network has {count}: choose another optimizer"
            count = surface.wide.origin.size
            found.append(ConfigError(template, "optimizer", name=config.optimizer, count=count))
    except ConfigError as fault:
        found.append(fault)
    if optimizer and optimizer.searches and config.gradient.maximize:
        template = "{name} searches for lower losses and cannot climb; choose another optimizer, or descend"
        found.append(ConfigError(template, "gradient.maximize", name=config.optimizer))
    found += _schedule_faults(config.schedule, scenario.schedules, "schedule")
    found += _gradient_faults(config.gradient, surface)
    if len(config.events) > MAX_EVENTS:
        found.append(ConfigError("a run can be changed at most {limit} times", "events", limit=MAX_EVENTS))
    for k, event in enumerate(config.events):
        where = f"events[{k}]"
        if event.lr is not None:
            found += _faults(lambda event=event, where=where: LR.check(event.lr, f"{where}.lr"))  # type: ignore[misc]
        if optimizer:
            found += value_faults(optimizer.hyperparameters, event.hyperparameters, f"{where}.hyperparameters")
        if event.schedule is not None:
            found += _schedule_faults(event.schedule, scenario.schedules, f"{where}.schedule")
        if k and config.events[k - 1].step >= event.step:
            found.append(ConfigError("events must be in the order of their steps, one for each", f"{where}.step"))
    if surface and config.start:
        found += _start_faults(config.start, surface, "start")
    if surface and config.sample_order and max(config.sample_order) >= surface.samples:
        template = "sample {index} does not exist; this surface has {count} data points, counted from 0"
        if not surface.samples:
            template = "this surface stands on no data, so there are no samples to choose"
        worst = max(config.sample_order)
        found.append(ConfigError(template, "sample_order", index=worst, count=surface.samples))
    return found


def _schedule_faults(phases: tuple[Phase, ...], own: tuple[Schedule, ...], where: str) -> list[ConfigError]:
    found: list[ConfigError] = []
    for k, phase in enumerate(phases):
        for j, part in enumerate((phase, *phase.chained)):
            place = f"{where}[{k}].chained[{j - 1}]" if j else f"{where}[{k}]"
            try:
                schedule = find_schedule(part.name, f"{place}.name", own)
                found += value_faults(schedule.parameters, part.parameters, place)
                with at(place):
                    typed_lines(schedule, part.formula)
            except ConfigError as fault:
                found.append(fault)
    return found


def _gradient_faults(gradient: Gradient, surface: Surface | None) -> list[ConfigError]:
    found: list[ConfigError] = []
    for parameter in GRADIENT:
        value = getattr(gradient, parameter.name)
        if value != parameter.default:
            found += _faults(lambda p=parameter, v=value: p.check(v, f"gradient.{p.name}"))  # type: ignore[misc]
    if surface and gradient.batch_size > surface.samples:
        template = "a batch of {size} cannot be drawn; this surface has {count} data points"
        if not surface.samples:
            template = "this surface stands on no data, so there are no batches to draw"
        place = "gradient.batch_size"
        found.append(ConfigError(template, place, size=gradient.batch_size, count=surface.samples))
    return found


def _faults(check: Callable[[], object]) -> list[ConfigError]:
    """The fault that `check` raises, if any."""
    try:
        check()
    except ConfigError as fault:
        return [fault]
    return []
