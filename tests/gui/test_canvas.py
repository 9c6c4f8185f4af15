"""The canvas: field, paths, heads and pointing, on a real session."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.canvas.field import sample
from gui.canvas.readout import in_lines
from gui.main_window import MainWindow
from surfaces import build

from ..driving import lesson, open_window, place, wait_done, wait_until, wheel


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(lesson("L01"))
    yield made
    made.close()
    made.deleteLater()


def test_words_on_the_canvas_keep_their_padding(window: MainWindow) -> None:
    """A change of palette, such as a new neighbour in a splitter brings, comes without another theme."""
    words = window.canvas.help
    padding = words.contentsMargins()
    assert padding.left() > 4
    for _ in range(3):
        QApplication.sendEvent(window.canvas, QEvent(QEvent.Type.PaletteChange))
        assert words.contentsMargins() == padding


def test_a_hidden_canvas_goes_on_sampling_for_the_3d_view(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the canvas: what Qt makes of the canvas's size then is of no matter."""
    before = window.canvas.worker.result
    assert before is not None
    window.canvas.hide()
    monkeypatch.setattr(window.canvas.box, "sceneBoundingRect", lambda: QRectF(0.0, 0.0, 2.0, 600.0))
    window.session.set_surface(SurfaceConfig("rosenbrock"), "show")
    wait_done(window)
    expected = (-2.0, 2.0, -1.0, 2.5)
    wait_until(lambda: (now := window.canvas.worker.result) is not None and now.rect == expected)
    after = window.canvas.worker.result
    assert after is not None and min(after.bands.shape) > 0.9 * min(before.bands.shape)


def test_a_readout_wider_than_the_canvas_has_several_lines(window: MainWindow) -> None:
    metrics = window.canvas.readout.fontMetrics()
    words = "Adam, step 3      x = 1.25   y = 2.5   L = 0.5   ‖g‖ = 0.1"
    whole = metrics.horizontalAdvance(words)
    assert in_lines(words, metrics, whole) == words
    for room in (whole - 1, whole / 2, 1.0):
        lines = in_lines(words, metrics, room).split("\n")
        assert len(lines) > 1 and "".join(lines).replace(" ", "") == words.replace(" ", "")
        assert all(metrics.horizontalAdvance(line) <= room or "   " not in line for line in lines)


def test_levels_show_a_ravine_and_a_plateau_alike() -> None:
    """Every band covers about the same share of what is visible."""
    field = sample(build(SurfaceConfig("rosenbrock")), (-2.0, 2.0, -1.0, 3.0), 300, 300)
    shares = np.bincount(field.bands.ravel(), minlength=24)[:24] / field.bands.size
    assert len(field.levels) == 23
    assert shares.min() > 0.02 and shares.max() < 0.07
    assert (np.diff(field.levels) > 0).all()
    assert not field.lines.isEmpty()


def test_bands_are_the_losses_of_their_places() -> None:
    surface = build(SurfaceConfig("ellipse"))
    field = sample(surface, (-5.0, 5.0, -4.0, 4.0), 101, 81)
    for column, row in ((0, 0), (50, 40), (100, 20), (3, 77)):
        x, y = -5 + 10 * column / 100, -4 + 8 * row / 80
        loss = surface.at((x, y))[0]
        assert field.bands[row, column] == np.searchsorted(field.levels, loss)


@pytest.mark.parametrize(
    ("formula", "undefined"),
    [("log(x) + y^2", 0.5), ("1/x", 0.0), ("0*x", 0.0), ("sqrt(x-9)", 1.0), ("exp(700*x)", 0.25)],
)
def test_poles_flat_and_undefined_surfaces_are_survived(formula: str, undefined: float) -> None:
    field = sample(build(SurfaceConfig(formula=formula)), (-2.0, 2.0, -2.0, 2.0), 120, 90)
    assert abs((field.bands == 255).mean() - undefined) < 0.05
    if formula == "0*x":
        assert len(field.levels) == 0 and field.lines.isEmpty()


def test_zooming_samples_what_is_visible(window: MainWindow) -> None:
    def sampled() -> bool:
        field = window.canvas.worker.result
        return field is not None and field.rect == pytest.approx(window.canvas.visible_window())

    window.canvas.zoom(0.1)
    assert not sampled()
    wait_until(sampled)


def test_the_wheel_zooms_about_the_pointer(window: MainWindow) -> None:
    at = place(window, -5.0, 1.0)
    left, right, bottom, top = window.canvas.visible_window()
    wheel(window, at, 240)
    QApplication.processEvents()
    now = window.canvas.visible_window()
    assert now[1] - now[0] < right - left and now[3] - now[2] < top - bottom
    moved = place(window, -5.0, 1.0)
    assert abs(moved.x() - at.x()) <= 1 and abs(moved.y() - at.y()) <= 1


def test_dragging_beside_the_start_pans(window: MainWindow) -> None:
    start = window.session.scenario.start
    before = window.canvas.visible_window()
    viewport = window.canvas.plot.viewport()
    at = place(window, 2.0, -3.0)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    for k in range(1, 8):
        QTest.mouseMove(viewport, at + QPoint(8 * k, 0))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at + QPoint(56, 0))
    assert window.session.scenario.start == start
    assert window.canvas.visible_window()[0] < before[0]


def test_pointing_at_a_path_shows_that_step_everywhere(window: MainWindow) -> None:
    session = window.session
    point = session.runs[0].row(30)[:2]
    QTest.mouseMove(window.canvas.plot.viewport(), place(window, *point))
    wait_until(lambda: session.hovered is not None)
    assert abs(session.shown_step - 30) <= 2
    assert session.status.position == 300
    assert window.canvas.readout.isVisible() and "L = " in window.canvas.readout.text()
    QTest.mouseMove(window.canvas.plot.viewport(), place(window, 2.0, -4.0))
    wait_until(lambda: session.hovered is None)
    assert session.shown_step == 300


def test_divergence_is_said_at_the_border_and_drawn_as_far_as_it_goes() -> None:
    window = open_window(lesson("L04"))
    try:
        run = window.session.runs[0]
        assert run.end is not None and run.end.kind == "diverged" and run.end.step == 36
        assert window.session.status.position == 36
        before = window.grab().toImage()
        window.session.seek(0)
        wait_until(lambda: window.session.status.position == 0)
        wait_done(window)
        assert window.grab().toImage() != before
    finally:
        window.close()


def test_a_huge_step_count_stays_in_bounded_memory() -> None:
    scene = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.001),), steps=2_000_000)
    window = open_window(scene)
    try:
        window.session.set_speed(float("inf"))
        window.session.go_home()
        window.session.play()
        wait_until(lambda: window.session.status.position == 2_000_000, 60)
        view = window.session.runs[0].trajectory.view
        assert len(view.rows) <= 2**17 and view.stride == 64
        wait_until(lambda: window.plots.thinned.text() == "min–max of 64 steps")
        exact = window.session.runs[0].row(1_234_567)
        assert tuple(exact[:2] + exact[13:15]) == tuple(window.session.runs[0].row(1_234_568)[:2])
    finally:
        window.close()


def test_the_readout_follows_what_comes_under_a_pointer_that_rests(window: MainWindow) -> None:
    viewport, readout = window.canvas.plot.viewport(), window.canvas.readout
    QTest.mouseMove(viewport, place(window, 0.5, 0.5))
    before = readout.text()
    assert before.startswith("x = 0.5")
    window.canvas.zoom(0.5)
    QApplication.processEvents()
    after = readout.text()
    at = window.canvas.box.mapSceneToView(window.canvas._pointer)
    shown = after.split("x = ")[1].split()[0]
    assert after != before and float(shown.replace("−", "-")) == pytest.approx(at.x(), rel=1e-3)


def test_the_readout_stays_inside_the_canvas(window: MainWindow) -> None:
    window.canvas.box.setRange(xRange=(1 - 1e-11, 1 + 1e-11), yRange=(1 - 1e-11, 1 + 1e-11), padding=0)
    window.resize(1280, 720)
    QApplication.processEvents()
    frame = window.canvas._frame()
    QTest.mouseMove(window.canvas.plot.viewport(), (frame.center() + frame.topLeft()).toPoint() / 2)
    readout = window.canvas.readout
    assert "\n" in readout.text() and readout.geometry().right() < frame.right()


def test_zooming_ends_where_numbers_end_and_keeps_the_shape_of_the_view(window: MainWindow) -> None:
    box = window.canvas.box

    def spans() -> list[float]:
        return [high - low for low, high in box.viewRange()]

    first = spans()
    for factor in (0.5, 2.0):
        for _ in range(700):
            box.scaleBy((factor, factor), center=QPointF(0.7, 1.3))
        across, up = spans()
        assert across / up == pytest.approx(first[0] / first[1], rel=0.01)
        assert 1e-14 < across < 1e151
    QTest.mouseMove(window.canvas.plot.viewport(), window.canvas._frame().topLeft().toPoint() + QPoint(30, 40))
    assert "×10¹⁴⁹" in window.canvas.readout.text() or "×10¹⁵⁰" in window.canvas.readout.text()
