"""The whole window, driven with mouse and keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.main_window import MainWindow

from ..driving import click, drag, lesson, place, press, wait_done, wait_until
from .conftest import Open

THREE = lesson("L09")
LONG = Scenario(
    SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.001), RunConfig("SGD", 0.0005)), steps=100_000
)


def near(window: MainWindow, x: float, y: float) -> bool:
    """Whether the scenario's start lies within a pixel of (x, y)."""
    wanted, got = place(window, x, y), place(window, *window.session.scenario.start)
    return abs(wanted.x() - got.x()) <= 1 and abs(wanted.y() - got.y()) <= 1


def test_a_click_moves_the_start_and_all_runs_start_over(opened: Open) -> None:
    window = opened(THREE)
    before = [run.row(10).copy() for run in window.session.runs]
    click(window, 0.5, 1.5)
    wait_done(window)
    assert near(window, 0.5, 1.5)
    start = window.session.scenario.start
    for run, old in zip(window.session.runs, before, strict=True):
        assert tuple(run.row(0)[:2]) == start
        assert run.computed == run.last_step
        assert not np.array_equal(run.row(10), old)


def test_undo_and_redo_bring_the_start_back(opened: Open) -> None:
    window = opened(THREE)
    old = window.session.scenario.start
    click(window, 0.5, 1.5)
    new = window.session.scenario.start
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.scenario.start == old
    press(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert window.session.scenario.start == new != old


def test_a_double_click_fits_and_moves_nothing(opened: Open, qtbot: QtBot) -> None:
    window = opened(THREE)
    start, whole = window.session.scenario.start, window.canvas.visible_window()
    window.canvas.zoom(0.5)
    viewport, at = window.canvas.plot.viewport(), place(window, 0.2, 0.8)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert window.session.scenario.start != start
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert window.session.scenario.start == start
    assert window.canvas.visible_window() == pytest.approx(whole)
    assert not window.session.undo_stack.canRedo(), "the click that a double click begins with leaves no trace"


def test_a_click_on_an_axis_moves_nothing(opened: Open, qtbot: QtBot) -> None:
    window = opened(THREE)
    viewport = window.canvas.plot.viewport()
    frame = window.canvas.box.sceneBoundingRect()
    for x, y in ((frame.center().x(), frame.bottom() + 12), (frame.left() - 15, frame.center().y())):
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(int(x), int(y)))
    assert window.session.scenario == THREE


def test_adding_and_removing_runs_can_be_undone(opened: Open) -> None:
    window = opened(THREE)
    press(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    wait_done(window)
    assert (len(window.session.runs), window.session.selected) == (4, 3)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_done(window)
    assert (len(window.session.runs), window.session.selected) == (3, 2)
    press(window, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    wait_done(window)
    assert len(window.session.runs) == 2
    assert window.notice.isHidden()


def test_opening_a_lesson_can_be_undone(opened: Open) -> None:
    window = opened(THREE)
    click(window, 0.5, 1.5)
    mine = window.session.scenario
    window.open_lesson(lesson("L13"))
    wait_done(window)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_done(window)
    assert window.session.scenario == mine
    assert window.canvas.visible_window() == pytest.approx(mine.window)


def test_quick_edits_keep_the_end(opened: Open) -> None:
    window = opened(lesson("L13"))
    for _ in range(3):
        press(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    wait_done(window)
    assert window.session.status.position == 100_000


def test_shift_click_adds_a_run_with_a_start_of_its_own(opened: Open) -> None:
    window = opened(THREE)
    click(window, 1.5, 0.5, Qt.KeyboardModifier.ShiftModifier)
    wait_done(window)
    assert len(window.session.runs) == 4
    assert window.session.selected == 3
    assert window.session.scenario.start == THREE.start
    assert window.session.runs[3].start == window.session.scenario.runs[3].start != THREE.start


def test_keys_travel_in_time(opened: Open) -> None:
    window = opened(THREE)
    session = window.session

    def at(step: int) -> None:
        wait_until(lambda: (session.tick(), session.status.position == step)[1])

    at(20_000)
    press(window, Qt.Key.Key_Home)
    at(0)
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_Right)
    at(2)
    press(window, Qt.Key.Key_Left)
    at(1)
    press(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    at(11)
    press(window, Qt.Key.Key_End)
    at(20_000)


def test_space_runs_and_pauses(opened: Open) -> None:
    window = opened(THREE)
    session = window.session
    press(window, Qt.Key.Key_Home)
    session.set_speed(500.0)
    press(window, Qt.Key.Key_Space)
    wait_until(lambda: session.status.running and session.status.position > 20)
    press(window, Qt.Key.Key_Space)
    wait_until(lambda: not session.status.running)
    paused = session.status.position
    assert 20 < paused < 20_000
    press(window, Qt.Key.Key_Right)
    wait_until(lambda: session.status.position == paused + 1)


def test_stepping_back_1000_times_gives_the_forward_rows_bit_for_bit(opened: Open) -> None:
    window = opened(replace(LONG, steps=3000))
    session = window.session
    session.set_look_ahead(False)
    forward = [session.runs[0].row(step).copy() for step in range(1001)]
    session.seek(1000)
    wait_until(lambda: session.status.position == 1000)
    for step in range(999, -1, -1):
        press(window, Qt.Key.Key_Left)
        wait_until(lambda step=step: (session.tick(), session.status.position == step)[1])  # type: ignore[misc]
        shown = session.runs[0].row(session.shown_step)
        assert shown.tobytes() == forward[step].tobytes()


def test_dragging_the_start_redraws_the_whole_100_000_step_path(opened: Open) -> None:
    window = opened(LONG)
    session = window.session
    generations: list[int] = []

    def each() -> None:
        wait_done(window)
        path = window.canvas.paths[0]
        assert path._view is session.runs[0].trajectory.view
        assert len(path._view.rows) == 100_001
        assert tuple(path._view.rows[0, :2]) == session.scenario.start
        generations.append(session.status.generation)

    drag(window, [(-1.5 + 0.05 * k, 2.0 - 0.05 * k) for k in range(12)], each)
    assert len(set(generations)) >= 10
    assert near(window, -0.95, 1.45)
    session.undo_stack.undo()
    assert session.scenario.start == LONG.start, "a drag is one step of undo"


def test_a_start_outside_the_domain_is_refused_and_said(opened: Open) -> None:
    window = opened(lesson("M01"))
    window.canvas.box.setRange(xRange=(-20, 20), yRange=(-20, 20), padding=0)
    old = window.session.scenario.start
    click(window, 15, 0)
    assert window.session.scenario.start == old
    assert window.notice.isVisible() and "outside the domain" in window.notice.text.text()


def test_language_and_theme_change_while_running(opened: Open) -> None:
    window = opened(THREE)
    press(window, Qt.Key.Key_Home)
    window.session.set_speed(100.0)
    press(window, Qt.Key.Key_Space)
    window.use_language("zh_CN")
    assert "学习率" in window.windowTitle() or "新月" in window.windowTitle()
    window.use_theme("light")
    window.use_language("en")
    window.use_theme("dark")
    wait_until(lambda: window.session.status.position > 5)


def test_every_lesson_opens(opened: Open) -> None:
    window = opened(THREE)
    for scene in window.lessons:
        window.open_lesson(scene)
        wait_done(window)
        assert window.session.status.error is None
        assert len(window.session.runs) == len(scene.runs)
