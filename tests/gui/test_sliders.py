"""The slider over a plain range: exact ends, round numbers between, and no range that breaks it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.declaration import Parameter
from gui.panels.inputs import Field
from gui.panels.sliders import LinearSlider
from gui.panels.surface_card import _span

Key = Qt.Key


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [
        (0.0, 1.0, 0.01),
        (-10.0, 10.0, 0.2),
        (0.35, 7.77, 0.05),
        (-3.3, -1.1, 0.02),
        (1e6, 1e6 + 1, 0.01),
        (0, 5e-9, 5e-11),
    ],
)
def test_numbers_are_round_and_ends_exact(qtbot: QtBot, low: float, high: float, step: float) -> None:
    slider = LinearSlider()
    qtbot.addWidget(slider)
    slider.set_range(low, high)
    numbers = []
    for position in range(slider.minimum(), slider.maximum() + 1):
        slider.setValue(position)
        numbers.append(slider.number())
        slider.set_number(numbers[-1])
        assert slider.value() == position
    assert (numbers[0], numbers[-1]) == (low, high) and 100 <= len(numbers) <= 252
    for number in numbers[1:-1]:
        assert number == pytest.approx(round(number / step) * step, rel=1e-14)
        assert len(repr(number)) < 14  # 0.30000000000000004 would be a sum of steps


@given(st.floats(), st.floats(), st.floats(), st.booleans())
def test_no_range_breaks_it(qapp: QApplication, low: float, high: float, value: float, whole: bool) -> None:
    slider = LinearSlider()
    slider.whole = whole
    slider.set_range(low, high)
    slider.set_number(value)
    assert math.isfinite(slider.number())


def test_a_whole_parameter_moves_by_ones_and_open_ends_are_left_out(qtbot: QtBot) -> None:
    field = Field(Parameter("n", 3, low=1, high=5, integer=True), "n", slider=True)
    qtbot.addWidget(field)
    heard: list[float] = []
    field.edited.connect(heard.append)
    field.show()
    assert field.slider
    QTest.keyClick(field.slider, Key.Key_Right)
    QTest.keyClick(field.slider, Key.Key_End)
    assert heard == [4.0, 5.0]
    field = Field(Parameter("k", 1.0, low=0.0, open_low=True, high=2.0), "k", slider=True)
    qtbot.addWidget(field)
    field.show()
    assert field.slider
    QTest.keyClick(field.slider, Key.Key_Home)
    assert field.value() == 1.0 and field.slider.number() == 1.0  # 0 itself is not allowed: back it goes
    assert field.error.isHidden()


@pytest.mark.parametrize(
    ("parameter", "span"),
    [
        (Parameter("a", 1.0), (-10.0, 10.0)),
        (Parameter("a", 0.0), (-10.0, 10.0)),
        (Parameter("a", 100.0, low=0.0), (0.0, 1000.0)),
        (Parameter("a", 0.5, low=0.0, high=1.0), (0.0, 1.0)),
        (Parameter("a", 50.0, low=40.0, high=60.0, log=True), (40.0, 60.0)),
        (Parameter("a", 0.01, low=0.0, log=True), (1e-5, 10.0)),
        (Parameter("a", -200.0, high=-100.0), (-2000.0, -100.0)),
    ],
)
def test_the_range_is_the_parameters_own_or_a_multiple_of_its_value(
    parameter: Parameter, span: tuple[float, float]
) -> None:
    assert _span(parameter) == pytest.approx(span)
