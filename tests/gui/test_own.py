"""Writing an optimizer or schedule of one's own: checked while typing, used at once, undone, kept in the library."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.scenario_dump import dump
from engine.scenario_file import parse
from engine.simulator import Simulator
from gui.own.draft import Draft, Row
from gui.own.editor import OwnEditor
from gui.session import Session
from surfaces import build

SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.02),), steps=100)
RULE = "m = sign(g)\nsigma = 1"


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session(SCENE)
    yield made
    made.close()


@pytest.fixture
def editor(qtbot: QtBot, session: Session) -> OwnEditor:
    made = OwnEditor(session, Draft(True, name="Mine", rule=RULE), None)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


def settle(qtbot: QtBot, editor: OwnEditor) -> None:
    qtbot.waitUntil(lambda: not editor._pause.isActive())


def test_a_rule_is_checked_as_it_is_typed(qtbot: QtBot, editor: OwnEditor) -> None:
    assert editor.made is not None and not editor.error.isVisible()
    editor.rule.setFocus()
    editor.rule.selectAll()
    qtbot.keyClicks(editor.rule, "m = sign(h)")
    settle(qtbot, editor)
    assert editor.error.text().startswith("Line 1, column 10: unknown name 'h'") and editor.error.isVisible()
    assert not editor.use.isEnabled() and editor.rule.extraSelections()
    editor.rule.selectAll()
    qtbot.keyClicks(editor.rule, "m = sign(g)")
    qtbot.keyClick(editor.rule, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.rule, "sigma = 1")
    settle(qtbot, editor)
    assert editor.use.isEnabled() and not editor.error.isVisible()


def test_it_is_used_at_once_follows_what_is_typed_and_is_undone(
    qtbot: QtBot, editor: OwnEditor, session: Session
) -> None:
    qtbot.mouseClick(editor.use, Qt.MouseButton.LeftButton)
    assert session.scenario.runs[0].optimizer == "Mine"
    qtbot.waitUntil(lambda: session.current and session.status.computed == 100)
    assert session.runs[0].row(0)[7:9].tolist() == [-1.0, -1.0]
    editor.rule.setPlainText("m = 2*sign(g)\nsigma = 1")
    settle(qtbot, editor)
    qtbot.waitUntil(lambda: session.current and session.status.computed == 100 and session.runs[0].row(0)[7] == -2.0)
    session.undo_stack.undo()
    assert session.scenario == SCENE


def test_parameters_become_fields_of_the_run(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    qtbot.mouseClick(editor.rows.add, Qt.MouseButton.LeftButton)
    name, default, low, *_ = editor.rows._fields[0]
    for field, text in ((name, "k"), (default, "3"), (low, ">0")):
        field.selectAll()
        qtbot.keyClicks(field, text)
    editor.rule.setPlainText("m = k*g\nsigma = 1")
    settle(qtbot, editor)
    (parameter,) = session.known_optimizers.get("Mine", editor.made).hyperparameters  # type: ignore[union-attr]
    assert (parameter.name, parameter.default, parameter.allowed) == ("k", 3.0, "0 < k")


def test_it_travels_in_the_scene_and_the_library(qtbot: QtBot, editor: OwnEditor, session: Session) -> None:
    qtbot.mouseClick(editor.use, Qt.MouseButton.LeftButton)
    again = parse(dump(session.scenario))
    assert again.optimizers == session.scenario.optimizers
    rows = []
    for scenario in (session.scenario, again):
        simulator = Simulator(scenario, build)
        simulator.advance_to(100)
        rows.append(simulator.runs[0].rows(0, 100))
    assert np.array_equal(*rows)
    qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    other = Session(SCENE)
    assert "Mine" in other.known_optimizers
    other.set_optimizer(0, "Mine", "Change the optimizer")
    assert [entry.name for entry in other.scenario.optimizers] == ["Mine"]
    other.close()
    qtbot.mouseClick(editor.delete, Qt.MouseButton.LeftButton)
    assert "Mine" not in session.library.optimizers and "Mine" in session.known_optimizers


def test_a_schedule_of_ones_own(qtbot: QtBot, session: Session) -> None:
    draft = Draft(False, name="Falling", rule="lr/(1 + k*t)", rows=(Row("k", "0.1"),))
    editor = OwnEditor(session, draft, None)  # type: ignore[arg-type]
    qtbot.addWidget(editor)
    editor.apply()
    qtbot.waitUntil(lambda: session.current and session.status.computed == 100)
    assert session.runs[0].row(10)[6] == pytest.approx(0.01)


def test_a_name_that_is_taken_is_refused(qtbot: QtBot, editor: OwnEditor) -> None:
    editor.name.selectAll()
    qtbot.keyClicks(editor.name, "Adam")
    settle(qtbot, editor)
    assert editor.error.text() == "name: the name 'Adam' is taken; choose another"


def test_a_copy_of_any_built_in_one_makes_the_same(session: Session) -> None:
    for known in (session.known_optimizers, session.known_schedules):
        for entry in known.values():
            made = Draft.of(entry, f"My {entry.name}").made(known)
            assert [line.value for line in made.lines] == [line.value for line in entry.lines]
