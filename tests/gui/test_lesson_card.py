"""The lesson card: what it says, how it folds, where it leads, and the live count of a Monte-Carlo scene."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.language import parse_expression
from engine.language.evaluate import evaluate, evaluate_all
from engine.lessons import load_all
from engine.scenario import Scenario
from gui.assets import ASSETS
from gui.language import apply_language
from gui.lessons.card import LessonCard
from gui.lessons.outcome import parse_outcome
from gui.session import Session
from gui.theme import apply_theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Left = Qt.MouseButton.LeftButton
LESSONS = load_all(ASSETS / "lessons")
BY_ID = {lesson.id: lesson for lesson in LESSONS}
FIRST, LAST = LESSONS[0], LESSONS[-1]
PLACE = f"Lesson {LESSONS.index(BY_ID['L13']) + 1} of {len(LESSONS)}"
BASINS = replace(BY_ID["L18b"], steps=60)
OWN = replace(FIRST, id="", title={}, text={}, slide=None)
Start = Callable[[Scenario], LessonCard]


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication) -> Iterator[Start]:
    apply_theme(qapp, "dark")
    apply_language(qapp, "en")
    cards: list[LessonCard] = []

    def begin(scenario: Scenario) -> LessonCard:
        card = LessonCard(Session(scenario), LESSONS)
        cards.append(card)
        middle = QWidget()
        qtbot.addWidget(middle)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
        middle.resize(600, 300)
        middle.show()
        middle.setObjectName("keeps the parent alive")
        card.middle = middle
        qtbot.wait(20)
        return card

    yield begin
    for card in cards:
        card._session.close()
    apply_language(qapp, "en")


def test_it_says_which_lesson_this_is(qapp: QApplication, start: Start) -> None:
    card = start(BY_ID["L13"])
    assert card.title.text() == "Adagrad arrives, but bursts on the way"
    assert card.place.text() == PLACE and card.slide.text() == "slide 12"
    assert card.text.text() == BY_ID["L13"].text["en"] and card.area.isVisible()
    apply_language(qapp, "zh_CN")
    assert card.title.text() == BY_ID["L13"].title["zh_CN"]
    assert card.text.text() == BY_ID["L13"].text["zh_CN"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_lesson_takes_much_of_the_canvas(qtbot: QtBot, qapp: QApplication, start: Start, language: str) -> None:
    card = start(FIRST)
    apply_language(qapp, language)
    for lesson in LESSONS:
        card._session.scenario = lesson
        card._show()
        qapp.processEvents()
        assert card.height() <= 152
        cut = card.area.verticalScrollBar().maximum() > 0
        assert bool(card.area.focusPolicy() & Qt.FocusPolicy.TabFocus) == cut
        assert cut or card.area.height() >= card.text.heightForWidth(card.area.viewport().width())


def test_neighbours(qtbot: QtBot, start: Start) -> None:
    card = start(FIRST)
    assert not card.previous.isEnabled() and card.next.isEnabled()
    assert card.next.toolTip() == f"Next lesson: {LESSONS[1].title['en']}"
    qtbot.mouseClick(card.next, Left)
    assert card._session.scenario is LESSONS[1]
    assert card.previous.toolTip() == f"Previous lesson: {FIRST.title['en']}"
    card.previous.setFocus()
    qtbot.keyClick(card.previous, Qt.Key.Key_Space)
    assert card._session.scenario is FIRST
    card._session.open(LAST, "Open")
    assert card.previous.isEnabled() and not card.next.isEnabled()


def test_a_changed_lesson_keeps_its_place(start: Start) -> None:
    card = start(BY_ID["L13"])
    assert card._session.set_start((-130.0, 3.0), "Move start") == []
    assert card.place.text() == PLACE
    assert card.changed.isVisible() and card.changed.text() == "changed"
    assert "Open the lesson again" in card.changed.toolTip()
    card._session.undo_stack.undo()
    assert not card.changed.isVisible()


def test_what_counts_as_a_change(start: Start) -> None:
    card = start(BY_ID["L17"])
    session, scene = card._session, BY_ID["L17"]
    run = scene.runs[0]
    named = replace(run, label="mine", hyperparameters={"eps": 1e-8, **run.hyperparameters}, start=scene.start)
    for after, changed in (
        (replace(scene, window=(0.0, 1.0, 0.0, 1.0)), False),
        (replace(scene, runs=(named, *scene.runs[1:])), False),
        (replace(scene, runs=scene.runs[1:]), True),
        (replace(scene, runs=(replace(run, lr=0.5), *scene.runs[1:])), True),
        (replace(scene, steps=scene.steps + 1), True),
        (replace(scene, surface=replace(scene.surface, parameters={"b": 90.0})), True),
        (replace(scene, runs=(replace(run, lr=0.5),), id=""), False),
    ):
        session.change(after, "Change")
        assert card.changed.isVisible() == changed, after
        session.change(scene, "Change back")


def test_the_slide_gives_way_to_the_title(qtbot: QtBot, start: Start) -> None:
    card = start(BY_ID["L13"])
    assert card.slide.isVisible() and card.place.toolTip() == ""
    card.middle.resize(500, 300)
    qtbot.waitUntil(lambda: not card.slide.isVisible())
    assert card.title.width() >= card.title.sizeHint().width() and card.place.toolTip() == "slide 12"
    card.middle.resize(600, 300)
    qtbot.waitUntil(card.slide.isVisible)


def test_folding(qtbot: QtBot, start: Start) -> None:
    card = start(BY_ID["L13"])
    tall = card.height()
    with qtbot.waitSignal(card.collapsed_changed) as folded:
        qtbot.mouseClick(card.fold, Left)
    assert folded.args == [True] and card.collapsed and not card.area.isVisible()
    qtbot.waitUntil(lambda: card.height() < tall - 60)
    assert card.title.isVisible()
    with qtbot.assertNotEmitted(card.collapsed_changed):
        card.collapsed = True
    card.collapsed = False
    qtbot.waitUntil(lambda: card.height() == tall)


def test_a_scene_without_words_takes_one_line(qtbot: QtBot, start: Start) -> None:
    card = start(OWN)
    assert card.title.text() == "Untitled scene"
    assert not any(part.isVisible() for part in (card.area, card.shares, card.fold, card.place, card.slide))
    assert card.height() <= 40
    assert not card.previous.isEnabled()
    qtbot.mouseClick(card.next, Left)
    assert card._session.scenario is FIRST
    card._session.open(replace(OWN, title={"en": "Mine"}), "Open")
    assert card.title.text() == "Mine"


def test_the_live_count(qtbot: QtBot, start: Start) -> None:
    card = start(BASINS)
    session = card._session
    qtbot.waitUntil(lambda: bool(session.runs) and session.current and not session.status.working, timeout=20_000)
    session.seek(60)
    ensemble = session.simulator.ensembles[0]
    percent = 100 * sum(theta[0] < 0 for theta in ensemble.thetas[:, 60]) / 2000
    wanted = f"{percent:.2g} % in the left basin (of 2\u202f000)"
    qtbot.waitUntil(lambda: len(card.shares._words) == 2 and card.shares._words[0].text() == wanted)
    assert card.shares.isVisible()
    assert 20 < percent < 35
    assert card.shares._words[0].accessibleName() == f"no warm-up: {wanted}"
    session.seek(0)
    qtbot.waitUntil(lambda: card.shares._words[0].text() == "0 % in the left basin (of 2\u202f000)")
    card.collapsed = True
    assert not card.shares.isVisible()
    session.open(FIRST, "Open")
    card.collapsed = False
    assert not card.shares.isVisible()


@pytest.mark.parametrize(
    "text",
    ["x < 0", "x^2 + y^2 <= 1 and not y > x", "abs(x - 1) < 0.5 or sqrt(x) > y", "where(x > 0, y < 1, floor(y) == -1)",
     "min(x, y)*max(x, -y) != 0", "clip(x, -1, 1) + sigmoid(y) - softplus(-x) > log1p(y^2)", "1", "sign(x) - y/x"],
)  # fmt: skip
def test_a_condition_over_many_as_over_one(text: str) -> None:
    node = parse_outcome(text, ("x", "y"))
    assert node == parse_expression(text, ("x", "y"))
    points = np.random.default_rng(0).normal(size=(50, 2))
    with np.errstate(all="ignore"):
        found = np.broadcast_to(evaluate_all(node, {"x": points[:, 0], "y": points[:, 1]}), 50)
    for (x, y), value in zip(points, found, strict=True):
        one = evaluate(node, {"x": float(x), "y": float(y)})
        assert math.isnan(one) or float(value) == pytest.approx(one)


def test_no_condition_over_these_axes() -> None:
    assert parse_outcome("w < 0", ("x", "y")) is None
    assert parse_outcome("x <", ("x", "y")) is None
