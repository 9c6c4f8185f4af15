"""The transport bar: buttons, speed, step and timeline steer the session and show where it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.rates import Phase
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.language import apply_language
from gui.panels.transport import TransportBar
from gui.session import Session
from gui.theme import apply_theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Start = Callable[..., TransportBar]
Key, Left = Qt.Key, Qt.MouseButton.LeftButton
SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.2, 1.0), (RunConfig("Adam", 0.05),), steps=1000)
PHASES = (Phase("LinearWarmupLR", {"warmup_steps": 5.0}, 200), Phase("Constant", {}))


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication) -> Iterator[Start]:
    apply_theme(qapp, "dark")
    bars: list[TransportBar] = []

    def begin(scenario: Scenario, settle: bool = True) -> TransportBar:
        session = Session(scenario)
        bar = TransportBar(session)
        bars.append(bar)
        qtbot.addWidget(bar)
        bar.resize(1264, 48)
        bar.show()
        if settle:
            settled(qtbot, session)
        return bar

    yield begin
    for bar in bars:
        bar._session.close()
    apply_language(qapp, "en")


def settled(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.current and not session.status.working)


def at(qtbot: QtBot, bar: TransportBar, step: int) -> None:
    qtbot.waitUntil(
        lambda: bar._session.status.position == step and bar.step.text() == f"{step:,}".replace(",", "\u202f")
    )


def place(bar: TransportBar, step: int) -> QPoint:
    return QPoint(round(bar.timeline.x_of(step)), bar.timeline.height() // 2)


def test_buttons_go_through_time(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    at(qtbot, bar, 1000)
    for button, step in ((bar.back, 999), (bar.to_start, 0), (bar.forward, 1), (bar.to_end, 1000)):
        qtbot.mouseClick(button, Left)
        at(qtbot, bar, step)


def test_run_becomes_pause(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    qtbot.mouseClick(bar.to_start, Left)
    bar._session.set_speed(100.0)
    assert bar.run.text() == "Run"
    qtbot.mouseClick(bar.run, Left)
    qtbot.waitUntil(lambda: bar.run.text() == "Pause")
    assert "Space" in bar.run.toolTip()
    width = bar.run.width()
    qtbot.mouseClick(bar.run, Left)
    qtbot.waitUntil(lambda: bar.run.text() == "Run")
    assert bar.run.width() == width
    assert 0 < bar._session.status.position < 1000


def test_speed_from_one_to_as_fast_as_can_be(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    assert bar._session.speed == 125.0 and bar.speed_words.text() == "125/s"
    bar.speed.setFocus()
    qtbot.keyClick(bar.speed, Key.Key_End)
    assert bar._session.speed == math.inf and bar.speed_words.text() == "max"
    qtbot.keyClick(bar.speed, Key.Key_Left)
    assert bar._session.speed == 1e6 and bar.speed_words.text() == "1\u202f000\u202f000/s"
    qtbot.keyClick(bar.speed, Key.Key_Home)
    assert bar._session.speed == 1.0 and bar.speed_words.text() == "1/s"
    bar._session.open(replace(SCENE, steps=2000), "Open")
    assert bar.speed_words.text() == "250/s" and bar.speed.number() == pytest.approx(250, rel=0.06)
    settled(qtbot, bar._session)


@pytest.mark.parametrize("name", ["speed", "timeline"])
def test_keys_are_taken_before_the_shortcuts_of_the_window(start: Start, name: str) -> None:
    bar = start(SCENE)
    widget: QWidget = getattr(bar, name)
    for key, taken in ((Key.Key_Left, True), (Key.Key_Home, True), (Key.Key_Space, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(widget, event)
        assert event.isAccepted() == taken


def test_a_typed_step_is_gone_to(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    at(qtbot, bar, 1000)
    for text, step in (("512", 512), ("1e2", 100), ("1 0 0 0", 1000), ("99999", 1000)):
        bar.step.setFocus()
        bar.step.selectAll()
        qtbot.keyClicks(bar.step, text)
        assert bar.step.text() == text
        qtbot.keyClick(bar.step, Key.Key_Return)
        at(qtbot, bar, step)


def test_space_and_letters_in_the_step_field_are_left_to_the_window(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    at(qtbot, bar, 1000)
    pressed = list[str]()
    for key in ("Space", "F"):
        QShortcut(key, bar).activated.connect(lambda key=key: pressed.append(key))
    bar.step.setFocus()
    qtbot.keyClicks(bar.step, " F")
    assert pressed == ["Space", "F"] and not bar.step.isModified()


def test_a_wrong_step_is_said_and_taken_back(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    at(qtbot, bar, 1000)
    for text, error in (("--1", "--1 is not a number"), ("-3", "out of range"), ("1.5", "whole number")):
        bar.step.setFocus()
        bar.step.selectAll()
        qtbot.keyClicks(bar.step, text)
        qtbot.keyClick(bar.step, Key.Key_Return)
        assert error in bar.step.toolTip() and bar.step.property("invalid") == "true"
        qtbot.keyClick(bar.step, Key.Key_Escape)
        assert bar.step.text() == "1\u202f000" and bar.step.property("invalid") == "false"
    assert bar._session.status.position == 1000


def test_what_is_being_typed_stays_while_running(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    bar._session.go_home()
    bar._session.play()
    qtbot.waitUntil(lambda: bar._session.status.running)
    bar.step.setFocus()
    bar.step.selectAll()
    qtbot.keyClicks(bar.step, "999")
    before = bar._session.status.position
    qtbot.waitUntil(lambda: bar._session.status.position > before + 5)
    assert bar.step.text() == "999"
    bar.timeline.setFocus()
    assert bar.step.text() != "999"


def test_keys_on_the_timeline(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    at(qtbot, bar, 1000)
    bar.timeline.setFocus()
    shift = Qt.KeyboardModifier.ShiftModifier
    for key, modifier, step in (
        (Key.Key_Left, Qt.KeyboardModifier.NoModifier, 999),
        (Key.Key_Left, shift, 989),
        (Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 939),
        (Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Key.Key_Right, shift, 10),
        (Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 60),
        (Key.Key_Right, Qt.KeyboardModifier.NoModifier, 61),
        (Key.Key_End, Qt.KeyboardModifier.NoModifier, 1000),
    ):
        qtbot.keyClick(bar.timeline, key, modifier)
        at(qtbot, bar, step)


def test_press_and_drag_on_the_timeline(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    qtbot.mousePress(bar.timeline, Left, pos=place(bar, 300))
    qtbot.waitUntil(lambda: abs(bar._session.status.position - 300) <= 2)
    for step in (400, 500, 650):
        QTest.mouseMove(bar.timeline, place(bar, step))
        qtbot.waitUntil(lambda step=step: abs(bar._session.status.position - step) <= 2)
    QTest.mouseMove(bar.timeline, QPoint(5000, 5))
    qtbot.mouseRelease(bar.timeline, Left, pos=QPoint(5000, 5))
    at(qtbot, bar, 1000)
    qtbot.mousePress(bar.timeline, Qt.MouseButton.RightButton, pos=place(bar, 300))
    QTest.mouseMove(bar.timeline, place(bar, 100))
    qtbot.mouseRelease(bar.timeline, Qt.MouseButton.RightButton, pos=place(bar, 100))
    qtbot.wait(40)
    assert bar._session.status.position == 1000


def test_a_drag_holds_the_run_and_lets_it_go_on(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    bar._session.go_home()
    bar._session.set_speed(50.0)
    bar._session.play()
    qtbot.waitUntil(lambda: bar._session.status.running)
    qtbot.mousePress(bar.timeline, Left, pos=place(bar, 500))
    qtbot.waitUntil(lambda: not bar._session.status.running and abs(bar._session.status.position - 500) <= 2)
    qtbot.mouseRelease(bar.timeline, Left, pos=place(bar, 500))
    qtbot.waitUntil(lambda: bar._session.status.running and bar._session.status.position > 502)


def test_marks_of_ends_and_phases(qtbot: QtBot, start: Start) -> None:
    diverges, phased = RunConfig("SGD", 1.0, "too far"), RunConfig("Adam", 0.01, schedule=PHASES)
    bar = start(replace(SCENE, runs=(phased, diverges)))
    run = bar._session.runs[1]
    assert run.end is not None and bar.timeline.ends() == [run]
    assert [phase.first for phase in bar.timeline.later_phases()] == [200]
    words = bar.timeline.words_at(bar.timeline.x_of(run.end.step))
    assert f"too far: diverged at step {run.end.step}: loss = ∞" in words
    assert "phase 2, Constant, begins at step 200" in bar.timeline.words_at(bar.timeline.x_of(200))
    colour = (
        bar.timeline.grab()
        .toImage()
        .pixelColor(round(bar.timeline.x_of(run.end.step)), round(bar.timeline.height() / 2 - 10))
    )
    assert colour.name() == "#56b4e9"
    bar._session.select(1)
    assert bar.timeline.later_phases() == []


def test_where_all_runs_have_ended_the_timeline_ends(qtbot: QtBot, start: Start) -> None:
    bar = start(replace(SCENE, runs=(RunConfig("SGD", 1.0),)))
    end = bar._session.runs[0].end
    assert end is not None
    at(qtbot, bar, end.step)
    assert bar.reach.text() == f"/ {end.step}"
    assert "1\u202f000" in bar.reach.toolTip()


def test_long_work_is_shown(qtbot: QtBot, start: Start) -> None:
    bar = start(SCENE)
    assert not bar.timeline.busy
    bar._session.open(replace(SCENE, steps=1_000_000_000), "Open")
    qtbot.waitUntil(lambda: bar.timeline.busy)
    assert 0 < bar.timeline.progress() < 1
    bar._session.open(SCENE, "Open")
    qtbot.waitUntil(lambda: not bar.timeline.busy)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_at_1280_pixels_nothing_is_cut(qtbot: QtBot, qapp: QApplication, start: Start, language: str) -> None:
    bar = start(replace(SCENE, steps=1_000_000_000), settle=False)
    apply_language(qapp, language)
    bar._session.set_speed(math.inf)
    qtbot.wait(30)
    qtbot.waitUntil(lambda: all(child.width() >= child.sizeHint().width() for child in bar.findChildren(QLabel)))
    assert bar.minimumSizeHint().width() <= 1080
    assert bar.timeline.width() > 350
    button = bar.from_here.button
    for widget in (bar.to_start, bar.back, bar.run, bar.forward, bar.to_end, bar.speed, bar.step, bar.timeline, button):
        assert widget.accessibleName() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert bar.rect().contains(widget.rect().translated(widget.mapTo(bar, QPoint())))
    bar._session.seek(50_000)
    qtbot.waitUntil(lambda: bar._session.status.position == 50_000)
    qtbot.mouseClick(button, Left)
    assert bar.minimumSizeHint().width() <= 1080 and "50\u202f000" in button.text()
