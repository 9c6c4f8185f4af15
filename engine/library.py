"""The user's own: TOML files in the data folder, which are read and never run."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from .declaration import Field, check_name, read_file
from .errors import ConfigError
from .export import replacing
from .optimizers import FILE as OPTIMIZER_FILE
from .optimizers import Optimizer, make_optimizer, optimizers
from .rates import Phase
from .scenario import RunConfig, Scenario
from .scenario_dump import dump_own
from .schedules import FILE as SCHEDULE_FILE
from .schedules import Schedule, make_schedule, schedules

LARGEST_FILE = 200_000  # bytes; the rule in it is limited besides


class Named(Protocol):
    """What a library can keep."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def data_folder() -> Path:
    """Where the user's own files lie on this system; it need not exist.

    Raises:
        OSError: if this user has no home.
    """
    given = Path(os.environ.get("APPDATA" if sys.platform == "win32" else "XDG_DATA_HOME", ""))
    try:
        home = Path.home()
    except RuntimeError:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "~") from None
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Ravine"
    if sys.platform == "win32":
        return (given if given.is_absolute() else home) / "Ravine"
    return (given if given.is_absolute() else home / ".local" / "share") / "ravine"


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """One folder of the library, with what is needed to read and write its files.

    `fields` and `make` are those of a file, `taken` gives the names that a built-in one has.
    """

    folder: str
    fields: Field
    make: Callable[[dict[str, Any]], T]
    taken: Callable[[], Collection[str]]
    dump: Callable[[T], str]

    def read(self) -> tuple[dict[str, T], list[ConfigError]]:
        """What is kept by name, and the faults of the files that cannot be used."""
        found: dict[str, T] = {}
        faults: list[ConfigError] = []

        def checked(fields: dict[str, Any]) -> T:
            check_name(fields["name"], {*self.taken(), *found})
            return self.make(fields | {"group": "own"})

        for path in self._files():
            try:
                if not path.is_file() or path.stat().st_size > LARGEST_FILE:  # a pipe would be waited for
                    raise ConfigError("is no file of at most {limit} bytes", str(path), limit=LARGEST_FILE)
                entry = read_file(path, self.fields, checked)
                found[entry.name] = entry
            except ConfigError as fault:
                faults.append(fault)
            except OSError as error:
                faults.append(ConfigError("cannot be read: {reason}", str(path), reason=error.strerror))
        return found, faults

    def save(self, entry: T) -> Path:
        """Keep `entry`; one of the same name is replaced by a whole new file.

        Raises:
            ConfigError: if its name is that of a built-in one, or none.
            OSError: if it cannot be written.
        """
        check_name(entry.name, self.taken())
        path = self._path(entry.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(self.dump(entry).encode())
        return path

    def delete(self, entry: T) -> None:
        """Take `entry` out of the folder.

        Raises:
            OSError: if it is not there or cannot be removed.
        """
        self._path(entry.name).unlink()

    def _files(self) -> list[Path]:
        try:
            return sorted((data_folder() / self.folder).glob("*.toml"))
        except OSError:
            return []

    def _path(self, name: str) -> Path:
        """The file that holds the entry of this name, or a new one."""
        for path in self._files():
            try:
                if path.is_file() and read_file(path, self.fields, self.make).name == name:
                    return path
            except (ConfigError, OSError):
                continue
        stem = re.sub(r"\W+", "_", name).strip("_").lower() or "own"
        folder, number = data_folder() / self.folder, 2
        path = folder / f"{stem}.toml"
        while path.exists():  # another's, or one that cannot be read: it stays
            path, number = folder / f"{stem}_{number}.toml", number + 1
        return path


OPTIMIZERS = Shelf("optimizers", OPTIMIZER_FILE, make_optimizer, optimizers, dump_own)
SCHEDULES = Shelf("schedules", SCHEDULE_FILE, make_schedule, schedules, dump_own)


def own_optimizers() -> tuple[dict[str, Optimizer], list[ConfigError]]:
    """Those of the data folder by name, and the faults of the files that cannot be used."""
    return OPTIMIZERS.read()


def own_schedules() -> tuple[dict[str, Schedule], list[ConfigError]]:
    """Those of the data folder by name, and the faults of the files that cannot be used."""
    return SCHEDULES.read()


def packed(scenario: Scenario, kept: Mapping[str, Optimizer], rates: Mapping[str, Schedule]) -> Scenario:
    """The scenario with those of `kept` and `rates` that its runs use, so that they travel with it."""
    chosen = {run.optimizer for run in scenario.runs}
    phases = [phase for run in scenario.runs for schedule in _schedules(run) for phase in schedule]
    used = {part.name for phase in phases for part in (phase, *phase.chained)}
    more = tuple(entry for name, entry in kept.items() if name in chosen)
    more_rates = tuple(entry for name, entry in rates.items() if name in used)
    if not (more or more_rates):
        return scenario
    return replace(scenario, optimizers=scenario.optimizers + more, schedules=scenario.schedules + more_rates)


def completed(scenario: Scenario) -> Scenario:
    """The scenario with what its runs name of the user's library and nothing else knows."""
    own, own_rates = ({entry.name for entry in entries} for entries in (scenario.optimizers, scenario.schedules))
    kept = {name: entry for name, entry in own_optimizers()[0].items() if name not in own}
    rates = {name: entry for name, entry in own_schedules()[0].items() if name not in own_rates}
    return packed(scenario, kept, rates)


def _schedules(run: RunConfig) -> list[tuple[Phase, ...]]:
    """That of the run, and those that its events bring."""
    return [run.schedule, *(event.schedule for event in run.events if event.schedule is not None)]
