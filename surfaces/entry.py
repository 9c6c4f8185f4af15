"""What the file of a surface declares: `catalogue/` holds one TOML file each."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from engine.declaration import (
    Field,
    Option,
    Parameter,
    at,
    check_names,
    choice,
    listed,
    number,
    options,
    parameters,
    read_folder,
    table,
    text,
)
from engine.errors import ConfigError
from engine.language import parse_expression
from engine.scenario import Data
from engine.surface import EVERYWHERE

from . import network

Triple = tuple[str, str, str]
# the parts of the menu, in its order
GROUPS = (
    *("own", "lecture", "teaching", "saddles", "bowls", "valleys", "few_minima", "many_minima", "plateaus"),
    *("data", "network"),
)
NEEDED = {  # what a kind of loss is made of
    "formula": "formula",
    **dict.fromkeys(("linear_regression", "robust_regression", "logistic_regression"), "data"),
    "network": "options",
}


@dataclass(frozen=True)
class Entry:
    """A surface of the catalogue as its file declares it.

    Attributes:
        group: the part of the menu it stands in, one of `GROUPS`.
        order: its place there; entries with the same one are sorted by title.
        kind: one of `NEEDED`: what the loss is made of.
        minima, saddles: (x, y, loss), each a formula of the parameters.
        data: the points that the loss stands on.
    """

    name: str
    title: str
    doc: str
    reference: str
    window: tuple[float, float, float, float]
    start: tuple[float, float]
    axes: tuple[str, str] = ("x", "y")
    group: str = "teaching"
    order: float = 0
    kind: str = "formula"
    parameters: tuple[Parameter, ...] = ()
    options: tuple[Option, ...] = ()
    formula: str = ""
    domain: tuple[float, float, float, float] = EVERYWHERE
    minima: tuple[Triple, ...] = ()
    saddles: tuple[Triple, ...] = ()
    data: Data | None = None


def _data(value: object, where: str) -> Data:
    """The field of data points: a table with `names` and `columns`."""
    fields = table({"names": listed(text), "columns": listed(listed(number))}, {"label": text})(value, where)
    if len(fields["names"]) != len(fields["columns"]) or len({len(column) for column in fields["columns"]}) != 1:
        raise ConfigError("needs one column for each name, all equally long", where)
    return Data(**fields)


def _network_options(value: object, where: str) -> tuple[Option, ...]:
    """The field `name = choice` for each option of a network whose default is another here."""
    given = table({}, {option.name: choice(option.choices) for option in network.OPTIONS})(value, where)
    return tuple(replace(option, default=given.get(option.name, option.default)) for option in network.OPTIONS)


def _network_parameters(value: object, where: str) -> tuple[Parameter, ...]:
    """The field `name = number` for each parameter of a network whose default is another here."""
    given = table({}, {parameter.name: number for parameter in network.PARAMETERS})(value, where)
    for parameter in network.PARAMETERS:
        if parameter.name in given:
            parameter.check(given[parameter.name], f"{where}.{parameter.name}")
    return tuple(replace(each, default=given.get(each.name, each.default)) for each in network.PARAMETERS)


def _fields(options: Field, parameters: Field) -> Field:
    points = listed(listed(text, 3))
    return table(
        {
            **dict.fromkeys(("name", "title", "doc", "reference"), text),
            **{"axes": listed(text, 2), "window": listed(number, 4), "start": listed(number, 2)},
        },
        {
            **{"formula": text, "domain": listed(number, 4), "minima": points, "saddles": points},
            **{"kind": choice(NEEDED), "group": choice(GROUPS), "data": _data, "order": number},
            **{"options": options, "parameters": parameters},
        },
    )


_FORMULA_OR_DATA = _fields(options, parameters)
_NETWORK = _fields(_network_options, _network_parameters)


def file_fields(value: Any, where: str) -> Any:
    """The fields of a file; those of a network, which declares its options itself, say which defaults are others."""
    if isinstance(value, dict) and value.get("kind") == "network":
        return _NETWORK({"options": {}, "parameters": {}, **value}, where)
    return _FORMULA_OR_DATA(value, where)


@cache
def catalogue() -> dict[str, Entry]:
    """Every surface of the catalogue by name."""
    return read_catalogue(Path(__file__).parent / "catalogue")


def read_catalogue(folder: Path) -> dict[str, Entry]:
    """Every surface of a folder by name, in the order of the menu; formulas are parsed, not compiled.

    Raises:
        ConfigError: the first fault, with file, line and column.
    """
    found = read_folder(folder, file_fields, make_entry)

    def place(entry: Entry) -> tuple[int, float, str]:
        return GROUPS.index(entry.group), entry.order, entry.title.casefold()

    return {entry.name: entry for entry in sorted(found.values(), key=place)}


def make_entry(fields: dict[str, Any]) -> Entry:
    """A surface of the fields of its file.

    Raises:
        ConfigError: for what is missing or does not fit together.
    """
    entry = Entry(**fields)
    check_entry(entry)
    return entry


def check_entry(entry: Entry) -> None:
    """Check that what a surface declares fits together.

    Raises:
        ConfigError: for what is missing or does not.
    """
    if not getattr(entry, needed := NEEDED[entry.kind]):
        raise ConfigError("{name} is missing", name=needed)
    left, right, bottom, top = entry.window
    if not (0 < right - left < math.inf and 0 < top - bottom < math.inf):
        raise ConfigError("must be [left, right, bottom, top] with left < right and bottom < top", "window")
    names = [parameter.name for parameter in entry.parameters]
    check_names(entry.axes, (), "axes")
    check_names(names, entry.axes, "parameters")
    if entry.formula:
        with at("formula"):
            parse_expression(entry.formula, (*entry.axes, *names))
    for key, points in (("minima", entry.minima), ("saddles", entry.saddles)):
        with at(key):
            for formula in (formula for point in points for formula in point):
                parse_expression(formula, names)
