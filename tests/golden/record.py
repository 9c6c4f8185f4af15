"""Recording: what a library's optimizers do, and the file that keeps it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .draws import states
from .landscapes import LANDSCAPES, Landscape, Pair
from .subjects import Setting, Source, Subject

FOLDER = Path(__file__).parent / "data"
STEPS = 200
CHECKPOINTS = (1, 2, 3, 5, *range(10, 100, 10), 100, 120, 140, 160, 180, 190, 200)
NUDGE, SPREAD = 1e-15, 1e-12  # so much of a start may grow to no more than that, or rounding decides the path
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """What an optimizer did.

    Attributes:
        paths: θ at the checkpoints; shape (settings, landscapes, checkpoints, 2).
        theta: θ after the single steps from `draws.states`; shape (states, 2).
        buffers: the buffers after these by name, each of shape (states, 2); NaN where a setting does without.
    """

    subject: Subject
    paths: Array
    theta: Array
    buffers: dict[str, Array]


def difference(a: Array, b: Array) -> float:
    """The largest difference of two paths, relative to the larger component of θ."""
    return float(np.max(np.abs(a - b) / np.max(np.abs(b), axis=-1, keepdims=True)))


def record(source: Source, subject: Subject) -> Record:
    """Walk all paths and make all steps.

    Raises:
        ValueError: if a path depends on rounding, so that nothing is proven by it.
    """
    for given in subject.refused:
        with suppress(ValueError):
            source.walker(subject, Setting(0.01, given), (1.0, 1.0))
            raise AssertionError(f"{source.name} does not refuse {subject.optimizer} {given}")
    paths = np.array([[_path(source, subject, s, place) for place in LANDSCAPES.values()] for s in subject.settings])
    theta, buffers = [], []
    for k, state in enumerate(states(subject)):
        walker = source.walker(subject, subject.settings[k % len(subject.settings)], state.theta)
        if state.t > 1:
            walker.place(state.t, state.buffers)
        walker.step(state.landscape)
        theta.append(walker.theta)
        buffers.append({name: walker.buffers.get(name, (np.nan, np.nan)) for name in subject.buffers})
    kept = {name: np.array([found[name] for found in buffers]) for name in subject.buffers}
    return Record(subject, paths, np.array(theta), kept)


def _path(source: Source, subject: Subject, setting: Setting, landscape: Landscape) -> Array:
    def walk(start: Pair) -> Array:
        walker = source.walker(subject, setting, start)
        places = []
        for _ in range(STEPS):
            walker.step(landscape)
            places.append(walker.theta)
        return np.array([places[t - 1] for t in CHECKPOINTS])

    x, y = landscape.start
    path = walk((x, y))
    spread = difference(walk((x * (1 + NUDGE), y * (1 - NUDGE))), path)
    if not spread < SPREAD:
        raise ValueError(f"{subject.optimizer} {setting} on {landscape.formula}: a nudge of {NUDGE} becomes {spread}")
    return path


def write(name: str, versions: dict[str, str], records: Sequence[Record], folder: Path = FOLDER) -> Path:
    """One file of the name with all records and the versions of the packages that made them."""
    about = {"versions": versions, "subjects": [asdict(found.subject) for found in records]}
    arrays = {"about": np.array(json.dumps(about))}
    for found in records:
        optimizer = found.subject.optimizer
        arrays |= {f"{optimizer}.paths": found.paths, f"{optimizer}.theta": found.theta}
        arrays |= {f"{optimizer}.theta.{buffer}": values for buffer, values in found.buffers.items()}
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.npz"
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    return path


def read(path: Path) -> tuple[dict[str, str], list[Record]]:
    """The versions and the records of a file."""
    with np.load(path) as data:
        about = json.loads(str(data["about"]))
        records = []
        for fields in about["subjects"]:
            settings = [Setting(**setting) for setting in fields["settings"]]
            subject = Subject(**fields | {"settings": settings})
            name = subject.optimizer
            buffers = {buffer: data[f"{name}.theta.{buffer}"] for buffer in subject.buffers}
            records.append(Record(subject, data[f"{name}.paths"], data[f"{name}.theta"], buffers))
    return about["versions"], records
