"""The input fields: what is typed, stepped, slid or picked comes out valid or not at all."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox, QStyleOptionSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.declaration import Parameter
from engine.errors import ConfigError
from gui import i18n
from gui.panels.choice_field import ChoiceField
from gui.panels.inputs import Field, NumberField, align_labels
from gui.panels.number_text import format_number, parse_number, step
from gui.panels.sliders import LinearSlider, LogSlider

# What the offscreen platform says whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LR = Parameter("lr", 1e-3, "the rate", low=0.0, open_low=True, log=True)
EPS = Parameter("eps", 1e-8, low=0.0, log=True)
BETA = Parameter("beta1", 0.9, "decay < 1", low=0.0, high=1.0, open_high=True)
START = Parameter("x", 1.0)
STEPS = Parameter("steps", 100, low=1, high=105, integer=True)
SIGNED = Parameter("a", 0.0, low=-1.0, high=1.0, log=True)
Key, Alt, Shift = Qt.Key, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
Plain, Control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.001, "0.001"),
        (1e-7, "1e-7"),
        (0.9, "0.9"),
        (1.0, "1"),
        (100000.0, "100000"),
        (1.1449e-6, "1.1449e-6"),
        (1e-4, "0.0001"),
        (9.9e-5, "9.9e-5"),
        (9999999.5, "9999999.5"),
        (1e7, "1e7"),
        (-2.5e20, "-2.5e20"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
    ],
)
def test_a_number_is_written_as_a_person_would(value: float, text: str) -> None:
    assert format_number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_writing_and_reading_back_is_exact(value: float) -> None:
    text = format_number(value)
    assert parse_number(text) == value
    assert "+" not in text and "e0" not in text and "e-0" not in text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("1E-3", 1e-3),
        ("+1e+3", 1e3),
        (".5", 0.5),
        ("5.", 5.0),
        ("1·10^-3", 1e-3),
        ("1×10⁻³", 1e-3),
        ("2.5 × 10¹²", 2.5e12),
        ("−0.5", -0.5),
        ("1e−3", 1e-3),
        ("2/3", 2 / 3),
        ("-1 / 1e3", -1e-3),
        ("  7\u00a0", 7.0),
        ("-0", 0.0),
    ],
)
def test_the_usual_spellings_are_read(text: str, value: float) -> None:
    assert parse_number(text) == value


NO_NUMBERS = "x 1e --1 1.2.3 1,5 1_000 nan inf -inf 1e999 1/0 1/2/3 1/ /2 1/x 1/1e999 0x10 1e3·10^2 10⁻ { {text} ٣ ½ 1j"


@pytest.mark.parametrize("text", [*NO_NUMBERS.split(), "1 2", "9" * 400, "1" * 30000 + "x"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a number") as caught:
        parse_number(text)
    assert len(str(caught.value)) < 80


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_field_says_so(text: str) -> None:
    with pytest.raises(ConfigError, match="the field is empty; type a number"):
        parse_number(text)


@given(st.text(alphabet="0123456789.eE+-−/·×^⁻³ naif", max_size=12))
def test_reading_gives_a_finite_number_or_an_error(text: str) -> None:
    with contextlib.suppress(ConfigError):
        assert math.isfinite(parse_number(text))


@pytest.mark.parametrize(
    ("parameter", "value", "ups"),
    [
        (LR, 1e-3, [2e-3, 5e-3, 1e-2]),
        (LR, 3e-3, [5e-3]),
        (EPS, 0.0, [1e-8, 2e-8]),
        (SIGNED, -5e-3, [-2e-3, -1e-3, -5e-4]),
        (SIGNED, -1e-12, [0.0, 1e-8]),
        (SIGNED, 0.5, [1.0, 1.0]),
        (BETA, 0.97, [0.98, 0.99, 0.99]),
        (START, 0.0, [0.1, 0.11]),
        (START, 3.0, [3.2]),
        (STEPS, 104, [105, 105]),
        (Parameter("w", 0.1, low=-5, high=5), 0.1, [0.2, 0.3, 0.4]),
        (Parameter("w", 0.0, low=-1e308, high=1e308), 0.0, [2e306]),
        (Parameter("w", 0.0, low=2.0, high=2.0), 2.0, [2.0]),
        (LR, 1e308, [1e308]),
    ],
)
def test_up_climbs_clean_numbers(parameter: Parameter, value: float, ups: list[float]) -> None:
    for expected in ups:
        value = step(parameter, value, up=True)
        assert value == expected


def test_down_and_the_modifiers() -> None:
    assert step(LR, 3e-3, up=False) == 2e-3
    assert step(LR, 1e-3, up=False) == 5e-4
    assert step(EPS, 1e-12, up=False) == 0
    assert step(LR, 1e-12, up=False) == 5e-13
    assert step(LR, 5e-324, up=False) == 5e-324  # the next one would be the open end
    assert step(SIGNED, 0.0, up=False) == -1e-8
    assert step(LR, 3e-3, up=True, coarse=True) == 3e-2
    assert step(LR, 3e-3, up=False, coarse=True) == 3e-4
    assert step(LR, 1e-3, up=True, fine=True) == 1.1e-3
    assert step(BETA, 0.5, up=True, coarse=True) == 0.6
    assert step(BETA, 0.99, up=True, fine=True) == 0.991
    assert step(BETA, 0.005, up=False) == 0
    assert step(STEPS, 50, up=False, coarse=True) == 40
    assert step(STEPS, 5, up=False, coarse=True) == 1


@given(
    st.sampled_from([LR, EPS, BETA, START, STEPS, SIGNED]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_a_step_stays_allowed_and_goes_its_way(
    parameter: Parameter, value: float, up: bool, coarse: bool, fine: bool
) -> None:
    try:
        parameter.check(value)
    except ConfigError:
        return
    stepped = step(parameter, value, up, coarse, fine)
    assert parameter.check(stepped) == stepped
    assert stepped >= value if up else stepped <= value


Show = Callable[[QWidget], NumberField]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Shows a widget in a window, beside another field, which is returned and has the focus."""
    windows = []

    def show_in_window(widget: QWidget) -> NumberField:
        window, other = QWidget(), NumberField(START)
        windows.append(window)
        qtbot.addWidget(window)
        rows = QVBoxLayout(window)
        rows.addWidget(widget)
        rows.addWidget(other)
        window.resize(360, 120)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        other.setFocus()
        return other

    yield show_in_window


def number_field(show: Show, parameter: Parameter) -> tuple[NumberField, list[object], NumberField]:
    """A focused field with its text selected, and the list of what it emits."""
    field, heard = NumberField(parameter), list[object]()
    field.edited.connect(heard.append)
    field.failed.connect(lambda error: heard.append(error.template))
    field.recovered.connect(lambda: heard.append("recovered"))
    other = show(field)
    field.setFocus()
    field.selectAll()
    return field, heard, other


def type_text(widget: QWidget, text: str) -> None:
    QTest.keyClicks(widget, text)


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Plain) -> None:
    QTest.keyClick(widget, key, modifier)


def turn(widget: QWidget, delta: int, modifier: Qt.KeyboardModifier = Plain) -> bool:
    at, phase = QPointF(5, 5), Qt.ScrollPhase.NoScrollPhase
    turned = QPoint(delta, 0) if modifier == Alt else QPoint(0, delta)
    event = QWheelEvent(at, at, QPoint(), turned, Qt.MouseButton.NoButton, modifier, phase, False)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_typing_counts_on_return_only(show: Show) -> None:
    field, heard, _ = number_field(show, LR)
    type_text(field, "0.25")
    assert field.value() == 1e-3
    heard.clear()
    press(field, Key.Key_Return)
    press(field, Key.Key_Return)
    assert heard == [0.25] and field.value() == 0.25


def test_leaving_the_field_counts_and_tidies_the_text(show: Show) -> None:
    field, heard, other = number_field(show, LR)
    type_text(field, "1/4")
    press(field, Key.Key_Tab)
    assert other.hasFocus()
    assert heard[-1] == 0.25 and field.text() == "0.25"


def test_garbage_is_marked_live_and_escape_brings_the_last_good_value_back(show: Show) -> None:
    field, heard, _ = number_field(show, LR)
    type_text(field, "--")
    assert heard == ["{text} is not a number"] * 2
    assert field.property("invalid") == "true" and field.value() == 1e-3
    press(field, Key.Key_Return)
    assert field.text() == "--" and field.value() == 1e-3
    press(field, Key.Key_Escape)
    assert heard[2:] == ["recovered"]
    assert field.text() == "0.001" and field.property("invalid") == "false"


def test_escape_is_left_to_the_window_when_there_is_nothing_to_take_back(show: Show) -> None:
    field, _, other = number_field(show, LR)
    heard = list[str]()
    for key in ("Esc", "Up"):
        QShortcut(key, other.window()).activated.connect(lambda key=key: heard.append(key))
    type_text(field, "7")
    press(field, Key.Key_Escape)
    press(field, Key.Key_Up)
    assert field.text() == "0.002" and heard == []
    press(field, Key.Key_Escape)
    assert heard == ["Esc"]


def test_space_and_letters_are_left_to_the_window(show: Show) -> None:
    field, heard, other = number_field(show, LR)
    pressed = list[str]()
    for key in ("Space", "F", "E", "1"):
        QShortcut(key, other.window()).activated.connect(lambda key=key: pressed.append(key))
    type_text(field, "1 fx")
    QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, Plain, "η"))
    assert field.text() == "1" and pressed == ["Space", "F"]
    type_text(field, "e-2 F")
    assert field.text() == "1e-2" and pressed == ["Space", "F", "Space", "F"]
    press(field, Key.Key_Return)
    assert field.value() == 0.01
    press(field, Key.Key_A, Control)
    type_text(field, "2")
    assert field.text() == "2"


def test_an_error_stays_when_the_focus_goes(show: Show) -> None:
    field, heard, other = number_field(show, BETA)
    type_text(field, "1")
    other.setFocus()
    assert field.text() == "1" and field.property("invalid") == "true" and field.value() == 0.9
    assert all(isinstance(said, str) for said in heard)


def test_arrow_keys_step_from_what_is_typed(show: Show) -> None:
    field, heard, _ = number_field(show, LR)
    for key, modifier in (
        (Key.Key_Up, Plain),
        (Key.Key_Up, Alt),
        (Key.Key_Down, Alt),
        (Key.Key_Down, Plain),
        (Key.Key_Up, Shift),
    ):
        press(field, key, modifier)
    assert heard == [2e-3, 2e-2, 2e-3, 1e-3, 1.1e-3] and field.text() == "0.0011"
    press(field, Key.Key_Up, Control)
    assert field.value() == 1.1e-3
    field.selectAll()
    type_text(field, "3")
    press(field, Key.Key_Up)
    assert heard[-1] == 5.0
    type_text(field, "e")
    press(field, Key.Key_Up)
    assert heard[-1] == 10.0 and field.property("invalid") == "false"


def test_a_held_key_is_one_run_of_edits(show: Show) -> None:
    field, heard, _ = number_field(show, LR)
    field.finished.connect(lambda: heard.append("finished"))
    for kind, repeat in ((QEvent.Type.KeyPress, False), *[(QEvent.Type.KeyPress, True)] * 2):
        QApplication.sendEvent(field, QKeyEvent(kind, Key.Key_Up, Plain, "", repeat))
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyRelease, Key.Key_Up, Plain, "", True))
    assert heard == [2e-3, 5e-3, 1e-2]
    QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyRelease, Key.Key_Up, Plain))
    assert heard[3:] == ["finished"]


def test_the_wheel_steps_a_focused_field_only(show: Show) -> None:
    field, heard, other = number_field(show, LR)
    assert turn(field, 120) and turn(field, -240)
    assert heard == [2e-3, 1e-3, 5e-4]
    turn(field, 60)
    assert len(heard) == 3  # half a notch
    turn(field, 60)
    turn(field, 120, Alt)
    assert heard[3:] == [1e-3, 1e-2]
    other.setFocus()
    assert not turn(field, 120) and len(heard) == 5


def test_set_value_is_silent_and_spares_what_is_being_typed(show: Show) -> None:
    field, heard, other = number_field(show, LR)
    field.set_value(0.5)
    assert field.text() == "0.5" and field.value() == 0.5
    field.selectAll()
    type_text(field, "0.250")
    field.set_value(0.5)  # no news: a refresh in the middle of typing
    assert field.text() == "0.250" and field.value() == 0.5
    field.set_value(0.25)  # what is typed already
    assert field.text() == "0.250" and field.value() == 0.25
    field.set_value(0.1)
    assert field.text() == "0.1" and field.value() == 0.1
    assert 0.5 not in heard and 0.25 not in heard and 0.1 not in heard
    other.setFocus()
    field.set_value(0.1)
    assert field.text() == "0.1"


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
def test_no_bad_value_comes_out_even_if_one_is_put_in(show: Show, value: float) -> None:
    field, _, other = number_field(show, LR)
    other.setFocus()
    field.set_value(value)
    field.take(value)
    assert field.value() == 1e-3 and field.property("invalid") == "true"
    field.set_value(1e-3)
    assert field.text() == "0.001" and field.property("invalid") == "false"


@pytest.fixture
def shout() -> Iterator[None]:
    """A language that is English in capitals."""

    class Capitals(dict[str, str]):
        def get(self, key: str, default: object = None) -> str:
            return key.upper()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "catalogue", lambda _: Capitals())
        yield


def test_the_tooltip_tells_meaning_range_and_keys_in_the_language_in_use(
    qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    field = Field(BETA, "β₁")
    qtbot.addWidget(field)
    tip = field.number.toolTip()
    assert "decay &lt; 1" in tip and "0 ≤ beta1 &lt; 1" in tip and "Alt" in tip
    assert field.number.accessibleName() == "beta1"
    request.getfixturevalue("shout")
    QApplication.sendEvent(field, QEvent(QEvent.Type.LanguageChange))
    assert "DECAY" in field.number.toolTip() and "DECAY" in field.label.toolTip()


def handle_at(slider: LogSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(control, option, part, slider).center()


def drag(slider: LogSlider, *offsets: int) -> None:
    left, start = Qt.MouseButton.LeftButton, handle_at(slider)
    QTest.mousePress(slider, left, Plain, start)
    for offset in offsets:
        QTest.mouseMove(slider, start + QPoint(offset, 0))
    QTest.mouseRelease(slider, left, Plain, start + QPoint(offsets[-1], 0))


def test_the_slider_gives_two_digits_and_exact_ends(qtbot: QtBot) -> None:
    slider, heard = LogSlider(), list[float]()
    qtbot.addWidget(slider)
    slider.value_edited.connect(heard.append)
    slider.set_range(3e-4, 0.7)
    for position in range(slider.minimum(), slider.maximum() + 1):
        slider.setValue(position)
        number = slider.number()
        assert 3e-4 <= number <= 0.7 and number == float(f"{number:.1e}")
        slider.set_number(number)
        assert slider.value() == position
    assert heard[-1] == 0.7 and 0.0011 in heard
    heard.clear()
    for outside, end in ((0.0, 3e-4), (-1.0, 3e-4), (math.nan, 3e-4), (1e9, 0.7), (math.inf, 0.7)):
        slider.set_number(outside)
        assert slider.number() == end
    assert heard == []


@given(st.floats(), st.floats())
def test_no_range_breaks_the_slider(qapp: QApplication, low: float, high: float) -> None:
    slider = LogSlider()
    slider.set_range(low, high)
    slider.set_number(1e-3)
    assert 0 < slider.number() < math.inf


def test_a_drag_of_the_slider_is_one_run_of_edits(show: Show) -> None:
    field, heard, runs = Field(LR, "η", slider=True), list[float](), list[int]()
    show(field)
    field.edited.connect(heard.append)
    field.edited.connect(field.set_value)  # as an owner does that shows its own state
    field.edit_finished.connect(lambda: runs.append(len(heard)))
    assert field.slider is not None
    drag(field.slider, 10, 20, 30)
    assert runs == [3] and 1e-3 < heard[0] < heard[1] < heard[2]
    assert field.value() == heard[-1] == field.slider.number()
    assert field.number.text() == format_number(field.value())
    press(field.slider, Key.Key_Right)
    assert runs == [3, 4]


def test_a_drag_to_an_open_end_stops_before_it(show: Show) -> None:
    field = Field(Parameter("p", 0.1, low=1e-3, high=1.0, open_high=True, log=True), "p", slider=True)
    show(field)
    assert field.slider is not None
    drag(field.slider, 3, 400)
    assert 0.1 < field.value() < 1.0
    assert field.slider.number() == field.value()


def test_the_wheel_leaves_an_unfocused_slider_alone(show: Show) -> None:
    field = Field(LR, "η", slider=True)
    show(field)
    assert field.slider is not None
    assert not turn(field.slider, 120) and field.value() == 1e-3
    field.slider.setFocus()
    assert turn(field.slider, 120) and field.value() > 1e-3


def test_a_slider_of_whole_numbers(show: Show) -> None:
    field = Field(Parameter("n", 10, low=1, high=1000, integer=True, log=True), "n", slider=True)
    show(field)
    assert field.slider is not None
    field.slider.setFocus()
    for _ in range(60):
        press(field.slider, Key.Key_Left)
        assert field.value() == int(field.value())


def test_a_field_says_what_is_wrong_beneath(show: Show) -> None:
    field = Field(BETA, "β₁", slider=True)
    show(field)
    assert type(field.slider) is LinearSlider  # not a log parameter
    assert field.error.isHidden()
    field.number.setFocus()
    field.number.selectAll()
    type_text(field.number, "1.5")
    assert field.error.isVisible() and "0 ≤ beta1 < 1" in field.error.text()
    assert field.value() == 0.9
    press(field.number, Key.Key_Escape)
    assert field.error.isHidden()


def test_an_error_found_elsewhere_stays_until_the_next_edit(show: Show) -> None:
    field = Field(LR, "η")
    show(field)
    field.show_error(ConfigError("too {what}", what="fast"))
    assert field.error.text() == "too fast" and field.number.property("invalid") == "true"
    field.number.setFocus()
    field.number.selectAll()
    type_text(field.number, "-")
    assert "not a number" in field.error.text()
    press(field.number, Key.Key_Escape)
    assert field.error.text() == "too fast" and field.number.property("invalid") == "true"
    press(field.number, Key.Key_Down)
    assert field.error.isHidden() and field.number.property("invalid") == "false"
    field.show_error(ConfigError("x"))
    field.show_error(None)
    assert field.error.isHidden()


def test_the_numbers_of_a_form_stand_in_a_column(show: Show) -> None:
    form, fields = QWidget(), [Field(LR, "η", slider=True), Field(BETA, "a rather long label")]
    rows = QVBoxLayout(form)
    for field in fields:
        rows.addWidget(field)
    align_labels(fields)
    show(form)
    assert fields[0].number.x() == fields[1].number.x()


CHOICES = [("a", "Alpha", "the first"), ("b", "Beta", "the second"), ("c", "Gamma", "")]


def test_a_choice_speaks_only_when_a_person_chooses(show: Show) -> None:
    field, heard = ChoiceField(CHOICES), list[str]()
    show(field)
    field.chosen.connect(heard.append)
    field.set_key("b")
    field.set_key("unknown")
    assert field.key() == "b" and field.currentText() == "Beta" and field.toolTip() == "the second"
    field.set_choices([(key, text.upper(), "") for key, text, _ in CHOICES])
    assert field.key() == "b" and field.currentText() == "BETA"
    assert heard == []
    assert not turn(field, -120) and field.key() == "b"
    field.setFocus()
    press(field, Key.Key_Down)
    press(field, Key.Key_Down)
    press(field, Key.Key_Home)
    assert heard == ["c", "a"]
    turn(field, -120)
    assert heard == ["c", "a", "b"]


def test_a_choice_too_long_for_its_box_is_told_in_full(qtbot: QtBot) -> None:
    choice = ChoiceField([("a", "Linear regression: ten points", "what it is")])
    qtbot.addWidget(choice)
    choice.resize(400, 30)
    choice.show()
    assert choice.toolTip() == "what it is"
    choice.resize(100, 30)
    assert choice.toolTip() == "Linear regression: ten points\nwhat it is"
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    assert choice._fitting(option).endswith("…")


def test_a_choice_is_picked_from_the_list_with_the_mouse(qtbot: QtBot, show: Show) -> None:
    field, heard = ChoiceField(CHOICES), list[str]()
    show(field)
    field.chosen.connect(heard.append)
    for _ in range(2):  # the same again is no change
        field.showPopup()
        view = field.view().viewport()
        qtbot.waitUntil(view.isVisible)
        at = field.view().visualRect(field.model().index(2, 0)).center()
        QTest.mouseMove(view, at)
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, Plain, at)
        qtbot.waitUntil(lambda: not field.view().isVisible())
        assert heard == ["c"]
