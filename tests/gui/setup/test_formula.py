"""The formula in the setup: parameters with ranges and sliders, what is odd, typeset, and the way to the editor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.declaration import Parameter
from engine.scenario import Declared, RunConfig, Scenario, SurfaceConfig
from gui.panels.setup import SetupPanel
from gui.panels.sliders import LinearSlider, LogSlider
from gui.session import Session
from surfaces import known_points

from .hands import pick

Key = Qt.Key
DECLARED = Declared(
    "Bowl",
    parameters=(Parameter("k", 2.0, "how steep", low=0.5, high=50.0, log=True), Parameter("c", 0.0, low=-1, high=1)),
    minima=(("c", "0", "0"),),
)
SCENE = Scenario(
    SurfaceConfig(formula="k*(x - c)^2 + y^2", parameters={"k": 3.0}, declared=DECLARED),
    (1.0, 1.0),
    (RunConfig("SGD", 0.01),),
    steps=50,
)


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session(SCENE)
    yield session
    session.close()


def write(panel: SetupPanel, formula: str) -> None:
    edit = panel.surface.formula.edit
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, formula)
    QTest.keyClick(edit, Key.Key_Return)


def test_declared_parameters_have_their_ranges(panel: SetupPanel, session: Session) -> None:
    fields = panel.surface.form.fields
    assert list(fields) == ["k", "c"] and fields["k"].value() == 3.0 and fields["c"].value() == 0.0
    k, c = fields["k"].slider, fields["c"].slider
    assert type(k) is LogSlider and type(c) is LinearSlider
    QTest.keyClick(k, Key.Key_End)
    QTest.keyClick(c, Key.Key_Home)
    assert session.scenario.surface.parameters == {"k": 50.0, "c": -1.0}
    assert known_points(session.scenario.surface)[0] == [(-1.0, 0.0)]


def test_another_formula_keeps_values_and_ranges_and_drops_what_was_known(panel: SetupPanel, session: Session) -> None:
    write(panel, "k*(x - 1)^2 + y^2")
    surface = session.scenario.surface
    assert surface.parameters == {"k": 3.0} and surface.declared.parameters == DECLARED.parameters[:1]
    assert surface.declared.minima == () and surface.declared.name == "Bowl"
    assert list(panel.surface.form.fields) == ["k"]
    session.undo_stack.undo()
    assert session.scenario == SCENE and list(panel.surface.form.fields) == ["k", "c"]


def test_what_is_never_finite_is_refused_with_the_reason(panel: SetupPanel, session: Session) -> None:
    write(panel, "log(-1 - x^2) + k*y")
    assert panel.surface.formula.error.text() == (
        "no value is finite: log is not real for what stands in it, -10 to -1"
    )
    assert session.scenario == SCENE


def test_what_is_odd_is_said_and_the_formula_typeset(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    loss = panel.surface.loss
    qtbot.waitUntil(lambda: loss.formula.typeset)
    assert loss.formula.accessibleName() == "L(x, y) = k*(x - c)^2 + y^2" and loss.remark.isHidden()
    write(panel, "k*x^2")
    qtbot.waitUntil(loss.remark.isVisible)
    assert loss.remark.text() == "y does not occur: nothing pulls along it"
    write(panel, "y^2 + x^2")
    qtbot.waitUntil(loss.remark.isHidden)


def test_a_copy_of_the_catalogue_is_typed_on_with_its_ranges(panel: SetupPanel, session: Session) -> None:
    pick(panel.surface.choice, "rosenbrock")
    assert not panel.surface.loss.isVisible() and not panel.surface.formula.isVisible()
    built_in = session.known_surfaces["rosenbrock"]
    pick(panel.surface.choice, "=")
    surface = session.scenario.surface
    assert surface.declared.parameters == built_in.parameters and surface.formula == built_in.formula
    assert known_points(surface)[0] == [(1.0, 1.0)]


def test_the_editor_is_asked_for_beside_the_menu(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    card = panel.surface
    assert card.edit.accessibleName() == "Edit in a window…" and "Ctrl+Shift+F" in card.edit.toolTip()
    with qtbot.waitSignal(card.edit_wanted):
        qtbot.mouseClick(card.edit, Qt.MouseButton.LeftButton)
    session.open(replace(SCENE, surface=SurfaceConfig("rosenbrock")), "Open")
    assert card.edit.accessibleName() == "Copy and edit…"
    session.set_surface(SurfaceConfig("parabolas"), "Change")
    assert card.edit.isVisible() == (session.known_surfaces["parabolas"].kind == "formula")
