"""Putting a surface of one's own into a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.errors import ConfigError
from engine.scenario import Scenario
from surfaces import Entry, find_entry
from surfaces.library import config_of

from ..changes import without_lesson
from ..data.carry import runs_on_surface


def with_surface(scenario: Scenario, entry: Entry) -> Scenario:
    """`scenario` on this surface of one's own.

    Where its window and start are those of the surface before, the scenario's own stay, as they do while a formula is
    being written; so do the values of parameters that it declares alike. Otherwise it brings its own.
    """
    old = find_entry(scenario.surface)
    surface = replace(config_of(entry), parameters=_kept(scenario.surface.parameters, old, entry))
    after = replace(scenario, surface=surface)
    if entry.formula != old.formula:
        after = without_lesson(after)
    same_place = entry.axes == old.axes and entry.window in (old.window, scenario.window)
    if not same_place or old.kind != entry.kind:
        after = replace(after, window=entry.window, runs=runs_on_surface(scenario.runs, samples=0))
    return after if entry.start in (old.start, scenario.start) else replace(after, start=entry.start)


def _kept(values: Mapping[str, float], old: Entry, entry: Entry) -> dict[str, float]:
    """The values of those parameters whose default is the same as before, where they are still allowed."""
    before = {parameter.name: parameter.default for parameter in old.parameters}
    kept = {}
    for parameter in entry.parameters:
        value = values.get(parameter.name, parameter.default)
        try:
            parameter.check(value)
        except ConfigError:
            continue
        if before.get(parameter.name) == parameter.default != value:
            kept[parameter.name] = value
    return kept
