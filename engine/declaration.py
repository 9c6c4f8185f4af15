"""What an optimizer, schedule or surface file declares: its parameters with defaults, ranges and docs."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .errors import ConfigError


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number a person may set. `low` and `high` are allowed themselves unless `open_low`/`open_high`."""

    name: str
    default: float
    doc: str = ""
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    log: bool = False
    integer: bool = False

    @property
    def allowed(self) -> str:
        """The range in symbols, as in '0 ≤ beta1 < 1'; just the name where any number will do."""
        left = f"{self.low:g} {'<' if self.open_low else '≤'} " if self.low > -math.inf else ""
        right = f" {'<' if self.open_high else '≤'} {self.high:g}" if self.high < math.inf else ""
        return f"{left}{self.name}{right}"

    def check(self, value: object, where: str = "") -> float:
        """Return `value` as a float.

        Raises:
            ConfigError: if it is no number, not finite, or out of range; names the value and the range.
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ConfigError("{name} must be a number, not {value}", where, name=self.name, value=repr(value))
        number = float(value)
        if not math.isfinite(number):
            raise ConfigError("{name} = {value} is not a finite number", where, name=self.name, value=number)
        inside = (number > self.low if self.open_low else number >= self.low) and (
            number < self.high if self.open_high else number <= self.high
        )
        if not inside:
            template = "{name} = {value} is out of range; allowed: {allowed}"
            raise ConfigError(template, where, name=self.name, value=f"{number:g}", allowed=self.allowed)
        if self.integer and number != int(number):
            raise ConfigError("{name} = {value} must be a whole number", where, name=self.name, value=f"{number:g}")
        return number


def value_faults(parameters: tuple[Parameter, ...], given: Mapping[str, object], where: str) -> list[ConfigError]:
    """Every unknown name and every value out of range in `given`; each fault's place is `where` and the name."""
    names = [parameter.name for parameter in parameters]
    faults: list[ConfigError] = []
    for name, value in given.items():
        place = f"{where}.{name}"
        if name not in names:
            faults.append(unknown("parameter", name, names, place))
            continue
        try:
            parameters[names.index(name)].check(value, place)
        except ConfigError as fault:
            faults.append(fault)
    return faults


def check_values(parameters: tuple[Parameter, ...], given: Mapping[str, object], where: str) -> tuple[float, ...]:
    """All values in declared order, defaults filled in.

    Raises:
        ConfigError: the first of `value_faults`.
    """
    for fault in value_faults(parameters, given, where):
        raise fault
    return tuple(parameter.check(given.get(parameter.name, parameter.default)) for parameter in parameters)


def unknown(kind: str, name: str, known: Collection[str], where: str) -> ConfigError:
    """The error for a name that is not among `known`, with the nearest one or the whole list."""
    near = difflib.get_close_matches(name, list(known), 1)
    if near:
        return ConfigError(
            "unknown {kind} {name}; did you mean {near}?", where, kind=kind, name=repr(name), near=repr(near[0])
        )
    listed = ", ".join(known) or "–"
    return ConfigError("unknown {kind} {name}; known: {known}", where, kind=kind, name=repr(name), known=listed)


def read_parameters(table: Mapping[str, object], where: str) -> tuple[Parameter, ...]:
    """`name = { default = …, low = …, high = …, doc = … }` for each parameter, in the file's order.

    Raises:
        ConfigError: for a field that no parameter has, or a default that is missing or not allowed.
    """
    known = [field.name for field in fields(Parameter) if field.name != "name"]
    found = []
    for name, given in table.items():
        place = f"{where}: {name}"
        if not isinstance(given, dict):
            raise ConfigError("must be a table of names and values, not {value}", place, value=repr(given))
        for field in given:
            if field not in known:
                raise unknown("entry", field, known, place)
        if "default" not in given:
            raise ConfigError("{name} is missing", place, name="default")
        parameter = Parameter(name=name, **given)
        parameter.check(parameter.default, place)
        found.append(parameter)
    return tuple(found)


def read_folder(folder: Path, texts: str, others: str) -> dict[str, dict[str, Any]]:
    """The TOML files of a folder, parsed, by their declared name, in the order of the file names.

    `texts` names the entries that a file must have, each of them text; `others` those that it may have. The entry
    `file` is added: what to call it in an error.

    Raises:
        ConfigError: for a file that is no TOML, has other entries, lacks one, or bears the name of another.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.toml")):
        where = f"{folder.name}/{path.name}"
        try:
            file = tomllib.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:  # TOMLDecodeError says the line and column; UnicodeDecodeError is one too
            raise ConfigError("this is not TOML: {reason}", where, reason=error) from None
        for key in file:
            if key not in (*texts.split(), *others.split()):
                raise unknown("entry", key, [*texts.split(), *others.split()], where)
        for key in texts.split():
            if key not in file:
                raise ConfigError("{name} is missing", where, name=key)
            if not isinstance(file[key], str):
                raise ConfigError("must be text in quotes, not {value}", f"{where}: {key}", value=repr(file[key]))
        if file["name"] in found:
            template = "the name {name} is that of {other} already"
            raise ConfigError(template, where, name=repr(file["name"]), other=found[file["name"]]["file"])
        found[file["name"]] = file | {"file": where}
    return found
