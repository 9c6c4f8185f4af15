"""The treatment of the gradient in the setup: folded away, summed up, and off where it is off."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.scenario import Gradient
from gui.panels.gradient_section import GradientSection
from gui.panels.setup import SetupPanel
from gui.panels.setup_words import gradient_summary, run_summary
from gui.session import Session

from .hands import editor, lesson, type_into

Key = Qt.Key


def unfolded(panel: SetupPanel) -> GradientSection:
    section = editor(panel).gradient
    section.disclosure.setFocus()
    QTest.keyClick(section.disclosure, Key.Key_Space)
    assert section.form.isVisible()
    return section


def test_it_is_folded_away_and_says_in_short_what_is_set(panel: SetupPanel, session: Session) -> None:
    section = editor(panel).gradient
    assert section.form.isHidden() and section.summary.text() == ""
    gradient = Gradient(clip_norm=1.0, decoupled_weight_decay=0.01)
    session.change_run(0, lambda run: replace(run, gradient=gradient), "set")
    assert section.summary.text() == gradient_summary(gradient) == "clip 1, decoupled decay 0.01"
    assert run_summary(session.scenario.runs[0]).endswith("clip 1, decoupled decay 0.01")
    unfolded(panel)
    assert section.summary.text() == ""
    QTest.keyClick(section.disclosure, Key.Key_Space)
    assert section.form.isHidden() and section.summary.text() == "clip 1, decoupled decay 0.01"


def test_a_limit_is_off_until_a_number_is_typed_and_off_again_when_it_is_cleared(
    panel: SetupPanel, session: Session
) -> None:
    field = unfolded(panel).form.fields["clip_norm"]
    assert field.number.text() == "" and field.number.placeholderText() == "off"
    assert "an empty field switches it off" in field.number.toolTip()
    type_into(field, "2.5")
    assert session.scenario.runs[0].gradient == Gradient(clip_norm=2.5)
    assert session.undo_stack.undoText() == "Change clip norm"
    type_into(field, "0")
    assert field.error.isVisible() and session.scenario.runs[0].gradient.clip_norm == 2.5
    QTest.keyClick(field.number, Key.Key_Escape)
    assert field.number.text() == "2.5" and field.error.isHidden()
    field.number.selectAll()
    QTest.keyClick(field.number, Key.Key_Delete)
    QTest.keyClick(field.number, Key.Key_Return)
    assert math.isinf(session.scenario.runs[0].gradient.clip_norm) and field.error.isHidden()
    session.undo_stack.undo()
    assert field.value() == 2.5
    session.undo_stack.undo()
    assert field.number.text() == ""


def test_an_arrow_key_switches_a_limit_on(panel: SetupPanel, session: Session) -> None:
    field = unfolded(panel).form.fields["clip_value"]
    field.number.setFocus()
    QTest.keyClick(field.number, Key.Key_Up)
    assert session.scenario.runs[0].gradient.clip_value == 1.0
    QTest.keyClick(field.number, Key.Key_Up)
    assert session.scenario.runs[0].gradient.clip_value == 2.0


def test_noise_decay_and_climbing(panel: SetupPanel, session: Session) -> None:
    form = unfolded(panel).form
    type_into(form.fields["noise"], "0.5")
    type_into(form.fields["weight_decay"], "0.1")
    QTest.mouseClick(form.switches["maximize"], Qt.MouseButton.LeftButton)
    assert session.scenario.runs[0].gradient == Gradient(noise=0.5, weight_decay=0.1, maximize=True)
    session.undo_stack.undo()
    assert not form.switches["maximize"].isChecked()
    type_into(form.fields["noise"], "-1")
    assert "0 ≤ noise" in form.fields["noise"].error.text()
    assert session.scenario.runs[0].gradient.noise == 0.5


def test_a_refused_switch_goes_back_and_says_why(panel: SetupPanel, session: Session) -> None:
    session.set_optimizer(0, "BFGS", "search")
    form = unfolded(panel).form
    QTest.mouseClick(form.switches["maximize"], Qt.MouseButton.LeftButton)
    row = form.switches["maximize"].parent()
    assert not form.switches["maximize"].isChecked() and not session.scenario.runs[0].gradient.maximize
    assert "cannot climb" in form.switches["maximize"].accessibleDescription()
    assert row.error.isVisible()


def test_mini_batches_are_offered_where_there_is_data(panel: SetupPanel, session: Session) -> None:
    section = unfolded(panel)
    assert "batch_size" not in section.form.fields
    session.open(lesson("B01"), "Open")
    section = editor(panel).gradient
    field = section.form.fields["batch_size"]
    type_into(field, "4")
    size = session.scenario.runs[0].gradient.batch_size
    assert size == 4 and isinstance(size, int)
    type_into(field, "400")
    assert "400" in field.error.text() and session.scenario.runs[0].gradient.batch_size == 4
