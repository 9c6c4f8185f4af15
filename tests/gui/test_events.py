"""Changes during a run, made, seen, gone to and removed in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.rates import Phase
from engine.scenario import Event, RunConfig, Scenario, SurfaceConfig
from gui.canvas.handles import head_handle
from gui.look import run_colour
from gui.main_window import MainWindow

from ..driving import click, drag, lesson, open_window, place, press, wait_done, wait_until

Key, Keys, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton
ADAM, SGD = RunConfig("Adam", 0.05), RunConfig("SGD", 1e-3, hyperparameters={"momentum": 0.9})
SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.2, 1.0), (ADAM, SGD), steps=400)


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(SCENE)
    yield made
    made.close()
    made.deleteLater()


def go(window: MainWindow, step: int) -> None:
    window.session.seek(step)
    at(window, step)


def at(window: MainWindow, step: int) -> None:
    session = window.session
    wait_until(lambda: (session.tick(), session.status.position == step and not session.status.working)[1])


def set_lr(window: MainWindow, lr: float, merge: str = "", index: int = 0) -> list[object]:
    found = window.session.change_run(index, lambda run: replace(run, lr=lr), "Change η", merge)
    wait_done(window)
    return list(found)


def changing(window: MainWindow, step: int) -> None:
    """Let edits hold from `step` on."""
    go(window, step)
    QTest.mouseClick(window.transport.from_here.button, Left)
    assert window.session.from_here


def head(window: MainWindow, dx: float = 0.0, dy: float = 0.0) -> tuple[float, float]:
    handle = head_handle(window.session)
    assert handle is not None
    return handle.place[0] + dx, handle.place[1] + dy


# Edits from here on --------------------------------------------------------------------------------------------------


def test_edits_change_the_run_from_the_shown_step_on(window: MainWindow) -> None:
    session = window.session
    before = session.runs[0].rows(0, 400).copy()
    changing(window, 120)
    for lr in (0.04, 0.03, 0.02):
        assert set_lr(window, lr, "one burst") == []
        assert session.here == session.status.position == 120
    assert session.scenario.runs == (replace(ADAM, events=(Event(120, lr=0.02),)), SGD)
    assert np.array_equal(session.runs[0].rows(0, 119), before[:120])
    assert session.undo_stack.count() == 1 and session.undo_stack.undoText() == "Change η from step 120 on"
    session.undo_stack.undo()
    wait_done(window)
    assert session.scenario == SCENE and session.status.position == 120
    assert np.array_equal(session.runs[0].rows(0, 400), before)
    session.undo_stack.redo()
    assert session.scenario.runs[0].events == (Event(120, lr=0.02),)


def test_what_is_edited_at_one_step_is_one_event_and_going_back_to_the_old_value_none(window: MainWindow) -> None:
    session, phases = window.session, (Phase("StepLR", {}),)
    changing(window, 120)
    set_lr(window, 0.02)
    session.change_run(0, lambda run: replace(run, hyperparameters={"beta1": 0.5}), "")
    session.change_run(0, lambda run: replace(run, schedule=phases), "")
    assert session.scenario.runs[0].events == (Event(120, 0.02, {"beta1": 0.5}, phases),)
    session.change_run(0, lambda run: replace(run, hyperparameters={"beta1": 0.9}), "")
    assert session.scenario.runs[0].events == (Event(120, 0.02, {}, phases),)
    session.change_run(0, lambda run: replace(run, schedule=()), "")
    assert set_lr(window, 0.05) == [] and session.scenario.runs[0].events == ()


def test_the_forms_show_what_holds_at_the_step(window: MainWindow) -> None:
    session, told = window.session, list[int]()
    session.scenario_changed.connect(lambda: told.append(session.here))
    changing(window, 120)
    set_lr(window, 0.02)
    told.clear()
    for step in (119, 60, 118, 120, 130, 300):
        go(window, step)
        editor = window.setup.cards[0].editor
        assert editor is not None
        assert editor.form.fields["lr"].value() == (0.05 if step < 120 else 0.02)
    assert told == [119, 120], "only where something else holds"
    press(window, Key.Key_C)
    assert not session.from_here and editor.form.fields["lr"].value() == 0.05


def test_a_field_of_the_setup_makes_the_event(window: MainWindow) -> None:
    changing(window, 50)
    editor = window.setup.cards[0].editor
    assert editor is not None
    field = editor.form.fields["lr"].number
    field.setFocus()
    QTest.keyClick(field, Key.Key_Up)
    wait_done(window)
    assert window.session.scenario.runs[0].events == (Event(50, lr=0.1),)


def test_at_step_0_and_with_the_mode_off_the_run_itself_is_edited(window: MainWindow) -> None:
    changing(window, 0)
    set_lr(window, 0.01)
    press(window, Key.Key_C)
    go(window, 100)
    set_lr(window, 0.02)
    assert window.session.scenario.runs[0] == replace(ADAM, lr=0.02)


def test_what_holds_for_the_whole_run_is_refused_in_words(window: MainWindow) -> None:
    session = window.session
    changing(window, 120)
    (fault,) = session.set_optimizer(0, "SGD", "")
    assert "only η, the hyper-parameters and the schedule can change" in str(fault)
    assert window.notice.isVisible() and "step 120" in window.notice.text.text()
    assert session.change_run(0, lambda run: replace(run, steps=10), "")
    assert session.scenario == SCENE
    assert session.change_run(0, lambda run: replace(run, label="mine", start=(0.0, 0.0)), "") == []
    assert session.scenario.runs[0] == replace(ADAM, label="mine", start=(0.0, 0.0))


def test_where_no_update_follows_an_edit_is_refused(window: MainWindow) -> None:
    changing(window, 400)
    assert "No update follows step 400" in window.canvas.banner.text.text()
    (fault,) = set_lr(window, 0.01)
    assert "no update follows step 400" in str(fault) and window.session.scenario == SCENE
    go(window, 399)
    assert "from step 399 on" in window.canvas.banner.text.text()
    assert set_lr(window, 0.01) == []


def test_while_it_plays_the_run_goes_on_with_the_new_value(window: MainWindow) -> None:
    session = window.session
    changing(window, 10)
    session.set_speed(200.0)
    session.play()
    wait_until(lambda: session.status.running and session.status.position > 30)
    session.change_run(0, lambda run: replace(run, lr=0.02), "", "burst")
    (event,) = session.scenario.runs[0].events
    assert event.step > 30
    wait_until(lambda: session.current and session.status.position > event.step + 20)
    assert session.status.running and session.status.position >= event.step
    session.pause()


def test_the_mode_cannot_be_overlooked_and_ends_with_the_scene(window: MainWindow) -> None:
    banner, button = window.canvas.banner, window.transport.from_here.button
    assert not banner.isVisible() and button.text() == "From here on"
    changing(window, 120)
    assert banner.isVisible() and button.isChecked()
    assert banner.text.text() == "Edits of a run hold from step 120 on" and button.text() == "from step 120 on"
    assert button.width() >= button.sizeHint().width()
    go(window, 0)
    assert "from the start" in banner.text.text() and button.text() == "from the start"
    assert window.canvas.rect().contains(banner.geometry())
    window.open_lesson(lesson("L09"))
    wait_done(window)
    assert not window.session.from_here and not banner.isVisible() and not button.isChecked()


def test_an_edit_of_a_lesson_drops_its_label() -> None:
    window = open_window(lesson("L09"))
    try:
        labels = [run.label for run in window.session.scenario.runs]
        assert labels[0]
        changing(window, 100)
        set_lr(window, 1e-5)
        assert [run.label for run in window.session.scenario.runs] == ["", *labels[1:]]
        window.session.undo_stack.undo()
        assert window.session.scenario == lesson("L09")
    finally:
        window.close()


# Nudges --------------------------------------------------------------------------------------------------------------


def test_dragging_the_head_nudges_the_run_there(window: MainWindow) -> None:
    session = window.session
    before = session.runs[0].rows(0, 150).copy()
    go(window, 150)
    places = [head(window), head(window, 0.1, 0.2), head(window, 0.5, 0.3), head(window, 0.4, 0.5)]
    drag(window, places, lambda: wait_done(window))
    wait_done(window)
    (event,) = session.scenario.runs[0].events
    assert event.step == session.status.position == 150 and event.nudge == pytest.approx((0.4, 0.5), abs=0.02)
    assert np.array_equal(session.runs[0].rows(0, 149), before[:150])
    assert session.runs[0].row(150)[:2] == pytest.approx(before[150, :2] + event.nudge)
    assert session.scenario.start == SCENE.start and session.undo_stack.count() == 1
    drag(window, [head(window), head(window, -0.1, 0.0), head(window, -0.2, 0.0)])
    wait_done(window)
    assert len(session.scenario.runs[0].events) == 1 and session.undo_stack.count() == 2
    assert session.runs[0].row(150)[:2] == pytest.approx(before[150, :2] + (0.2, 0.5), abs=0.04)
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.scenario == SCENE


def test_the_head_at_the_end_can_be_dragged_too(window: MainWindow) -> None:
    at(window, 400)
    drag(window, [head(window), head(window, 0.0, 0.3), head(window, 0.0, 0.4)])
    wait_done(window)
    assert window.session.scenario.runs[0].events[0].step == window.session.status.position == 400


def test_at_step_0_the_ring_is_dragged_and_later_too(window: MainWindow) -> None:
    session = window.session
    for step in (0, 200):
        go(window, step)
        x, y = session.scenario.start
        drag(window, [(x, y), (x + 0.1, y), (x + 0.2, y)])
        wait_done(window)
        assert session.scenario.start[0] == pytest.approx(x + 0.2, abs=0.02)
    assert all(run.events == () for run in session.scenario.runs)


def test_the_pointer_tells_what_it_would_do(window: MainWindow) -> None:
    plot, session = window.canvas.plot, window.session
    go(window, 150)
    for spot, shape, words in (
        (head(window), Qt.CursorShape.OpenHandCursor, "drag to nudge θ at step 150"),
        (session.scenario.start, Qt.CursorShape.OpenHandCursor, ""),
        ((1.5, -0.5), Qt.CursorShape.CrossCursor, ""),
    ):
        QTest.mouseMove(plot.viewport(), place(window, *spot))
        QApplication.processEvents()
        assert plot.cursor().shape() == shape and words in window.canvas.readout.text()
        assert session.hovered is None
    click(window, *head(window))
    assert session.scenario == SCENE, "a click on the head moves no start"
    session.set_speed(1.0)
    session.play()
    wait_until(lambda: session.status.running)
    assert head_handle(session) is None


def test_keys_nudge_and_at_step_0_move_the_start(window: MainWindow) -> None:
    session = window.session
    go(window, 150)
    left, right, bottom, top = window.canvas.visible_window()
    for _ in range(3):
        press(window, Key.Key_Right, Keys.AltModifier)
    press(window, Key.Key_Down, Keys.AltModifier | Keys.ShiftModifier)
    (event,) = session.scenario.runs[0].events
    assert event.nudge == pytest.approx((0.03 * (right - left), -0.001 * (top - bottom)), rel=0.1)
    assert session.undo_stack.count() == 1
    press(window, Key.Key_Z, Keys.ControlModifier)
    assert session.scenario == SCENE
    wait_done(window)
    go(window, 0)
    press(window, Key.Key_Up, Keys.AltModifier)
    assert session.scenario.start == pytest.approx((-1.2, 1.0 + 0.01 * (top - bottom)), abs=1e-3)


def test_what_has_ended_cannot_be_nudged() -> None:
    window = open_window(replace(SCENE, runs=(RunConfig("SGD", 1.0), ADAM)))
    try:
        at(window, 400)
        assert head_handle(window.session) is None
        press(window, Key.Key_Up, Keys.AltModifier)
        assert "ended before step 400" in window.notice.text.text()
        assert window.session.scenario.runs[0].events == ()
    finally:
        window.close()


# Timeline ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def marked(window: MainWindow) -> MainWindow:
    """A window on two runs with changes at the steps 60, 120 and 150."""
    first = replace(ADAM, events=(Event(60, lr=0.01), Event(150, lr=0.005, schedule=(Phase("StepLR", {}),))))
    second = replace(SGD, events=(Event(120, 1e-4, {"momentum": 0.5}, nudge=(0.1, -0.2)), Event(900, lr=1.0)))
    window.session.open(replace(SCENE, runs=(first, second)), "Open")
    wait_done(window)
    return window


def spot(window: MainWindow, step: int) -> QPoint:
    timeline = window.transport.timeline
    return QPoint(round(timeline.x_of(step)), timeline.height() // 2)


def test_marks_say_what_changes(marked: MainWindow) -> None:
    timeline = marked.transport.timeline
    assert marked.session.events.steps() == [60, 120, 150]
    words = timeline.words_at(timeline.x_of(120))
    assert words == "step 120, SGD, η = 0.001: η 0.001 → 1×10⁻⁴; momentum 0.9 → 0.5; θ moved by (0.1, −0.2)"
    assert "η 0.01 → 0.005; new schedule: StepLR" in timeline.words_at(timeline.x_of(150))
    assert timeline.words_at(timeline.x_of(300)) == "step 300"
    picture = timeline.grab().toImage()
    for step, run in ((60, 0), (120, 1)):
        assert picture.pixelColor(spot(marked, step)) == run_colour(run)


def test_a_press_on_a_mark_goes_to_its_step(marked: MainWindow) -> None:
    QTest.mouseClick(marked.transport.timeline, Left, Keys.NoModifier, spot(marked, 120) + QPoint(4, 0))
    at(marked, 120)
    QTest.mouseClick(marked.transport.timeline, Left, Keys.NoModifier, spot(marked, 120) + QPoint(40, 0))
    wait_until(lambda: marked.session.status.position > 130)


def test_keys_go_from_change_to_change(marked: MainWindow) -> None:
    go(marked, 0)
    for key, shift, step in (
        (Key.Key_N, False, 60), (Key.Key_N, False, 120), (Key.Key_N, False, 150), (Key.Key_N, False, 150),
        (Key.Key_N, True, 120), (Key.Key_N, True, 60), (Key.Key_N, True, 60),
    ):  # fmt: skip
        press(marked, key, Keys.ShiftModifier if shift else Keys.NoModifier)
        at(marked, step)


def test_delete_removes_the_change_at_the_step(marked: MainWindow) -> None:
    session, timeline = marked.session, marked.transport.timeline
    before = session.scenario
    go(marked, 120)
    timeline.setFocus()
    QTest.keyClick(timeline, Key.Key_Delete)
    assert [event.step for event in session.scenario.runs[1].events] == [900]
    wait_done(marked)
    assert session.status.position == 120
    QTest.keyClick(timeline, Key.Key_Delete)
    assert "no run is changed at step 120" in marked.notice.text.text()
    session.undo_stack.undo()
    assert session.scenario == before


def test_the_menu_of_a_mark_goes_there_and_removes(marked: MainWindow) -> None:
    session, timeline = marked.session, marked.transport.timeline
    places = ((spot(marked, 300), None), (spot(marked, 150), ["Go to step 150", "Remove: step 150, Adam"]))
    for place_, wanted in places:
        timeline.contextMenuEvent(
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place_, timeline.mapToGlobal(place_))
        )
        if wanted is None:
            assert timeline.menu is None
            continue
        menu = timeline.menu
        assert menu is not None
        go_there, _, remove = menu.actions()
        assert go_there.text() == wanted[0] and remove.text().startswith(wanted[1])
        go_there.trigger()
        at(marked, 150)
        remove.trigger()
        menu.close()
    assert [event.step for event in session.scenario.runs[0].events] == [60]


def test_the_inspector_says_what_was_changed_at_the_step(marked: MainWindow) -> None:
    session, changed = marked.session, marked.side.inspector.head.changed
    session.select(1)
    for step, words in ((119, ""), (120, "changed here: η 0.001 → 1×10⁻⁴; momentum 0.9"), (121, "")):
        go(marked, step)
        wait_until(lambda words=words: changed.isVisible() == bool(words))
        assert changed.text().startswith(words) and bool(changed.text()) == bool(words)


# What else happens to runs -------------------------------------------------------------------------------------------


def test_a_copied_run_has_the_changes_too(marked: MainWindow) -> None:
    session = marked.session
    session.add_run("")
    assert session.scenario.runs[2].events == session.scenario.runs[0].events
    session.remove_run(0, "")
    wait_done(marked)
    assert session.events.steps() == [60, 120, 150]


def test_another_optimizer_keeps_the_schedule_and_the_nudge_of_a_change(marked: MainWindow) -> None:
    session = marked.session
    assert session.set_optimizer(0, "RMSprop", "") == [] and session.set_optimizer(1, "Adam", "") == []
    assert session.scenario.runs[0].events == (Event(150, schedule=(Phase("StepLR", {}),)),)
    assert session.scenario.runs[1].events == (Event(120, nudge=(0.1, -0.2)),)


def test_another_surface_keeps_all_but_the_nudge(marked: MainWindow) -> None:
    session = marked.session
    assert session.set_surface(SurfaceConfig("ellipse"), "") == []
    assert session.scenario.runs[1].events == (Event(120, 1e-4, {"momentum": 0.5}), Event(900, lr=1.0))
