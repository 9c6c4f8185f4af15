"""Scenario files: TOML to a Scenario, with every fault named by path, line and column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from .errors import ConfigError
from .language import FormulaError
from .places import locate
from .scenario import FORMAT, Scenario
from .scenario_reader import Reader, shown
from .scenario_tables import scenario_of

MAX_BYTES = 10_000_000  # enough for three columns of MAX_POINTS numbers
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
    reader = Reader()
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
        raise ScenarioError([ConfigError(template, "format", version=shown(version), known=FORMAT)], text, name)
    return scenario_of(table, reader), reader.faults


def load(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ScenarioError: with all faults that were found.
        OSError: if the file cannot be read.
    """
    return parse(read_text(path), path.name)


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
