"""The window's frame interval while the engine runs flat out, and the time from a drag to the drawn path."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.canvas import paths

from ..driving import drag, open_window, wait_done, wait_until

SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.001, label="Adam"),), steps=100_000)
FRAME_MS = 16


def measure() -> list[tuple[str, float, str]]:
    """(what, milliseconds, bound) of each figure."""
    return [*_drags(), *_frames()]  # in this order: Qt looks up `paint`, which the drags replace, at its first use


def _frames() -> list[tuple[str, float, str]]:
    """Intervals of a 16 ms timer while the engine computes 10⁸ steps and everything is drawn."""
    window = open_window(replace(SCENE, steps=100_000_000), size=(1280, 720))
    session = window.session
    session.set_speed(float("inf"))
    session.play()
    times: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: times.append(time.perf_counter()))
    timer.start(FRAME_MS)
    until = time.perf_counter() + 6
    first = session.status.computed
    while time.perf_counter() < until:
        QApplication.processEvents()
        time.sleep(0.0005)
    timer.stop()
    running = session.status.running
    computed = session.status.computed - first
    window.close()
    assert running and computed > 1_000_000, "the engine was to run flat out all the while"
    intervals = sorted(1000 * (b - a) for a, b in zip(times, times[1:], strict=False))
    return [
        ("frame interval while running flat out, median", statistics.median(intervals), "–"),
        ("frame interval while running flat out, 99th percentile", intervals[int(0.99 * len(intervals))], "40"),
    ]


def _drags() -> list[tuple[str, float, str]]:
    """From the mouse's move to the paint of the whole 100,000-step path."""
    painted: list[tuple[float, int]] = []
    original = paths.PathItem.paint

    def paint(self: Any, *arguments: Any) -> None:
        original(self, *arguments)
        if self._view is not None and len(self._view.rows):
            painted.append((float(self._view.rows[0, 0]), self._view.last))

    paths.PathItem.paint = paint  # type: ignore[method-assign]
    window = open_window(SCENE, size=(1280, 720))
    session = window.session
    took: list[float] = []
    moved = time.perf_counter()
    window.canvas.paths[0].update()
    wait_until(lambda: bool(painted))

    def each() -> None:
        nonlocal moved
        wanted = session.scenario.start[0]
        if painted and painted[-1][0] == wanted:
            return  # too small a move for Qt to call it a drag
        wait_until(lambda: bool(painted) and painted[-1] == (wanted, 100_000))
        took.append(1000 * (time.perf_counter() - moved))
        moved = time.perf_counter()

    points = [(-1.5 + 0.02 * k, 2.0 - 0.02 * k) for k in range(70)]
    drag(window, points, each)
    paths.PathItem.paint = original  # type: ignore[method-assign]
    wait_done(window)
    window.close()
    took = sorted(took[2:])
    return [
        ("drag of the start to its drawn 100,000-step path, median", statistics.median(took), "50"),
        ("the same, 95th percentile", took[int(0.95 * len(took))], "–"),
    ]
