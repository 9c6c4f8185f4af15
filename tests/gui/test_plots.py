"""The plots with a real engine, a real mouse and real keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine import kernel, lessons
from engine.rates import Phase
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.scenario_file import load
from engine.simulator import Simulator
from gui import i18n
from gui.assets import ASSETS
from gui.language import apply_language
from gui.look import run_colour, text_colour
from gui.numbers import show
from gui.plots.axis import step_marks, step_text
from gui.plots.curves import STRIPS, Quantiles, quantiles, trace_run
from gui.plots.ground import GAP
from gui.plots.ink import TIP, small_font
from gui.plots.panel import PlotsPanel
from gui.plots.pointer import nearest_point
from gui.plots.scale import LARGEST, linear_scale, log_scale, loss_scale
from gui.plots.steps import StepRange, horizon, round_up
from gui.plots.strip import StripView
from gui.session import Session
from gui.theme import apply_theme, load_fonts, theme
from surfaces import build

Make = Callable[..., tuple[Session, PlotsPanel]]
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def lesson(name: str) -> Scenario:
    return load(lessons.find(ASSETS / "lessons", name))


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication) -> Iterator[Make]:
    """A session on a scenario and the panel on it, all computed and drawn."""
    made: list[tuple[Session, PlotsPanel]] = []
    load_fonts()
    apply_theme(qapp, "dark")

    def build_one(scenario: Scenario | str) -> tuple[Session, PlotsPanel]:
        session = Session(lesson(scenario) if isinstance(scenario, str) else scenario)
        panel = PlotsPanel(session)
        qtbot.addWidget(panel)
        made.append((session, panel))
        panel.resize(400, 520)
        panel.show()
        qtbot.waitUntil(lambda: session.current and not session.status.working)
        drawn(qtbot, panel)
        return session, panel

    yield build_one
    for session, panel in made:
        session.close()
        panel.close()
    apply_language(qapp, "en")
    apply_theme(qapp, "dark")


def drawn(qtbot: QtBot, panel: PlotsPanel) -> None:
    """Wait until nothing is left to draw."""
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not panel.feed.pending)


def at(strip: StripView, step: float) -> QPoint:
    frame = strip.frame()
    return QPoint(round(strip.steps.to_x(step, frame)), round(frame.center().y()))


def wheel(widget: QWidget, place: QPoint, notches: int, across: int = 0) -> None:
    local, screen = QPointF(place), QPointF(widget.mapToGlobal(place))
    event = QWheelEvent(
        *(local, screen, QPoint(), QPoint(120 * across, 120 * notches), Qt.MouseButton.NoButton),
        *(Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(widget, event)


def move(widget: QWidget, place: QPoint, held: bool, modifiers: Qt.KeyboardModifier) -> None:
    local, screen = QPointF(place), QPointF(widget.mapToGlobal(place))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, local, screen, none, LEFT if held else none, modifiers)
    QApplication.sendEvent(widget, event)


def hover(widget: QWidget, place: QPoint) -> None:
    move(widget, place, False, Qt.KeyboardModifier.NoModifier)


def drag(widget: QWidget, qtbot: QtBot, places: list[QPoint], modifiers: Qt.KeyboardModifier) -> None:
    qtbot.mousePress(widget, LEFT, modifiers, places[0])
    for place in places[1:]:
        move(widget, place, True, modifiers)
    qtbot.mouseRelease(widget, LEFT, modifiers, places[-1])


def columns_with(image: QImage, colour: QColor) -> list[int]:
    """The x of every pixel that has much of the colour."""
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = pixels[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)
    return sorted(set(np.nonzero(np.abs(pixels - wanted).max(axis=2) < 40)[1].tolist()))


def ink(strip: StripView, run: int = 0) -> list[int]:
    """The columns in which the curve of a run is drawn."""
    picture = strip.grab().toImage()
    frame = strip.frame().toRect()
    return columns_with(picture.copy(frame.adjusted(0, 2, 0, -2)), run_colour(run))


def bowl(*runs: tuple[str, float]) -> Scenario:
    """Optimizers with their learning rates on the elliptic bowl; SGD diverges from about 1.3 on."""
    configs = tuple(RunConfig(name, lr) for name, lr in runs)
    return Scenario(SurfaceConfig("ellipse"), (-3.0, -3.8), configs, steps=300)


# What is drawn -------------------------------------------------------------------------------------------------------


def test_every_strip_has_its_curves(make: Make) -> None:
    session, panel = make("L13")
    assert panel.steps.horizon == 100_000
    for strip in panel.strips.values():
        (run,) = strip._runs
        assert len(run.curves) == len(strip.strip.lines)
        assert all(len(curve.steps) > 300 for curve in run.curves), strip.strip.key
        assert len(ink(strip)) > 250, strip.strip.key
        assert strip.scale.low < strip.scale.high
        assert len(strip.scale.marks(strip.frame().height())) >= 2
    stability = panel.strips["stability"].scale
    assert stability.low < 0 < 2 < stability.high < 4
    assert len({strip.frame().left() for strip in panel.strips.values()} | {panel.axis.frame().left()}) == 1
    assert len({strip.frame().right() for strip in panel.strips.values()} | {panel.axis.frame().right()}) == 1


def test_values_of_the_selected_run_at_the_cursor(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L13")
    session.seek(1890)
    row = session.runs[0].row(1890)
    expected = [show(row[kernel.SIGMA], 3), show(row[kernel.SIGMA + 1], 3)]
    qtbot.waitUntil(lambda: panel.strips["sigma"].values == expected)
    assert expected[1].endswith("×10⁵")
    assert panel.strips["rate"].values[0] == "1"
    assert panel.axis.cursor_step == 1890


def test_a_diverged_run_is_drawn(make: Make, recwarn: pytest.WarningsRecorder) -> None:
    session, panel = make("L04")
    assert panel.steps.horizon == 36
    assert all(len(ink(strip)) > 20 for strip in panel.strips.values())
    assert panel.strips["loss"].values == ["∞"]
    assert panel.strips["loss"].scale.high > 200
    panel.steps.zoom(36.0, 0.2)
    panel.feed.refresh()
    panel.grab()
    assert not recwarn.list


def test_a_diverged_run_leaves_the_others_their_range(make: Make, recwarn: pytest.WarningsRecorder) -> None:
    session, panel = make(bowl(("SGD", 0.1), ("SGD", 5.0), ("Adam", 0.1)))
    loss, rate = panel.strips["loss"], panel.strips["rate"]
    assert {run.index for run in loss._runs if run.diverged} == {1}
    assert loss.scale.low > -2 and loss.scale.high < 2
    assert panel.strips["gradient"].scale.high < 2
    assert rate.scale.high > np.log10(5)  # a rate that stays near the others is no reason to cut it off
    for strip in (loss, panel.strips["gradient"]):
        top = strip.frame().toRect()
        top.setHeight(round(TIP) + 2)
        mark = columns_with(strip.grab().toImage().copy(top), run_colour(1))
        assert 4 <= len(mark) <= 12 and max(mark) < 20
    assert 150 < len(ink(rate, 1)) < 250
    session.select(1)
    panel.steps.zoom(200.0, 0.2)
    panel.feed.refresh()
    panel.grab()
    assert loss.scale.high < 2 and not recwarn.list


def test_diverged_runs_alone_are_shown_whole(make: Make) -> None:
    session, panel = make(bowl(("SGD", 5.0), ("SGD", 20.0)))
    loss = panel.strips["loss"]
    assert all(run.diverged for run in loss._runs)
    assert loss.scale.high > 300 and len(ink(loss, 1)) > 50


@pytest.mark.parametrize("name", ["L18b", "M01"])
def test_a_negative_loss_has_its_own_range(make: Make, name: str) -> None:
    session, panel = make(name)
    strip = panel.strips["loss"]
    assert not strip.scale.log
    for selected in range(len(session.runs)):
        session.select(selected)
        panel.feed.refresh()
        (curve,) = next(run.curves for run in strip._runs if run.index == selected)
        settled = curve.values[len(curve.values) // 2 :]
        assert strip.scale.low < settled.min() and settled.max() < strip.scale.high
        assert len(ink(strip, selected)) > (15 if name == "M01" else 250)


def test_an_ensemble_has_its_band(make: Make) -> None:
    scenario = lesson("L18")
    assert scenario.monte_carlo
    session, panel = make(replace(scenario, monte_carlo=replace(scenario.monte_carlo, starts=200)))
    strip = panel.strips["sigma"]
    assert all(run.band and len(run.band[0].steps) == 301 for run in strip._runs)
    lower, upper = strip._runs[0].band or ()
    assert (lower.values < upper.values).all()
    assert not any(run.band for run in panel.strips["rate"]._runs)
    assert panel.strips["loss"].scale.log and not any(len(r.curves[0].steps) for r in panel.strips["loss"]._runs)


def test_quantiles_pass_over_nan() -> None:
    samples = np.column_stack([np.arange(101.0), np.full(101, np.nan), np.append(np.arange(100.0), np.nan)])
    np.testing.assert_allclose(quantiles(samples, (0.05, 0.95)), [[5, 95], [np.nan, np.nan], [5, 94]])


def test_no_path_ahead_no_curve_ahead(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L13")
    session.set_look_ahead(False)
    session.seek(40_000)
    qtbot.waitUntil(lambda: panel.axis.cursor_step == 40_000)
    strip = panel.strips["loss"]
    border = strip.steps.to_x(40_000, strip.frame()) - strip.frame().left()
    columns = ink(strip)
    assert border - 4 < max(columns) <= border + 2
    session.set_look_ahead(True)
    assert max(ink(strip)) > 300


def test_only_the_cursor_moves_if_only_the_cursor_moves(
    make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, panel = make("L13")
    drawn_again: list[int] = []
    monkeypatch.setattr(panel.feed, "refresh", lambda: drawn_again.append(1))
    for step in (10, 2000, 30_000):
        session.seek(step)
        qtbot.waitUntil(lambda step=step: panel.axis.cursor_step == step)
    drawn(qtbot, panel)
    assert drawn_again == []


def test_curves_come_at_most_every_33_ms(make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session, panel = make("L10")
    count = []
    refresh = panel.feed.refresh
    monkeypatch.setattr(panel.feed, "refresh", lambda: (count.append(1), refresh()))
    session.open(replace(lesson("L13"), steps=50_000_000), "Open")
    qtbot.wait(400)
    assert session.status.working
    assert len(count) <= 13
    assert 100_000 < panel.steps.horizon < 50_000_000


def test_a_thinned_history_is_exact_where_it_is_seen_closely() -> None:
    scenario = replace(lesson("L13"), steps=300_000)
    run = Simulator(scenario, build).runs[0]
    run.advance(300_001)
    view = run.trajectory.view
    assert view.stride == 16
    visible = (150_001.0, 150_101.0)
    (loss, *_) = trace_run(run, view, STRIPS, visible, 400, Quantiles())
    assert loss.curves[0].steps.tolist() == list(range(150_000, 150_103))
    np.testing.assert_allclose(10 ** loss.curves[0].values, run.rows(150_000, 150_102)[:, 2])
    assert loss.block == 1
    (wide, *_) = trace_run(run, view, STRIPS, (0.0, 300_000.0), 400, Quantiles())
    assert len(wide.curves[0].steps) <= 804 and wide.block == 16


def test_a_long_run_is_drawn_as_what_its_blocks_span(make: Make, qtbot: QtBot) -> None:
    """From wall to wall at each step: every column is full, the words say so, and a value is told with its block."""
    surface = SurfaceConfig(formula="x^2/2 + 0*y")
    run = RunConfig("SGD", 1.0, schedule=(Phase("LambdaLR", {}, formula="1.25 + 0.75*cos(3.141592653589793*t)"),))
    session, panel = make(Scenario(surface, (1.0, 0.0), (run,), steps=300_000))
    session.go_to_end()
    qtbot.waitUntil(lambda: session.status.position == 300_000, timeout=20_000)
    drawn(qtbot, panel)
    assert panel.thinned.text() == "min–max of 16 steps" and panel.thinned.toolTip()
    strip = panel.strips["rate"]
    rates = strip._runs[0].curves[0]
    found = nearest_point(strip._runs, QPointF(at(strip, 100_000)), strip.frame(), strip.steps, strip.scale)
    assert found
    first, last = (int(step.replace("\u202f", "")) for step in found.steps.split(" – "))
    assert (first % 16, last - first) == (0, 15) and first <= found.step <= last and abs(first - 100_000) < 8000
    columns = np.unique((rates.steps / (300_000 / 300)).astype(int))
    assert all({0.5, 2.0} <= set((10 ** rates.values[rates.steps // 1000 == c]).round(9)) for c in columns[1:-1])
    panel.steps.zoom(150_000.0, 0.01)
    panel.feed.refresh()
    assert panel.thinned.text() == "" and strip._runs[0].block == 1
    exact = nearest_point(strip._runs, QPointF(at(strip, 150_000)), strip.frame(), strip.steps, strip.scale)
    assert exact and "–" not in exact.steps
    panel.grab()


def test_before_there_is_anything(qtbot: QtBot) -> None:
    session = Session(lesson("L10"))
    panel = PlotsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(400, 500)
    panel.show()
    try:
        assert panel.empty.isVisible() and not panel.axis.isVisible()
        panel.grab()
        qtbot.waitUntil(lambda: panel.axis.isVisible())
        assert not panel.empty.isVisible() and all(strip.isVisible() for strip in panel.strips.values())
    finally:
        session.close()


# The mouse -----------------------------------------------------------------------------------------------------------


def test_dragging_travels_in_time(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L13")
    strip = panel.strips["gradient"]
    places = [at(strip, step) for step in (100_000, 70_000, 30_000)]
    drag(strip, qtbot, places, Qt.KeyboardModifier.NoModifier)
    wanted = panel.steps.nearest(places[-1].x(), strip.frame())
    assert abs(wanted - 30_000) < 400
    qtbot.waitUntil(lambda: session.status.position == wanted)
    qtbot.waitUntil(lambda: all(s.cursor_step == wanted for s in panel.strips.values()))
    hover(strip, at(strip, 90_000))
    qtbot.wait(60)
    assert session.status.position == wanted


@pytest.mark.parametrize("step", [0, 100_000])
def test_a_click_reaches_the_first_and_the_last_step(make: Make, qtbot: QtBot, step: int) -> None:
    session, panel = make("L13")
    session.seek(50_000)
    qtbot.waitUntil(lambda: session.status.position == 50_000)
    frame = panel.axis.frame()
    x = frame.left() if step == 0 else frame.right() - 1
    qtbot.mouseClick(panel.axis, LEFT, pos=QPoint(round(x), 8))
    qtbot.waitUntil(lambda: session.status.position == step)


def test_pointing_only_tells(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L12")
    strip = panel.strips["loss"]
    before = strip.grab().toImage()
    hover(strip, at(strip, 2500))
    assert strip.grab().toImage() != before
    hover(panel.strips["sigma"], at(strip, 2500))
    qtbot.wait(40)
    assert session.hovered is None and session.status.position == session.status.reach
    QApplication.sendEvent(panel.strips["sigma"], QEvent(QEvent.Type.Leave))
    assert strip.grab().toImage() == before


def test_wheel_zooms_about_the_pointer_and_double_click_fits(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L13")
    strip = panel.strips["loss"]
    place = at(strip, 25_000)
    under = panel.steps.to_step(place.x(), strip.frame())
    wheel(strip, place, 12)
    assert panel.steps.zoomed
    assert panel.steps.to_step(place.x(), strip.frame()) == pytest.approx(under, rel=1e-3)
    left, right = panel.steps.visible
    assert 4000 < right - left < 9000
    drawn(qtbot, panel)
    steps = strip._runs[0].curves[0].steps
    assert left - 2 <= steps[0] and steps[-1] <= right + 2
    for _ in range(3):
        wheel(strip, place, 40)
    left, right = panel.steps.visible
    assert 4.0 <= right - left < 4.3
    drawn(qtbot, panel)
    panel.grab()
    qtbot.mouseClick(strip, LEFT, pos=place)
    qtbot.mouseDClick(strip, LEFT, pos=place)
    assert not panel.steps.zoomed
    qtbot.waitUntil(lambda: session.status.position == 100_000)


def test_shift_drag_pans(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L13")
    strip = panel.strips["stability"]
    wheel(strip, at(strip, 50_000), 6)
    before = panel.steps.visible
    drag(strip, qtbot, [QPoint(200, 40), QPoint(150, 40)], SHIFT)
    after = panel.steps.visible
    assert after[0] > before[0]
    assert after[1] - after[0] == pytest.approx(before[1] - before[0])
    wheel(strip, QPoint(200, 40), 0, across=3)
    assert panel.steps.visible[0] < after[0]
    qtbot.wait(40)
    assert session.status.position == 100_000


# Strips and keys -----------------------------------------------------------------------------------------------------


def test_strips_are_hidden_but_for_the_last(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L10")
    actions = panel.strip_actions()
    assert len(actions) == 5 and all(action.isCheckable() and action.isChecked() for action in actions)
    actions[0].trigger()
    assert not panel.strips["loss"].isVisible()
    for action in actions[1:]:
        action.trigger()
    assert [action.isChecked() for action in actions] == [False, False, False, False, True]
    assert panel.strips["stability"].isVisible()
    actions[0].trigger()
    drawn(qtbot, panel)
    assert panel.strips["loss"].isVisible() and len(ink(panel.strips["loss"])) > 10


def test_hidden_strips_are_told_and_restored(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L12")
    told: list[list[str]] = []
    panel.strips_changed.connect(told.append)
    panel.strip_actions()[2].trigger()
    assert told == [["sigma"]]
    panel.hide_strips(["loss", "rate", "unknown"])
    assert told[-1] == ["loss", "rate"]
    assert [key for key, strip in panel.strips.items() if strip.isVisible()] == ["gradient", "sigma", "stability"]
    panel.hide_strips(list(panel.strips))
    assert [key for key, strip in panel.strips.items() if strip.isVisible()] == ["loss"]
    panel.hide_strips([])
    assert told[-1] == [] and all(strip.isVisible() for strip in panel.strips.values())


def test_a_strip_is_enlarged(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L12")
    sigma = panel.strips["sigma"]
    low = sigma.height()
    qtbot.mouseDClick(sigma, LEFT, pos=QPoint(80, 5))
    qtbot.waitUntil(lambda: sigma.height() > 3 * low)
    drawn(qtbot, panel)
    assert [key for key, strip in panel.strips.items() if strip.isVisible()] == ["sigma"]
    assert sigma.button.isChecked() and sigma.button.toolTip() == "Show all plots"
    sigma.button.setFocus()
    qtbot.keyClick(sigma.button, Qt.Key.Key_Space)
    assert all(strip.isVisible() for strip in panel.strips.values())
    panel.enlarge("rate")
    panel.strip_actions()[0].trigger()  # what is chosen in the menu is seen at once
    assert panel.strips["sigma"].isVisible() and not panel.strips["loss"].isVisible()


def test_context_menu(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L12")
    panel.enlarge("loss")
    panel.steps.zoom(100.0, 0.5)
    qtbot.mouseClick(panel.more, LEFT)
    menu = panel._menu
    assert menu is not None and menu.isVisible()
    texts = [action.text() for action in menu.actions()]
    assert texts[:2] == ["Plot of the loss", "Plot of ‖g‖"] and texts[-2:] == ["Show all steps", "Show all plots"]
    menu.actions()[-2].trigger()
    menu.actions()[-1].trigger()
    assert not panel.steps.zoomed and panel.enlarged is None
    menu.close()


def test_keys(make: Make, qtbot: QtBot) -> None:
    session, panel = make("L13")
    qtbot.keyClick(panel, Qt.Key.Key_Left)
    qtbot.keyClick(panel, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: session.status.position == 99_998)
    qtbot.keyClick(panel, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session.status.position == 99_999)
    qtbot.keyClick(panel, Qt.Key.Key_Plus)
    assert panel.steps.zoomed
    qtbot.keyClick(panel, Qt.Key.Key_Minus)
    qtbot.keyClick(panel, Qt.Key.Key_Plus)
    qtbot.keyClick(panel, Qt.Key.Key_0)
    assert not panel.steps.zoomed


# Words and colours ---------------------------------------------------------------------------------------------------


def test_language_and_theme_switch(
    make: Make, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, panel = make("L12")
    monkeypatch.setattr(i18n, "catalogue", lambda name: {"loss": "损失", "step": "步"} if name == "zh_CN" else {})
    before = panel.grab().toImage()
    apply_language(qapp, "zh_CN")
    assert panel.strips["loss"].title == "损失" and panel.axis.title == "步"
    assert panel.grab().toImage() != before
    apply_language(qapp, "en")
    drawn(qtbot, panel)
    assert panel.strips["loss"].title == "loss"
    assert panel.grab().toImage() == before
    apply_theme(qapp, "light")
    drawn(qtbot, panel)
    strip = panel.strips["sigma"]
    picture = strip.grab().toImage()
    assert picture.pixelColor(strip.frame().center().toPoint() + QPoint(3, 0)).lightness() > 150
    assert theme().name == "light" and len(ink(strip)) > 100


@pytest.mark.parametrize("name", ["dark", "light"])
def test_words_in_a_runs_colour_can_be_read(qapp: QApplication, name: str) -> None:
    def luminance(colour: QColor) -> float:
        parts = np.array([colour.redF(), colour.greenF(), colour.blueF()])
        return float(
            np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
        )

    apply_theme(qapp, name)
    for index in range(6):
        light, dark = sorted((luminance(text_colour(index)), luminance(QColor(theme().panel))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    apply_theme(qapp, "dark")


def test_all_can_be_named_by_a_screen_reader(make: Make) -> None:
    session, panel = make("L12")
    parts: list[QWidget] = [panel, panel.axis, panel.key, panel.more, *panel.strips.values()]
    parts += [strip.button for strip in panel.strips.values()]
    assert all(part.accessibleName() for part in parts)
    assert panel.key.accessibleName() == "b, w, η"


# Numbers alone -------------------------------------------------------------------------------------------------------


def test_horizon_grows_in_round_steps() -> None:
    assert [round_up(n) for n in (0, 1, 10, 11, 1024, 1500, 1501, 99_999, 100_001)] == (
        [10, 10, 10, 15, 1500, 1500, 2000, 100_000, 150_000]
    )
    assert horizon(1200, 100_000, 100_000, 0) == 100_000
    assert horizon(1200, 10**9, 0, 0) == 1500
    assert horizon(1200, 10**9, 0, 3000) == 3000
    assert horizon(36, 36, 100_000, 100) == 36
    assert horizon(0, 0, 0, 0) == 1


def test_step_range_stays_within_the_horizon() -> None:
    steps = StepRange()
    steps.set_horizon(1000)
    steps.zoom(900.0, 0.5)
    steps.pan(10_000)
    assert steps.visible[1] == pytest.approx(1000, abs=10)
    steps.set_horizon(300)
    assert not steps.zoomed
    steps.zoom(100.0, 0.5)
    steps.zoom(100.0, 100.0)
    assert not steps.zoomed
    steps.set_horizon(2)
    steps.zoom(1.0, 0.1)
    assert not steps.zoomed


@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (0.0, 0.1), (3.5, 3.5), (3.9, 4.5), (4.1, 4.9), (-1.3, 0.3), (-323, 308), (0.99, 1.01)]
)
def test_log_scale_shows_two_decades_at_least(low: float, high: float) -> None:
    scale = log_scale([np.array([low, high]), np.array([])])
    assert scale.low < low and high < scale.high
    marks = scale.marks(60.0)
    assert 2 <= len(marks) <= 4
    assert all(scale.low <= value <= scale.high for value, _ in marks)


def test_log_marks_are_decades() -> None:
    assert [text for _, text in log_scale([np.array([-5.0, 7.0])]).marks(70.0)] == ["10⁻⁵", "1", "10⁵"]
    assert [text for _, text in log_scale([]).marks(60.0)] == ["10⁻¹", "1", "10"]


def test_linear_scale_is_robust() -> None:
    calm = np.full(1000, 1.9)
    calm[500] = 1e200
    assert linear_scale([(calm, 2.0)]).high < 4
    assert linear_scale([(np.full(50, 1e5), 2.0)]).high > 1e5
    assert linear_scale([(np.full(50, 1e308), 2.0)]).high < 2 * LARGEST
    assert linear_scale([(np.full(50, 0.1), 38.0), (np.full(50, 1.9), 2.0)]).high < 4
    assert linear_scale([(np.full(50, 20.0), 38.0), (np.full(50, 1.9), 2.0)]).high > 38
    for empty in (linear_scale([]), linear_scale([(np.array([]), None)]), linear_scale([(np.zeros(9), None)])):
        assert empty.low < 0 < empty.high and empty.marks(60.0)
    negative = linear_scale([(np.full(50, -3.0), None)])
    assert negative.low < -3 and negative.high > 0


def test_loss_scale_is_the_range_of_the_losses() -> None:
    settled = np.concatenate([np.linspace(4.0, -0.5, 20), np.full(280, -0.5)])
    assert -1.2 < loss_scale([(settled, True)]).low < -0.5 and 4 < loss_scale([(settled, True)]).high < 5
    assert loss_scale([(np.linspace(-30.0, -20.0, 50), True)]).high < -19
    spiky = np.tile([-0.25, -0.2], 100)
    spiky[[30, 150]] = 50.0
    assert loss_scale([(spiky, False)]).high < 0
    assert loss_scale([(spiky, True)]).high > 50
    for losses in ([], [-0.3], [0.0, 0.0], [-5e-324, 0.0], [-1e308, 1e308]):
        scale = loss_scale([(np.array(losses), True)])
        assert scale.low < scale.high and scale.marks(40.0)


def test_marks_of_linear_axes_fit_beside_them(make: Make) -> None:
    session, panel = make("L10")
    strip = panel.strips["loss"]
    metrics, room = QFontMetricsF(small_font(strip, theme().head)), strip.gutter - GAP
    for power in range(-95, 301):
        for low, high in ((0.0, 1.0), (-1.0, 0.0), (-7.0, 2.0), (-9.99, -9.98), (-1.02, -1.01), (0.0, 6.97)):
            values = np.array([low, high]) * 10.0 ** min(power, 299)
            for scale in (loss_scale([(values, True)]), linear_scale([(values, None)])):
                marks = scale.marks(40.0)
                texts = [text for _, text in marks]
                assert 1 <= len(marks) <= 5 and len(set(texts)) == len(texts), (power, low, high, texts)
                # What is wider is condensed; down to three quarters it can be read.
                assert max(metrics.horizontalAdvance(text) for text in texts) < room / 0.75, (power, low, high, texts)
    million = [text for _, text in linear_scale([(np.array([0.0, 1.1e6]), None)]).marks(40.0)]
    assert million == ["0", "10⁶"]


def test_huge_marks_are_not_cut_off(make: Make) -> None:
    session, panel = make("L10")
    strip = panel.strips["loss"]
    strip.scale = loss_scale([(np.array([-7e299, 2e299]), True)])
    strip.redraw()
    gutter = strip.grab().toImage().copy(0, strip.header, int(strip.gutter), strip.height() - strip.header)
    columns = columns_with(gutter, QColor(theme().dim))
    assert columns and min(columns) > 0


def test_step_marks_are_round_and_few() -> None:
    assert step_marks((-1500.0, 101_500.0), 100_000, 330) == [0, 20_000, 40_000, 60_000, 80_000, 100_000]
    assert step_marks((10.2, 14.2), 100, 330) == [11, 12, 13, 14]
    assert step_text(20_000) == "20\u202f000"
    assert step_text(200_000_000) == "2×10⁸"
    assert step_text(123_456_789) == "123\u202f456\u202f789"
