"""A simulation's rows as files: CSV that reads back exactly, or NPZ. A file is replaced only by a whole new one."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of `path` once it is whole and on disk; after an error the old one stays."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; for a new one what this process gives to any new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def export(simulator: Simulator, path: Path, progress: Callable[[float], None] = lambda share: None) -> None:
    """Write all computed rows; the ending of `path` chooses the format. `progress` is told the share that is done.

    Raises:
        ConfigError: for another ending than those in `FORMATS`.
        OSError: if the file cannot be written; an old one stays as it was.
    """
    if path.suffix not in FORMATS:
        template = "{name} ends in {ending}; known: {known}"
        raise ConfigError(template, name=path.name, ending=repr(path.suffix), known=", ".join(FORMATS))
    with replacing(path) as file:
        if path.suffix == ".csv":
            text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
            write_csv(simulator, text, progress)
            text.detach()
        else:
            _write_npz(simulator, file)
    progress(1.0)


def write_csv(simulator: Simulator, file: IO[str], progress: Callable[[float], None] = lambda share: None) -> None:
    """One line per run and step; the update that a run's last row did not make stays empty."""
    file.write(",".join(CSV_COLUMNS) + "\n")
    total = sum(run.computed + 1 for run in simulator.runs)
    done = 0
    for index, run in enumerate(simulator.runs):
        name = _quoted(run.config.label or str(index + 1))
        for first, rows in _blocks(run):
            file.write("".join(_line(run, name, first + k, row) for k, row in enumerate(rows)))
            done += len(rows)
            progress(done / total)


def _line(run: Run, name: str, step: int, row: NDArray[np.float64]) -> str:
    values = [repr(float(value)) for value in row[: kernel.STATE]]
    if run.end and step == run.end.step:
        values[kernel.LR + 1 :] = ["" if text == "nan" else text for text in values[kernel.LR + 1 :]]
    if step == run.computed:
        values[kernel.UPDATE : kernel.UPDATE + 2] = ["", ""]
    return f"{name},{step},{','.join(values)},{run.status(step, row)}\n"


def _blocks(run: Run) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """All rows in blocks; those that the history has thinned out are made again by exact replay."""
    for first in range(0, run.computed + 1, BLOCK):
        last = min(first + BLOCK - 1, run.computed)
        yield first, run.rows(first, last)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n\r') else text


def _write_npz(simulator: Simulator, file: IO[bytes]) -> None:
    arrays: dict[str, NDArray[np.generic]] = {"columns": np.array(kernel.COLUMNS)}
    for index, run in enumerate(simulator.runs):
        rows = np.concatenate([block for _, block in _blocks(run)])
        arrays[f"run_{index + 1}"] = rows[:, : kernel.STATE]
        arrays[f"label_{index + 1}"] = np.array(run.config.label)
        arrays[f"status_{index + 1}"] = np.array(run.status(run.computed, rows[-1]))
    np.savez_compressed(file, allow_pickle=False, **arrays)
