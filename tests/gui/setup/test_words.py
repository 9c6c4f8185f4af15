"""The words of the setup, the order of its fields, and that they are kept."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.scenario import RunConfig
from gui import i18n
from gui.language import apply_language
from gui.panels.setup import SetupPanel
from gui.panels.setup_words import optimizer_title, run_name, run_summary, symbol
from gui.session import Session
from gui.theme import DARK, LIGHT, Theme, style_sheet

from .hands import editor, lesson, pick, settle, type_into

Key = Qt.Key
Left = Qt.MouseButton.LeftButton


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
