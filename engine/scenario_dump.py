"""A scenario as the text of a file, as a person would write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

from .scenario import FORMAT, RunConfig, Scenario


def dump(scenario: Scenario) -> str:
    """The scenario as the text of a file that `parse` reads back to an equal one."""
    document: dict[str, Any] = {"format": FORMAT}
    for name in ("id", "order", "slide"):
        if value := getattr(scenario, name):
            document[name] = value
    if title := dict(scenario.title):
        document["title"] = title["en"] if list(title) == ["en"] else title
    document |= {"steps": scenario.steps, "seed": scenario.seed, "start": list(scenario.start)}
    if scenario.window:
        document["window"] = list(scenario.window)
    if scenario.text:
        document["text"] = dict(scenario.text)
    surface: dict[str, Any] = {"name": scenario.surface.name} if scenario.surface.name else {}
    if scenario.surface.formula:
        surface |= {"formula": scenario.surface.formula, "axes": list(scenario.surface.axes)}
    if scenario.surface.parameters:
        surface["parameters"] = _inline(scenario.surface.parameters)
    document["surface"] = surface
    if monte_carlo := scenario.monte_carlo:
        document["monte_carlo"] = {"starts": monte_carlo.starts, "noise": monte_carlo.noise}
        if monte_carlo.outcome:
            document["monte_carlo"] |= {
                "outcome": monte_carlo.outcome,
                "outcome_text": _inline(monte_carlo.outcome_text),
            }
    document["runs"] = [_dump_run(run) for run in scenario.runs]
    return tomlkit.dumps(document)


def _inline(values: Mapping[str, Any]) -> Any:
    table = tomlkit.inline_table()
    table.update({key: _number(value) for key, value in values.items()})
    return table


def _number(value: Any) -> Any:
    """A whole number without a point, as a person would write it; it reads back to the same."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _dump_run(run: RunConfig) -> dict[str, Any]:
    table: dict[str, Any] = {"label": run.label} if run.label else {}
    table |= {"optimizer": run.optimizer, "lr": run.lr}
    if run.hyperparameters:
        table["hyperparameters"] = _inline(run.hyperparameters)
    if run.schedule:
        phases = tomlkit.array()
        for phase in run.schedule:
            steps = {"steps": phase.steps} if phase.steps else {}
            phases.append(_inline({"name": phase.name} | steps | dict(phase.parameters)))
        table["schedule"] = phases.multiline(len(phases) > 1)
    if run.start:
        table["start"] = list(run.start)
    if run.steps:
        table["steps"] = run.steps
    if run.sample_order:
        table["sample_order"] = list(run.sample_order)
    return table
