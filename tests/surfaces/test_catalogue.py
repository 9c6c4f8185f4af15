"""The lecture's surfaces: formulas against Python, regressions against NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from engine.declaration import chosen
from engine.scenario import SurfaceConfig
from surfaces import build, catalogue, known_points, outline

from .plain import points_in_window, settings_of

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


@pytest.mark.parametrize("name", LOSSES)
def test_the_lectures_losses_in_python(name: str) -> None:
    for values in settings_of(name, 3):
        surface = build(SurfaceConfig(name, parameters=values))
        for x, y in points_in_window(name, 12).tolist():
            assert surface.at((x, y))[0] == pytest.approx(LOSSES[name](x, y, **values), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regression_against_numpy(name: str) -> None:
    """The loss is the mean of the squares; gradient and Hessian are those of the mean or, in the lecture's, the sum."""
    data = catalogue()[name].data
    assert data
    x, y = (np.array(column) for column in data.columns)
    scale = 1.0 if chosen(catalogue()[name].options, {})["reduction"] in ("sum", "lecture") else 1 / len(x)
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
