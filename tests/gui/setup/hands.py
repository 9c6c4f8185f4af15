"""Typing, choosing and looking in the setup panel as a person does."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider, QWidget

from engine import lessons
from engine.scenario import Scenario
from engine.scenario_file import load
from gui.assets import ASSETS
from gui.panels.choice_field import ChoiceField
from gui.panels.inputs import Field
from gui.panels.run_editor import RunEditor
from gui.panels.setup import SetupPanel
from gui.panels.sliders import LogSlider

Key = Qt.Key
Left = Qt.MouseButton.LeftButton


def lesson(name: str) -> Scenario:
    return load(lessons.find(ASSETS / "lessons", name))


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
