"""The surface, the start and the steps in the setup: what is typed there is what the scenario says."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.errors import ConfigError
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.panels.setup import SetupPanel
from gui.panels.surface_card import OWN
from gui.session import Session

from .hands import lesson, pick, type_into

Key = Qt.Key
Left = Qt.MouseButton.LeftButton


# Surface ---------------------------------------------------------------------------------------------------------


def test_another_surface_brings_its_start_and_its_parameters(panel: SetupPanel, session: Session) -> None:
    pick(panel.surface.choice, "rosenbrock")
    assert session.scenario.surface.name == "rosenbrock"
    assert session.scenario.start == (-1.5, 2.0)
    assert list(panel.surface.form.fields) == ["a", "b"]
    assert panel.start.fields["x"].value() == -1.5


def test_a_surface_parameter_is_typed(panel: SetupPanel, session: Session) -> None:
    type_into(panel.surface.form.fields["s"], "0.5")
    assert session.scenario.surface.parameters["s"] == 0.5
    session.undo_stack.undo()
    assert panel.surface.form.fields["s"].value() == 0.35


def test_many_parameters_are_folded_away_until_they_are_asked_for(panel: SetupPanel, session: Session) -> None:
    session.open(lesson("L11"), "Open")
    assert panel.surface.form.isHidden() and panel.surface.disclosure.isVisible()
    panel.surface.disclosure.setFocus()
    QTest.keyClick(panel.surface.disclosure, Key.Key_Space)
    assert panel.surface.form.isVisible()
    type_into(panel.surface.form.fields["gs"], "3")
    assert panel.surface.form.isVisible()
    assert session.scenario.surface.parameters["gs"] == 3


def test_a_formula_of_ones_own_starts_from_the_surface_in_use(panel: SetupPanel, session: Session) -> None:
    before = session.scenario
    pick(panel.surface.choice, OWN)
    surface = session.scenario.surface
    assert surface.name == "" and "exp" in surface.formula
    assert surface.parameters == {"kappa": 0.004, "A": 0.6, "s": 0.35}
    assert (session.scenario.start, session.scenario.window) == (before.start, before.window)
    assert panel.surface.formula.edit.toPlainText() == surface.formula
    assert panel.surface.formula.edit.hasFocus()


def test_a_formula_of_ones_own_after_regression_is_a_bowl(panel: SetupPanel, session: Session) -> None:
    session.open(lesson("B01"), "Open")
    pick(panel.surface.choice, OWN)
    assert session.scenario.surface == SurfaceConfig(formula="x^2 + 10*y^2")
    assert session.scenario.start == (1.0, 1.0)
    session.undo_stack.undo()
    assert session.scenario == lesson("B01")


def own_formula(session: Session, formula: str, **parameters: float) -> None:
    surface = SurfaceConfig(formula=formula, parameters=parameters)
    session.open(Scenario(surface, (1.0, 1.0), (RunConfig("SGD", 0.01),), steps=50), "Open")


def test_a_wrong_formula_is_told_and_the_last_good_one_stays(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    own_formula(session, "x^2 + y^2")
    field = panel.surface.formula
    field.edit.setFocus()
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "x^2 + * y")
    qtbot.waitUntil(field.error.isVisible)
    assert field.error.text().startswith("Column 7:")
    assert field.edit.extraSelections()[0].cursor.selectedText() == "*"
    assert session.scenario.surface.formula == "x^2 + y^2"
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "x^2 + 3*y^2")
    assert field.error.isHidden()  # at once, without waiting for the pause
    qtbot.waitUntil(lambda: session.scenario.surface.formula == "x^2 + 3*y^2")
    assert not field.edit.extraSelections()


def test_enter_applies_a_formula_and_escape_brings_it_back(panel: SetupPanel, session: Session) -> None:
    own_formula(session, "x^2 + y^2")
    edit = panel.surface.formula.edit
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "x^4 + y^2")
    QTest.keyClick(edit, Key.Key_Return)
    assert session.scenario.surface.formula == "x^4 + y^2"
    QTest.keyClicks(edit, "+ (")
    QTest.keyClick(edit, Key.Key_Escape)
    assert edit.toPlainText() == "x^4 + y^2"
    assert panel.surface.formula.error.isHidden()


def test_leaving_a_formula_applies_it_and_keeps_the_window(panel: SetupPanel, session: Session) -> None:
    own_formula(session, "x^2 + y^2")
    session.change(replace(session.scenario, window=(-9.0, 9.0, -9.0, 9.0)), "window")
    edit = panel.surface.formula.edit
    edit.setFocus()
    QTest.keyClick(edit, Key.Key_End)
    QTest.keyClicks(edit, " + 1")
    panel.start.fields["x"].number.setFocus()
    assert session.scenario.surface.formula == "x^2 + y^2 + 1"
    assert session.scenario.window == (-9.0, 9.0, -9.0, 9.0)


def test_an_unknown_name_is_offered_as_a_parameter(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    own_formula(session, "x^2 + y^2")
    field = panel.surface.formula
    field.edit.setFocus()
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "a*x^2 + b*y^2")
    qtbot.waitUntil(field.offer.isVisible)
    assert "“a”" in field.offer.text()
    qtbot.mouseClick(field.offer, Left)
    assert "“b”" in field.offer.text()
    assert session.scenario.surface.formula == "x^2 + y^2"
    qtbot.mouseClick(field.offer, Left)
    assert session.scenario.surface.parameters == {"a": 1.0, "b": 1.0}
    assert field.offer.isHidden()
    type_into(panel.surface.form.fields["b"], "5")
    assert session.scenario.surface.parameters == {"a": 1.0, "b": 5.0}
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "x^2 + b*y^2")
    QTest.keyClick(field.edit, Key.Key_Return)
    assert list(panel.surface.form.fields) == ["b"]


def test_a_formula_that_the_engine_cannot_use_is_told_beside_it(panel: SetupPanel, session: Session) -> None:
    own_formula(session, "x^2 + y^2")
    session.failed.emit(ConfigError("{reason}", "surface.formula", reason="too large"))
    assert panel.surface.formula.error.text() == "too large"
    own_formula(session, "x^2 + 2*y^2")
    assert panel.surface.formula.error.isHidden()


# Start and steps -------------------------------------------------------------------------------------------------


def test_the_start_is_edited_by_keys(panel: SetupPanel, session: Session) -> None:
    type_into(panel.start.fields["x"], "-3")
    assert session.scenario.start == (-3.0, 5.0)
    QTest.keyClick(panel.start.fields["y"].number, Key.Key_Up)
    assert session.scenario.start[1] > 5
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.scenario.start == (-9.0, 5.0)


def test_a_start_outside_the_domain_is_told_beside_it(panel: SetupPanel, session: Session) -> None:
    session.open(lesson("M01"), "Open")
    name = next(iter(panel.start.fields))
    before = session.scenario.start
    type_into(panel.start.fields[name], "12")
    assert "≤ 9" in panel.start.fields[name].error.text()
    assert session.scenario.start == before


def test_steps_and_seed(panel: SetupPanel, session: Session) -> None:
    assert "seed" not in panel.numbers.fields
    type_into(panel.numbers.fields["steps"], "120")
    assert session.scenario.steps == 120
    session.open(lesson("L18"), "Open")
    type_into(panel.numbers.fields["seed"], "7")
    assert session.scenario.seed == 7 and isinstance(session.scenario.seed, int)


def test_what_was_typed_wrong_is_forgotten_with_the_scene(panel: SetupPanel, session: Session) -> None:
    field = panel.numbers.fields["steps"]
    type_into(field, "-1")
    panel.start.fields["x"].number.setFocus()
    assert field.error.isVisible()
    session.open(lesson("L01"), "Open")
    assert field.error.isHidden() and field.number.text() == "300"
