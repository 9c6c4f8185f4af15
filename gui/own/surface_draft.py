"""The part of a draft that only a surface has: its axes with window and start, and what they make with a formula."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.declaration import Parameter, at
from engine.errors import ConfigError
from engine.language import parse_expression
from surfaces import DEFAULT_START, DEFAULT_WINDOW, Entry, check_formula
from surfaces.entry import check_entry
from surfaces.typed import never_finite

from ..panels.number_text import format_number, parse_number


@dataclass(frozen=True)
class AxisRow:
    """An axis as it is typed: its name, the ends of the window, and where runs start."""

    name: str
    low: str
    high: str
    start: str


def axis_rows(entry: Entry) -> tuple[AxisRow, AxisRow]:
    """The two axes of a surface, as texts."""
    first, second = (
        AxisRow(name, *map(format_number, (*entry.window[2 * k : 2 * k + 2], entry.start[k])))
        for k, name in enumerate(entry.axes)
    )
    return first, second


XY = axis_rows(Entry("", "", "", "", DEFAULT_WINDOW, DEFAULT_START))


def made_surface(
    name: str,
    doc: str,
    formula: str,
    parameters: tuple[Parameter, ...],
    axes: tuple[AxisRow, AxisRow],
    source: Entry | None,
) -> Entry:
    """The surface that the texts make; of `source` it has what is still true of it.

    Raises:
        ConfigError: the first fault; `where` says in which field, as `Draft.made`.
    """
    numbers = [[_number(getattr(axis, key), f"axes[{k}].{key}") for key in _NUMBERS] for k, axis in enumerate(axes)]
    for k, (low, high, _) in enumerate(numbers):
        if not low < high:
            raise ConfigError("must be larger than where the window begins", f"axes[{k}].high")
        if not 1e-100 < high - low < 1e100:
            raise ConfigError("a window is between 1e-100 and 1e100 wide", f"axes[{k}].high")
    (left, right, x), (bottom, top, y) = numbers
    entry = Entry(
        *(name, name, doc, "", (left, right, bottom, top), (x, y), (axes[0].name, axes[1].name), "own"),
        parameters=parameters,
        formula=formula,
    )
    try:
        check_formula(formula, entry.axes, [parameter.name for parameter in parameters])
    except ConfigError as fault:
        fault.where = "rule" if fault.where == "surface.formula" else _bearer(entry, fault)
        raise
    check_entry(entry)
    defaults = {parameter.name: parameter.default for parameter in parameters}
    if reason := never_finite(formula, entry.axes, defaults, entry.window):
        raise ConfigError(reason.template, "rule", **reason.values)
    return _with_known(entry, source) if source else entry


_NUMBERS = ("low", "high", "start")


def _number(text: str, where: str) -> float:
    with at(where):
        return parse_number(text)


def _bearer(entry: Entry, fault: ConfigError) -> str:
    """The field with the name that cannot be used: the last one of those that bear it."""
    places = {f"axes[{k}].name": axis for k, axis in enumerate(entry.axes)}
    places |= {f"parameters[{k}].name": parameter.name for k, parameter in enumerate(entry.parameters)}
    names = list(places.values())
    bad = [place for place, name in places.items() if repr(name) == fault.values.get("name")]
    twice = [place for place, name in places.items() if names.count(name) > 1]
    return (bad or twice)[-1]


def _with_known(entry: Entry, source: Entry) -> Entry:
    """`entry` with the title of `source` if it bears its name; if it is its formula, with the known points besides."""
    if entry.name == source.name:
        entry = replace(entry, title=source.title)
    if not same_loss(entry, source):
        return entry
    kept = {key: getattr(source, key) for key in ("reference", "domain", "minima", "saddles")}
    return replace(entry, **kept)


def same_loss(one: Entry, other: Entry) -> bool:
    """Whether both are the same formula over the same names, though it may be written with other blanks."""
    names, others = ([*entry.axes, *(parameter.name for parameter in entry.parameters)] for entry in (one, other))
    return names == others and parse_expression(one.formula, names) == parse_expression(other.formula, others)
