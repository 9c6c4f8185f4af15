"""Writing an optimizer or schedule of one's own: checked while typing, used at once, undone, kept in the library."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine import library
from engine.errors import ConfigError
from engine.language.compile import RULE_INPUTS, SCHEDULE_INPUTS
from engine.language.functions import CONSTANTS, FUNCTIONS, VECTOR_FUNCTIONS
from engine.rates import Phase
from engine.scenario import Event, RunConfig, Scenario, SurfaceConfig
from engine.scenario_dump import dump
from engine.scenario_file import parse
from engine.simulator import Simulator
from gui.language import apply_language
from gui.own.curve import sampled
from gui.own.draft import Draft, Row
from gui.own.editor import OwnEditor
from gui.own.offer import Offer
from gui.own.starting import start
from gui.own.use import used
from gui.own.words import usable
from gui.session import Session
from surfaces import build

from ..driving import open_window, press, wait_done

SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.02),), steps=100)
RULE = "m = sign(g)\nsigma = 1"
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session(SCENE)
    yield made
    for editor in QApplication.topLevelWidgets():
        if isinstance(editor, OwnEditor) and editor.isVisible():
            editor.form.show_draft(editor._begun)  # nothing is left to ask about
            editor.close()
    made.close()


def shown(session: Session, draft: Draft) -> OwnEditor:
    editor = OwnEditor(session, draft, None)
    editor.show()
    return editor


@pytest.fixture
def editor(session: Session) -> OwnEditor:
    return shown(session, Draft("optimizer", name="Mine", rule=RULE))


def write(qtbot: QtBot, editor: OwnEditor, rule: str) -> None:
    """Type a rule in place of the one that stands there, and pause."""
    editor.form.rule.setFocus()
    editor.form.rule.selectAll()
    for k, line in enumerate(rule.split("\n")):
        if k:
            qtbot.keyClick(editor.form.rule, Qt.Key.Key_Return)
        qtbot.keyClicks(editor.form.rule, line)
    settle(qtbot, editor)


def fill(qtbot: QtBot, editor: OwnEditor, field: QLineEdit, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    settle(qtbot, editor)


def settle(qtbot: QtBot, editor: OwnEditor) -> None:
    qtbot.waitUntil(lambda: not editor._pause.isActive())


def click(qtbot: QtBot, widget: object) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def asked(editor: OwnEditor) -> QMessageBox:
    (box,) = editor.findChildren(QMessageBox)
    return box


def test_a_rule_is_checked_as_it_is_typed(qtbot: QtBot, editor: OwnEditor) -> None:
    assert editor.made is not None and not editor.form.error.isVisible()
    write(qtbot, editor, "m = g\nsigma = sqrt(h)")
    assert editor.form.error.text().startswith("Line 2, column 14: unknown name 'h'") and editor.form.error.isVisible()
    (mark,) = editor.form.rule.extraSelections()
    assert mark.cursor.selectedText() == "h" and mark.cursor.blockNumber() == 1
    assert not editor.use.isEnabled()
    write(qtbot, editor, "m = g\nsigma = sqrt(loss)")
    assert editor.use.isEnabled() and not editor.form.error.isVisible()


def test_it_is_used_at_once_follows_what_is_typed_and_is_undone(
    qtbot: QtBot, editor: OwnEditor, session: Session
) -> None:
    qtbot.keyClick(editor.form.rule, Qt.Key.Key_Return, CONTROL)
    assert session.scenario.runs[0].optimizer == "Mine"
    qtbot.waitUntil(lambda: session.current and session.status.computed == 100)
    assert session.runs[0].row(0)[7:9].tolist() == [-1.0, -1.0]
    write(qtbot, editor, "m = 2*sign(g)\nsigma = 1")
    qtbot.waitUntil(lambda: session.current and session.status.computed == 100 and session.runs[0].row(0)[7] == -2.0)
    write(qtbot, editor, "m = 3*sign(h)\nsigma = 1")
    assert session.scenario.optimizers[0].rule.startswith("m = 2")  # the last good one stays in use
    session.undo_stack.undo()
    assert session.scenario == SCENE
    write(qtbot, editor, "m = 4*sign(g)\nsigma = 1")
    assert session.scenario == SCENE  # taken back is taken back


def test_another_name_makes_another_one(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    click(qtbot, editor.use)
    session.add_run("Add run")
    fill(qtbot, editor, editor.form.name, "Other")
    assert [entry.name for entry in session.scenario.optimizers] == ["Mine"]
    click(qtbot, editor.use)
    assert [run.optimizer for run in session.scenario.runs] == ["Mine", "Other"]
    fill(qtbot, editor, editor.form.name, "Third")
    click(qtbot, editor.use)
    assert [entry.name for entry in session.scenario.optimizers] == ["Mine", "Third"]  # nobody uses the second now


def test_parameters_become_fields_of_the_run(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    write(qtbot, editor, "m = k*g\nsigma = 1")
    click(qtbot, editor.form.offer)
    settle(qtbot, editor)
    _, default, low, _, _ = editor.form.rows.fields[0]
    fill(qtbot, editor, default, "3")
    fill(qtbot, editor, low, ">5")
    assert "Parameter 1: k = 3 is out of range" in editor.form.error.text() and default.property("invalid") == "true"
    fill(qtbot, editor, low, ">0")
    click(qtbot, editor.use)
    (parameter,) = session.known_optimizers["Mine"].hyperparameters
    assert (parameter.name, parameter.default, parameter.allowed) == ("k", 3.0, "0 < k")
    run = session.scenario.runs[0]
    session.replace_run(0, replace(run, hyperparameters={"k": 2.0}, events=(Event(5, None, {"k": 1.0}),)), "")
    click(qtbot, editor.form.rows.removers[0])
    write(qtbot, editor, "m = g\nsigma = 1")
    assert session.scenario.runs[0].hyperparameters == {} and session.scenario.runs[0].events == ()


def test_a_name_that_is_assigned_later_is_offered_as_a_buffer(qtbot: QtBot, editor: OwnEditor) -> None:
    write(qtbot, editor, "v = 0.9*v + g\nm = v\nsigma = 1")
    assert editor.form.offer.text() == "Make “v” a buffer"
    click(qtbot, editor.form.offer)
    settle(qtbot, editor)
    assert editor.form.state.text() == "v" and editor.made is not None and editor.made.state == ("v",)


def test_it_travels_in_the_scene_and_the_library(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    click(qtbot, editor.use)
    again = parse(dump(session.scenario))
    assert again.optimizers == session.scenario.optimizers
    rows = []
    for scenario in (session.scenario, again):
        simulator = Simulator(scenario, build)
        simulator.advance_to(100)
        rows.append(simulator.runs[0].rows(0, 100))
    assert np.array_equal(*rows)
    click(qtbot, editor.save)
    assert not editor.save.isEnabled()  # there it is
    other = Session(SCENE)
    assert "Mine" in other.known_optimizers
    other.set_optimizer(0, "Mine", "Change the optimizer")
    assert [entry.name for entry in other.scenario.optimizers] == ["Mine"]
    other.close()
    write(qtbot, editor, "m = h")
    click(qtbot, editor.delete)  # also while the text is faulty
    assert "Mine" not in session.library.optimizers and "Mine" in session.known_optimizers


def test_what_the_scene_brings_goes_before_the_library(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    click(qtbot, editor.save)
    write(qtbot, editor, "m = 2*sign(g)\nsigma = 1")
    assert editor.save.text() == "Replace in my library"
    click(qtbot, editor.use)
    known = session.known_optimizers
    assert known["Mine"].rule.startswith("m = 2") and known["Mine (library)"].rule == RULE
    session.set_optimizer(0, "Mine (library)", "Change the optimizer")
    assert [entry.name for entry in session.scenario.optimizers] == ["Mine", "Mine (library)"]
    assert parse(dump(session.scenario)).optimizers == session.scenario.optimizers


def test_a_schedule_of_ones_own(qtbot: QtBot, session: Session) -> None:
    editor = shown(session, Draft("schedule", name="Falling", rule="lr/(1 + k*t)", rows=(Row("k", "0.1"),)))
    assert editor.reading.curve.isVisible()
    click(qtbot, editor.use)
    qtbot.waitUntil(lambda: session.current and session.status.computed == 100)
    assert session.runs[0].row(10)[6] == pytest.approx(0.01)
    write(qtbot, editor, "best = where(t == 0, lr, 0.9*best)\neta = best")
    click(qtbot, editor.form.offer)
    settle(qtbot, editor)
    qtbot.waitUntil(lambda: session.current and session.status.computed == 100)
    assert session.runs[0].row(2)[6] == pytest.approx(0.02 * 0.81)
    write(qtbot, editor, "lr - t")
    assert "no rate" in editor.reading.remark.text()
    session.undo_stack.undo()
    assert session.scenario == SCENE


def test_the_curve_is_what_the_run_will_do(qtbot: QtBot, session: Session) -> None:
    for schedule in session.known_schedules.values():
        if schedule.needs_loss:
            assert sampled(schedule, 0.02, 100).waits == 0
            continue
        session.replace_run(0, replace(SCENE.runs[0], schedule=(Phase(schedule.name, {}),)), "")
        qtbot.waitUntil(lambda: session.current and session.status.computed == 100)
        samples = sampled(schedule, 0.02, 100)
        np.testing.assert_allclose(samples.eta, session.runs[0].rows(0, 100)[:, 6], rtol=1e-12, err_msg=schedule.name)


def test_names_are_checked(qtbot: QtBot, editor: OwnEditor) -> None:
    fill(qtbot, editor, editor.form.name, "Adam")
    assert editor.form.error.text() == "Name: the name 'Adam' is taken; choose another"
    for name in (" 3", "-", "x" * 61, ""):
        with pytest.raises(ConfigError):
            replace(Draft("optimizer", rule=RULE), name=name).made(())


def test_a_copy_of_any_built_in_one_makes_the_same(session: Session) -> None:
    for known in (session.known_optimizers, session.known_schedules):
        for entry in known.values():
            made = Draft.of(entry, f"My {entry.name}").made(known)
            texts = {"rule": entry.rule.strip("\n"), "name": made.name, "group": "own"}
            assert made == replace(entry, **texts)  # type: ignore[arg-type]


def test_a_start_can_be_chosen_and_is_asked_about(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    editor._start_from("Lion")
    assert editor.form.name.text() == "My Lion" and editor.model.key() == "Lion"
    write(qtbot, editor, "m = 7*g\nsigma = 1")
    editor._start_from("Adam")
    assert editor.form.name.text() == "My Lion" and editor.model.key() == "Lion"
    click(qtbot, asked(editor).button(QMessageBox.StandardButton.Discard))
    assert editor.form.name.text() == "My Adam"
    click(qtbot, editor.save)
    assert (
        start(session, "optimizer", "Adam").name == "My Adam 2"
        and start(session, "optimizer", "My Adam").name == "My Adam"
    )


def test_unsaved_words_are_asked_about(qtbot: QtBot, editor: OwnEditor) -> None:
    write(qtbot, editor, "m = 7*g\nsigma = 1")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    click(qtbot, asked(editor).button(QMessageBox.StandardButton.Cancel))
    assert editor.isVisible()
    click(qtbot, editor.save)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()


def test_enter_in_a_field_presses_nothing(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    qtbot.keyClick(editor.form.name, Qt.Key.Key_Return)
    assert editor.isVisible() and session.scenario == SCENE and not session.library.optimizers


def test_long_texts_are_refused_and_long_rules_do_not_wait(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    editor.form.rule.setPlainText("m = g\n" + "#" * 5000)
    settle(qtbot, editor)
    assert "at most 4000" in editor.form.error.text()
    lines = [f"a{k} = sin(g + {k}) + exp(-theta^2)*sqrt(2)" for k in range(60)]
    editor.form.rule.setPlainText("\n".join([*lines, "m = a59", "sigma = 1"]))
    began = time.perf_counter()
    click(qtbot, editor.use)
    assert time.perf_counter() - began < 0.3 and session.scenario.runs[0].optimizer == "Mine"
    qtbot.waitUntil(lambda: session.current and session.status.computed == 100, timeout=30_000)


def test_words_follow_the_language(qtbot: QtBot, editor: OwnEditor) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = editor.use.text()
    apply_language(app, "zh_CN")
    try:
        assert editor.use.text() != before and editor.form.rule.accessibleName() != "Rule"
    finally:
        apply_language(app, "en")


def test_every_name_of_the_language_is_explained() -> None:
    for kind, names in (
        ("optimizer", {*RULE_INPUTS, *FUNCTIONS, *VECTOR_FUNCTIONS, *CONSTANTS}),
        ("schedule", {*SCHEDULE_INPUTS}),
    ):
        told = {word for name, _ in usable(kind) for word in re.findall(r"\w+", name)}
        assert names <= told


def test_a_scene_that_is_opened_offers_what_it_brings(qtbot: QtBot, session: Session) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    column = QVBoxLayout(around)
    offer = Offer(session)
    column.addWidget(offer)
    around.show()
    assert not offer.isVisible()
    mine, falling = (
        Draft("optimizer", name="Mine", rule=RULE).made(()),
        Draft("schedule", name="Falling", rule="lr/(1 + t)").made(()),
    )
    scene = used(used(SCENE, 0, mine), 0, falling)
    session.open(scene, "Open")
    assert offer.isVisible() and "Mine, Falling" in offer.text.text()
    click(qtbot, offer.save)
    assert not offer.isVisible() and session.library.has(mine) and session.library.has(falling)
    session.open(SCENE, "Open")
    session.open(scene, "Open")
    assert not offer.isVisible()
    session.library.delete(mine)
    session.open(SCENE, "Open")
    session.open(scene, "Open")
    assert offer.isVisible()
    session.library.save(mine)
    session.scenario_changed.emit()
    assert not offer.isVisible()  # it was kept in another way


def test_the_window_opens_it_beside_itself_and_closes_it(qtbot: QtBot) -> None:
    window = open_window(SCENE)
    press(window, Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    (editor,) = window.findChildren(OwnEditor)
    assert editor.form.name.text() == "My Adam" and not editor.isModal()
    press(window, Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert len(window.findChildren(OwnEditor)) == 1
    write(qtbot, editor, RULE)
    click(qtbot, editor.use)
    wait_done(window)
    assert window.session.scenario.runs[0].optimizer == "My Adam"
    assert window.session.scenario.runs[0].lr == SCENE.runs[0].lr
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(window, Qt.Key.Key_Z, CONTROL)
    assert window.session.scenario == SCENE
    window.close()  # the text is lost with it: that is asked
    assert window.isVisible()
    click(qtbot, asked(editor).button(QMessageBox.StandardButton.Discard))
    assert not window.isVisible()


def test_the_window_menu_of_a_schedule(qtbot: QtBot) -> None:
    window = open_window(SCENE)
    press(window, Qt.Key.Key_L, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    (editor,) = window.findChildren(OwnEditor)
    assert editor.form.name.text() == "My schedule" and editor.form.rule.toPlainText() == "lr"
    window.close()
    assert not window.isVisible() and not editor.isVisible()


def test_a_file_that_cannot_be_used_is_named(qtbot: QtBot) -> None:
    path = library.data_folder() / "optimizers" / "broken.toml"
    path.parent.mkdir(parents=True)
    path.write_text('name = "B"\ndoc = ""\nreference = ""\nrule = "m = h"\n')
    window = open_window(SCENE)
    press(window, Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    (editor,) = window.findChildren(OwnEditor)
    assert "optimizers/broken.toml:4:13" in editor.library.text() and "unknown name 'h'" in editor.library.text()
    assert str(library.data_folder()) in editor.library.toolTip()
    window.close()


def test_a_disk_that_does_not_take_it_is_told(qtbot: QtBot, editor: OwnEditor) -> None:
    (library.data_folder()).mkdir(parents=True)
    (library.data_folder() / "optimizers").write_text("")
    click(qtbot, editor.save)
    assert editor.form.error.text().startswith("cannot be written:") and editor.save.isEnabled()
