"""Schedules in the setup: typed, chained, those that set momentum, and the curve of what is known and what is not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.optimizers import optimizers
from engine.pieces import Piece, cut
from engine.rates import Phase, Rates
from engine.scenario import Event, RunConfig
from engine.trajectory import Blocks, View
from gui.panels.schedule_samples import CARRIED, POINTS, sample, sets_momentum, thin
from gui.panels.setup import SetupPanel
from gui.session import Session

from .hands import editor, pick, settle, type_into

Key = Qt.Key
Left = Qt.MouseButton.LeftButton


def use(session: Session, *phases: Phase, lr: float = 0.1, **changes: object) -> None:
    """Give the first run a schedule."""
    found = session.change_run(0, lambda run: replace(run, lr=lr, schedule=phases, **changes), "use")
    assert found == []
    settle()


def pieces(*phases: Phase, lr: float = 2.0, events: tuple[Event, ...] = ()) -> list[Piece]:
    return cut(RunConfig("SGD", lr, schedule=phases, events=events), optimizers()["SGD"])


# Typed formulas --------------------------------------------------------------------------------------------------


def test_a_formula_is_typed_and_the_last_good_one_stays(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    editor(panel).schedule.add.click()
    part = editor(panel).schedule.rows[0].main
    assert part.formula.isHidden()
    pick(part.choice, "LambdaLR")
    settle()
    edit = part.formula.edit
    assert part.formula.isVisible() and edit.toPlainText() == "1"
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "0.9^t")
    QTest.keyClick(edit, Key.Key_Return)
    assert session.scenario.runs[0].schedule == (Phase("LambdaLR", {}, formula="0.9^t"),)
    assert session.undo_stack.undoText() == "Change the formula"
    QTest.keyClicks(edit, " + * 2")
    qtbot.waitUntil(part.formula.error.isVisible)
    assert part.formula.error.text().startswith("Column 9:")
    assert edit.property("invalid") == "true" and edit.extraSelections()[0].cursor.selectedText() == "*"
    assert session.scenario.runs[0].schedule[0].formula == "0.9^t"
    edit.selectAll()
    QTest.keyClicks(edit, "1/(1 + t/100)")
    assert part.formula.error.isHidden()  # at once, without waiting for the pause
    qtbot.waitUntil(lambda: session.scenario.runs[0].schedule[0].formula == "1/(1 + t/100)")
    session.undo_stack.undo()
    assert edit.toPlainText() == "0.9^t"


def test_escape_brings_a_formula_back_and_leaving_applies_it(panel: SetupPanel, session: Session) -> None:
    use(session, Phase("MultiplicativeLR", {}, formula="0.99"))
    edit = editor(panel).schedule.rows[0].main.formula.edit
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "0.9 +")
    QTest.keyClick(edit, Key.Key_Escape)
    assert edit.toPlainText() == "0.99" and editor(panel).schedule.rows[0].main.formula.error.isHidden()
    edit.selectAll()
    QTest.keyClicks(edit, "0.5")
    editor(panel).optimizer.setFocus()
    assert session.scenario.runs[0].schedule[0].formula == "0.5"


def test_a_fault_in_a_formula_of_several_lines_names_the_line(panel: SetupPanel, session: Session) -> None:
    use(session, Phase("LambdaLR", {}, formula="1"))
    formula = editor(panel).schedule.rows[0].main.formula
    formula.edit.setPlainText("0.5 +\nx")
    formula.edit.setFocus()
    QTest.keyClick(formula.edit, Key.Key_Return)
    assert formula.error.text().startswith("Line ")


# Chains ----------------------------------------------------------------------------------------------------------


def test_schedules_are_chained_and_unchained(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    use(session, Phase("LinearLR", {}))
    row = editor(panel).schedule.rows[0]
    qtbot.mouseClick(row.chain, Left)
    assert row.chained[0].choice.hasFocus() and row.chained[0].mark.text() == "×"
    pick(row.chained[0].choice, "LambdaLR")
    edit = row.chained[0].formula.edit
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "0.5")
    QTest.keyClick(edit, Key.Key_Return)
    qtbot.mouseClick(row.chain, Left)
    type_into(row.chained[1].form.fields["gamma"], "0.9")
    first, second = Phase("LambdaLR", {}, formula="0.5"), Phase("ExponentialLR", {"gamma": 0.9})
    assert session.scenario.runs[0].schedule == (Phase("LinearLR", {}, chained=(first, second)),)
    assert panel.cards[0].summary.text().endswith("LinearLR × LambdaLR × ExponentialLR")
    type_into(row.main.form.fields["total_iters"], "7")
    assert session.scenario.runs[0].schedule[0].chained == (first, second)
    qtbot.mouseClick(row.chained[0].remove, Left)
    assert session.scenario.runs[0].schedule[0].chained == (second,) and len(row.chained) == 1
    assert session.undo_stack.undoText() == "Remove factor"
    session.undo_stack.undo()
    assert len(row.chained) == 2


def test_a_fault_in_a_factor_stands_at_its_field(panel: SetupPanel, session: Session) -> None:
    use(session, Phase("LinearLR", {}, chained=(Phase("ExponentialLR", {}),)))
    field = editor(panel).schedule.rows[0].chained[0].form.fields["gamma"]
    type_into(field, "-1")
    assert field.error.isVisible() and session.scenario.runs[0].schedule[0].chained[0].parameters == {}


# Momentum --------------------------------------------------------------------------------------------------------


def test_that_a_schedule_sets_the_momentum_is_said(panel: SetupPanel, session: Session) -> None:
    use(session, Phase("OneCycleLR", {}))
    part = editor(panel).schedule.rows[0].main
    assert part.note.isVisible() and "sets momentum of the optimizer" in part.note.text()
    session.set_optimizer(0, "Adam", "Adam")
    assert "sets β₁ of the optimizer" in part.note.text()
    session.set_optimizer(0, "Adagrad", "Adagrad")
    assert "has none" in part.note.text()
    part.form.switches["cycle_momentum"].click()
    assert part.note.isHidden()
    use(session, Phase("StepLR", {}))
    assert part.note.isHidden()


def test_whether_momentum_is_set_depends_on_the_parameters() -> None:
    assert sets_momentum(Phase("CyclicLR", {}), ())
    assert not sets_momentum(Phase("CyclicLR", {"cycle_momentum": 0}), ())
    assert not sets_momentum(Phase("LinearLR", {}, chained=(Phase("CyclicLR", {}),)), ())


# The curve -------------------------------------------------------------------------------------------------------


def test_a_negative_rate_is_told_with_its_step(panel: SetupPanel, session: Session) -> None:
    schedule = editor(panel).schedule
    assert schedule.wrong.isHidden() and schedule.waiting.isHidden()
    use(session, Phase("LambdaLR", {}, formula="1 - t/100"), lr=0.5)
    assert schedule.wrong.isVisible()
    assert schedule.wrong.text() == "η is −0.005 at step 101, which is no rate: a run ends there."
    use(session, Phase("LambdaLR", {}, formula="1/(t - 40)^2"))
    assert "η is ∞ at step 40" in schedule.wrong.text()
    use(session, Phase("LambdaLR", {}, formula="sqrt(2 - t)"))
    assert "η is NaN at step 3" in schedule.wrong.text()
    schedule.curve.grab()
    use(session, Phase("LambdaLR", {}, formula="1e300*(t - 50)^3"))
    schedule.curve.grab()
    use(session)
    assert schedule.wrong.isHidden()


def test_a_plateau_is_drawn_from_the_run_once_there_is_one(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    use(session, Phase("LinearLR", {}, 20), Phase("ReduceLROnPlateau", {"patience": 2, "threshold": 0.5}))
    schedule = editor(panel).schedule
    assert schedule.waiting.isVisible() and schedule.waiting.text().startswith("From step 20 on η depends on the run")
    qtbot.waitUntil(lambda: session.current and session.status.computed == 300)
    qtbot.waitUntil(lambda: bool(schedule.curve._samples.known.all()))
    rows = session.runs[0].rows(0, 300)
    assert np.array_equal(schedule.curve._samples.eta, rows[:, 6])
    assert rows[-1, 6] < 0.1
    schedule.curve.grab()


def test_events_are_part_of_the_curve(panel: SetupPanel, session: Session) -> None:
    use(session, Phase("LinearLR", {}), events=(Event(100, lr=0.7, schedule=()), Event(150, lr=0.3)))
    curve = editor(panel).schedule.curve
    assert curve.piece_starts() == [100, 150]
    assert curve._samples.eta[[99, 100, 149, 150]].tolist() == [0.1, 0.7, 0.7, 0.3]


def test_a_sample_of_a_long_schedule_keeps_the_edges_of_its_phases() -> None:
    phases = (Phase("LinearWarmupLR", {"warmup_steps": 7}, 7), Phase("StepLR", {"step_size": 10**6}))
    few = sample(pieces(*phases), 3_000_000)
    assert len(few.steps) <= POINTS + 4 and {0, 6, 7, 3_000_000} <= set(few.steps.tolist())
    assert few.eta.max() == 2.0 and few.eta[-1] == pytest.approx(2e-2) and few.waits is None
    whole = sample(pieces(*phases), 100)
    assert np.array_equal(whole.eta, Rates(2.0, phases).at(0, 101)) and whole.steps[-1] == 100


def test_the_first_bad_step_of_a_long_schedule_is_found_exactly() -> None:
    found = sample(pieces(Phase("LambdaLR", {}, formula="1 - t/1234567")), 5_000_000).bad
    assert found is not None and found[0] == 1_234_568 and -1e-5 < found[1] < 0
    assert sample(pieces(Phase("LambdaLR", {}, formula="1/(1 + t)")), 5_000_000).bad is None


def test_what_a_schedule_keeps_is_carried_so_far_and_no_further() -> None:
    typed = Phase("MultiplicativeLR", {}, formula="0.99999")
    short = sample(pieces(typed, events=(Event(300, lr=1.0),)), 1000)
    assert short.waits is None
    assert short.eta[299] == pytest.approx(2 * 0.99999**299) and short.eta[301] == pytest.approx(0.99999**301)
    long = sample(pieces(typed), 100 * CARRIED)
    assert long.waits is not None and CARRIED <= long.waits < 2 * CARRIED
    drawn = long.steps[long.drawn]
    assert long.eta[long.drawn] == pytest.approx(2 * 0.99999 ** drawn.astype(float))


def test_rows_tell_what_no_formula_does() -> None:
    unknown = sample(pieces(Phase("ReduceLROnPlateau", {})), 10)
    assert unknown.waits == 0 and not unknown.drawn.any() and unknown.bad is None
    rows = np.full((3, 16), math.nan)
    rows[:, 6] = (3.0, 2.0, 1.0)
    view = View(rows, 2, 5, Blocks.empty(3))
    filled = unknown.filled(view)
    assert filled.eta[:6].tolist() == [3, 3, 2, 2, 1, 1] and filled.waits == 6


def test_thinning_keeps_the_extremes() -> None:
    steps = np.arange(10_000)
    eta = np.sin(steps / 7.0)
    eta[5_001] = 9.0
    few_steps, few = thin(steps, eta, 100)
    assert len(few) <= 200 and few.max() == 9.0 and few.min() == eta.min()
    assert np.all(np.diff(few_steps) > 0)


# Forms and what is in force --------------------------------------------------------------------------------------


def test_forms_show_what_the_session_says_holds(
    panel: SetupPanel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force = replace(session.scenario.runs[0], lr=0.75, schedule=(Phase("StepLR", {}),))
    monkeypatch.setattr(session, "shown_config", lambda k: in_force if k == 0 else session.scenario.runs[k])
    session.scenario_changed.emit()
    assert editor(panel).form.fields["lr"].value() == 0.75
    assert editor(panel).schedule.rows[0].main.choice.key() == "StepLR"
