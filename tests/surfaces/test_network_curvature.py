"""Curvature of a network's loss: top eigenvalues against LAPACK's, and the minimum ratio at critical points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import ConfigError
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.surface import Surface, Wide
from engine.wide import WideRun
from surfaces import build
from surfaces.network import network, study
from surfaces.network.critical import Critical, find_critical
from surfaces.network.curvature import hessian, top_eigenvalue
from surfaces.network.study import critical_points

ALL = np.empty(0, np.int64)


def wide_of(name: str, **parameters: float) -> Wide:
    wide = build(SurfaceConfig(name, parameters=parameters)).wide
    assert wide is not None
    return wide


def trained(wide: Wide, steps: int) -> np.ndarray:
    """θ after so many steps of Adam at 0.01."""
    theta, g = wide.origin.copy(), np.empty(len(wide.origin))
    mean, square = np.zeros_like(g), np.zeros_like(g)
    for t in range(1, steps + 1):
        wide.function(theta, wide.parameters, ALL, g)
        mean += 0.1 * (g - mean)
        square += 0.001 * (g * g - square)
        theta -= 0.01 * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
    return theta


@pytest.mark.parametrize("steps", [0, 300])
def test_top_eigenvalues_are_lapacks(steps: int) -> None:
    wide = wide_of("network", width=8, points=100)
    theta = trained(wide, steps)
    whole = hessian(wide, theta)
    assert whole is not None
    values = np.linalg.eigvalsh(whole)
    found = top_eigenvalue(wide, theta, largest=True, tolerance=1e-6, limit=5000)
    assert found is not None and found.converged
    assert found.value == pytest.approx(values[-1], rel=1e-6)
    assert np.linalg.norm(whole @ found.vector - found.value * found.vector) <= 2e-6 * found.value
    sigma = np.random.default_rng(0).uniform(0.5, 2.0, len(theta))
    scaled = top_eigenvalue(wide, theta, sigma=sigma, largest=True, tolerance=1e-6, limit=5000)
    wanted = np.linalg.eigvalsh(whole / np.sqrt(np.outer(sigma, sigma)))[-1]
    assert scaled is not None and scaled.value == pytest.approx(wanted, rel=1e-6)


def test_a_start_near_by_saves_most_of_the_work() -> None:
    wide = wide_of("network")
    first = top_eigenvalue(wide, wide.origin)
    assert first is not None
    again = top_eigenvalue(wide, wide.origin + 1e-4, start=first.vector)
    assert again is not None and again.converged and again.iterations < first.iterations / 2


def test_power_iteration_can_be_stopped_and_says_when_it_has_not_settled() -> None:
    wide = wide_of("network")
    assert top_eigenvalue(wide, wide.origin, stopped=lambda: True) is None
    short = top_eigenvalue(wide, wide.origin, tolerance=1e-15, limit=3)
    assert short is not None and not short.converged and short.iterations == 3
    assert top_eigenvalue(wide, np.full(len(wide.origin), np.inf)) is None


def test_the_whole_hessian_is_for_small_networks() -> None:
    with pytest.raises(ConfigError, match="at most 400"):
        hessian(large := wide_of("network", width=20), large.origin)


def test_loss_against_minimum_ratio() -> None:
    found: list[Critical] = []
    for seed in range(48):
        wide = wide_of("network_tiny", seed=seed)
        point = find_critical(wide, trained(wide, 250 * (seed % 6)), tolerance=9e-4, limit=30)
        assert point is not None
        found.append(point)
    kept = [point for point in found if point.grad_norm < 1e-3]
    assert len(kept) >= 40
    target = np.sinc(5 * (np.arange(100) + 0.5) / 100)  # the best constant answer leaves its variance
    assert max(point.loss for point in kept) == pytest.approx(target.var(), abs=1e-3)
    assert max(point.minimum_ratio for point in kept if point.loss > 0.08) <= 0.47
    assert 0.4 <= np.median([point.minimum_ratio for point in kept if point.loss < 0.01]) <= 0.65
    assert not any(point.minimum_ratio == 1.0 for point in kept)
    assert np.mean([point.negative > 0 for point in kept]) >= 0.9


def test_a_search_goes_on_until_the_gradient_is_gone_and_can_be_stopped() -> None:
    wide = network({"data": "sine, centred"}, {"width": 4, "depth": 2, "points": 100, "noise": 0.0}).wide
    assert wide is not None
    point = find_critical(wide, wide.origin)
    assert point is not None and point.grad_norm <= 1e-7
    g = np.empty(len(wide.origin))
    assert wide.function(point.theta, wide.parameters, ALL, g) == point.loss
    assert np.linalg.norm(g) == point.grad_norm
    assert find_critical(wide, wide.origin, stopped=lambda: True) is None


def test_the_first_try_has_the_seed_that_the_surface_has_by_itself() -> None:
    asked: list[float] = []

    def made(config: SurfaceConfig) -> Surface:
        asked.append(config.parameters["seed"])
        return build(config)

    surface = SurfaceConfig("network_sine", parameters={"width": 1.0, "depth": 1.0, "points": 5.0})
    scene = Scenario(surface, (0.0, 0.0), (RunConfig("SGD", 0.1),), steps=2)
    assert len(list(critical_points(scene, 0, made, 2, lambda: False))) == 2
    assert asked == [15, 16]


def test_the_minimum_ratio_is_looked_for_from_where_the_training_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """The untrained networks from their initial weights, the others after as many updates as it is said."""
    begun: list[np.ndarray] = []

    def find(wide: object, theta: np.ndarray, **_: object) -> None:
        begun.append(theta)

    monkeypatch.setattr(study, "find_critical", find)
    surface = SurfaceConfig("network_tiny", parameters={"seed": 3.0, "points": 20.0})
    scenario = Scenario(surface, (0.0, 0.0), (RunConfig("SGD", 0.1),), steps=8)
    assert list(study.critical_points(scenario, 0, build, 5, lambda: False)) == [None] * 5
    drawn = np.random.default_rng(scenario.seed).integers(2, 9, 5).tolist()
    for k, (theta, steps) in enumerate(zip(begun, [0, *drawn[1:]], strict=True)):
        made = replace(scenario, surface=replace(surface, parameters={**surface.parameters, "seed": 3.0 + k}))
        run = WideRun(made.runs[0], made, build(made.surface), 0)
        run.advance(20)
        assert np.array_equal(theta, run.theta_at(steps))
