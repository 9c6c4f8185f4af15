"""What a file of the catalogue says of its surface is true: minima, saddles, window, start."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.scenario import SurfaceConfig
from engine.surface import Surface
from surfaces import catalogue, known_points, known_values

from .plain import formulas, grid, plain, settings_of
from .published import PUBLISHED

# No derivative, or a one-sided one, at the minimum itself.
KINKS = {
    *("ackley", "alpine", "bukin_6", "pyramid", "salomon", "square_funnel", "xin_she_yang"),
    "eggholder",  # the minimum lies on the edge of the domain
}
DEEPER = {"fold"}  # falls without end on one side of the window
DEGENERATE = {"monkey_saddle", "dog_saddle"}  # saddles without any curvature
LEVEL = {"step"}
# Their sources print no minimum, or not in two dimensions.
UNPRINTED = {
    *("barrier", "ecliptic_bowl", "fold", "hills", "local_and_global", "plateau", "pyramid", "quadratic"),
    *("saddle_wave", "shekel", "step"),
}


def around(point: tuple[float, float], radius: tuple[float, float], count: int = 64) -> list[tuple[float, float]]:
    """Points on an ellipse about `point`."""
    angles = 2 * math.pi * (np.arange(count) + 0.5) / count
    return [(point[0] + radius[0] * math.cos(a), point[1] + radius[1] * math.sin(a)) for a in angles]


@pytest.mark.parametrize("name", formulas())
def test_known_points(name: str) -> None:
    """The loss is the one listed; no slope; every way leads up from a minimum, some up and some down from a saddle."""
    entry = catalogue()[name]
    size = entry.window[1] - entry.window[0], entry.window[3] - entry.window[2]
    domain = Surface(None, np.empty(0), domain=entry.domain)
    for values in settings_of(name, 2):
        look = plain(name, values)
        for points, is_minimum in ((entry.minima, True), (entry.saddles, False)):
            for x, y, listed in known_values(points, values):
                loss, g1, g2, h11, h12, h22 = look(x, y)
                assert loss == pytest.approx(listed, rel=1e-12, abs=1e-12)
                ring = around((x, y), (1e-4 * size[0], 1e-4 * size[1]))
                rises = np.array([look(*point)[0] for point in ring if domain.contains(point)]) - loss
                low, high = np.linalg.eigvalsh([[h11, h12], [h12, h22]])
                if is_minimum:
                    assert (rises >= -1e-15 * max(1.0, abs(loss))).all() and len(rises) >= 31
                elif name in DEGENERATE:
                    assert low == high == 0 and rises.min() < 0 < rises.max()
                else:
                    assert low < 0 < high
                if not (is_minimum and name in KINKS):
                    assert math.hypot(g1, g2) <= 1e-9 * max(1.0, high)
                    assert low >= -1e-9 * high or not is_minimum


@pytest.mark.parametrize("name", formulas())
def test_the_window_shows_the_known_points_and_no_deeper_one(name: str) -> None:
    entry, values = catalogue()[name], settings_of(name, 0)[0]
    left, right, bottom, top = entry.window
    minima, saddles = known_points(SurfaceConfig(name))
    assert len(minima) == len(entry.minima) and len(saddles) == len(entry.saddles)
    for x, y in (*minima, *saddles):
        assert left <= x <= right and bottom <= y <= top
    if entry.minima and name not in DEEPER:
        least = min(loss for _, _, loss in known_values(entry.minima, values))
        assert np.nanmin(grid(name, values, 201)) >= least - 1e-12 * max(1.0, abs(least))


@pytest.mark.parametrize("name", formulas())
def test_the_window_shows_something(name: str) -> None:
    """Nearly all losses in it are finite, and they differ: not the same number but for a few points."""
    losses = grid(name, settings_of(name, 0)[0])
    finite = losses[np.isfinite(losses)]
    assert finite.size >= 0.95 * losses.size
    deviation = np.abs(finite - np.median(finite)) / np.ptp(finite)
    assert np.mean(deviation > 0.01) > 0.01
    low, high = np.quantile(finite, [0.1, 0.9])
    assert high > low


@pytest.mark.parametrize("name", formulas())
def test_there_is_somewhere_to_go_from_the_start(name: str) -> None:
    entry = catalogue()[name]
    left, right, bottom, top = entry.window
    domain = Surface(None, np.empty(0), domain=entry.domain)
    assert left <= entry.start[0] <= right and bottom <= entry.start[1] <= top
    assert all(domain.contains(point) for point in (entry.start, (left, bottom), (right, top)))
    look = plain(name, settings_of(name, 0)[0])(*entry.start)
    assert np.isfinite(look).all()
    assert (math.hypot(look[1], look[2]) > 1e-4) != (name in LEVEL)


@pytest.mark.parametrize(("name", "printed"), [(name, point) for name in PUBLISHED for point in PUBLISHED[name]])
def test_a_listed_minimum_is_the_published_one(name: str, printed: tuple[str, str, str]) -> None:
    values = settings_of(name, 0)[0]
    found = known_values(catalogue()[name].minima, values)
    assert any(all(agrees(number, text) for number, text in zip(point, printed, strict=True)) for point in found)


def agrees(number: float, printed: str) -> bool:
    """Whether `number` rounds to what is printed, give or take one unit of the last digit, as some sources cut it."""
    digits = len(printed.partition(".")[2])
    return abs(number - float(printed)) <= (10.0**-digits if digits else 1e-9)


def test_every_minimum_of_the_literature_is_checked_against_it() -> None:
    own = {name for name, entry in catalogue().items() if "our own" in entry.reference or entry.group == "lecture"}
    listed = {name for name in formulas() if catalogue()[name].minima}
    assert listed - own - set(PUBLISHED) == UNPRINTED


@pytest.mark.parametrize(
    ("name", "x", "y", "gradient"),
    [
        ("pyramid", 0.0, 1.0, (0.0, 3.0)),
        ("pyramid", 0.0, 0.0, (0.0, 0.0)),
        ("square_funnel", 2.0, 2.0, (1.0, 0.0)),
        ("square_funnel", -2.0, 2.0, (-1.0, 0.0)),
        ("sharp_and_flat", -2.0, 0.0, (0.0, 0.0)),
        ("step", 0.5, 3.0, (0.0, 0.0)),
        ("xin_she_yang", 0.0, 0.0, (0.0, 0.0)),
        ("cross_in_tray", 0.0, 1.0, (0.0, 0.0)),
        ("drop_wave", 0.0, 0.0, (0.0, 0.0)),
        ("ackley", 0.0, 0.0, (0.0, 0.0)),
        ("schwefel", 0.0, 100.0, (0.0, None)),
    ],
)
def test_what_is_said_of_a_kink(name: str, x: float, y: float, gradient: tuple[float | None, float | None]) -> None:
    """abs, sign, floor and sqrt of what is flat have slope 0 at their kink, max and min that of their first part."""
    look = plain(name, settings_of(name, 0)[0])(x, y)
    assert math.isfinite(look[0])
    for found, wanted in zip(look[1:3].tolist(), gradient, strict=True):
        assert wanted is None or found == pytest.approx(wanted, abs=1e-12)
