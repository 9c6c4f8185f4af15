"""The surface's picture: 512² losses and contours against NumPy and matplotlib, a typed surface, and zoom to sharp."""

from __future__ import annotations

import gc
import importlib.util
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.surface import Surface
from gui.canvas.colours import ramp
from gui.canvas.contours import contour_lines
from gui.canvas.field import draw, sample
from gui.canvas.sampling import Pass, axes_of, evaluate
from gui.canvas.style import Style
from gui.main_window import MainWindow
from surfaces import build

from ..driving import open_window, place, wait_until, wheel

SIDE = 512
RECT = (-2.0, 2.0, -1.0, 2.5)
TYPED = "(1 - x)^2 + 100*(y - x^2)^2"
TURNS = 25
COSTLY = " + ".join(f"sin({k}*x)*cos({k}*y)*exp(-(x/{k})^2)" for k in range(1, 13))


def has_matplotlib() -> bool:
    return importlib.util.find_spec("matplotlib") is not None


def pictures() -> list[tuple[str, float]]:
    """(what, milliseconds): medians of turns taken one after the other, so that a busy machine slows all alike."""
    surface = build(SurfaceConfig("rosenbrock"))
    levels = sample(surface, RECT, SIDE, SIDE).levels
    xs, ys = axes_of(RECT, (SIDE, SIDE))
    losses = _evaluated(surface)
    colours = ramp("slate")
    ways: dict[str, Callable[[], object]] = {
        "losses: Ravine": lambda: _evaluated(surface),
        "losses: NumPy": lambda: _by_numpy(xs, ys),
        f"lines of {len(levels)} levels: Ravine": lambda: contour_lines(xs, ys, losses, levels),
        "losses, levels, bands, lines, picture: Ravine": lambda: draw(
            _evaluated(surface), RECT, Pass(SIDE, SIDE), Style(), colours
        ),
    }
    if has_matplotlib():
        contour = _matplotlib()
        ways[f"lines of {len(levels)} levels: matplotlib"] = lambda: contour(xs, ys, losses, levels)
        ways["losses and lines: NumPy and matplotlib"] = lambda: contour(xs, ys, _by_numpy(xs, ys), levels)
    ways["losses and lines: Ravine"] = lambda: contour_lines(xs, ys, _evaluated(surface), levels)
    return _in_turns(ways)


def typed() -> list[tuple[str, float]]:
    """(what, milliseconds) of 512² losses of Rosenbrock's surface, from the catalogue and as a typed formula."""
    built_in, own = build(SurfaceConfig("rosenbrock")), build(SurfaceConfig(formula=TYPED))
    return _in_turns({"built in": lambda: _evaluated(built_in), "typed": lambda: _evaluated(own)}, 4 * TURNS)


def zooms() -> list[tuple[str, float, float, float]]:
    """(surface, median, longest, longest work of the window) of turns of the wheel to the sharp picture, in ms."""
    scenes = {
        "rosenbrock": SurfaceConfig("rosenbrock"),
        "three balls": SurfaceConfig("three_balls"),
        "36 functions": SurfaceConfig(formula=COSTLY),
    }
    found = []
    for name, surface in scenes.items():
        scene = Scenario(surface, (-1.0, 1.0), (RunConfig("Adam", 0.001),), steps=1000, window=RECT)
        window = open_window(scene, size=(1440, 860))
        still = time.monotonic() + 1  # formulas are typeset once the step has stood still for a moment
        wait_until(lambda still=still: time.monotonic() > still)
        gc.collect()
        gc.freeze()  # as the application does once its window is there
        took = [_zoom(window, 240 if k % 8 < 4 else -240) for k in range(24)]
        window.close()
        window.deleteLater()
        whole, busy = zip(*took, strict=True)
        found.append((name, statistics.median(whole), max(whole), max(busy)))
    return found


def _zoom(window: MainWindow, turn: int) -> tuple[float, float]:
    """Turn the wheel; milliseconds until all is sharp and painted, and the longest work of the window at once."""
    at = place(window, 0.3, 0.4)
    wait_until(lambda: window.canvas.worker.idle)
    began, busy = time.perf_counter(), 0.0
    wheel(window, at, turn)
    view = window.canvas.visible_window()
    done = False
    while not done:
        field = window.canvas.landscape.field
        done = field is not None and field.sharp and np.allclose(field.rect, view, rtol=1e-12)
        before = time.thread_time()
        QApplication.processEvents()  # after the last time: what has come is painted
        busy = max(busy, time.thread_time() - before)
        assert time.perf_counter() - began < 20, "the picture never became sharp"
        time.sleep(0.0005)
    return 1000 * (time.perf_counter() - began), 1000 * busy


def _evaluated(surface: Surface) -> np.ndarray:
    losses = evaluate(surface, RECT, Pass(SIDE, SIDE))
    assert losses is not None
    return losses


def _by_numpy(xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    x, y = xs[None, :], ys[:, None]
    losses: np.ndarray = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    return losses


def _matplotlib() -> Callable[..., object]:
    """`Axes.contour` on axes made beforehand and emptied each time; nothing is drawn."""
    matplotlib: Any = __import__("matplotlib.figure")
    axes = matplotlib.figure.Figure().add_subplot()

    def contour(xs: np.ndarray, ys: np.ndarray, losses: np.ndarray, levels: np.ndarray) -> object:
        lines = axes.contour(xs, ys, losses, levels=levels)
        lines.remove()
        return lines

    return contour


def _in_turns(ways: dict[str, Callable[[], object]], turns: int = TURNS) -> list[tuple[str, float]]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(turns + 2):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            took[name].append(1000 * (time.perf_counter() - began))
    return [(name, statistics.median(times[2:])) for name, times in took.items()]
