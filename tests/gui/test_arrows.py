"""Arrows on the canvas: −∇L, and the update that the selected run would make anywhere, by the engine's own rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTransform

from engine import kernel
from engine.optimizers import optimizers
from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator
from gui.canvas.arrow_item import LONGEST, SHORTEST, on_screen
from gui.canvas.arrows import Arrows, grid
from gui.main_window import MainWindow
from surfaces import build

from ..driving import open_window, press, wait_until

START = (-1.5, 2.0)
UPDATE = slice(kernel.UPDATE, kernel.UPDATE + 2)


def simulated(config: RunConfig, start: tuple[float, float] = START, steps: int = 30) -> Run:
    scene = Scenario(SurfaceConfig("rosenbrock"), start, (config,), steps=steps)
    simulator = Simulator(scene, build)
    simulator.advance_to(steps)
    return simulator.runs[0]


@pytest.mark.parametrize("name", sorted(optimizers()))
def test_an_arrow_is_the_engines_first_step_from_there(name: str) -> None:
    """Bit for bit, for every optimizer: as if the run had started at the arrow's place."""
    places = [(-1.5, 2.0), (0.3, 0.4), (1.7, -0.6)]
    config = RunConfig(name, 0.01)
    run = simulated(config)
    updates = run.updates_at(0, run.row(0), np.array(places))
    for place, update in zip(places, updates, strict=True):
        assert update.tolist() == simulated(config, place).row(0)[UPDATE].tolist()


@pytest.mark.parametrize("name", ["Adam", "Momentum_lecture", "LBFGS"])
@pytest.mark.parametrize("step", [1, 7, 29])
def test_at_the_runs_own_place_it_is_its_next_update(name: str, step: int) -> None:
    """With its buffers, its noise, its clipping and its schedule."""
    config = RunConfig(name, 0.01, gradient=Gradient(noise=0.1, clip_norm=5.0))
    run = simulated(config)
    row = run.row(step)
    assert run.updates_at(step, row, row[None, :2])[0].tolist() == row[UPDATE].tolist()


def test_it_does_not_change_the_run() -> None:
    run = simulated(RunConfig("Adam", 0.01))
    before = [run.row(step).tolist() for step in range(30)]
    run.updates_at(12, run.row(12), np.random.default_rng(0).uniform(-2, 2, (50, 2)))
    assert [run.row(step).tolist() for step in range(30)] == before


def test_there_is_none_where_no_update_can_be_made() -> None:
    scene = Scenario(SurfaceConfig(formula="log(x) + y^2"), (1.0, 1.0), (RunConfig("SGD", 0.01),), steps=5)
    simulator = Simulator(scene, build)
    simulator.advance_to(5)
    run = simulator.runs[0]
    updates = run.updates_at(0, run.row(0), np.array([(-1.0, 1.0), (2.0, 1.0)]))
    assert np.isnan(updates[0]).all() and updates[1] == pytest.approx((-0.005, -0.02))


def test_places_lie_evenly_in_the_frame() -> None:
    places = grid((-2.0, 2.0, -1.0, 3.0), 440.0, 220.0)
    assert len(places) == 50
    xs, ys = (np.unique(part) for part in places.T)
    assert np.diff(xs) == pytest.approx(0.4) and np.diff(ys) == pytest.approx(0.8)
    assert xs[0] + 2 == pytest.approx(2 - xs[-1])


def test_arrows_point_the_right_way_with_lengths_that_fit() -> None:
    """Over many powers of ten none is longer than its place, and the longer one is drawn longer."""
    vectors = np.array([(1e-9, 0.0), (0.0, 1.0), (-1e12, 1e12), (np.nan, 1.0), (0.0, 0.0)])
    places = np.zeros((5, 2))
    middles, drawn = on_screen(Arrows(places, vectors), QTransform.fromScale(100.0, -50.0).translate(1.0, -2.0))
    assert len(middles) == len(drawn) == 3 and middles[0] == pytest.approx((100.0, 100.0))
    lengths = np.hypot(*drawn.T)
    assert (lengths >= SHORTEST - 1e-9).all() and (lengths <= LONGEST + 1e-9).all() and (np.diff(lengths) >= 0).all()
    assert drawn[0, 1] == 0 and drawn[0, 0] > 0  # to the right
    assert drawn[1, 0] == 0 and drawn[1, 1] < 0  # upwards
    assert drawn[2, 0] / drawn[2, 1] == pytest.approx(2.0)  # as the axes are stretched


# In the window ------------------------------------------------------------------------------------------------------

SCENE = Scenario(
    SurfaceConfig("rosenbrock"),
    START,
    (RunConfig("Adam", 0.05), RunConfig("SGD", 0.001)),
    steps=200,
)


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(SCENE)
    yield made
    made.close()
    made.deleteLater()


def shown(window: MainWindow) -> Arrows | None:
    return window.canvas.landscape.arrow_item.arrows


def current(window: MainWindow, run: int, step: int) -> bool:
    arrows = shown(window)
    return arrows is not None and (arrows.run, arrows.step) == (run, step)


def test_the_key_goes_through_the_kinds_and_the_canvas_says_which(window: MainWindow) -> None:
    canvas = window.canvas
    assert shown(window) is None and not canvas.legend.isVisible()
    press(window, Qt.Key.Key_A)
    wait_until(lambda: shown(window) is not None)
    arrows = shown(window)
    assert arrows is not None and arrows.run == -1 and len(arrows.places) > 50
    surface = build(SCENE.surface)
    for place, vector in zip(arrows.places[::17], arrows.vectors[::17], strict=True):
        assert vector.tolist() == (-surface.at(tuple(place))[1:3]).tolist()
    assert canvas.legend.isVisible() and canvas.legend.text() == "Arrows: −∇L"
    press(window, Qt.Key.Key_A)
    wait_until(lambda: current(window, 0, 200))
    assert "Δθ of Adam" in canvas.legend.text() and "step 200" in canvas.legend.text()
    press(window, Qt.Key.Key_A)
    assert shown(window) is None and not canvas.legend.isVisible()


def test_updates_follow_step_selection_and_view(window: MainWindow) -> None:
    session = window.session
    window.actions_by_name["arrows update"].trigger()
    wait_until(lambda: current(window, 0, 200))
    session.seek(40)
    wait_until(lambda: current(window, 0, 40))
    arrows = shown(window)
    assert arrows is not None
    run = session.runs[0]
    assert arrows.vectors.tolist() == run.updates_at(40, run.row(40), arrows.places).tolist()
    session.select(1)
    wait_until(lambda: current(window, 1, 40))
    assert "SGD" in window.canvas.legend.text()
    window.canvas.zoom(0.25)
    left, right, bottom, top = window.canvas.visible_window()

    def inside() -> bool:
        arrows = shown(window)
        if arrows is None:
            return False
        x, y = arrows.places.T
        return bool((x > left).all() and (x < right).all() and (y > bottom).all() and (y < top).all())

    wait_until(inside)
    arrows = shown(window)
    assert arrows is not None
    for place, vector in zip(arrows.places[::29], arrows.vectors[::29], strict=True):  # plain descent: −η·g
        assert vector == pytest.approx(-0.001 * build(SCENE.surface).at(tuple(place))[1:3])


def test_another_surface_has_other_arrows(window: MainWindow) -> None:
    window.actions_by_name["arrows descent"].trigger()
    wait_until(lambda: shown(window) is not None)
    window.session.change(replace(SCENE, surface=SurfaceConfig(formula="3*x - 2*y")), "test")
    wait_until(lambda: (a := shown(window)) is not None and a.vectors == pytest.approx(a.vectors * 0 + (-3.0, 2.0)))
