"""Writing a surface of one's own: what is checked, what is kept, what is asked before anything is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from engine.check import faults, load_checked
from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.scenario_dump import dump
from engine.scenario_file import ScenarioError
from gui.own.draft import Draft, Row
from gui.own.editor import OwnEditor
from gui.own.starting import start
from gui.own.surface_draft import AxisRow
from gui.own.use import with_own
from gui.own.words import usable
from gui.session import Session
from surfaces import Entry, known_points, outline
from surfaces.library import SURFACES, completed, config_of, own_surfaces

from .test_own import asked, click, fill, settle, write

SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.02),), steps=100)
BOWL = Draft("surface", "My bowl", rule="k*x^2 + y^2", rows=(Row("k", "2", ">0", "50"),))


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session(SCENE)
    yield made
    for editor in QApplication.topLevelWidgets():
        if isinstance(editor, OwnEditor) and editor.isVisible():
            editor.form.show_draft(editor._begun)  # nothing is left to ask about
            editor.close()
    made.close()


@pytest.fixture
def editor(session: Session) -> OwnEditor:
    editor = OwnEditor(session, BOWL, None)
    editor.show()
    return editor


def test_what_is_wrong_is_marked_where_it_is(qtbot: QtBot, editor: OwnEditor) -> None:
    fields = editor.form.axes.fields
    for field, text, words in (
        (fields[0][0], "sin", "Horizontal axis, called: 'sin' means something else in formulas; choose another name"),
        (fields[0][0], "2x", "Horizontal axis, called: '2x' cannot be a name; use letters, digits and _"),
        (fields[1][0], "x", "Vertical axis, called: the names of axes and parameters must differ"),
        (fields[0][1], "", "Horizontal axis, from: the field is empty; type a number"),
        (fields[1][2], "-9", "Vertical axis, to: must be larger than where the window begins"),
        (fields[1][3], "one", "Vertical axis, start: one is not a number"),
        (editor.form.rows.fields[0][0], "y", "Parameter 1: the names of axes and parameters must differ"),
    ):
        before = field.text()
        fill(qtbot, editor, field, text)
        if not text:
            field.selectAll()
            qtbot.keyClick(field, Qt.Key.Key_Backspace)
            settle(qtbot, editor)
        assert editor.form.error.text() == words and field.property("invalid") == "true"
        assert editor.made is None and not editor.save.isEnabled()
        fill(qtbot, editor, field, before)
        assert editor.made is not None and field.property("invalid") == "false"


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("", "the formula is empty"),
        ("sqrt(-1 - x^2) + k*y", "no value is finite: sqrt is not real for what stands in it, -10 to -1"),
        ("max(x) + k*y", "Line 1, column 1: max takes 2 argument(s), got 1"),
        ("x < k*y", "this is a condition, true or false, and no number; write where(condition, a, b)"),
    ],
)
def test_a_formula_that_cannot_be_used_is_told(qtbot: QtBot, editor: OwnEditor, formula: str, words: str) -> None:
    write(qtbot, editor, formula or " ")
    assert editor.form.error.text() == words and editor.made is None


def test_what_is_odd_is_said_and_can_be_used(qtbot: QtBot, editor: OwnEditor) -> None:
    assert editor.reading.remark.isHidden()
    write(qtbot, editor, "k*x^2")
    assert editor.reading.remark.text() == "y does not occur: nothing pulls along it" and editor.use.isEnabled()
    write(qtbot, editor, "k")
    assert editor.reading.remark.text() == "the same everywhere: the gradient is 0, and no run will move"
    write(qtbot, editor, "k +")
    assert editor.reading.remark.isHidden()  # it was said of another formula
    write(qtbot, editor, "k*x^2 + y^2")
    assert editor.reading.remark.isHidden()


def test_it_is_typeset_beside_the_field(qtbot: QtBot, editor: OwnEditor) -> None:
    write(qtbot, editor, "k*x^2 + y^2/2")
    qtbot.waitUntil(lambda: editor.reading.preview.views[0].typeset)
    assert editor.reading.preview.views[0].accessibleName() == "L(x, y) = k*x^2 + y^2/2"


def test_axes_and_window_come_with_it(qtbot: QtBot, session: Session, editor: OwnEditor) -> None:
    heard: list[int] = []
    session.opened.connect(lambda: heard.append(1))
    for k, texts in enumerate((("w", "-9", "9", "8"), ("b", "0", "4", "3"))):
        for field, text in zip(editor.form.axes.fields[k], texts, strict=True):
            fill(qtbot, editor, field, text)
    write(qtbot, editor, "k*w^2 + (b - 1)^2")
    click(qtbot, editor.use)
    scenario = session.scenario
    assert (scenario.window, scenario.start, scenario.surface.axes) == ((-9, 9, 0, 4), (8, 3), ("w", "b"))
    assert heard == [1]  # the canvas goes there
    session.set_start((7.0, 3.0), "Move start")
    write(qtbot, editor, "k*w^2 + (b - 2)^2")
    assert session.scenario.start == (7.0, 3.0) and heard == [1]  # it follows, and nothing jumps
    fill(qtbot, editor, editor.form.axes.fields[0][2], "10")
    assert session.scenario.window == (-9, 10, 0, 4) and heard == [1, 1]


def test_values_of_parameters_stay_unless_they_were_declared_anew(
    qtbot: QtBot, session: Session, editor: OwnEditor
) -> None:
    click(qtbot, editor.use)
    surface = session.scenario.surface
    session.set_surface(replace(surface, parameters={"k": 7.0}), "Change k")
    write(qtbot, editor, "k*x^2 + 3*y^2")
    assert session.scenario.surface.parameters == {"k": 7.0}
    fill(qtbot, editor, editor.form.rows.fields[0][1], "5")
    assert session.scenario.surface.parameters == {}
    while session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert session.scenario == SCENE


def test_known_points_stay_as_long_as_they_are_true(qtbot: QtBot, session: Session) -> None:
    editor = OwnEditor(session, start(session, "surface", "rosenbrock"), None, "rosenbrock")
    editor.show()
    write(qtbot, editor, "(a - x)^2 + b * (y - x^2)^2")  # the same with other blanks
    click(qtbot, editor.use)
    assert known_points(session.scenario.surface)[0] == [(1.0, 1.0)]
    write(qtbot, editor, "(a - x)^2 + b * (y - x^2)^2 + x")
    assert known_points(session.scenario.surface)[0] == []
    editor.form.show_draft(editor._begun)


def test_a_copy_of_any_formula_makes_the_same(session: Session) -> None:
    for entry in session.known_surfaces.values():
        if entry.kind == "formula":
            made = Draft.of(entry, f"My {entry.name}").made(session.known_surfaces)
            assert isinstance(made, Entry) and made.formula == entry.formula.strip("\n") and made.title == made.name
            for key in ("doc", "reference", "window", "start", "axes", "parameters", "domain", "minima", "saddles"):
                assert getattr(made, key) == getattr(entry, key), (entry.name, key)


def test_runs_on_data_take_all_of_a_formula_for_their_mini_batch() -> None:
    run = RunConfig("SGD", 0.1, gradient=Gradient(batch_size=16))
    scene = Scenario(SurfaceConfig("linear_regression"), (0.0, 0.0), (run,))
    after = with_own(scene, BOWL.made(()))
    assert after.runs[0].gradient.batch_size == 0 and not faults(after, outline)


def test_it_is_renamed_in_the_library(qtbot: QtBot, session: Session, editor: OwnEditor) -> None:
    assert editor.rename.isHidden()
    click(qtbot, editor.save)
    click(qtbot, editor.use)
    fill(qtbot, editor, editor.form.name, "Steep bowl")
    assert editor.rename.isVisible() and "My bowl" in editor.rename.toolTip()
    click(qtbot, editor.rename)
    assert set(own_surfaces()[0]) == {"Steep bowl"} and editor.rename.isHidden()
    assert session.scenario.surface.declared.name == "My bowl"  # the scene is another thing
    fill(qtbot, editor, editor.form.name, "rosenbrock")
    assert editor.form.error.text() == "Name: the name 'rosenbrock' is taken; choose another"
    assert not editor.rename.isEnabled()


def test_one_that_was_opened_to_be_renamed_is(qtbot: QtBot, session: Session) -> None:
    session.library.save(BOWL.made(()))
    editor = OwnEditor(session, start(session, "surface", "My bowl"), None, "My bowl")
    editor.show()
    fill(qtbot, editor, editor.form.name, "Steep bowl")
    click(qtbot, editor.rename)
    assert set(own_surfaces()[0]) == {"Steep bowl"}


def test_another_one_is_replaced_after_a_question_only(qtbot: QtBot, session: Session, editor: OwnEditor) -> None:
    other = replace(BOWL, rule="x^4 + k*y^2").made(())
    session.library.save(other)
    editor.check()
    click(qtbot, editor.save)
    box = asked(editor)
    assert "My bowl" in box.text()
    click(qtbot, box.button(QMessageBox.StandardButton.Cancel))
    assert session.library.has(other)
    click(qtbot, editor.save)
    click(qtbot, editor.findChildren(QMessageBox)[-1].button(QMessageBox.StandardButton.Discard))
    assert session.library.has(BOWL.made(()))
    write(qtbot, editor, "k*x^2 + 7*y^2")
    click(qtbot, editor.save)  # its own earlier self: no question
    assert own_surfaces()[0]["My bowl"].formula == "k*x^2 + 7*y^2"


def test_what_is_nowhere_else_is_deleted_after_a_question_only(
    qtbot: QtBot, session: Session, editor: OwnEditor
) -> None:
    click(qtbot, editor.save)
    write(qtbot, editor, "k*x^2 + 7*y^2")
    click(qtbot, editor.delete)
    assert set(own_surfaces()[0]) == {"My bowl"}
    click(qtbot, asked(editor).button(QMessageBox.StandardButton.Discard))
    assert own_surfaces()[0] == {} and editor.delete.isHidden() and editor.save.isEnabled()


def test_one_of_the_library_is_used_in_the_scene(qtbot: QtBot, session: Session) -> None:
    entry = BOWL.made(())
    session.library.save(entry)
    assert session.known_surfaces["My bowl"] == entry
    changed = replace(SCENE, surface=replace(config_of(entry), formula="k*x^2 + 9*y^2"))  # type: ignore[arg-type]
    session.open(changed, "Open")
    known = session.known_surfaces
    assert known["My bowl"].formula == "k*x^2 + 9*y^2" and known["My bowl (library)"].formula == "k*x^2 + y^2"
    assert known["My bowl (library)"].title == "My bowl (library)"


def test_a_file_is_read_and_never_run(qtbot: QtBot, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for formula in (f"__import__('os').system('touch {trace}')", f"open('{trace}', 'w')", "().__class__"):
        path = SURFACES.save(BOWL.made(()))  # type: ignore[arg-type]
        path.write_text(path.read_text().replace('"k*x^2 + y^2"', repr(formula).replace("\\'", "'")))
        scene = tmp_path / "scene.toml"
        text = dump(replace(SCENE, surface=SurfaceConfig(formula="x*y")))
        scene.write_text(text.replace('"x*y"', '"""' + formula + '"""'))
        found, faults = own_surfaces()
        assert found == {} and len(faults) == 1
        with pytest.raises(ScenarioError):
            load_checked(scene, outline, completed)
        path.unlink()
    assert not trace.exists()


def test_every_axis_can_have_a_name_of_ones_own() -> None:
    axes = (AxisRow("θ", "0", "1", "0.5"), AxisRow("w_1", "0", "1", "0.5"))
    made = Draft("surface", "Any", rule="θ^2 + w_1^2", axes=axes).made(())
    assert getattr(made, "axes", ()) == ("θ", "w_1")


def test_every_convention_at_points_that_are_not_smooth_is_told() -> None:
    told = " ".join(name for name, _ in usable("surface"))
    for name in ("abs", "sign", "floor", "min", "max", "clip", "sqrt", "where"):
        assert name in told
