"""Scenario files: TOML to a Scenario, with every fault named by path, line and column."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .declaration import unknown
from .errors import ConfigError
from .language import FormulaError
from .scenario import FORMAT, LR, MAX_RUNS, MAX_STEPS, MonteCarlo, RunConfig, Scenario, SurfaceConfig
from .schedules import Phase

MAX_BYTES = 1_000_000
MAX_FAULTS = 100
MAX_VALUES = 50
MAX_PHASES = 50
MAX_DOTS = 500  # in one line: tomllib needs minutes for keys of many thousand parts


class ScenarioError(ValueError):
    """A file that is no scenario: all its `faults`, each with the line and column of the place it names.

    `place` is the line and column where the text stops being TOML.
    """

    def __init__(
        self, faults: list[ConfigError], text: str = "", name: str = "", place: tuple[int, int] | None = None
    ) -> None:
        self.faults, self.text, self.name, self.place = faults, text, name, place
        super().__init__("\n".join(self.lines()))

    def lines(
        self, words: Callable[[ConfigError], str] = lambda fault: fault.message, excerpts: bool = True
    ) -> list[str]:
        """One line per fault: name:line:column: path: what is wrong; `words` says it in another language.

        `excerpts`: with the formula and a caret beneath, for text of fixed width.
        """
        shown = []
        places = [self.place or locate(self.text, fault.where) for fault in self.faults]
        for (line, column), fault in sorted(zip(places, self.faults, strict=True), key=lambda pair: pair[0]):
            place = [self.name] if self.name else []
            path = [fault.where] if fault.where else []
            excerpt = [fault.excerpt] if isinstance(fault, FormulaError) and excerpts else []
            shown.append(
                "\n".join([": ".join([":".join([*place, str(line), str(column)]), *path, words(fault)]), *excerpt])
            )
        return shown


@lru_cache(maxsize=1)
def _places(text: str) -> dict[tuple[str, ...], tuple[int, int, str]]:
    """The path of each table and entry, with its line, its column from 0, and the text of that line."""
    table: list[str] = []
    counts: dict[tuple[str, ...], int] = {}
    places: dict[tuple[str, ...], tuple[int, int, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)([^\]]+)\]", line):
            table, names = [], [name.strip() for name in header.group(2).split(".")]
            for depth, name in enumerate(names, 1):
                table.append(name)
                path = tuple(table)
                if header.group(1) == "[[" and depth == len(names):
                    counts[path] = counts.get(path, -1) + 1
                if path in counts:
                    places.setdefault(path, (number, 0, line))
                    table.append(str(counts[path]))
            places.setdefault(tuple(table), (number, 0, line))
        elif key := re.match(r"(\s*)([\w-]+)\s*=", line):
            places.setdefault((*table, key.group(2)), (number, len(key.group(1)), line))
    return places


def locate(text: str, where: str) -> tuple[int, int]:
    """Line and column, from 1, of the innermost part of the path `where` that can be found in the TOML `text`."""
    parts = re.findall(r"[^.\[\]]+", where)
    for depth in range(len(parts), 0, -1):
        if place := _places(text).get(tuple(parts[:depth])):
            number, column, line = place
            for part in parts[depth:]:
                if inner := re.search(rf"\b{re.escape(part)}\s*=", line[column + 1 :]):
                    column += inner.start() + 1
            return number, column + 1
    return 1, 1


def _shown(value: object) -> str:
    """`value` as Python writes it, cut short."""
    try:
        return repr(value)[:60]
    except (ValueError, RecursionError):  # an integer of thousands of digits; tables nested too deeply
        return f"{type(value).__name__} …"


class _Reader:
    """Takes typed values out of parsed tables; notes each fault with its path, up to `MAX_FAULTS`, and goes on."""

    def __init__(self) -> None:
        self.faults: list[ConfigError] = []

    def note(self, template: str, where: str, **values: object) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(ConfigError(template, where, **values))

    def known(self, table: Mapping[str, Any], names: str, where: str) -> None:
        for key in table:
            if key not in names.split() and len(self.faults) < MAX_FAULTS:
                self.faults.append(unknown("entry", key, names.split(), f"{where}.{key}" if where else key))

    def table(self, value: object, where: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self.note("must be a table of names and values, not {value}", where, value=_shown(value))
        return {}

    def text(self, value: object, where: str) -> str:
        if isinstance(value, str):
            return value
        self.note("must be text in quotes, not {value}", where, value=_shown(value))
        return ""

    def texts(self, value: object, where: str) -> Mapping[str, str]:
        if isinstance(value, str):
            return {"en": value}
        return {key: self.text(item, f"{where}.{key}") for key, item in self.table(value, where).items()}

    def number(self, value: object, where: str, low: float = -math.inf, high: float = math.inf) -> float:
        try:
            number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.note("must be a finite number, not {value}", where, value=_shown(value))
        elif not low <= number <= high:
            self.note("{value} is out of range; allowed: {low} to {high}", where, value=value, low=low, high=high)
        else:
            return number
        return max(low, 0.0)

    def whole(self, value: object, where: str, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self.note("must be a whole number, not {value}", where, value=_shown(value))
        elif not low <= value <= high:
            template = "{value} is out of range; allowed: {low} to {high}"
            self.note(template, where, value=_shown(value), low=low, high=high)
        else:
            return value
        return low

    def numbers(
        self, value: object, where: str, count: int | None, item: Callable[[object, str], Any]
    ) -> tuple[Any, ...]:
        if not isinstance(value, list) or (count is not None and len(value) != count):
            if count:
                self.note("must be a list of {count} numbers, not {value}", where, count=count, value=_shown(value))
            else:
                self.note("must be a list of numbers, not {value}", where, value=_shown(value))
            return (0.0,) * (count or 0)
        return tuple(item(part, f"{where}[{k}]") for k, part in enumerate(value))

    def values(self, value: object, where: str) -> dict[str, float]:
        table = self.table(value, where)
        if len(table) > MAX_VALUES:
            self.note("there can be at most {limit} values", where, limit=MAX_VALUES)
            return {}
        return {key: self.number(item, f"{where}.{key}") for key, item in table.items()}


def parse(text: str, name: str = "") -> Scenario:
    """Read a scenario; names of optimizers, schedules and surfaces are left to `check.faults`.

    Raises:
        ScenarioError: with all faults that were found.
    """
    scenario, faults = read(text, name)
    if faults:
        raise ScenarioError(faults, text, name)
    return scenario


def read(text: str, name: str = "") -> tuple[Scenario, list[ConfigError]]:
    """A scenario as far as it can be read, with defaults where it cannot, and the faults.

    Raises:
        ScenarioError: if the text is no TOML of this format at all.
    """
    reader = _Reader()
    if len(text.encode()) > MAX_BYTES:
        raise ScenarioError([ConfigError("the file is larger than {limit} bytes", limit=MAX_BYTES)], text[:100], name)
    try:
        if any(line.count(".") > MAX_DOTS for line in text.splitlines()):
            raise RecursionError
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"^(.*?) \(at line (\d+), column (\d+)\)$", str(error))
        fault = ConfigError("this is not TOML: {reason}", reason=match.group(1) if match else str(error))
        place = (int(match.group(2)), int(match.group(3))) if match else None
        raise ScenarioError([fault], text, name, place) from None
    except RecursionError:
        raise ScenarioError([ConfigError("this is not TOML: nested too deeply")], text, name) from None
    except ValueError:  # Python reads no integer of more than 4300 digits
        raise ScenarioError([ConfigError("this is not TOML: a number has too many digits")], text, name) from None
    if "format" not in table:
        template = "format is missing; this program reads format = {known}"
        raise ScenarioError([ConfigError(template, "format", known=FORMAT)], text, name)
    version = table["format"]
    if version != FORMAT or isinstance(version, bool):
        template = "format = {version} cannot be read; this program reads format = {known}"
        raise ScenarioError([ConfigError(template, "format", version=_shown(version), known=FORMAT)], text, name)
    return _scenario(table, reader), reader.faults


def _scenario(table: Mapping[str, Any], reader: _Reader) -> Scenario:
    reader.known(table, "format title steps seed start surface runs window monte_carlo text id order slide", "")
    for needed in ("start", "surface", "runs"):
        if needed not in table:
            reader.note("{name} is missing", "", name=needed)
    runs = table.get("runs", [])
    if not isinstance(runs, list) or ("runs" in table and not 1 <= len(runs) <= MAX_RUNS):
        reader.note("there must be 1 to {limit} tables [[runs]]", "runs", limit=MAX_RUNS)
        runs = []
    window = reader.numbers(table["window"], "window", 4, reader.number) if "window" in table else None
    if window and not all(1e-100 < high - low < 1e100 for low, high in (window[:2], window[2:])):
        reader.note("must be [left, right, bottom, top] with left < right and bottom < top", "window")
    slide = table.get("slide")
    return Scenario(
        surface=_surface(reader.table(table.get("surface", {}), "surface"), reader),
        start=reader.numbers(table.get("start", [0.0, 0.0]), "start", 2, reader.number),
        runs=tuple(_run(reader.table(run, f"runs[{k}]"), f"runs[{k}]", reader) for k, run in enumerate(runs)),
        steps=reader.whole(table.get("steps", 1000), "steps", 1, MAX_STEPS),
        seed=reader.whole(table.get("seed", 0), "seed", 0, 2**62),
        title=reader.texts(table.get("title", {}), "title"),
        window=window,
        monte_carlo=_monte_carlo(table["monte_carlo"], reader) if "monte_carlo" in table else None,
        text=reader.texts(table.get("text", {}), "text"),
        id=reader.text(table.get("id", ""), "id"),
        order=reader.whole(table.get("order", 0), "order", 0, 10**6),
        slide=None if slide is None else reader.whole(slide, "slide", 1, 10**6),
    )


def _surface(table: Mapping[str, Any], reader: _Reader) -> SurfaceConfig:
    reader.known(table, "name formula axes parameters", "surface")
    if "name" in table and "formula" in table:
        reader.note("has both a name and a formula; keep one of them", "surface")
    elif not ("name" in table or "formula" in table):
        reader.note("needs either a name or a formula", "surface")
    elif table.get("formula") == "":
        reader.note("the formula is empty", "surface.formula")
    axes = reader.numbers(table.get("axes", ["x", "y"]), "surface.axes", 2, reader.text)
    return SurfaceConfig(
        name=reader.text(table.get("name", ""), "surface.name"),
        formula=reader.text(table.get("formula", ""), "surface.formula"),
        axes=axes,
        parameters=reader.values(table.get("parameters", {}), "surface.parameters"),
    )


def _run(table: Mapping[str, Any], where: str, reader: _Reader) -> RunConfig:
    reader.known(table, "label optimizer lr hyperparameters schedule start steps sample_order", where)
    for needed in ("optimizer", "lr"):
        if needed not in table:
            reader.note("{name} is missing", where, name=needed)
    phases = table.get("schedule", [])
    if not isinstance(phases, list):
        reader.note('must be a list of phases, as in [{{ name = "StepLR" }}]', f"{where}.schedule")
        phases = []
    if len(phases) > MAX_PHASES:
        reader.note("there can be at most {limit} values", f"{where}.schedule", limit=MAX_PHASES)
        phases = []
    start = table.get("start")
    return RunConfig(
        optimizer=reader.text(table.get("optimizer", ""), f"{where}.optimizer"),
        lr=reader.number(table.get("lr", LR.default), f"{where}.lr", 0.0),
        label=reader.text(table.get("label", ""), f"{where}.label"),
        hyperparameters=reader.values(table.get("hyperparameters", {}), f"{where}.hyperparameters"),
        schedule=tuple(
            _phase(phase, f"{where}.schedule[{k}]", k + 1 < len(phases), reader) for k, phase in enumerate(phases)
        ),
        start=None if start is None else reader.numbers(start, f"{where}.start", 2, reader.number),
        steps=reader.whole(table["steps"], f"{where}.steps", 1, MAX_STEPS) if "steps" in table else None,
        sample_order=reader.numbers(
            table.get("sample_order", []), f"{where}.sample_order", None, lambda v, w: reader.whole(v, w, 0, 10**6)
        ),
    )


def _phase(value: object, where: str, followed: bool, reader: _Reader) -> Phase:
    table = reader.table(value, where)
    if "name" not in table:
        reader.note("{name} is missing", where, name="name")
    if followed and "steps" not in table:
        reader.note("needs steps, as another phase follows", where)
    steps = reader.whole(table["steps"], f"{where}.steps", 1, MAX_STEPS) if "steps" in table else None
    numbers = {key: item for key, item in table.items() if key not in ("name", "steps")}
    return Phase(reader.text(table.get("name", ""), f"{where}.name"), reader.values(numbers, where), steps)


def _monte_carlo(value: object, reader: _Reader) -> MonteCarlo:
    table = reader.table(value, "monte_carlo")
    reader.known(table, "starts noise outcome outcome_text", "monte_carlo")
    return MonteCarlo(
        starts=reader.whole(table.get("starts", 1000), "monte_carlo.starts", 1, 20_000),
        noise=reader.number(table.get("noise", 0.0), "monte_carlo.noise", 0.0),
        outcome=reader.text(table.get("outcome", ""), "monte_carlo.outcome"),
        outcome_text=reader.texts(table.get("outcome_text", {}), "monte_carlo.outcome_text"),
    )


def read_text(path: Path) -> str:
    """The text of a scenario file, without a byte order mark.

    Raises:
        ScenarioError: if it is not UTF-8.
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 4)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace").split("\n")
        fault = ConfigError("this is not UTF-8 text: byte {position} cannot be read", position=error.start)
        raise ScenarioError([fault], "", path.name, (len(before), len(before[-1]) + 1)) from None


def load(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ScenarioError: with all faults that were found.
        OSError: if the file cannot be read.
    """
    return parse(read_text(path), path.name)
