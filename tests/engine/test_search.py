"""The line searches: what they accept satisfies their conditions, and a search that fails says so by 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import surfaces
from engine.language import search
from engine.scenario import SurfaceConfig
from engine.surface import Surface

Vector = NDArray[np.float64]
backtrack: Any = search.backtrack
wolfe: Any = search.wolfe
SMOOTH = {
    "crescent": "(1 - x)^2 + 100*(y - x^2)^2",
    "four holes": "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "valley": "log1p(x^2 + 4*y^2) + 0.05*(x - 1)^2",
    "wall": "x - log(x) + y^2",
}
COORDINATES = st.floats(-3, 3)


def surface_of(formula: str) -> Surface:
    return surfaces.build(SurfaceConfig(formula=formula))


def look_at(surface: Surface, theta: Vector) -> Vector:
    return surface.at((float(theta[0]), float(theta[1])))


def look_along(surface: Surface, theta: Vector, d: Vector, step: float) -> tuple[float, float]:
    """L at θ + step·d and its slope along d."""
    look = look_at(surface, theta + step * d)
    return float(look[0]), float(look[1:3] @ d)


def turned(g: Vector, angle: float, length: float) -> Vector:
    """A direction at an angle from −g."""
    c, s = math.cos(angle), math.sin(angle)
    return length * np.array([-c * g[0] + s * g[1], -s * g[0] - c * g[1]])


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize(("c1", "c2"), [(1e-4, 0.9), (1e-4, 0.1), (0.01, 0.5)])
def test_wolfe_finds_a_point_with_both_conditions(name: str, c1: float, c2: float) -> None:
    surface, rng = surface_of(SMOOTH[name]), np.random.default_rng(1)
    found = 0
    for _ in range(300):
        theta = rng.uniform(0.05 if name == "wall" else -3, 3, 2)
        d = turned(look_at(surface, theta)[1:3], rng.uniform(-1.4, 1.4), 10 ** rng.uniform(-2, 1))
        step = wolfe(surface.function, surface.parameters, theta, 10 ** rng.uniform(-2, 1), *d, c1, c2)
        (before, slope), (after, left) = look_along(surface, theta, d, 0.0), look_along(surface, theta, d, step)
        assert after <= before
        found += step > 0 and after <= before + c1 * step * slope and abs(left) <= -c2 * slope
    assert found >= 297  # a narrow bracket may end the search before


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(SMOOTH)), COORDINATES, COORDINATES, st.floats(1e-3, 1e3), st.floats(0.1, 0.95))
def test_backtrack_takes_the_first_trial_that_decreases_enough(
    name: str, x: float, y: float, first: float, shrink: float
) -> None:
    surface, theta = surface_of(SMOOTH[name]), np.array([x, y])
    look = look_at(surface, theta)
    assume(np.isfinite(look).all() and np.hypot(*look[1:3]) > 1e-3)
    d = -look[1:3]
    step = backtrack(surface.function, surface.parameters, theta, first, *d, 1e-4, shrink)
    trial = first
    while not look_along(surface, theta, d, trial)[0] <= look[0] + 1e-4 * trial * (look[1:3] @ d):
        trial *= shrink
    assert step == pytest.approx(trial, rel=1e-12)


@pytest.mark.parametrize("find", [backtrack, wolfe])
@pytest.mark.parametrize(
    ("formula", "d", "first"),
    [
        ("x^2 + y^2", (1.0, 1.0), 1.0),  # uphill
        ("x^2 + y^2", (0.0, 0.0), 1.0),
        ("x^2 + y^2", (-2.0, -2.0), 0.0),
        ("x^2 + y^2", (math.nan, 1.0), 1.0),
        ("x^2 + y^2", (-math.inf, 1.0), 1.0),
        ("0*x", (1.0, 1.0), 1.0),
        ("log(x - 2) + y", (-1.0, -1.0), 1.0),  # no value here
    ],
)
def test_where_nothing_descends_the_step_is_0(find: Any, formula: str, d: tuple[float, float], first: float) -> None:
    surface = surface_of(formula)
    assert find(surface.function, surface.parameters, np.ones(2), first, *d, 1e-4, 0.5) == 0.0


def test_at_the_bottom_of_a_kink_no_step_is_found() -> None:
    surface = surface_of("abs(x) + abs(y)")
    theta = np.array([1e-300, 0.0])
    step = backtrack(surface.function, surface.parameters, theta, 1.0, -1.0, -1e-9, 1e-4, 0.5)
    assert step == 0.0 or look_along(surface, theta, np.array([-1.0, -1e-9]), step)[0] < 1e-300


@pytest.mark.parametrize("formula", ["x - log(x) + y^2", "exp(x^2) + y^2", "where(x > 0, x, sqrt(x)) + y^2"])
def test_a_trial_without_a_value_counts_as_too_far(formula: str) -> None:
    """The first trial lies where L is NaN or infinite."""
    surface, theta = surface_of(formula), np.array([3.0, 1.0])
    d = -look_at(surface, theta)[1:3]
    for step in (
        backtrack(surface.function, surface.parameters, theta, 1e3, *d, 1e-4, 0.5),
        wolfe(surface.function, surface.parameters, theta, 1e3, *d, 1e-4, 0.9),
    ):
        assert step > 0.0 and look_along(surface, theta, d, step)[0] < look_at(surface, theta)[0]


def test_down_an_endless_slope_the_step_grows_until_the_trials_are_spent() -> None:
    surface = surface_of("x + y")
    step = wolfe(surface.function, surface.parameters, np.zeros(2), 1.0, -1.0, -1.0, 1e-4, 0.9)
    assert math.isfinite(step) and step > 1e10


def test_on_a_parabola_the_cubic_is_exact() -> None:
    surface, theta = surface_of("3*(x - 1)^2 + y^2"), np.array([0.0, 0.0])
    assert wolfe(surface.function, surface.parameters, theta, 10.0, 1.0, 0.0, 1e-4, 1e-6) == pytest.approx(1.0, 1e-12)
    assert wolfe(surface.function, surface.parameters, theta, 1e-3, 1.0, 0.0, 1e-4, 1e-6) == pytest.approx(1.0, 1e-12)
