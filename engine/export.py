"""A simulation's rows as files: CSV that reads back exactly, or NPZ. A file is replaced only by a whole new one."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from . import kernel
from .errors import ConfigError
from .simulator import Run, Simulator

CSV_COLUMNS = ("run", "step", *kernel.COLUMNS, "status")
FORMATS = (".csv", ".npz")
BLOCK = 4096
UMASK = os.umask(0)  # cannot be asked for without setting it: once, before there are threads
os.umask(UMASK)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of `path` once it is whole and on disk; after an error the old one stays."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
        _sync(path.parent)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (None, temporary):
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise


def _sync(folder: Path) -> None:
    """Bring the folder's new entry to the disk, where folders can be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; for a new one what this process gives to any new file."""
    return path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~UMASK


def export(simulator: Simulator, path: Path, progress: Callable[[float], None] = lambda share: None) -> None:
    """Write all rows there are now; the ending of `path` chooses the format. `progress` is told the share that is done.

    The engine may go on meanwhile: what it computes later is not written.

    Raises:
        ConfigError: for another ending than those in `FORMATS`.
        OSError: if the file cannot be written; an old one stays as it was.
    """
    ending = check_target(path)
    with replacing(path) as file:
        if ending == ".csv":
            text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
            write_csv(simulator, text, progress)
            text.detach()
        else:
            _write_npz(simulator, file, progress)
    progress(1.0)


def check_target(path: Path) -> str:
    """The ending of a file that `export` can write.

    Raises:
        ConfigError: for another ending than those in `FORMATS`.
        OSError: if its folder is not there.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        template = "{name} ends in {ending}; known: {known}"
        raise ConfigError(template, name=path.name, ending=repr(path.suffix), known=", ".join(FORMATS))
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    return ending


@dataclass(frozen=True)
class _Part:
    """One run as it is when the export begins: its name, its rows up to `last`."""

    run: Run
    name: str
    last: int

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """All rows in blocks; those that the history has thinned out are made again by exact replay."""
        for first in range(0, self.last + 1, BLOCK):
            yield first, self.run.rows(first, min(first + BLOCK - 1, self.last))

    def line(self, step: int, row: NDArray[np.float64]) -> str:
        values = [repr(value) for value in row[: kernel.STATE].tolist()]
        end = self.run.end
        if end and step == end.step:
            values[kernel.LR + 1 :] = ["" if text == "nan" else text for text in values[kernel.LR + 1 :]]
        if step == self.last:
            values[kernel.UPDATE : kernel.UPDATE + 2] = ["", ""]
        return f"{self.name},{step},{','.join(values)},{self.run.status(step, row)}\n"


def _parts(simulator: Simulator) -> list[_Part]:
    runs = enumerate(simulator.runs, 1)
    return [_Part(run, _quoted(run.config.label or str(number)), run.computed) for number, run in runs]


def write_csv(simulator: Simulator, file: IO[str], progress: Callable[[float], None] = lambda share: None) -> None:
    """One line per run and step; the update that a run's last row did not make stays empty."""
    file.write(",".join(CSV_COLUMNS) + "\n")
    parts, done = _parts(simulator), 0
    total = sum(part.last + 1 for part in parts)
    for part in parts:
        for first, rows in part.blocks():
            file.write("".join(part.line(first + k, row) for k, row in enumerate(rows)))
            done += len(rows)
            progress(done / total)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n\r') else text


def _write_npz(simulator: Simulator, file: IO[bytes], progress: Callable[[float], None]) -> None:
    parts, done = _parts(simulator), 0
    total = sum(part.last + 1 for part in parts)
    arrays: dict[str, NDArray[np.generic]] = {"columns": np.array(kernel.COLUMNS)}
    for number, part in enumerate(parts, 1):
        rows = np.empty((part.last + 1, kernel.STATE))
        for first, block in part.blocks():
            rows[first : first + len(block)] = block[:, : kernel.STATE]
            done += len(block)
            progress(done / total)
        arrays[f"run_{number}"] = rows
        arrays[f"label_{number}"] = np.array(part.run.config.label)
        arrays[f"status_{number}"] = np.array(part.run.status(part.last, rows[-1]))
    np.savez_compressed(file, allow_pickle=False, **arrays)
