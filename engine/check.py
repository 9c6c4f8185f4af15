"""Everything that is wrong with a scenario, each fault with its place; nothing is compiled or run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .declaration import value_faults
from .errors import ConfigError
from .language import parse_expression
from .optimizers import find_optimizer
from .scenario import LR, MonteCarlo, RunConfig, Scenario, SurfaceConfig
from .scenario_file import ScenarioError, read, read_text
from .schedules import find_schedule
from .surface import Surface

MAX_ENSEMBLE_ROWS = 5_000_000
Outline = Callable[[SurfaceConfig], Surface]


def load_checked(path: Path, outline: Outline) -> Scenario:
    """Read a scenario file and check all that it names.

    Raises:
        ScenarioError: with all faults.
        OSError: if the file cannot be read.
    """
    text = read_text(path)
    scenario, found = read(text, path.name)
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
        found += [fault.at(f"runs[{k}]") for fault in _run_faults(config, surface)]
    return found


def _monte_carlo_faults(monte_carlo: MonteCarlo, scenario: Scenario, surface: Surface | None) -> list[ConfigError]:
    found: list[ConfigError] = []
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


def _run_faults(config: RunConfig, surface: Surface | None) -> list[ConfigError]:
    found: list[ConfigError] = []
    try:
        LR.check(config.lr, "lr")
    except ConfigError as fault:
        found.append(fault)
    try:
        optimizer = find_optimizer(config.optimizer, "optimizer")
        found += value_faults(optimizer.hyperparameters, config.hyperparameters, "hyperparameters")
    except ConfigError as fault:
        found.append(fault)
    for k, phase in enumerate(config.schedule):
        try:
            schedule = find_schedule(phase.name, f"schedule[{k}].name")
            found += value_faults(schedule.parameters, phase.parameters, f"schedule[{k}]")
        except ConfigError as fault:
            found.append(fault)
    if surface and config.start:
        found += _start_faults(config.start, surface, "start")
    if surface and config.sample_order and max(config.sample_order) >= surface.samples:
        template = "sample {index} does not exist; this surface has {count} data points, counted from 0"
        if not surface.samples:
            template = "this surface stands on no data, so there are no samples to choose"
        worst = max(config.sample_order)
        found.append(ConfigError(template, "sample_order", index=worst, count=surface.samples))
    return found
