"""What an optimizer, schedule or surface file declares: its parameters with defaults, ranges and docs."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from .errors import ConfigError, unknown
from .language import FormulaError
from .places import locate

LONGEST_NAME = 60  # characters
T = TypeVar("T")
Field = Callable[[Any, str], Any]  # an entry as TOML gives it and its place → what it is, or a ConfigError


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


@dataclass(frozen=True, slots=True)
class Option:
    """One choice that a person may make out of `choices`."""

    name: str
    default: str
    choices: tuple[str, ...]
    doc: str = ""


def option_faults(options: tuple[Option, ...], given: Mapping[str, str], where: str) -> list[ConfigError]:
    """Every unknown name and every unknown choice in `given`; each fault's place is `where` and the name."""
    known = {option.name: option for option in options}
    faults: list[ConfigError] = []
    for name, value in given.items():
        if name not in known:
            faults.append(unknown("option", name, known, f"{where}.{name}"))
        elif value not in known[name].choices:
            faults.append(unknown("choice", value, known[name].choices, f"{where}.{name}"))
    return faults


def chosen(options: tuple[Option, ...], given: Mapping[str, str]) -> dict[str, str]:
    """All choices, defaults filled in."""
    return {option.name: given.get(option.name, option.default) for option in options}


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


@contextmanager
def at(where: str) -> Iterator[None]:
    """Put `where` in front of the place of a fault that is found inside."""
    try:
        yield
    except ConfigError as fault:
        raise fault.at(where) from None


def text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise ConfigError("must be text in quotes, not {value}", where, value=f"{value!r:.60}")
    return value


def number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise ConfigError("must be a number, not {value}", where, value=f"{value!r:.60}")
    return value


def flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError("must be true or false, not {value}", where, value=f"{value!r:.60}")
    return value


def choice(known: Collection[str]) -> Field:
    """The field of a text that is one of `known`."""

    def field(value: object, where: str) -> str:
        if text(value, where) not in known:
            raise unknown("entry", str(value), known, where)
        return str(value)

    return field


def listed(item: Field, count: int | None = None) -> Field:
    """The field of a list, of `count` entries if that is given."""

    def field(value: object, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ConfigError("must be a list, not {value}", where, value=f"{value!r:.60}")
        if count is not None and len(value) != count:
            raise ConfigError("must be a list of {count}, not of {given}", where, count=count, given=len(value))
        return tuple(item(part, f"{where}[{k}]") for k, part in enumerate(value))

    return field


def table(required: Mapping[str, Field], optional: Mapping[str, Field]) -> Field:
    """The field of a table with these entries and no others."""
    fields = {**required, **optional}

    def field(value: object, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ConfigError("must be a table of names and values, not {value}", where, value=f"{value!r:.60}")
        inside = f"{where}." if where else ""
        for key in value:
            if key not in fields:
                raise unknown("entry", key, fields, inside + key)
        for key in required:
            if key not in value:
                raise ConfigError("{name} is missing", where, name=key)
        return {key: fields[key](item, inside + key) for key, item in value.items()}

    return field


PARAMETER = table(
    {"default": number},
    {"doc": text, "low": number, "high": number} | dict.fromkeys(("open_low", "open_high", "log", "integer"), flag),
)


def parameters(value: object, where: str) -> tuple[Parameter, ...]:
    """The field `name = { default = …, low = …, high = …, doc = … }` for each parameter, in the file's order."""
    if not isinstance(value, dict):
        raise ConfigError("must be a table of names and values, not {value}", where, value=f"{value!r:.60}")
    found = tuple(Parameter(name, **PARAMETER(item, f"{where}.{name}")) for name, item in value.items())
    for parameter in found:
        parameter.check(parameter.default, f"{where}.{parameter.name}.default")
    return found


OPTION = table({"default": text, "choices": listed(text)}, {"doc": text})


def options(value: object, where: str) -> tuple[Option, ...]:
    """The field `name = { default = …, choices = […], doc = … }` for each option, in the file's order."""
    if not isinstance(value, dict):
        raise ConfigError("must be a table of names and values, not {value}", where, value=f"{value!r:.60}")
    found = tuple(Option(name, **OPTION(item, f"{where}.{name}")) for name, item in value.items())
    for option in found:
        if option.default not in option.choices:
            raise unknown("choice", option.default, option.choices, f"{where}.{option.name}.default")
    return found


def check_name(name: str, taken: Collection[str]) -> None:
    """Check that something of one's own can bear this name; `taken` are those of others.

    Raises:
        ConfigError: if it cannot.
    """
    if not (name[:1].isalpha() and name.isprintable() and name == name.strip()):
        raise ConfigError("{name} cannot be a name; begin with a letter", "name", name=f"{name!r:.80}")
    if len(name) > LONGEST_NAME:
        raise ConfigError("a name has at most {limit} characters", "name", limit=LONGEST_NAME)
    if name in taken:
        raise ConfigError("the name {name} is taken; choose another", "name", name=repr(name))


def check_names(names: Collection[str], taken: Collection[str], where: str) -> None:
    """Check that formulas can use all `names`, and `taken` beside them.

    Raises:
        ConfigError: for one that is no identifier or stands for something else already.
    """
    known = set(taken)
    for name in names:
        if not name.isidentifier():
            raise ConfigError("{name} cannot be a name; use letters, digits and _", f"{where}.{name}", name=repr(name))
        if name in known:
            raise ConfigError("the name {name} is taken; choose another", f"{where}.{name}", name=repr(name))
        known.add(name)


def read_folder(folder: Path, fields: Field, make: Callable[[dict[str, Any]], T]) -> dict[str, T]:
    """What `make` makes of each TOML file's fields, by declared name, in the order of the file names.

    Raises:
        ConfigError: the first fault, with file, line and column: no TOML, wrong fields, what `make` finds, or a name
            that another file bears.
    """
    found: dict[str, T] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):

        def once(entries: dict[str, Any], path: Path = path) -> T:
            if (name := entries["name"]) in found:
                template = "the name {name} is that of {other} already"
                raise ConfigError(template, "name", name=repr(name), other=files[name])
            found[name], files[name] = make(entries), _shown(path)
            return found[name]

        read_file(path, fields, once)
    return found


def read_file(path: Path, fields: Field, make: Callable[[dict[str, Any]], T]) -> T:
    """What `make` makes of a TOML file's fields.

    Raises:
        ConfigError: with file, line and column.
        OSError: if it cannot be read.
    """
    shown, source = _shown(path), ""
    try:
        source = path.read_text(encoding="utf-8")
        return make(fields(tomllib.loads(source), ""))
    except ConfigError as fault:
        raise _placed(fault, shown, source) from None
    except ValueError as error:  # not TOML, or not UTF-8
        reason, place = str(error), ""
        if match := re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", reason):
            reason, place = match.group(1), f":{match.group(2)}:{match.group(3)}"
        raise ConfigError("this is not TOML: {reason}", shown + place, reason=reason) from None
    except RecursionError:
        raise ConfigError("this is not TOML: nested too deeply", shown) from None


def _shown(path: Path) -> str:
    return "/".join(path.parts[-3:])


def _placed(fault: ConfigError, file: str, source: str) -> ConfigError:
    """The fault with file, line and column in front of its place; in a formula, those of the spot in it."""
    line, column = locate(source, fault.where)
    if isinstance(fault, FormulaError):
        rest = "\n".join(source.split("\n")[line - 1 :])[column - 1 :]
        if opening := re.match(r"""\w+\s*=\s*("{3}\n?|'{3}\n?|["'])""", rest):
            further = opening.group().count("\n") + fault.line - 1
            column = fault.column if further else column + opening.end() + fault.column - 1
            line += further
    place = f"{file}:{line}:{column}"
    return ConfigError(fault.template, f"{place}: {fault.where}" if fault.where else place, **fault.values)
