"""Every surface of the catalogue: its loss, its derivatives, and its known points are what its file says."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from engine.declaration import chosen
from engine.scenario import SurfaceConfig
from surfaces import build, catalogue, known_points, outline

Loss = Callable[..., float]


def sigmoid(u: float) -> float:
    return 0.5 * (1 + math.tanh(u / 2))


def softplus(u: float) -> float:
    return float(np.logaddexp(0.0, u))


def momentum_hill(w: float, u: float, A: float, a: float, d: float, h: float, drop: float, c: float) -> float:
    dip, hill = math.exp(-(((w - 4) / 0.55) ** 2) / 2), math.exp(-(((w - 5.3) / 0.45) ** 2) / 2)
    return A * math.exp(-a * w) - d * dip + h * hill - drop * softplus(4 * (w - 6.2)) / 4 - 0.03 * w + c * u * u


def three_balls(
    x: float, y: float, g1: float, gs: float, g2: float, a: float, b: float, k: float, c: float, C: float
) -> float:
    descent = g1 * x + (gs - g1) * softplus(k * (x - a)) / k - (gs - g2) * softplus(k * (x - b)) / k
    return C - descent + c * y * y


def stuck_valley(x: float, y: float, kappa: float, A: float, s: float) -> float:
    return kappa * x * x / 2 + math.hypot(1, y) - 1 - A * math.expm1(-((y / s) ** 2) / 2)


def curvature_ramp(x: float, y: float, lo: float, hi: float, k: float, c0: float, kappa: float, goal: float) -> float:
    return (lo + hi * sigmoid(k * (c0 - x))) * y * y / 2 + kappa * (x - goal) ** 2 / 2


def ellipse(w1: float, w2: float, a1: float, a2: float, c1: float, c2: float, c0: float) -> float:
    return a1 * (w1 - c1) ** 2 + a2 * (w2 - c2) ** 2 + c0


LOSSES: dict[str, Loss] = {
    "curvature_ramp": curvature_ramp,
    "ellipse": ellipse,
    "momentum_hill": momentum_hill,
    "parabolas": lambda x, y, a1, a2: a1 * x * x + a2 * y * y,
    "product_saddle": lambda w1, w2, target: (w1 * w2 - target) ** 2,
    "rosenbrock": lambda x, y, a, b: (x - a) ** 2 + b * (x * x - y) ** 2,
    "stuck_valley": stuck_valley,
    "three_balls": three_balls,
    "two_basins": lambda x, y, tilt: x**4 - 2 * x * x + 1 - tilt * x + 2 * y * y,
}
REGRESSIONS = ("linear_regression_lecture", "linear_regression_line")


def settings_of(name: str) -> list[dict[str, float]]:
    """The defaults, and allowed values near them."""
    parameters = catalogue()[name].parameters
    factors = np.random.default_rng(0).uniform(0.7, 1.3, (3, len(parameters)))
    near = [{p.name: p.default * float(f) for p, f in zip(parameters, row, strict=True)} for row in factors]
    return [{p.name: p.default for p in parameters}, *near]


def points_in_window(name: str, count: int) -> np.ndarray:
    left, right, bottom, top = catalogue()[name].window
    return np.random.default_rng(1).uniform((left, bottom), (right, top), (count, 2))


def derivative(f: Callable[[float], float], at: float, h: float) -> float:
    """Central difference of fourth order."""
    return (8 * (f(at + h) - f(at - h)) - (f(at + 2 * h) - f(at - 2 * h))) / (12 * h)


def test_every_surface_is_tested() -> None:
    assert sorted(LOSSES) == sorted(name for name, entry in catalogue().items() if entry.kind == "formula")


@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_derivatives(name: str) -> None:
    """The loss against a formula of our own; gradient against its differences, Hessian against the gradient's."""
    for values in settings_of(name):
        surface = build(SurfaceConfig(name, parameters=values))
        for x, y in points_in_window(name, 12).tolist():
            loss, *gradient, h11, h12, h22 = surface.at((x, y)).tolist()
            assert loss == pytest.approx(LOSSES[name](x, y, **values), rel=1e-12, abs=1e-12)
            by_x = derivative(lambda a, y=y, v=values: LOSSES[name](a, y, **v), x, 1e-3)
            by_y = derivative(lambda b, x=x, v=values: LOSSES[name](x, b, **v), y, 1e-3)
            size = max(1.0, abs(loss), *map(abs, gradient), abs(h11), abs(h12), abs(h22))
            np.testing.assert_allclose(gradient, [by_x, by_y], rtol=0, atol=1e-8 * size)
            for i, (first, second) in enumerate(((h11, h12), (h12, h22))):
                along_x = derivative(lambda a, y=y, s=surface, i=i: float(s.at((a, y))[1 + i]), x, 1e-3)
                along_y = derivative(lambda b, x=x, s=surface, i=i: float(s.at((x, b))[1 + i]), y, 1e-3)
                np.testing.assert_allclose([first, second], [along_x, along_y], rtol=0, atol=1e-7 * size)


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regression_against_numpy(name: str) -> None:
    """The loss is the mean of the squares; gradient and Hessian are those of the mean or, in the lecture's, the sum."""
    data = catalogue()[name].data
    assert data
    x, y = (np.array(column) for column in data.columns)
    scale = 1.0 if chosen(catalogue()[name].options, {})["reduction"] == "sum" else 1 / len(x)
    design = np.column_stack([np.ones_like(x), x])
    surface = build(SurfaceConfig(name))
    assert surface.samples == outline(SurfaceConfig(name)).samples == len(x)
    for b, w in points_in_window(name, 20).tolist():
        residual = design @ [b, w] - y
        wanted = np.array([np.mean(residual**2), *scale * 2 * design.T @ residual])
        found = surface.at((b, w))
        np.testing.assert_allclose(found[:3], wanted, rtol=1e-11, atol=1e-12 * np.abs(wanted).max())
        hessian = scale * 2 * design.T @ design
        np.testing.assert_allclose(found[3:], [hessian[0, 0], hessian[0, 1], hessian[1, 1]], rtol=1e-13)
    minima, _ = known_points(SurfaceConfig(name))
    np.testing.assert_allclose(minima, [np.linalg.lstsq(design, y, rcond=None)[0]], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regression_sample_is_one_point(name: str) -> None:
    """A mini-batch of one takes the gradient of that point's square and leaves the loss as it is."""
    data, surface, out = catalogue()[name].data, build(SurfaceConfig(name)), np.empty(6)
    theta = np.array(catalogue()[name].start)
    assert data
    for k in (0, 3, surface.samples - 1):
        surface.function(theta, surface.parameters, k, out)
        residual = theta[0] + theta[1] * data.columns[0][k] - data.columns[1][k]
        np.testing.assert_allclose(out[1:3], [2 * residual, 2 * residual * data.columns[0][k]], rtol=1e-13)
        assert out[0] == surface.at((theta[0], theta[1]))[0]


@pytest.mark.parametrize("name", [name for name, entry in catalogue().items() if entry.kind != "network"])
def test_known_points(name: str) -> None:
    """No slope at minima and saddles; no direction down from a minimum, one down and one up from a saddle."""
    for values in settings_of(name):
        config = SurfaceConfig(name, parameters=values)
        surface = build(config)
        minima, saddles = known_points(config)
        entry = catalogue()[name]
        assert len(minima) == (len(entry.minima) or bool(entry.data)) and len(saddles) == len(entry.saddles)
        for points, is_minimum in ((minima, True), (saddles, False)):
            for point in points:
                _, g1, g2, h11, h12, h22 = surface.at(point)
                low, high = np.linalg.eigvalsh([[h11, h12], [h12, h22]])
                assert math.hypot(g1, g2) <= 1e-9 * max(1.0, high)
                assert low >= -1e-9 * high if is_minimum else low < 0 < high


@pytest.mark.parametrize("name", catalogue())
def test_start_lies_in_window_and_domain(name: str) -> None:
    entry, surface = catalogue()[name], build(SurfaceConfig(name))
    left, right, bottom, top = entry.window
    assert left <= entry.start[0] <= right and bottom <= entry.start[1] <= top
    assert surface.contains(entry.start) and surface.axes == entry.axes == outline(SurfaceConfig(name)).axes
    assert np.isfinite(surface.at(entry.start)).all()
    assert surface.contains((left, bottom)) and surface.contains((right, top))
