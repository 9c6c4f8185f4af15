"""A surface of one's own from the first key to another home: typed, corrected, turned by its slider, kept, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from engine.kernel import COLUMNS
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.scenario_dump import dump
from gui.main_window import MainWindow
from gui.own.editor import OwnEditor
from gui.panels.sliders import LogSlider
from surfaces import find_entry, known_points
from surfaces.library import own_surfaces

from ..driving import press, wait_done
from ..gui.test_own import click, fill, settle, write
from .conftest import Open

SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.02),), steps=100)
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LOSS = COLUMNS.index("loss")


def drag(slider: LogSlider, pixels: int) -> None:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    at = slider.style().subControlRect(control, option, part, slider).center()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(slider, left, none, at)
    for offset in range(0, pixels + 1, 4):
        QTest.mouseMove(slider, at + QPoint(offset, 0))
    QTest.mouseRelease(slider, left, none, at + QPoint(pixels, 0))


def opened_editor(window: MainWindow) -> OwnEditor:
    press(window, Qt.Key.Key_F, CONTROL | SHIFT)
    (editor,) = [found for found in window.findChildren(OwnEditor) if found.isVisible()]
    return editor


def test_the_whole_way(opened: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened(SCENE)
    session = window.session
    editor = opened_editor(window)
    assert editor.form.name.text() == "My Rosenbrock's crescent"  # a copy, to be edited
    assert editor.form.rule.toPlainText() == find_entry(SCENE.surface).formula
    fill(qtbot, editor, editor.form.name, "Two valleys")
    write(qtbot, editor, "(x^2 - k)^2 + yy^2")
    assert editor.form.error.text().startswith("Line 1, column 8: unknown name 'k'")
    click(qtbot, editor.form.offer)
    settle(qtbot, editor)
    assert editor.form.error.text() == "Line 1, column 15: unknown name 'yy'; did you mean 'y'?"
    assert not editor.use.isEnabled()
    write(qtbot, editor, "(x^2 - k)^2 + y^2")
    name, _, low, high, _ = editor.form.rows.fields[-1]
    assert name.text() == "k"
    fill(qtbot, editor, low, "0.5")
    fill(qtbot, editor, high, "8")
    qtbot.keyClick(editor.form.rule, Qt.Key.Key_Return, CONTROL)
    wait_done(window)
    assert session.scenario.surface.declared.name == "Two valleys"
    card = window.setup.surface
    assert card.choice.currentText() == "Two valleys" and card.formula.edit.toPlainText() == "(x^2 - k)^2 + y^2"
    assert known_points(session.scenario.surface) == ([], [])  # nothing false is marked
    card.disclosure.setChecked(True)
    slider = card.form.fields["k"].slider
    assert slider is not None
    QApplication.processEvents()
    drag(slider, 24)
    k = session.scenario.surface.parameters["k"]
    assert 1.0 < k <= 8.0
    wait_done(window)
    assert session.runs[0].row(0)[LOSS] == pytest.approx((1.5**2 - k) ** 2 + 4.0)
    qtbot.keyClick(editor.form.rule, Qt.Key.Key_S, CONTROL)
    assert set(own_surfaces()[0]) == {"Two valleys"}
    path = tmp_path / "scene.toml"
    path.write_text(dump(session.scenario))
    for _ in range(2):
        session.undo_stack.undo()
    assert session.scenario == SCENE
    window.close()

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another home"))
    other = opened(SCENE)
    assert other.files.open_path(path)
    wait_done(other)
    assert other.session.runs[0].row(0)[LOSS] == pytest.approx((1.5**2 - k) ** 2 + 4.0)
    assert other.offer.isVisible() and "Two valleys" in other.offer.text.text()
    click(qtbot, other.offer.save)
    assert set(own_surfaces()[0]) == {"Two valleys"}
    other.session.open(SCENE, "Open")
    card = other.setup.surface
    card.choice.setFocus()
    QTest.keyClicks(card.choice, "t")
    QTest.keyClicks(card.choice.popup.search, "wo valleys")
    assert card.choice.popup.list.keys == ["Two valleys"]
    QTest.keyClick(card.choice.popup.search, Qt.Key.Key_Return)
    assert other.session.scenario.surface.declared.name == "Two valleys"
    assert other.session.scenario.window == (-2.0, 2.0, -1.0, 2.5)
    editor = opened_editor(other)
    assert editor.form.name.text() == "Two valleys"  # itself, not a copy
    click(qtbot, editor.delete)
    assert own_surfaces()[0] == {} and other.session.scenario.surface.declared.name == "Two valleys"
