"""The loss surfaces: one TOML file each in `catalogue/`, linear regression on data, and formulas typed by a person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.declaration import (
    Parameter,
    at,
    check_names,
    check_values,
    listed,
    number,
    parameters,
    read_folder,
    table,
    text,
    value_faults,
)
from engine.errors import ConfigError, unknown
from engine.language import FormulaError, parse_expression
from engine.language.compile import compile_surface
from engine.language.derive import TooLarge
from engine.language.evaluate import evaluate
from engine.scenario import SurfaceConfig
from engine.surface import EVERYWHERE, Formula, Surface

from .regression import FUNCTIONS, best_line, linear_regression

Points = list[tuple[float, float]]
DEFAULT_WINDOW = (-3.0, 3.0, -3.0, 3.0)


@dataclass(frozen=True)
class Entry:
    """A surface of the catalogue as its file declares it; coordinates of minima and saddles are formulas."""

    name: str
    title: str
    doc: str
    reference: str
    window: tuple[float, float, float, float]
    start: tuple[float, float]
    axes: tuple[str, str] = ("x", "y")
    parameters: tuple[Parameter, ...] = ()
    formula: str = ""
    domain: tuple[float, float, float, float] = EVERYWHERE
    minima: tuple[tuple[str, str], ...] = ()
    saddles: tuple[tuple[str, str], ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


POINTS = listed(listed(text, 2))
FILE = table(
    {
        **dict.fromkeys(("name", "title", "doc", "reference"), text),
        **{"axes": listed(text, 2), "window": listed(number, 4), "start": listed(number, 2)},
    },
    {
        **{"formula": text, "parameters": parameters, "domain": listed(number, 4), "minima": POINTS, "saddles": POINTS},
        **{"kind": text, "reduction": text, "data_x": listed(number), "data_y": listed(number)},
    },
)


@cache
def catalogue() -> dict[str, Entry]:
    """Every surface of the catalogue by name."""
    return read_catalogue(Path(__file__).parent / "catalogue")


def read_catalogue(folder: Path) -> dict[str, Entry]:
    """Every surface of a folder by name; formulas are parsed, not compiled.

    Raises:
        ConfigError: the first fault, with file, line and column.
    """
    return read_folder(folder, FILE, _entry)


def _entry(fields: dict[str, Any]) -> Entry:
    kind = fields.pop("kind", "")
    if kind not in ("", "linear_regression"):
        raise unknown("entry", kind, ("linear_regression",), "kind")
    for key in ("data_x", "data_y", "reduction") if kind else ("formula",):
        if key not in fields:
            raise ConfigError("{name} is missing", name=key)
    left, right, bottom, top = fields["window"]
    if not (0 < right - left < math.inf and 0 < top - bottom < math.inf):
        raise ConfigError("must be [left, right, bottom, top] with left < right and bottom < top", "window")
    data: dict[str, Any] = {key: fields.pop(key) for key in ("data_x", "data_y", "reduction") if key in fields}
    if kind:
        if data["reduction"] not in FUNCTIONS:
            raise unknown("entry", data["reduction"], FUNCTIONS, "reduction")
        listed(number, len(data["data_x"]))(list(data["data_y"]), "data_y")
        fields["minima"] = (tuple(map(str, best_line(data["data_x"], data["data_y"]))),)
    entry = Entry(**fields, data=data)
    names = [parameter.name for parameter in entry.parameters]
    check_names(entry.axes, (), "axes")
    check_names(names, entry.axes, "parameters")
    if entry.formula:
        with at("formula"):
            parse_expression(entry.formula, (*entry.axes, *names))
    for key in ("minima", "saddles"):
        with at(key):
            for formula in (formula for point in fields.get(key, ()) for formula in point):
                parse_expression(formula, names)
    return entry


def find_entry(config: SurfaceConfig) -> Entry:
    """The entry that `config` names, or one made of its formula.

    Raises:
        ConfigError: for a name that is not in the catalogue.
    """
    if config.formula:
        parameters = tuple(Parameter(name, value) for name, value in config.parameters.items())
        return Entry("", "", "", "", DEFAULT_WINDOW, (1.0, 1.0), config.axes, parameters, config.formula)
    if config.name not in catalogue():
        raise unknown("surface", config.name, catalogue(), "surface.name")
    return catalogue()[config.name]


def build(config: SurfaceConfig) -> Surface:
    """The compiled surface; compiling takes up to a second the first time.

    Raises:
        ConfigError: for an unknown name, a parameter out of range, or a formula that is wrong (with its place in it).
    """
    entry = find_entry(config)
    values = check_values(entry.parameters, config.parameters, "surface.parameters")
    if entry.data:
        return linear_regression(entry.data["data_x"], entry.data["data_y"], entry.data["reduction"], entry.axes)
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
    if entry.formula:
        check_formula(entry.formula, entry.axes, [parameter.name for parameter in entry.parameters])
    samples = len(entry.data["data_x"]) if entry.data else 0
    return Surface(None, np.empty(0), entry.axes, entry.domain, samples)


def check_formula(formula: str, axes: Sequence[str], parameters: Sequence[str]) -> None:
    """Check a typed formula without compiling it.

    Raises:
        FormulaError: with line and column.
        ConfigError: for names of axes or parameters that cannot be used.
    """
    for name in (*axes, *parameters):
        if not name.isidentifier():
            raise ConfigError("{name} cannot be a name; use letters, digits and _", "surface", name=repr(name))
    if len({*axes, *parameters}) < len(axes) + len(parameters):
        raise ConfigError("the names of axes and parameters must differ", "surface")
    try:
        parse_expression(formula, (*axes, *parameters))
    except FormulaError as error:
        raise error.at("surface.formula") from None


@lru_cache(maxsize=64)
def _compiled(formula: str, axes: tuple[str, str], parameters: tuple[str, ...]) -> Any:
    check_formula(formula, axes, parameters)
    try:
        return compile_surface(parse_expression(formula, (*axes, *parameters)), axes, parameters)
    except TooLarge as error:
        raise error.at("surface.formula") from None


def known_points(config: SurfaceConfig) -> tuple[Points, Points]:
    """The known minima and saddles at these parameters; points that are not finite are left out."""
    entry = find_entry(config)
    defaults = {parameter.name: parameter.default for parameter in entry.parameters}
    values = defaults | dict(config.parameters)

    def place(points: tuple[tuple[str, str], ...]) -> Points:
        found = [tuple(evaluate(parse_expression(text, values), values) for text in point) for point in points]
        return [(x, y) for x, y in found if math.isfinite(x) and math.isfinite(y)]

    return place(entry.minima), place(entry.saddles)
