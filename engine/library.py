"""The user's own optimizers and schedules: TOML files in the data folder, which are read and never run."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
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
LONGEST_NAME = 60  # characters
LARGEST_FILE = 200_000  # bytes; the rule in it is limited besides


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


def check_name(name: str, taken: Collection[str]) -> None:
    """Check that an optimizer or schedule of one's own can bear this name; `taken` are those of others.

    Raises:
        ConfigError: if it cannot.
    """
    if not (name[:1].isalpha() and name.isprintable() and name == name.strip()):
        raise ConfigError("{name} cannot be a name; begin with a letter", "name", name=f"{name!r:.80}")
    if len(name) > LONGEST_NAME:
        raise ConfigError("a name has at most {limit} characters", "name", limit=LONGEST_NAME)
    if name in taken:
        raise ConfigError("the name {name} is taken; choose another", "name", name=repr(name))


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

    def checked(fields: dict[str, Any]) -> T:
        check_name(fields["name"], {**builtin, **found})
        return make(fields | {"group": "own"})

    for path in _files(kind):
        try:
            if not path.is_file() or path.stat().st_size > LARGEST_FILE:  # a pipe would be waited for
                raise ConfigError("is no file of at most {limit} bytes", str(path), limit=LARGEST_FILE)
            entry = read_file(path, fields, checked)
            found[entry.name] = entry
        except ConfigError as fault:
            faults.append(fault)
        except OSError as error:
            faults.append(ConfigError("cannot be read: {reason}", str(path), reason=error.strerror))
    return found, faults


def _files(kind: str) -> list[Path]:
    try:
        return sorted((data_folder() / kind).glob("*.toml"))
    except OSError:
        return []


def save(entry: Own) -> Path:
    """Put an optimizer or schedule into the data folder; one of the same name is replaced by a whole new file.

    Raises:
        ConfigError: if its name is that of a built-in one, or none.
        OSError: if it cannot be written.
    """
    check_name(entry.name, optimizers() if isinstance(entry, Optimizer) else schedules())
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
    kind = "optimizers" if isinstance(entry, Optimizer) else "schedules"
    folder = data_folder() / kind
    for path in _files(kind):
        try:
            if path.is_file() and _name(path, isinstance(entry, Optimizer)) == entry.name:
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
