"""A scenario as the text of a file, as a person would write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import tomlkit

from .declaration import Parameter
from .optimizers import Optimizer
from .rates import Phase
from .scenario import FORMAT, Data, Event, Gradient, RunConfig, Scenario
from .schedules import Schedule

IN_LINE = 10  # numbers of a column


def dump(scenario: Scenario) -> str:
    """The scenario as the text of a file that `parse` reads back to an equal one."""
    document: dict[str, Any] = {"format": FORMAT}
    for name in ("id", "order", "slide", "panel"):
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
    if scenario.surface.options:
        surface["options"] = _inline(scenario.surface.options)
    if declared := dump_fields(scenario.surface.declared, "parameters"):
        surface["declared"] = declared
    document["surface"] = surface
    if monte_carlo := scenario.monte_carlo:
        document["monte_carlo"] = {"starts": monte_carlo.starts, "noise": monte_carlo.noise}
        if monte_carlo.outcome:
            document["monte_carlo"] |= {
                "outcome": monte_carlo.outcome,
                "outcome_text": _inline(monte_carlo.outcome_text),
            }
    document["optimizers"] = [dump_fields(optimizer, "hyperparameters") for optimizer in scenario.optimizers]
    document["schedules"] = [dump_fields(schedule, "parameters") for schedule in scenario.schedules]
    for kind in ("optimizers", "schedules"):
        if not document[kind]:
            del document[kind]
    document["runs"] = [_dump_run(run) for run in scenario.runs]
    return tomlkit.dumps(document) + (_dump_data(scenario.surface.data) if scenario.surface.data else "")


def _dump_data(data: Data) -> str:
    """The table of data points, which may be long: tomlkit's time grows with the square of that."""
    words: dict[str, Any] = {"label": data.label} if data.label else {}
    columns = "".join(f"    [\n{_lines(column)}    ],\n" for column in data.columns)
    return f"\n[surface.data]\n{tomlkit.dumps(words | {'names': list(data.names)})}columns = [\n{columns}]\n"


def _lines(column: Sequence[float]) -> str:
    shown = [repr(_number(value)) for value in column]
    return "".join(f"        {', '.join(shown[k : k + IN_LINE])},\n" for k in range(0, len(shown), IN_LINE))


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
        table["schedule"] = _dump_phases(run.schedule)
    if run.start:
        table["start"] = list(run.start)
    if run.steps:
        table["steps"] = run.steps
    if run.sample_order:
        table["sample_order"] = list(run.sample_order)
    if gradient := {
        field.name: value for field in fields(Gradient) if (value := getattr(run.gradient, field.name)) != field.default
    }:
        table["gradient"] = _inline(gradient)
    if run.events:
        table["events"] = [_dump_event(event) for event in run.events]
    return table


def _dump_phases(phases: tuple[Phase, ...]) -> Any:
    array = tomlkit.array()
    for phase in phases:
        table: dict[str, Any] = {"name": phase.name}
        if phase.steps:
            table["steps"] = phase.steps
        if phase.formula:
            table["formula"] = phase.formula
        table |= phase.parameters
        if phase.chained:
            table["chained"] = _dump_phases(phase.chained)
        array.append(_inline(table))
    return array.multiline(len(array) > 1)


def _dump_event(event: Event) -> dict[str, Any]:
    table: dict[str, Any] = {"step": event.step}
    if event.lr is not None:
        table["lr"] = event.lr
    if event.hyperparameters:
        table["hyperparameters"] = _inline(event.hyperparameters)
    if event.schedule is not None:
        table["schedule"] = _dump_phases(event.schedule)
    if event.nudge:
        table["nudge"] = list(event.nudge)
    return table


def dump_own(kind: Optimizer | Schedule) -> str:
    """An optimizer or schedule as the text of a file of its own."""
    return tomlkit.dumps(dump_fields(kind, "hyperparameters" if isinstance(kind, Optimizer) else "parameters"))


def dump_fields(kind: Any, parameters: str) -> dict[str, Any]:
    """The table of a dataclass whose field `parameters` holds the declared ones; defaults are left out."""
    table: dict[str, Any] = {}
    for field in fields(kind):
        value = getattr(kind, field.name)
        if field.name == parameters:
            continue
        if value != field.default:
            long = isinstance(value, str) and "\n" in value
            table[field.name] = tomlkit.string(value, multiline=True) if long else _lists(value)
    declared = {parameter.name: _dump_parameter(parameter) for parameter in getattr(kind, parameters)}
    return table | ({parameters: declared} if declared else {})


def _lists(value: Any) -> Any:
    return [_lists(part) for part in value] if isinstance(value, tuple) else value


def _dump_parameter(parameter: Parameter) -> Any:
    values = {
        field.name: value for field in fields(parameter) if (value := getattr(parameter, field.name)) != field.default
    }
    del values["name"]
    return _inline(values)
