"""The cards of the runs in the setup: optimizer, numbers, names, places and phases."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.rates import Phase, Rates
from engine.scenario import MAX_RUNS
from gui.look import marker, run_colour
from gui.panels.setup import SetupPanel
from gui.panels.setup_words import run_summary
from gui.session import Session

from .hands import editor, handle, pick, seen, settle, type_into

Key = Qt.Key
Left = Qt.MouseButton.LeftButton


# Runs ------------------------------------------------------------------------------------------------------------


def test_choosing_an_optimizer_brings_its_fields(panel: SetupPanel, session: Session) -> None:
    pick(editor(panel).optimizer, "Adam")
    assert session.scenario.runs[0].optimizer == "Adam"
    assert list(editor(panel).form.fields) == ["lr", "beta1", "beta2", "eps"]
    assert editor(panel).form.fields["lr"].value() == 0.001
    assert editor(panel).optimizer.hasFocus()
    assert panel.cards[0].title.text() == "Adam, η = 0.001"


def test_each_press_of_an_arrow_key_is_one_undo_step(panel: SetupPanel, session: Session) -> None:
    lr = editor(panel).form.fields["lr"]
    lr.number.setFocus()
    QTest.keyClick(lr.number, Key.Key_Down)
    assert session.scenario.runs[0].lr == 2.0
    QTest.keyClick(lr.number, Key.Key_Down)
    assert session.scenario.runs[0].lr == 1.0
    assert session.undo_stack.count() == 2
    session.undo_stack.undo()
    assert session.scenario.runs[0].lr == lr.value() == 2.0


def test_undo_in_a_field_undoes_the_change_unless_a_person_is_typing(panel: SetupPanel, session: Session) -> None:
    QShortcut(QKeySequence.StandardKey.Undo, panel, session.undo_stack.undo)
    lr = editor(panel).form.fields["lr"]
    type_into(lr, "0.5")
    QTest.keyClicks(lr.number, "55")
    QTest.keySequence(lr.number, QKeySequence.StandardKey.Undo)
    assert session.scenario.runs[0].lr == 0.5  # the text has been undone
    lr.number.setText("0.5")
    QTest.keySequence(lr.number, QKeySequence.StandardKey.Undo)
    assert session.scenario.runs[0].lr == 3.0
    assert lr.number.text() == "3"


def test_dragging_the_slider_is_one_undo_step_and_rebuilds_nothing(panel: SetupPanel, session: Session) -> None:
    form = editor(panel).form
    lr, momentum = form.fields["lr"], form.fields["momentum"]
    assert lr.slider is not None
    start = handle(lr.slider).center()
    QTest.mousePress(lr.slider, Left, Qt.KeyboardModifier.NoModifier, start)
    for x in range(2, 20, 2):
        QTest.mouseMove(lr.slider, start - QPoint(x, 0))
    assert session.scenario.runs[0].lr < 3
    QTest.mouseRelease(lr.slider, Left, Qt.KeyboardModifier.NoModifier, start - QPoint(18, 0))
    assert session.undo_stack.count() == 1
    assert form.fields["lr"] is lr and form.fields["momentum"] is momentum
    session.undo_stack.undo()
    assert lr.value() == 3.0


def test_the_slider_takes_the_arrow_keys_before_the_window(panel: SetupPanel, session: Session) -> None:
    pressed: list[int] = []
    QShortcut(QKeySequence("Left"), panel, lambda: pressed.append(1))
    slider = editor(panel).form.fields["lr"].slider
    assert slider is not None
    slider.setFocus()
    QTest.keyClick(slider, Key.Key_Left)
    assert not pressed and session.scenario.runs[0].lr < 3


def test_a_hyperparameter_out_of_range_is_told_and_the_last_good_one_stays(panel: SetupPanel, session: Session) -> None:
    momentum = editor(panel).form.fields["momentum"]
    type_into(momentum, "0.9")
    type_into(momentum, "1.5")
    assert "momentum < 1" in momentum.error.text() and momentum.error.isVisible()
    assert session.scenario.runs[0].hyperparameters == {"momentum": 0.9}
    type_into(editor(panel).form.fields["lr"], "0.1")
    assert momentum.error.isVisible()
    type_into(momentum, "0.5")
    assert momentum.error.isHidden()
    assert session.scenario.runs[0].hyperparameters == {"momentum": 0.5}


def test_a_fault_found_by_the_session_is_shown_beside_its_field(panel: SetupPanel, session: Session) -> None:
    form = editor(panel).form
    form.fields["momentum"].edited.emit(7.0)
    assert "out of range" in form.fields["momentum"].error.text()
    assert session.scenario.runs[0].hyperparameters == {}


def test_a_number_that_is_0_or_1_is_a_check_box(panel: SetupPanel, session: Session) -> None:
    box = editor(panel).form.switches["nesterov"]
    box.setFocus()
    QTest.keyClick(box, Key.Key_Space)
    assert session.scenario.runs[0].hyperparameters == {"nesterov": 1}
    session.undo_stack.undo()
    assert not box.isChecked()


def test_a_click_or_return_selects_a_card(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.cards[1], Left, pos=QPoint(60, 12))
    assert session.selected == 1
    assert editor(panel, 1).isVisible() and editor(panel, 0).isHidden()
    panel.cards[2].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.cards[2], Key.Key_Return)
    assert session.selected == 2
    assert panel.cards[2].property("selected") == "true" and panel.cards[1].property("selected") == "false"


def test_runs_are_added_duplicated_and_removed(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.add, Left)
    assert len(panel.cards) == 4 and session.selected == 3
    panel.cards[1].duplicate.trigger()
    assert len(panel.cards) == 5 and session.scenario.runs[4].lr == session.scenario.runs[1].lr == 0.3
    panel.cards[0].remove.trigger()
    assert [run.lr for run in session.scenario.runs] == [0.3, 3.0, 3.0, 0.3]
    assert len(panel.cards) == 4
    while len(session.scenario.runs) > 1:
        panel.cards[-1].remove.trigger()
    assert not panel.cards[0].remove.isEnabled()
    session.undo_stack.undo()
    assert len(panel.cards) == 2


def test_there_is_a_limit_to_the_runs_and_it_is_told(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    runs = session.scenario.runs[:1] * MAX_RUNS
    session.change(replace(session.scenario, runs=runs), "many")
    panel.add.click()
    assert str(MAX_RUNS) in panel.refusal.text() and panel.refusal.isVisible()
    session.undo_stack.undo()
    assert panel.refusal.isHidden()


def test_typed_but_not_entered_text_dies_with_its_run(panel: SetupPanel, session: Session) -> None:
    session.select(2)
    lr = editor(panel, 2).form.fields["lr"]
    lr.number.setFocus()
    lr.number.selectAll()
    QTest.keyClicks(lr.number, "0.7")
    session.remove_run(2, "Remove run")
    settle()
    assert [run.lr for run in session.scenario.runs] == [3.0, 0.3]


def test_a_run_is_renamed_in_its_place(panel: SetupPanel, session: Session) -> None:
    card = panel.cards[0]
    card.setFocus()
    QTest.keyClick(card, Key.Key_F2)
    assert card.name.hasFocus() and card.title.isHidden()
    QTest.keyClicks(card.name, "wild")
    QTest.keyClick(card.name, Key.Key_Return)
    assert session.scenario.runs[0].label == card.title.text() == "wild"
    assert card.hasFocus() and card.name.isHidden()
    card.rename.trigger()
    QTest.keyClicks(card.name, "other")
    QTest.keyClick(card.name, Key.Key_Escape)
    assert session.scenario.runs[0].label == card.title.text() == "wild"


def test_the_menu_opens_from_the_button_without_blocking(panel: SetupPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.cards[0].more, Left)
    assert panel.cards[0].menu.isVisible()
    QTest.keyClick(panel.cards[0].menu, Key.Key_Escape)
    assert not panel.cards[0].menu.isVisible()


def test_a_start_of_its_own_is_pinned_moved_and_given_up(panel: SetupPanel, session: Session) -> None:
    card = panel.cards[0]
    assert editor(panel).start.isHidden()
    card.pin.trigger()
    assert session.scenario.runs[0].start == (-9.0, 5.0)
    type_into(editor(panel).start.fields["y"], "2")
    assert session.scenario.runs[0].start == (-9.0, 2.0)
    type_into(panel.start.fields["y"], "4")
    assert session.scenario.runs[0].start == (-9.0, 2.0)
    assert "own start" in run_summary(session.scenario.runs[0])
    card.pin.trigger()
    assert session.scenario.runs[0].start is None
    assert editor(panel).start.isHidden()


# Schedule --------------------------------------------------------------------------------------------------------


def test_a_schedule_of_two_phases_is_made_and_drawn(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    schedule = editor(panel).schedule
    qtbot.mouseClick(schedule.add, Left)
    pick(schedule.rows[0].main.choice, "LinearLR")
    assert "steps" not in schedule.rows[0].main.form.fields
    qtbot.mouseClick(schedule.add, Left)
    assert schedule.rows[1].main.choice.hasFocus()
    pick(schedule.rows[1].main.choice, "CosineAnnealingLR")
    type_into(schedule.rows[0].main.form.fields["steps"], "60")
    type_into(schedule.rows[0].main.form.fields["total_iters"], "60")
    type_into(schedule.rows[1].main.form.fields["T_max"], "240")
    assert session.scenario.runs[0].schedule == (
        Phase("LinearLR", {"total_iters": 60}, 60),
        Phase("CosineAnnealingLR", {"T_max": 240}),
    )
    before = schedule.curve.grab().toImage()
    qtbot.mouseClick(schedule.rows[0].main.remove, Left)
    assert [phase.name for phase in session.scenario.runs[0].schedule] == ["CosineAnnealingLR"]
    assert len(schedule.rows) == 1 and "steps" not in schedule.rows[0].main.form.fields
    assert schedule.curve.grab().toImage() != before
    session.undo_stack.undo()
    assert schedule.curve.grab().toImage() == before


def test_a_new_phase_is_seen_numbered_and_marked(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    panel.resize(272, 400)
    schedule = editor(panel).schedule
    qtbot.mouseClick(schedule.add, Left)
    assert schedule.rows[0].main.mark.isHidden() and schedule.curve.piece_starts() == []
    for count in (2, 3):
        qtbot.mouseClick(schedule.add, Left)
        assert schedule.rows[-1].main.choice.hasFocus()
        qtbot.waitUntil(lambda: seen(schedule.rows[-1], panel))
        assert [row.main.mark.text() for row in schedule.rows] == [str(k + 1) for k in range(count)]
        assert all(row.main.mark.isVisible() for row in schedule.rows)
    assert schedule.rows[-1].main.choice.accessibleName() == "Schedule of phase 3"
    assert schedule.curve.piece_starts() == [
        phase.first for phase in Rates(1.0, session.scenario.runs[0].schedule).phases[1:]
    ]


def test_a_card_tells_its_whole_name(panel: SetupPanel, session: Session) -> None:
    name = "a name that is much longer than <any> card"
    session.change_run(0, lambda run: replace(run, label=name), "Rename run")
    assert "much longer than &lt;any&gt; card" in panel.cards[0].toolTip()


def test_runs_look_different_in_colour_or_marker(qapp: QApplication) -> None:
    looks = [
        (run_colour(k).name(), [(p.x, p.y) for p in map(marker(k, QPointF(), 4.0).elementAt, range(4))])
        for k in range(MAX_RUNS)
    ]
    assert all(looks[i] != looks[k] for i in range(MAX_RUNS) for k in range(i))


def test_the_curve_follows_the_shown_step(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: session.current and not session.status.working)
    curve = editor(panel).schedule.curve
    at_end = curve.grab().toImage()
    session.hover(10)
    assert curve.grab().toImage() != at_end
    session.hover(None)
    assert curve.grab().toImage() == at_end
