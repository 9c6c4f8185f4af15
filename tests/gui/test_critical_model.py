"""The quadratic model at a point: its numbers, its contours, its ruler, and how it is asked for by mouse and keys."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine import kernel
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.canvas.conics import contours
from gui.canvas.critical_plate import ModelPlate
from gui.local_model import LocalModelAt, Reading
from gui.main_window import MainWindow
from gui.numbers import round_step
from gui.panels.tabs import Tabs
from gui.session import Session
from gui.theme import apply_theme, theme
from surfaces import build
from surfaces.taylor import LocalModel, local_model

from ..driving import click, open_window, press, wait_done, wait_until

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
HILLS = "cos(x) + 2*cos(y) + 0.1*x*y"
BOWL = "3*x^2 + x*y + y^2"


def scene(formula: str = HILLS, lr: float = 0.1, steps: int = 50) -> Scenario:
    window, start = (-4.0, 4.0, -4.0, 4.0), (1.0, 0.5)
    return Scenario(
        surface=SurfaceConfig(formula=formula), window=window, start=start, steps=steps, runs=(RunConfig("SGD", lr),)
    )


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(scene())
    go(made, 3)
    yield made
    made.close()
    made.deleteLater()


def go(window: MainWindow, step: int) -> None:
    window.session.seek(step)
    wait_until(lambda: window.session.shown_step == step)


def reading(window: MainWindow) -> Reading:
    found = window.local_model.reading
    assert found is not None
    return found


def plate_rows(window: MainWindow) -> dict[str, str]:
    plate = window.layer.plate
    return {n.text(): v.text() for n, v in zip(plate.names, plate.values, strict=True) if n.isVisible()}


# In the window -------------------------------------------------------------------------------------------------------


def test_a_key_shows_it_at_the_head_and_it_follows_the_step(window: MainWindow) -> None:
    assert not window.layer.plate.isVisible()
    press(window, Key.Key_M)
    assert window.layer.plate.isVisible() and window.actions_by_name["model"].isChecked()
    for step in (3, 4, 5):
        row = window.session.runs[0].row(step)
        theta = (row[kernel.THETA], row[kernel.THETA + 1])
        assert reading(window).model.place == theta and reading(window).step == step
        assert reading(window).model.loss == row[kernel.LOSS]
        assert f"step {step}" in window.layer.plate.place.text()
        press(window, Key.Key_Right)
        wait_until(lambda after=step + 1: window.session.shown_step == after)
    press(window, Key.Key_M)
    assert not window.layer.plate.isVisible() and window.local_model.reading is None


def test_predicted_and_real_change_of_the_loss(window: MainWindow) -> None:
    press(window, Key.Key_M)
    run, shown = window.session.runs[0], reading(window)
    before, after = run.row(3), run.row(4)
    assert shown.real == pytest.approx(after[kernel.LOSS] - before[kernel.LOSS], rel=1e-9)
    x, y = before[kernel.THETA], before[kernel.THETA + 1]
    g = np.array([-math.sin(x) + 0.1 * y, -2 * math.sin(y) + 0.1 * x])
    h = np.array([[-math.cos(x), 0.1], [0.1, -2 * math.cos(y)]])
    step = -0.1 * g
    assert shown.predicted == pytest.approx(g @ step + step @ h @ step / 2)
    assert shown.predicted != pytest.approx(shown.real, rel=1e-6)
    assert any("really" in text for text in plate_rows(window).values())


def test_of_a_quadratic_the_prediction_is_right() -> None:
    window = open_window(scene(BOWL))
    go(window, 2)
    press(window, Key.Key_M)
    assert reading(window).predicted == pytest.approx(reading(window).real)
    window.close()
    window.deleteLater()


@pytest.mark.parametrize(("product", "word"), [(2.1, "above 2"), (1.5, "between 1 and 2"), (0.5, "at most 1")])
def test_it_says_what_the_rate_times_the_largest_eigenvalue_means(product: float, word: str) -> None:
    """And the run does what it says."""
    largest = np.linalg.eigvalsh([[6.0, 1.0], [1.0, 2.0]])[1]
    window = open_window(scene(BOWL, product / largest))
    go(window, 1)
    press(window, Key.Key_M)
    rows = plate_rows(window)
    assert rows["η·λₘₐₓ"] == f"{product} {'>' if product > 2 else '≤'} 2"
    assert word in window.layer.plate.note.text()
    vector = reading(window).model.eigenvectors[0]
    run = window.session.runs[0]
    along = [float(vector @ run.row(t)[kernel.THETA : kernel.THETA + 2]) for t in (1, 2)]
    assert along[1] / along[0] == pytest.approx(1 - product)
    assert (abs(along[1]) > abs(along[0])) == (word == "above 2")
    assert (along[1] * along[0] < 0) == (word != "at most 1")
    window.close()
    window.deleteLater()


def test_control_click_shows_it_at_a_place_and_again_follows_the_run(window: MainWindow) -> None:
    before = window.session.scenario
    click(window, -2.0, 1.5, Control)
    model = reading(window).model
    assert model.place == pytest.approx((-2.0, 1.5), abs=0.03) and window.session.scenario is before
    assert window.layer.plate.follow.isVisible() and math.isnan(reading(window).real)
    press(window, Key.Key_Right)
    wait_until(lambda: window.session.shown_step == 4)
    assert reading(window).model.place == model.place
    click(window, *model.place, Control)
    assert window.local_model.pinned is None and reading(window).step == 4


def test_control_click_on_a_mark_takes_exactly_that_point(window: MainWindow) -> None:
    press(window, Key.Key_K)
    wait_until(lambda: len(window.critical.points) > 0)
    point = window.critical.points[0]
    click(window, point.place[0] + 0.02, point.place[1] + 0.02, Control)
    assert window.local_model.pinned == point.place
    assert reading(window).model.eigenvalues == point.eigenvalues
    QTest.keyClick(window.canvas, Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert window.local_model.pinned is None and window.local_model.on


def test_the_panel_and_the_plate_have_buttons_for_it(window: MainWindow) -> None:
    press(window, Key.Key_K)
    wait_until(lambda: len(window.critical.points) > 0)
    window.critical.select(0)
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QTest.mouseClick(window.side.critical.model_here, left, none)
    assert window.local_model.pinned == window.critical.points[0].place
    QTest.mouseClick(window.layer.plate.follow, left, none)
    assert window.local_model.pinned is None and window.layer.plate.isVisible()
    QTest.mouseClick(window.layer.plate.close_it, left, none)
    assert not window.layer.plate.isVisible() and not window.actions_by_name["model"].isChecked()


def test_another_surface_lets_go_of_the_place(window: MainWindow) -> None:
    click(window, -2.0, 1.5, Control)
    window.session.open(scene(BOWL), "Open")
    wait_done(window)
    assert window.local_model.pinned is None and window.local_model.on
    assert reading(window).model.hessian == pytest.approx(np.array([[6.0, 1.0], [1.0, 2.0]]))


def test_the_plate_never_covers_its_point(window: MainWindow) -> None:
    for x in (3.5, -3.5, 3.4, -3.4):
        click(window, x, 3.2, Control)
        at = window.canvas.box.mapViewToScene(QPointF(*reading(window).model.place))
        assert window.local_model.pinned is not None
        assert not window.layer.plate.geometry().contains(at.toPoint())
        press(window, Key.Key_M)


def test_where_the_loss_is_not_finite_it_says_so() -> None:
    window = open_window(scene("log(x) + y^2"))
    click(window, -2.0, -1.0, Control)
    assert "not finite" in window.layer.plate.place.text() and plate_rows(window) == {}
    window.close()
    window.deleteLater()


def test_it_is_drawn_on_the_canvas(window: MainWindow) -> None:
    def picture() -> np.ndarray:
        QApplication.processEvents()
        image = window.canvas.grab().toImage()
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4).copy()

    before = picture()
    click(window, -1.0, -1.0, Control)
    changed = (picture() != before).any(axis=2)
    at = window.canvas.plot.mapTo(
        window.canvas, window.canvas.plot.mapFromScene(window.canvas.box.mapViewToScene(QPointF(-1.0, -1.0)))
    )
    around = changed[at.y() - 100 : at.y() + 100, at.x() - 100 : at.x() + 100]
    assert around.mean() > 0.02


def test_the_theme_changes_at_once(qtbot: QtBot) -> None:
    session, parent = Session(scene()), QWidget()
    qtbot.addWidget(parent)
    plate = ModelPlate(LocalModelAt(session), parent)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for name in ("light", "dark"):
        apply_theme(app, name)
        app.processEvents()
        ground = QColor(theme().panel)
        assert f"rgba({ground.red()}, {ground.green()}, {ground.blue()}" in plate.styleSheet()
    session.close()


# Contours and ruler --------------------------------------------------------------------------------------------------


def model_of(g: tuple[float, float], h: tuple[float, float, float], loss: float = 1.0) -> LocalModel:
    x, y = 0.3, -0.2
    terms = f"{loss} + {g[0]}*(x-{x}) + {g[1]}*(y+{-y}) + {h[0]}/2*(x-{x})^2 + {h[1]}*(x-{x})*(y+{-y})"
    return local_model(build(SurfaceConfig(formula=f"{terms} + {h[2]}/2*(y+{-y})^2")), (x, y))


QUADRATICS = {
    "ellipses": ((0.0, 0.0), (2.0, 0.3, 1.0)),
    "hyperbolas": ((0.2, -0.1), (2.0, 1.0, -1.0)),
    "parabolas": ((0.5, 1.0), (2.0, 0.0, 0.0)),
    "parallel lines": ((0.0, 0.0), (2.0, 0.0, 0.0)),
    "straight lines": ((1.0, -2.0), (0.0, 0.0, 0.0)),
    "hills": ((0.1, 0.0), (-1.0, 0.2, -3.0)),
    "narrow": ((1.0, 2.0), (1000.0, 3.0, 0.1)),
}


@pytest.mark.parametrize("name", QUADRATICS)
@pytest.mark.parametrize("rect", [(-2.0, 2.0, -2.0, 2.0), (-1.0, 3.0, -0.01, 0.02), (5.0, 6.0, 5.0, 6.0)])
def test_each_point_of_a_contour_has_the_level(name: str, rect: tuple[float, float, float, float]) -> None:
    """And each crossing of a level with lines through the window is on a contour."""
    model = model_of(*QUADRATICS[name])
    left, right, bottom, top = rect
    corners = np.array([(x, y) for x in np.linspace(left, right, 41) for y in np.linspace(bottom, top, 41)])
    losses = model.loss + model.change(corners - model.place)
    for level in np.quantile(losses, [0.1, 0.5, 0.9]):
        points = contours(model, np.array([level]), rect)
        points = points[np.isfinite(points).all(axis=1)]
        visible = points[((points > (left, bottom)) & (points < (right, top))).all(axis=1)]
        assert len(visible)
        values = model.loss + model.change(visible - model.place)
        assert values == pytest.approx(np.full(len(visible), level), abs=1e-9 * max(1.0, float(np.ptp(losses))))


def test_without_slope_and_curvature_there_are_no_contours() -> None:
    assert len(contours(model_of((0.0, 0.0), (0.0, 0.0, 0.0)), np.array([0.0, 1.0]), (-1.0, 1.0, -1.0, 1.0))) == 0


@pytest.mark.parametrize("least", [1e-12, 0.3, 1.0, 1.01, 2.0, 4.9, 7.0, 999.0, 1e15])
def test_ticks_are_one_two_or_five_times_a_power_of_ten(least: float) -> None:
    step = round_step(least)
    digits = step / 10 ** math.floor(math.log10(step * 1.0000001))
    assert least * 0.999 <= step <= least * 2.5001
    assert min(abs(digits - nice) for nice in (1, 2, 5)) < 1e-6


@pytest.mark.parametrize(
    ("h", "condition"), [((2.0, 0.0, 1.0), 2.0), ((-4.0, 0.0, 1.0), 4.0), ((1.0, 0.0, 0.0), math.inf)]
)
def test_condition_number(h: tuple[float, float, float], condition: float) -> None:
    assert model_of((0.0, 0.0), h).condition == pytest.approx(condition)


# Tabs ----------------------------------------------------------------------------------------------------------------


def test_tabs_are_chosen_by_mouse_and_keys_and_come_and_go(qtbot: QtBot) -> None:
    tabs, panels = Tabs(), [QLabel("a"), QLabel("b"), QLabel("c")]
    qtbot.addWidget(tabs)
    for panel in panels:
        tabs.add(panel, lambda panel=panel: panel.text())
    tabs.show()
    assert tabs.stack.currentWidget() is panels[0]
    tabs.strip.setFocus()
    QTest.keyClick(tabs.strip, Key.Key_Right)
    assert tabs.stack.currentWidget() is panels[1]
    QTest.mouseClick(
        tabs.strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, tabs.strip.tabRect(2).center()
    )
    assert tabs.stack.currentWidget() is panels[2]
    tabs.set_shown(panels[2], False)
    assert tabs.stack.currentWidget() is not panels[2] and not tabs.strip.isTabVisible(2)
    tabs.set_shown(panels[2], True)
    tabs.show_panel(panels[2])
    assert tabs.stack.currentWidget() is panels[2]


def test_left_and_right_on_the_tabs_do_not_step_the_run(window: MainWindow) -> None:
    window.side.strip.setFocus()
    QTest.keyClick(window.side.strip, Key.Key_Right)
    QTest.qWait(60)
    assert window.session.shown_step == 3
    assert window.side.stack.currentWidget() is window.side.critical


def test_no_line_of_the_plate_is_pressed(window: MainWindow) -> None:
    """Every line has the height that its words need, however many lines the sentence below takes."""
    run = RunConfig("Adam", 0.05)
    window.session.open(Scenario(SurfaceConfig(formula="(x^2 - 1)^2 + y^2"), (1.5, 1.0), (run,), steps=200), "open")
    wait_done(window)
    window.local_model.set_on(True)
    plate = window.layer.plate
    wait_until(lambda: plate.isVisible() and "at most 1: it does not swing" in plate.note.text())
    QApplication.processEvents()
    for text in (*plate.names, *plate.values):
        assert not text.isVisible() or text.height() >= text.minimumSizeHint().height()
    assert plate.note.height() >= plate.note.heightForWidth(plate.note.width())
