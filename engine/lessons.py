"""The lessons: scenario files of one folder, in the order of the lecture."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .declaration import unknown
from .scenario import Scenario
from .scenario_file import load


@cache
def load_all(folder: Path) -> tuple[Scenario, ...]:
    """Every lesson of the folder, in the lecture's order."""
    return tuple(sorted((load(path) for path in folder.glob("*.toml")), key=lambda lesson: lesson.order))


def find(folder: Path, lesson_id: str) -> Path:
    """The file of a lesson.

    Raises:
        ConfigError: if there is no lesson of that id.
    """
    files = {load(path).id: path for path in sorted(folder.glob("*.toml"))}
    by_id = {key.lower(): path for key, path in files.items()}
    if lesson_id.lower() not in by_id:
        raise unknown("scenario file or lesson", lesson_id, files, "")
    return by_id[lesson_id.lower()]
