"""Every lesson file loads, runs as its text says, and is complete in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from engine import lessons
from engine.check import faults
from engine.language import parse_expression
from engine.scenario import Scenario
from engine.scenario_dump import dump
from engine.scenario_file import load, parse
from engine.simulator import Simulator
from surfaces import build, find_entry, outline

FOLDER = Path(__file__).parent.parent / "assets" / "lessons"
FILES = sorted(FOLDER.glob("*.toml"))
BY_ID = {lesson.id: lesson for lesson in map(load, FILES)}
LANGUAGES = ["en", "zh_CN"]
LECTURE = """L01 L01b L02 L03 L04 L04b L05 L06 L07 L08 L09 L10 L11 L12 L13 L14 L15 L16 L17 L18 L18b L18c L18d L19
C01 M01 B01 N01 N01b N02 N02b"""
CJK = re.compile(r"[\u4e00-\u9fff]")
SENTENCE_ENDS = {"en": r"[.!?][\"”’)]*(?=\s|$)", "zh_CN": r"[。！？]"}

each_lesson = pytest.mark.parametrize("lesson", BY_ID.values(), ids=lambda lesson: lesson.id)


def test_lessons_come_in_the_order_of_the_lecture() -> None:
    """Those with a slide follow the slides; those from other parts of the course come last."""
    ordered = lessons.load_all(FOLDER)
    known = LECTURE.split()
    assert [lesson.id for lesson in ordered if lesson.id in known] == known
    orders = [lesson.order for lesson in ordered]
    assert orders == sorted(set(orders))
    slides = [lesson.slide for lesson in ordered if lesson.id in known]
    with_slide = [slide for slide in slides if slide is not None]
    assert with_slide == sorted(with_slide) and slides[len(with_slide) :] == [None] * 7


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_lesson_is_found_by_its_id(path: Path) -> None:
    lesson = load(path)
    assert lessons.find(FOLDER, lesson.id.lower()) == path


@each_lesson
def test_a_lesson_is_written_as_it_was_read(lesson: Scenario) -> None:
    assert parse(dump(lesson)) == lesson


@each_lesson
def test_all_that_a_lesson_names_exists(lesson: Scenario) -> None:
    assert faults(lesson, outline) == []
    entry = find_entry(lesson.surface)
    assert set(lesson.surface.parameters) in ({parameter.name for parameter in entry.parameters}, set())
    if lesson.monte_carlo and lesson.monte_carlo.outcome:
        parse_expression(lesson.monte_carlo.outcome, entry.axes)
        assert set(lesson.monte_carlo.outcome_text) == set(LANGUAGES)


@each_lesson
def test_a_lesson_runs_to_its_end(lesson: Scenario) -> None:
    """Of the lecture's, only two are about runs that end by themselves."""
    simulator = Simulator(lesson, build)
    simulator.advance_to(simulator.reach)
    ends = {run.config.label: run.end.kind for run in simulator.runs if run.end}
    if lesson.id in LECTURE.split():
        assert ends == {"L04": {"η = 10⁻²": "diverged"}, "M01": {"λ = 0.9": "left_domain"}}.get(lesson.id, {})
    for run in simulator.runs:
        assert run.end or run.computed == (run.config.steps or lesson.steps)
    assert max(run.config.steps or lesson.steps for run in simulator.runs) == lesson.steps


@each_lesson
def test_the_window_shows_every_start(lesson: Scenario) -> None:
    left, right, bottom, top = lesson.window or find_entry(lesson.surface).window
    for x, y in {lesson.start, *(run.start for run in lesson.runs if run.start)}:
        assert left <= x <= right and bottom <= y <= top


@each_lesson
def test_runs_can_be_told_apart(lesson: Scenario) -> None:
    labels = [run.label for run in lesson.runs]
    assert all(label.strip() for label in labels) and len(set(labels)) == len(labels)
    unlabelled = {repr(replace(run, label="", steps=None)) for run in lesson.runs}
    assert len(unlabelled) == len(labels)


@each_lesson
@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_complete(lesson: Scenario, language: str) -> None:
    """A title and a text of two to five sentences, in the language they are said to be in."""
    assert list(lesson.title) == list(lesson.text) == LANGUAGES
    title, text = lesson.title[language], lesson.text[language]
    assert 5 <= len(title) <= 60 and title == title.strip() and text == text.strip()
    ends = list(re.finditer(SENTENCE_ENDS[language], text))
    assert 2 <= len(ends) <= 5
    assert ends[-1].end() == len(text)
    assert bool(CJK.search(title)) == bool(CJK.search(text)) == (language == "zh_CN")
    assert "  " not in text and text.count("(") == text.count(")")
