"""Every lesson file is TOML, in both languages, and has what a scene needs."""

import tomllib
from pathlib import Path

import pytest

LESSONS = sorted((Path(__file__).parent.parent / "assets" / "lessons").glob("*.toml"))


def test_all_scenes_are_there() -> None:
    assert len(LESSONS) == 25


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_is_complete(path: Path) -> None:
    lesson = tomllib.loads(path.read_text(encoding="utf-8"))
    assert path.stem.startswith(lesson["id"] + "_")
    assert lesson["title"]["en"] and lesson["title"]["zh_CN"]
    assert len(lesson["text"]["en"]) > 60 and len(lesson["text"]["zh_CN"]) > 20
    assert lesson["surface"]["name"] and lesson["runs"] and len(lesson["window"]) == 4
