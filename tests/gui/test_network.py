"""A network in the window: its plane on the canvas, what it answers, its curvature, the minimum ratio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.wide import WideRun
from gui.main_window import MainWindow
from surfaces.network.curvature import hessian
from surfaces.network.predict import data_points, predict
from tests.driving import click, lesson, open_window, place, wait_done, wait_until

Key = Qt.Key
STEPS = 300
SURFACE = SurfaceConfig("network_tiny", parameters={"width": 3.0, "depth": 1.0, "points": 20.0})


def scene(**options: str) -> Scenario:
    surface = SurfaceConfig(SURFACE.name, parameters=SURFACE.parameters, options=options)
    return Scenario(surface, (0.0, 0.0), (RunConfig("Adam", 0.05), RunConfig("SGD", 0.2)), steps=STEPS)


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(scene())
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def principal() -> Iterator[MainWindow]:
    made = open_window(scene(plane="pca"))
    wait_until(lambda: not made.session.plane.waiting)
    yield made
    made.close()
    made.deleteLater()


def runs_of(window: MainWindow) -> list[WideRun]:
    runs = [run for run in window.session.runs if isinstance(run, WideRun)]
    assert len(runs) == len(window.session.runs)
    return runs


def choose(window: MainWindow, name: str, choice: str) -> None:
    """Choose an option of the surface with the keys."""
    field = window.setup.foundation.options.fields[name]
    field.setFocus()
    QTest.keyClick(field, Key.Key_Home)
    while field.key() != choice:
        QTest.keyClick(field, Key.Key_Down)


def test_a_run_is_drawn_where_it_is_nearest_to_the_plane(window: MainWindow) -> None:
    """Least squares on the two directions, by NumPy; the distance is what is left."""
    plane = window.session.plane
    for run in runs_of(window):
        away = run.theta_at(120) - run.wide.origin
        place, *_ = np.linalg.lstsq(run.wide.directions.T, away, rcond=None)
        assert plane.place(run, 120) == pytest.approx(tuple(place), rel=1e-9, abs=1e-12)
        left = np.linalg.norm(away - place @ run.wide.directions)
        assert plane.distance(run, 120) == pytest.approx(float(left), rel=1e-9)
        path = window.canvas.paths[run.index]
        assert path.step_of(len(path.points) - 1) == STEPS
        assert path.points[120, :2] == pytest.approx(place, rel=1e-9, abs=1e-12)


def test_start_and_nudge_on_the_plane_of_the_starts(window: MainWindow) -> None:
    """A click starts there: θ is the initial weights plus so much of both directions."""
    click(window, 0.5, -0.4)
    wait_done(window)
    run = runs_of(window)[0]
    a, b = run.start
    assert (a, b) == pytest.approx((0.5, -0.4), abs=0.02)
    expected = run.wide.origin + a * run.wide.directions[0] + b * run.wide.directions[1]
    assert np.array_equal(run.theta_at(0), expected)
    assert window.session.plane.place(run, 0) == pytest.approx((a, b))


def test_another_plane_is_another_look_at_the_same_runs(window: MainWindow) -> None:
    """Nothing is trained anew; axes, window and words are the plane's; undo brings the first plane back."""
    session, canvas = window.session, window.canvas
    before, first_window = session.simulator, canvas.visible_window()
    choose(window, "plane", "pca")
    wait_until(lambda: session.plane.shares is not None)
    assert session.simulator is before
    run = runs_of(window)[0]
    thetas = np.array([run.theta_at(step) for step in range(STEPS + 1)])
    values = np.linalg.svd(thetas - thetas.mean(axis=0), compute_uv=False) ** 2
    assert session.plane.shares == pytest.approx(tuple(values[:2] / values.sum()), rel=1e-6)
    assert canvas.plot.getAxis("bottom").labelText.startswith("PC 1 (")
    left, right, bottom, top = canvas.visible_window()
    points = canvas.paths[0].points
    assert left < points[:, 0].min() and points[:, 0].max() < right
    assert bottom < points[:, 1].min() and points[:, 1].max() < top
    assert "Principal components of the path of run 1" in canvas.caption.text()
    while session.undo_stack.canUndo():  # the keys went by the end's plane
        session.undo_stack.undo()
    wait_until(lambda: session.plane.has_starts)
    assert canvas.visible_window() == pytest.approx(first_window)
    assert session.simulator is before


def test_the_plane_follows_the_selected_run(principal: MainWindow) -> None:
    session = principal.session
    assert session.plane.run == 0
    first = session.plane.shares
    session.select(1)
    wait_until(lambda: session.plane.run == 1)
    assert session.plane.shares != first
    assert "run 2" in principal.canvas.caption.text()


def test_a_click_where_no_start_can_be_says_so(principal: MainWindow) -> None:
    before = principal.session.scenario
    x, y = principal.session.plane.place(runs_of(principal)[0], STEPS // 2)
    click(principal, x, y)
    assert principal.session.scenario is before
    assert "starts are set on the plane through the initial weights" in principal.notice.text.text()
    principal.session.seek(100)
    wait_done(principal)
    assert principal.canvas.box.handles == []


def test_a_run_that_diverges_has_a_plane_or_is_said_to_have_none(principal: MainWindow) -> None:
    session = principal.session

    def with_rate(lr: float) -> None:
        session.change(replace(session.scenario, runs=(RunConfig("SGD", lr),)), "rate")
        wait_done(principal)

    with_rate(1e6)
    wait_until(lambda: not session.plane.waiting)
    assert "Principal components of the path of run 1" in principal.canvas.caption.text()
    assert all(np.isfinite(session.plane.window()))
    with_rate(1e300)
    wait_until(lambda: session.plane.lacking)
    assert "No plane can be made of this run" in principal.canvas.caption.text()
    with_rate(0.1)
    wait_until(lambda: not session.plane.waiting)
    assert not session.plane.lacking


def test_what_lies_on_the_plane_lies_side_by_side(principal: MainWindow) -> None:
    """The banner, the caption and the local model's plate; the readout names the coordinates as the axes do."""
    session, canvas, plate = principal.session, principal.canvas, principal.layer.plate
    principal.actions_by_name["model"].trigger()
    for corner in ("left", "right"):
        plate._on_right = corner == "right"
        for on in (True, False):
            session.set_from_here(on)
            parts = [canvas.caption, plate, *([canvas.banner] if on else [])]
            assert all(part.isVisible() for part in parts)
            assert not any(a.geometry().intersects(b.geometry()) for a, b in combinations(parts, 2))
    assert session.plane.names == ("PC 1", "PC 2") and session.plane.axes[0].startswith("PC 1 (")
    assert session.plane.surface is not None and session.plane.surface.axes == session.plane.names


def test_where_a_run_has_gone_is_written_beside_the_caption(
    principal: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas, taken = principal.canvas, list[list[QRectF]]()
    paint = canvas.overlay._paint_gone
    monkeypatch.setattr(canvas.overlay, "_paint_gone", lambda *a: (paint(*a), taken.append(list(a[-1])))[0])
    place = np.array(principal.session.plane.place(runs_of(principal)[0], STEPS))
    canvas.box.setRange(xRange=(place[0] + 4, place[0] + 5), yRange=(place[1] - 5, place[1] - 4), padding=0)
    canvas.overlay.update()
    wait_until(lambda: bool(taken) and len(taken[-1]) > len(canvas.overlay.words))
    caption = QRectF(canvas.caption.geometry())
    *words, plate = taken[-1]
    assert caption in words and not any(plate.intersects(other) for other in words)


def test_another_network_does_not_meet_the_run_of_the_one_before(principal: MainWindow) -> None:
    """The plane of a run belongs to the run's network, also where the scenario is already another one."""
    session = principal.session
    surface = replace(session.scenario.surface, options={"plane": "random at end"})
    session.set_surface(surface, "plane")
    deeper = {**session.scenario.surface.parameters, "depth": 2.0}
    session.set_surface(replace(surface, parameters=deeper), "deeper")
    session.plane._asked = None
    session.plane._follow()  # a frame before the engine has taken it over
    worker = session.plane._worker
    assert worker is not None
    wait_until(lambda: worker.idle)
    wait_done(principal)
    wait_until(lambda: not session.plane.waiting)
    assert worker.result is not None and session.plane.surface is not None


def test_the_field_is_the_loss_on_the_plane(principal: MainWindow) -> None:
    surface, run = principal.session.plane.surface, runs_of(principal)[0]
    assert surface is not None and surface.wide is not None
    theta = surface.wide.origin + 0.7 * surface.wide.directions[0] - 0.2 * surface.wide.directions[1]
    inputs, targets = data_points(run.wide.parameters)
    expected = float(np.mean((predict(theta, run.wide.parameters, inputs) - targets) ** 2))
    assert float(surface.at((0.7, -0.2))[0]) == pytest.approx(expected, rel=1e-12)


def test_the_panel_tells_what_the_network_answers(window: MainWindow) -> None:
    window.side.show_panel(window.side.network)
    window.session.seek(200)
    panel, run = window.side.network, runs_of(window)[0]
    wait_until(lambda: panel.worker.result is not None and panel.worker.result.step == 200)
    answers = panel.worker.result
    assert answers is not None
    inputs, targets = data_points(run.wide.parameters)
    outputs = predict(run.theta_at(200), run.wide.parameters, inputs)
    assert answers.loss == pytest.approx(float(np.mean((outputs - targets) ** 2)))
    assert answers.moved == pytest.approx(float(np.linalg.norm(run.theta_at(200) - run.theta_at(0))))
    wait_until(lambda: panel.rows["shape"][1].text() != "")
    assert panel.rows["shape"][1].text() == "1 – 3 – 1" and panel.rows["count"][1].text() == "10"
    assert panel.rows["right"][1].text() == "–"  # a function has no labels
    assert not panel.grab().toImage().isNull()


def test_the_top_eigenvalue_is_measured_along_the_runs(window: MainWindow) -> None:
    spectra = window.plots.feed.spectra
    wait_until(lambda: spectra.share >= 1.0)
    run = runs_of(window)[0]
    for step in (0, 64, 256):
        whole = hessian(run.wide, run.theta_at(step))
        assert whole is not None
        value = float(spectra.values(run, step, 0.05)[0].replace("−", "-"))
        assert value == pytest.approx(float(np.linalg.eigvalsh(whole)[-1]), rel=0.01)
    limit = spectra.values(runs_of(window)[1], 0, 0.2)[1]
    assert limit == "10"  # 2/η of plain descent
    assert spectra.values(run, 0, 0.05)[1] == ""  # Adam's σ is not 1


def test_quantiles_over_all_parameters_are_plotted(window: MainWindow) -> None:
    run = runs_of(window)[0]
    strip = window.plots.strips["sigma"]
    assert strip.drawn.band is not None and len(strip.drawn.lines) == 3
    low, quarter, median, *_ = run.row(100)[-10:]
    assert low <= quarter <= median


def test_a_surface_of_two_parameters_offers_no_network(window: MainWindow) -> None:
    assert window.side.is_shown(window.side.network) and window.side.is_shown(window.side.ratio)
    window.session.set_surface(SurfaceConfig("rosenbrock"), "show")
    wait_done(window)
    wait_until(lambda: not window.side.is_shown(window.side.network))
    assert not window.side.is_shown(window.side.ratio) and not window.canvas.caption.isVisibleTo(window.canvas.plot)
    assert window.session.plane.distance(window.session.runs[0], 10) == 0.0


def test_the_minimum_ratio_is_looked_for_and_a_point_can_be_taken_up(window: MainWindow) -> None:
    panel = window.side.ratio
    window.side.show_panel(panel)
    assert panel.study is None and panel.message.isVisible()
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    wait_until(lambda: panel.study is not None and len(panel.study.points) >= 3, 60)
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)  # cancel
    assert not panel.working
    study = panel.study
    assert study is not None and study.tried < study.tries
    scatter = panel.scatter
    wait_until(lambda: scatter.width() > 100)
    place = scatter.place(study.points[2])
    QTest.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), round(place.y())))
    chosen = scatter.selected
    assert chosen is not None
    at = scatter.place(study.points[chosen])
    assert QPointF(at - place).manhattanLength() <= 2  # the same place, if not the same point
    QTest.keyClick(scatter, Key.Key_Right)
    point = study.points[scatter.selected or 0]
    assert point.positive + point.negative <= point.weights == 10
    QTest.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    assert window.session.scenario.surface.parameters["seed"] == point.seed
    assert panel.study is study  # what was found is still true
    window.session.undo_stack.undo()
    choose(window, "activation", "relu")
    assert panel.study is None  # of another network


def test_a_search_that_breaks_can_be_tried_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*args: object) -> Iterator[None]:
        yield None
        raise MemoryError

    panel = window.side.ratio
    monkeypatch.setattr("gui.network.ratio_worker.critical_points", broken)
    panel.start()
    wait_until(lambda: panel.study is not None and panel.button.text() == "Look again")
    assert not panel.working and panel.progress.value() == 0
    assert "MemoryError" in capfd.readouterr().err


def test_a_network_too_large_for_the_minimum_ratio_says_so_alone(window: MainWindow) -> None:
    window.session.set_surface(replace(window.session.scenario.surface, parameters={"width": 64.0}), "wider")
    wait_done(window)
    panel = window.side.ratio
    window.side.show_panel(panel)
    panel.start()
    wait_until(lambda: panel.study is not None and panel.study.error is not None)
    wait_until(lambda: "at most 400" in panel.message.text())
    assert panel.summary.text() == "" and panel.minima.isHidden() and panel.scatter.isHidden()
    window.session.undo_stack.undo()
    assert "Trains many networks" in panel.message.text()


def test_a_lesson_brings_its_panel_to_the_front(window: MainWindow) -> None:
    window.open_lesson(lesson("L02"))
    wait_until(lambda: window.side.stack.currentWidget() is window.side.ratio)


def test_pointing_reads_the_loss_on_the_plane_without_waiting_for_it(window: MainWindow) -> None:
    canvas, surface = window.canvas, window.session.plane.surface
    assert surface is not None
    QTest.mouseMove(canvas.plot.viewport(), place(window, 0.3, -0.2))
    wait_until(lambda: "‖g‖" in canvas.readout.text())
    at = canvas.looker.result
    assert at is not None and at[0] is surface
    assert at[2][0] == float(surface.at(at[1])[0]) and at[1] == pytest.approx((0.3, -0.2), abs=0.01)
