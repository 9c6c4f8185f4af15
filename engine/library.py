"""The user's own optimizers and schedules: TOML files in the data folder, which are read and never run."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from .declaration import Field, read_file
from .errors import ConfigError
from .export import replacing
from .optimizers import FILE as OPTIMIZER_FILE
from .optimizers import Optimizer, make_optimizer, optimizers
from .scenario_dump import dump_own
from .schedules import FILE as SCHEDULE_FILE
from .schedules import Schedule, make_schedule, schedules

T = TypeVar("T", Optimizer, Schedule)
Own = Optimizer | Schedule


def data_folder() -> Path:
    """Where the user's own files lie on this system; it need not exist."""
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Ravine"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", home)) / "Ravine"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "ravine"


def own_optimizers() -> tuple[dict[str, Optimizer], list[ConfigError]]:
    """Those of the data folder by name, and the faults of the files that cannot be used."""
    return _read("optimizers", OPTIMIZER_FILE, make_optimizer, optimizers())


def own_schedules() -> tuple[dict[str, Schedule], list[ConfigError]]:
    """Those of the data folder by name, and the faults of the files that cannot be used."""
    return _read("schedules", SCHEDULE_FILE, make_schedule, schedules())


def _read(
    kind: str, fields: Field, make: Callable[[dict[str, Any]], T], builtin: Mapping[str, T]
) -> tuple[dict[str, T], list[ConfigError]]:
    found: dict[str, T] = {}
    faults: list[ConfigError] = []
    try:
        paths = sorted((data_folder() / kind).glob("*.toml"))
    except OSError:
        paths = []
    for path in paths:
        try:
            entry = read_file(path, fields, make)
            if entry.name in builtin or entry.name in found:
                raise ConfigError("the name {name} is taken; choose another", str(path), name=repr(entry.name))
            found[entry.name] = entry
        except ConfigError as fault:
            faults.append(fault)
        except OSError as error:
            faults.append(ConfigError("cannot be read: {reason}", str(path), reason=error.strerror))
    return found, faults


def save(entry: Own) -> Path:
    """Put an optimizer or schedule into the data folder; one of the same name is replaced by a whole new file.

    Raises:
        OSError: if it cannot be written.
    """
    path = _path(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(dump_own(entry).encode())
    return path


def delete(entry: Own) -> None:
    """Take an optimizer or schedule out of the data folder.

    Raises:
        OSError: if it is not there or cannot be removed.
    """
    _path(entry).unlink()


def _path(entry: Own) -> Path:
    """The file that holds the entry of this name, or a new one."""
    folder = data_folder() / ("optimizers" if isinstance(entry, Optimizer) else "schedules")
    for path in sorted(folder.glob("*.toml")):
        try:
            if _name(path, isinstance(entry, Optimizer)) == entry.name:
                return path
        except (ConfigError, OSError):
            continue
    stem = re.sub(r"\W+", "_", entry.name).strip("_").lower() or "own"
    path, number = folder / f"{stem}.toml", 2
    while path.exists():  # another's, or one that cannot be read: it stays
        path, number = folder / f"{stem}_{number}.toml", number + 1
    return path


def _name(path: Path, optimizer: bool) -> str:
    if optimizer:
        return read_file(path, OPTIMIZER_FILE, make_optimizer).name
    return read_file(path, SCHEDULE_FILE, make_schedule).name
