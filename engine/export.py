"""A simulation's rows as files: CSV that reads back exactly, NPZ, Parquet. Only whole files replace old ones."""

from __future__ import annotations

import errno
import importlib.util
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from . import kernel
from .errors import ConfigError
from .simulator import Run, Simulator

FORMATS = (".csv", ".npz", ".parquet")
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
        elif ending == ".npz":
            _write_npz(simulator, file, progress)
        else:
            _write_parquet(simulator, file, progress)
    progress(1.0)


def check_target(path: Path, known: tuple[str, ...] = FORMATS) -> str:
    """The ending of a file that `export` can write, which must be one of `known`.

    Raises:
        ConfigError: for another ending, or where the package that writes it is not installed.
        OSError: if its folder is not there.
    """
    ending = path.suffix.lower()
    if ending not in known:
        template = "{name} ends in {ending}; known: {known}"
        raise ConfigError(template, name=path.name, ending=repr(path.suffix), known=", ".join(known))
    if ending == ".parquet" and not importlib.util.find_spec("pyarrow"):
        raise ConfigError("writing .parquet needs the package pyarrow: pip install {what}", what="ravine[parquet]")
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    return ending


@dataclass(frozen=True)
class _Part:
    """One run as it is when the export begins: its name, its rows from `first` to `last`."""

    run: Run
    name: str
    first: int
    last: int

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """All rows in blocks; those that the history has thinned out are made again by exact replay."""
        for first in range(self.first, self.last + 1, BLOCK):
            yield first, self.run.rows(first, min(first + BLOCK - 1, self.last))

    def line(self, step: int, row: NDArray[np.float64]) -> str:
        values = [repr(value) for value in row[self.run.exported].tolist()]
        if self.run.surface.wide:
            values[kernel.SHARPNESS] = ""
        end = self.run.end
        if end and step == end.step:
            values[kernel.LR + 1 :] = ["" if text == "nan" else text for text in values[kernel.LR + 1 :]]
        if step == self.last:
            values[kernel.UPDATE : kernel.UPDATE + 2] = ["", ""]
        return f"{_quoted(self.name)},{step},{','.join(values)},{self.run.status(step, row)}\n"


def csv_columns(simulator: Simulator) -> tuple[str, ...]:
    """What a line of the CSV holds; runs of many parameters have more than `kernel.COLUMNS`."""
    run = simulator.runs[0]
    return ("run", "step", *(run.columns[k] for k in run.exported), "status")


def _parts(simulator: Simulator) -> list[_Part]:
    runs = enumerate(simulator.runs, 1)
    return [_Part(run, run.config.label or str(number), run.trajectory.first, run.computed) for number, run in runs]


def write_csv(simulator: Simulator, file: IO[str], progress: Callable[[float], None] = lambda share: None) -> None:
    """One line per run and step; what was not measured and the update that a run's last row did not make stay empty."""
    file.write(",".join(csv_columns(simulator)) + "\n")
    parts, done = _parts(simulator), 0
    total = sum(part.last + 1 - part.first for part in parts)
    for part in parts:
        for first, rows in part.blocks():
            file.write("".join(part.line(first + k, row) for k, row in enumerate(rows)))
            done += len(rows)
            progress(done / total)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n\r') else text


def _write_npz(simulator: Simulator, file: IO[bytes], progress: Callable[[float], None]) -> None:
    parts, done = _parts(simulator), 0
    total = sum(part.last + 1 - part.first for part in parts)
    arrays: dict[str, NDArray[np.generic]] = {"columns": np.array(csv_columns(simulator)[2:-1])}
    if simulator.surface.wide:
        arrays["names"] = np.array(simulator.surface.wide.names)
    for number, part in enumerate(parts, 1):
        places = part.run.exported
        rows = np.empty((part.last + 1 - part.first, len(places)))
        for first, block in part.blocks():
            rows[first - part.first :][: len(block)] = block[:, places]
            done += len(block)
            progress(done / total)
        arrays[f"run_{number}"] = rows
        if part.run.surface.wide:
            arrays[f"theta_{number}"] = part.run.theta_at(part.last)
        arrays[f"first_step_{number}"] = np.array(part.first)
        arrays[f"label_{number}"] = np.array(part.run.config.label)
        arrays[f"status_{number}"] = np.array(part.run.status(part.last, rows[-1]))
    np.savez_compressed(file, allow_pickle=False, **arrays)


def _write_parquet(simulator: Simulator, file: IO[bytes], progress: Callable[[float], None]) -> None:
    """One table with the columns of the CSV, a group of rows at a time."""
    import pyarrow as pa  # an extra: looked up only where it is used
    import pyarrow.parquet as pq

    kinds = {"run": pa.string(), "step": pa.int64(), "status": pa.string()}
    schema = pa.schema([(name, kinds.get(name, pa.float64())) for name in csv_columns(simulator)])
    parts, done = _parts(simulator), 0
    total = sum(part.last + 1 - part.first for part in parts)
    with pq.ParquetWriter(file, schema) as writer:
        for part in parts:
            for first, rows in part.blocks():
                steps = range(first, first + len(rows))
                columns = [[part.name] * len(rows), list(steps), *rows[:, part.run.exported].T]
                columns.append([part.run.status(step, row) for step, row in zip(steps, rows, strict=True)])
                arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
                writer.write_table(pa.table(arrays, schema=schema), row_group_size=BLOCK * 16)
                done += len(rows)
                progress(done / total)


def export_table(table: Mapping[str, NDArray[np.generic]], path: Path | None, otherwise: IO[str]) -> None:
    """Columns of equal length as CSV or NPZ, by the ending of `path`; without one as CSV to `otherwise`.

    Raises:
        OSError: if the file cannot be written; an old one stays as it was.
    """

    def write(text: IO[str]) -> None:
        text.write(",".join(table) + "\n")
        for row in zip(*(column.tolist() for column in table.values()), strict=True):
            text.write(",".join(map(repr, row)) + "\n")

    if path is None:
        write(otherwise)
        otherwise.flush()
        return
    with replacing(path) as file:
        if path.suffix.lower() == ".npz":
            np.savez_compressed(file, allow_pickle=False, **table)
            return
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        write(text)
        text.detach()
