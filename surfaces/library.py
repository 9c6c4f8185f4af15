"""The user's own surfaces: files of the catalogue's format in the data folder, and scenarios that name them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import tomlkit

from engine import library
from engine.errors import ConfigError
from engine.library import Shelf
from engine.scenario import Declared, Scenario, SurfaceConfig
from engine.scenario_dump import dump_fields

from .entry import Entry, catalogue, file_fields, make_entry
from .typed import check_formula

_SHARED = ("name", "title", "doc", "reference", "window", "start", "domain", "parameters", "minima", "saddles")


def make_own(fields: dict[str, Any]) -> Entry:
    """A surface of one's own of the fields of its file.

    Raises:
        ConfigError: for what is missing or does not fit together, and for what is no formula.
    """
    entry = replace(make_entry(fields), order=0)  # among one's own the title sorts
    for name in ("kind", "options", "data"):
        if name in fields and (name != "kind" or entry.kind != "formula"):
            raise ConfigError("a surface of one's own is a formula; take this out", name)
    try:
        check_formula(entry.formula, entry.axes, [parameter.name for parameter in entry.parameters])
    except ConfigError as fault:
        fault.where = fault.where.removeprefix("surface").removeprefix(".")
        raise
    return entry


def dump_entry(entry: Entry) -> str:
    """A surface as the text of a file of its own."""
    return tomlkit.dumps({"name": entry.name, "axes": list(entry.axes)} | dump_fields(entry, "parameters"))


SURFACES = Shelf("surfaces", file_fields, make_own, catalogue, dump_entry)


def own_surfaces() -> tuple[dict[str, Entry], list[ConfigError]]:
    """Those of the data folder by name, and the faults of the files that cannot be used."""
    return SURFACES.read()


def config_of(entry: Entry) -> SurfaceConfig:
    """A surface of one's own as a scenario holds it: with all that it declares, so that it travels with the file."""
    declared = Declared(**{name: getattr(entry, name) for name in _SHARED})
    return SurfaceConfig(formula=entry.formula, axes=entry.axes, declared=declared)


def completed(scenario: Scenario) -> Scenario:
    """The scenario with what it names of the user's library and nothing else knows."""
    scenario = library.completed(scenario)
    surface = scenario.surface
    if not surface.name or surface.name in catalogue() or surface.name not in (own := own_surfaces()[0]):
        return scenario
    return replace(scenario, surface=replace(config_of(own[surface.name]), parameters=surface.parameters))
