"""The loss surfaces: those of the catalogue, and formulas typed by a person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from engine.declaration import Parameter, at, check_name, check_values, option_faults, value_faults
from engine.errors import ConfigError, unknown
from engine.language import parse_expression
from engine.language.compile import compile_surface
from engine.language.derive import TooLarge
from engine.language.evaluate import evaluate
from engine.scenario import SurfaceConfig
from engine.surface import Formula, Surface

from .entry import Entry, Triple, catalogue, check_entry, read_catalogue
from .kinds import KINDS, Kind, Points
from .typed import check_formula, never_finite

__all__ = ["Entry", "build", "catalogue", "check_formula", "find_entry", "known_points", "outline", "read_catalogue"]
DEFAULT_WINDOW, DEFAULT_START = (-3.0, 3.0, -3.0, 3.0), (1.0, 1.0)


def find_entry(config: SurfaceConfig) -> Entry:
    """The entry that `config` names, or one made of its formula; window and start are those of its options and data.

    Raises:
        ConfigError: for a name that is not in the catalogue.
    """
    if config.formula:
        return _typed(config)
    if config.name not in catalogue():
        raise unknown("surface", config.name, catalogue(), "surface.name")
    entry = catalogue()[config.name]
    return KINDS[entry.kind].place(entry, config) if entry.kind in KINDS else entry


def _typed(config: SurfaceConfig) -> Entry:
    """What a typed surface declares; a parameter of which it only has the value may be any number."""
    declared = config.declared
    known = {parameter.name for parameter in declared.parameters}
    more = tuple(Parameter(name, value) for name, value in config.parameters.items() if name not in known)
    return Entry(
        *(declared.name, declared.title, declared.doc, declared.reference),
        declared.window or DEFAULT_WINDOW,
        declared.start or DEFAULT_START,
        config.axes,
        "own",
        parameters=declared.parameters + more,
        formula=config.formula,
        domain=declared.domain,
        minima=declared.minima,
        saddles=declared.saddles,
    )


def build(config: SurfaceConfig) -> Surface:
    """The compiled surface; compiling takes up to a second the first time.

    Raises:
        ConfigError: for an unknown name, a parameter out of range, or a formula that is wrong (with its place in it).
    """
    entry = find_entry(config)
    values = check_values(entry.parameters, config.parameters, "surface.parameters")
    if kind := _kind(entry, config):
        return kind.build(entry, config)
    names = tuple(parameter.name for parameter in entry.parameters)
    function = _compiled(entry.formula, entry.axes, names)
    tree = parse_expression(entry.formula, (*entry.axes, *names))
    parameters = np.array(values, dtype=np.float64)
    return Surface(function, parameters, entry.axes, entry.domain, formula=Formula(tree, entry.axes, names))


def outline(config: SurfaceConfig) -> Surface:
    """The surface without its function: all that can be wrong is checked, nothing is compiled.

    Raises:
        ConfigError: as `build`.
    """
    entry = find_entry(config)
    for fault in value_faults(entry.parameters, config.parameters, "surface.parameters"):
        raise fault
    if kind := _kind(entry, config):
        return kind.outline(entry, config)
    check_formula(entry.formula, entry.axes, [parameter.name for parameter in entry.parameters])
    if config.formula:
        with at("surface.declared"):
            if config.declared.name:
                check_name(config.declared.name, catalogue())
            check_entry(entry)
    return Surface(None, np.empty(0), entry.axes, entry.domain)


def outline_with_values(config: SurfaceConfig) -> Surface:
    """`outline`, which also refuses a typed formula that is finite nowhere.

    Raises:
        ConfigError: as `outline`, or for that.
    """
    outlined, entry = outline(config), find_entry(config)
    if config.formula:
        values = {parameter.name: parameter.default for parameter in entry.parameters} | dict(config.parameters)
        if fault := never_finite(config.formula, config.axes, values, entry.window):
            raise fault
    return outlined


def _kind(entry: Entry, config: SurfaceConfig) -> Kind | None:
    """What builds this entry, or None for a formula.

    Raises:
        ConfigError: for options that the entry does not have, or data where it stands on none.
    """
    for fault in option_faults(entry.options, config.options, "surface.options"):
        raise fault
    if entry.kind in KINDS:
        return KINDS[entry.kind]
    if config.data:
        raise ConfigError("this surface stands on no data", "surface.data")
    return None


@lru_cache(maxsize=64)
def _compiled(formula: str, axes: tuple[str, str], parameters: tuple[str, ...]) -> Any:
    check_formula(formula, axes, parameters)
    try:
        return compile_surface(parse_expression(formula, (*axes, *parameters)), axes, parameters)
    except TooLarge as error:
        raise error.at("surface.formula") from None


def carried(before: SurfaceConfig, after: SurfaceConfig, points: Sequence[tuple[float, float]]) -> Points:
    """Where `points` of a surface lie once its options are those of `after`: all else is the same."""
    entry = find_entry(after)
    kind = _kind(entry, after)
    return kind.carry(entry, before, after, points) if kind else list(points)


def known_points(config: SurfaceConfig) -> tuple[Points, Points]:
    """The known minima and saddles at these parameters; points that are not finite are left out."""
    entry = find_entry(config)
    if kind := _kind(entry, config):
        return kind.minima(entry, config), []
    defaults = {parameter.name: parameter.default for parameter in entry.parameters}
    values = defaults | dict(config.parameters)

    def place(points: tuple[Triple, ...]) -> Points:
        found = [(x, y) for x, y, _ in known_values(points, values)]
        return [(x, y) for x, y in found if math.isfinite(x) and math.isfinite(y)]

    return place(entry.minima), place(entry.saddles)


def known_values(points: tuple[Triple, ...], parameters: dict[str, float]) -> list[tuple[float, float, float]]:
    """(x, y, loss) of points that are given as formulas of the parameters."""
    trees = [[parse_expression(text, parameters) for text in point] for point in points]
    return [(evaluate(x, parameters), evaluate(y, parameters), evaluate(z, parameters)) for x, y, z in trees]
