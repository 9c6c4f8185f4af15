"""The lessons: scenario files of one folder, in the order of the lecture."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .errors import ConfigError, unknown
from .scenario import Scenario
from .scenario_file import load


def load_all(folder: Path) -> tuple[Scenario, ...]:
    """Every lesson of the folder, in the lecture's order.

    Raises:
        ScenarioError: for a file that is no scenario.
        ConfigError: for one that lacks what makes it a lesson, or bears the id of another.
    """
    return tuple(sorted(_lessons(folder).values(), key=lambda lesson: lesson.order))


def find(folder: Path, lesson_id: str) -> Path:
    """The file of a lesson.

    Raises:
        ConfigError: if there is no lesson of that id, in whatever case.
    """
    lessons = _lessons(folder)
    for path, lesson in lessons.items():
        if lesson.id.lower() == lesson_id.lower():
            return path
    raise unknown("scenario file or lesson", lesson_id, [lesson.id for lesson in lessons.values()], "")


@cache
def _lessons(folder: Path) -> dict[Path, Scenario]:
    found: dict[Path, Scenario] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        lesson, shown = load(path), "/".join(path.parts[-3:])
        title, text = lesson.title.get("en"), lesson.text.get("en")
        for name, value in {"id": lesson.id, "order": lesson.order, "title.en": title, "text.en": text}.items():
            if not value:
                raise ConfigError("{name} is missing", shown, name=name)
        if (key := lesson.id.lower()) in files:
            template = "the name {name} is that of {other} already"
            raise ConfigError(template, f"{shown}: id", name=repr(lesson.id), other=files[key])
        found[path], files[key] = lesson, shown
    return found
