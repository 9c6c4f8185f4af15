"""The line of a path: the same however it grew, whole at any density, and no slower than a frame allows."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from gui.canvas.trail import Look, Trail

from ..driving import open_window, wait_until

SIZE = (400, 300)
LOOK = Look(QColor("#000000").rgba(), 1.5, (1.0, 0.0, 1.0, 0.0), (0, 0, *SIZE), 1.0)


def picture(trail: Trail, points: np.ndarray, last: int, stable: int, version: object = 0) -> np.ndarray:
    """What is drawn, as the darkness of each pixel."""
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    trail.draw(painter, points, last, stable, version, LOOK)
    painter.end()
    return 255 - np.frombuffer(image.constBits(), np.uint8).reshape(SIZE[1], SIZE[0], 4)[:, :, 0].astype(int)


def wandering(count: int, pace: float, seed: int = 0) -> np.ndarray:
    """Points that go about on the picture."""
    steps = np.random.default_rng(seed).normal(size=(count, 2)) * pace
    return np.ascontiguousarray(np.abs((np.cumsum(steps, axis=0) + (200, 150)) % (800, 600) - (400, 300)))


@pytest.mark.parametrize(("count", "pace"), [(300, 2.0), (3000, 3.0), (20_000, 5.0), (40_000, 40.0)])
def test_a_line_looks_the_same_however_it_grew(qapp: QApplication, count: int, pace: float) -> None:
    points, grown = wandering(count, pace), Trail()
    for last in [*range(0, count, max(1, count // 40)), count - 1]:
        seen = picture(grown, points, last, last)
    whole = picture(Trail(), points, count - 1, count)
    assert whole.max() == 255 and np.abs(seen - whole).mean() < 0.02 * 255
    assert (np.abs(seen - whole) > 128).mean() < 0.02


def test_going_back_takes_the_rest_away(qapp: QApplication) -> None:
    points, trail = wandering(5000, 3.0), Trail()
    picture(trail, points, 4999, 5000)
    assert np.array_equal(picture(trail, points, 700, 5000), picture(Trail(), points, 700, 5000))
    assert not np.array_equal(picture(trail, points, 700, 5000), picture(trail, points, 4999, 5000))


def test_other_points_are_another_line(qapp: QApplication) -> None:
    trail, one, other = Trail(), wandering(5000, 3.0), wandering(5000, 3.0, seed=1)
    picture(trail, one, 4999, 5000, "one")
    assert np.array_equal(picture(trail, other, 4999, 5000, "other"), picture(Trail(), other, 4999, 5000))


def test_the_densest_line_shows_both_walls_in_time(qapp: QApplication) -> None:
    """330,000 points from wall to wall: some are left out, but none of those farthest out."""
    count = 330_000
    noise = np.random.default_rng(0).normal(size=(count, 2))
    points = np.column_stack([np.where(np.arange(count) % 2, 100.0, 300.0), 150.0 + 30 * noise[:, 0]])
    points[200_001] = (20.0, 150.0)
    trail = Trail()
    began = time.perf_counter()
    seen = picture(trail, points, count - 1, count)
    assert time.perf_counter() - began < 1.0
    assert trail.group > 1
    assert (seen[140:160, [100, 300]] == 255).all() and seen[:, 21:60].any()
    assert not seen[:, 305:].any() and not seen[:, :18].any()


def test_running_flat_out_leaves_no_gap() -> None:
    """At the end, after many changes of the stride, the path is what is drawn anew."""
    run = RunConfig("SGD", 5e-4, hyperparameters={"momentum": 0.5}, gradient=Gradient(noise=20.0))
    window = open_window(Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (run,), steps=8_000_000))
    try:
        session = window.session
        session.set_speed(float("inf"))
        session.go_home()
        session.play()
        strides = set()

        def done() -> bool:
            strides.add(session.runs[0].trajectory.view.stride)
            return session.status.position == 8_000_000 and not session.status.working

        wait_until(done, 60)
        still = time.monotonic() + 0.2
        wait_until(lambda: time.monotonic() > still)
        grown = window.canvas.plot.grab().toImage()
        (path,) = window.canvas.paths
        for trail in (path._past, path._whole, path._rest):
            trail.clear()
        whole = window.canvas.plot.grab().toImage()
        one, other = (
            np.frombuffer(i.constBits(), np.uint8).reshape(i.height(), -1).astype(int) for i in (grown, whole)
        )
        assert len(strides) > 1 and (np.abs(one - other) > 64).mean() < 0.01
    finally:
        window.close()
