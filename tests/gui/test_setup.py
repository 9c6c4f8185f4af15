"""The setup panel on a real session: what is typed, stepped, dragged and clicked in it is what the scenario says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider, QWidget
from pytestqt.qtbot import QtBot

from engine import lessons
from engine.errors import ConfigError
from engine.rates import Phase, Rates
from engine.scenario import MAX_RUNS, RunConfig, Scenario, SurfaceConfig
from engine.scenario_file import load
from gui import i18n
from gui.assets import ASSETS
from gui.language import apply_language
from gui.look import marker, run_colour
from gui.panels.choice_field import ChoiceField
from gui.panels.inputs import Field
from gui.panels.run_editor import RunEditor
from gui.panels.setup import SetupPanel
from gui.panels.setup_words import optimizer_title, run_name, run_summary, symbol
from gui.panels.sliders import LogSlider
from gui.panels.surface_card import OWN
from gui.session import Session
from gui.theme import DARK, LIGHT, Theme, style_sheet

Key = Qt.Key
Left = Qt.MouseButton.LeftButton


def lesson(name: str) -> Scenario:
    return load(lessons.find(ASSETS / "lessons", name))


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session(lesson("L01"))
    yield session
    session.close()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> SetupPanel:
    panel = SetupPanel(session)
    qtbot.addWidget(panel)
    panel.resize(272, 640)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


def type_into(field: Field, text: str) -> None:
    field.number.setFocus()
    field.number.selectAll()
    QTest.keyClicks(field.number, text)
    QTest.keyClick(field.number, Key.Key_Return)


def pick(choice: ChoiceField, key: str) -> None:
    """Choose by keys, one after the other, but for the first one at once."""
    choice.setFocus()
    if choice.findData(key) == 0:
        QTest.keyClick(choice, Key.Key_Home)
    while choice.key() != key:
        down = choice.currentIndex() < choice.findData(key)
        QTest.keyClick(choice, Key.Key_Down if down else Key.Key_Up)


def seen(widget: QWidget, panel: SetupPanel) -> bool:
    """Whether a widget lies wholly in what the panel shows without scrolling."""
    viewport = panel.area.viewport()
    return viewport.rect().contains(QRect(widget.mapTo(viewport, QPoint(0, 0)), widget.size()))


def editor(panel: SetupPanel, k: int = 0) -> RunEditor:
    found = panel.cards[k].editor
    assert found is not None
    return found


def settle() -> None:
    QApplication.sendPostedEvents()
    QApplication.processEvents()


def handle(slider: LogSlider) -> QRect:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style = slider.style()
    return style.subControlRect(QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider)


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


# Words and order -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("lr", "η"),
        ("beta1", "β₁"),
        ("eps", "ε"),
        ("T_max", "Tₘₐₓ"),
        ("eta_min", "ηₘᵢₙ"),
        ("d_model", "d_model"),
        ("weight_decay", "weight decay"),
        ("rate2", "rate₂"),
        ("c0", "c₀"),
        ("gs", "gs"),
        ("_odd__name_", "_odd__name_"),
        ("nu1", "ν₁"),
        ("lr_decay", "lr decay"),
        ("beta2_decay", "β₂ decay"),
        ("num_warmup_steps", "num warmup steps"),
        ("initial_accumulator_value", "initial accumulator value"),
    ],
)
def test_names_are_written_as_mathematics(name: str, shown: str) -> None:
    assert symbol(name) == shown


def test_runs_are_named_and_summed_up() -> None:
    assert optimizer_title("GD_per_parameter") == "GD (per parameter)"
    run = RunConfig("Adagrad_lecture", 1e-7)
    assert run_name(run) == "Adagrad (lecture), η = 1×10⁻⁷"
    assert run_summary(run) == "η 1×10⁻⁷ · constant"
    assert run_name(replace(run, label="mine")) == "mine"


def test_the_language_is_switched_at_once(
    panel: SetupPanel, session: Session, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    words = {
        "START": "起点",
        "lecture": "课件",
        "steps": "步数",
        "Stuck valley": "卡住的山谷",
        "Add run": "添加",
    }
    monkeypatch.setattr(i18n, "catalogue", lambda language: words if language == "zh_CN" else {})
    lr = editor(panel).form.fields["lr"]
    lr.number.setFocus()
    try:
        apply_language(qapp, "zh_CN")
        assert panel.surface.choice.currentText() == "卡住的山谷"
        assert editor(panel).optimizer.findText("Adam (课件)") >= 0
        assert panel.numbers.fields["steps"].label.text() == "步数"
        assert panel.add.text() == "添加"
        assert lr.number.hasFocus()
    finally:
        apply_language(qapp, "en")
    assert panel.add.text() == "Add run"


def test_tab_goes_down_the_panel_also_after_fields_were_made_anew(panel: SetupPanel, session: Session) -> None:
    pick(panel.surface.choice, "parabolas")
    pick(editor(panel).optimizer, "Adam")
    editor(panel).schedule.add.click()
    pick(editor(panel).schedule.rows[0].main.choice, "StepLR")
    settle()
    panel.surface.choice.setFocus()
    visited: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in visited:
        visited.append(here)
        QTest.keyClick(here, Key.Key_Tab)
    places = [widget.mapTo(panel.area.widget(), QPoint(0, 0)) for widget in visited]
    rows = [place.y() // 12 for place in places]
    assert rows == sorted(rows)
    assert visited[-1] is panel.add and len(visited) > 20


def test_a_change_of_values_keeps_every_widget_and_the_focus(panel: SetupPanel, session: Session) -> None:
    type_into(editor(panel).form.fields["momentum"], "0.3")
    before = panel.findChildren(QWidget)
    session.change_run(0, lambda run: replace(run, lr=0.125), "elsewhere")
    session.set_start((1.0, 1.0), "elsewhere")
    assert panel.findChildren(QWidget) == before
    assert editor(panel).form.fields["momentum"].number.hasFocus()
    assert editor(panel).form.fields["lr"].number.text() == "0.125"
    assert panel.start.fields["x"].number.text() == "1"


def test_nothing_is_wider_than_the_panel(panel: SetupPanel, session: Session) -> None:
    for name in ("L01", "L09", "L17", "L11", "B01"):
        session.open(lesson(name), "Open")
        settle()
        assert panel.area.widget().width() <= panel.area.viewport().width()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_combo_boxes_have_an_arrow_in_the_colour_of_the_theme(theme: Theme) -> None:
    match = re.search(r'QComboBox::down-arrow { image: url\("(.+?)"\)', style_sheet(theme))
    assert match and theme.dim in Path(match.group(1)).read_text(encoding="utf-8")
