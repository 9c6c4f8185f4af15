"""Losses on data points: loss, slope and curvature against NumPy, minima against closed forms and Newton's method."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import kernel
from engine.check import faults
from engine.declaration import chosen
from engine.errors import ConfigError
from engine.scenario import Data, Gradient, RunConfig, Scenario, SurfaceConfig
from engine.scenario_dump import dump
from engine.scenario_file import parse
from engine.simulator import Simulator
from surfaces import build, carried, catalogue, find_entry, known_points, outline
from surfaces.data.regression import facts

Array = NDArray[np.float64]
ENTRIES = {name: entry for name, entry in catalogue().items() if entry.kind.endswith("_regression")}
RHO: dict[str, Callable[[Array, float], Array]] = {
    "squares": lambda r, c: r**2,
    "absolute": lambda r, c: np.abs(r),
    "huber": lambda r, c: np.where(np.abs(r) <= c, r**2 / 2, c * np.abs(r) - c**2 / 2),
    "log_cosh": lambda r, c: c**2 * (np.logaddexp(r / c, -r / c) - math.log(2)),
    "cauchy": lambda r, c: c**2 / 2 * np.log(1 + (r / c) ** 2),
    "tukey": lambda r, c: c**2 / 6 * (1 - np.maximum(0.0, 1 - (r / c) ** 2) ** 3),
}
PSI: dict[str, Callable[[Array, float], Array]] = {
    "squares": lambda r, c: 2 * r,
    "absolute": lambda r, c: np.sign(r),
    "huber": lambda r, c: np.clip(r, -c, c),
    "log_cosh": lambda r, c: c * np.tanh(r / c),
    "cauchy": lambda r, c: r / (1 + (r / c) ** 2),
    "tukey": lambda r, c: r * np.maximum(0.0, 1 - (r / c) ** 2) ** 2,
}
CURVE: dict[str, Callable[[Array, float], Array]] = {
    "squares": lambda r, c: np.full_like(r, 2.0),
    "absolute": lambda r, c: np.zeros_like(r),
    "huber": lambda r, c: (np.abs(r) <= c).astype(float),
    "log_cosh": lambda r, c: np.cosh(r / c) ** -2.0,
    "cauchy": lambda r, c: (1 - (r / c) ** 2) / (1 + (r / c) ** 2) ** 2,
    "tukey": lambda r, c: np.where(np.abs(r) <= c, (1 - (r / c) ** 2) * (1 - 5 * (r / c) ** 2), 0.0),
}


class Plain(NamedTuple):
    """A task written down once more: design matrix, targets, and what is divided by."""

    design: Array
    y: Array
    loss: str
    loss_by: float
    slope_by: float

    def look(self, theta: Array, c: float = 1.0) -> Array:
        """[L, L1, L2, L11, L12, L22]."""
        p = self.design @ theta
        if self.loss == "logistic":
            share = 1 / (1 + np.exp(-p))
            value, slope, curve = np.logaddexp(0, p) - self.y * p, share - self.y, share * (1 - share)
        else:
            r = self.y - p
            value, slope, curve = RHO[self.loss](r, c), -PSI[self.loss](r, c), CURVE[self.loss](r, c)
        gradient = self.design.T @ slope / self.slope_by
        hessian = (self.design * curve[:, None]).T @ self.design / self.slope_by
        return np.array([value.sum() / self.loss_by, *gradient, hessian[0, 0], hessian[0, 1], hessian[1, 1]])


def plain(config: SurfaceConfig) -> Plain:
    entry = ENTRIES[config.name]
    options, data = chosen(entry.options, config.options), config.data or entry.data
    assert data
    *features, y = (np.array(column) for column in data.columns)
    if options["features"] != "raw":
        features = [x - x.mean() for x in features]
        if options["features"] != "centred":
            features = [x / x.std() for x in features]
        if len(features) == 2 and entry.kind == "linear_regression":
            y = y - y.mean()
    if len(features) == 1:
        features = [np.ones_like(y), *features]
    loss = "logistic" if entry.kind == "logistic_regression" else options.get("loss", "squares")
    n = float(len(y))
    by = {"sum": (1.0, 1.0), "mean": (n, n), "lecture": (n, 1.0)}[options["reduction"]]
    return Plain(np.column_stack(features), y, loss, *by)


def every(kind: str) -> Iterator[SurfaceConfig]:
    """Every choice of options of every entry of a kind."""
    for name, entry in ENTRIES.items():
        if entry.kind == kind:
            names = [option.name for option in entry.options]
            for choices in product(*(option.choices for option in entry.options)):
                yield SurfaceConfig(name, options=dict(zip(names, choices, strict=True)))


def many_points(n: int = 5000) -> Data:
    rng = np.random.default_rng(5)
    x = rng.normal(3.0, 2.0, n)
    return Data(("x", "y"), (tuple(x.tolist()), tuple((1.0 + 2.0 * x + rng.normal(0, 1, n)).tolist())))


CONFIGS = [
    config for kind in ("linear_regression", "robust_regression", "logistic_regression") for config in every(kind)
]
CONFIGS += [
    SurfaceConfig("linear_regression", options={"reduction": kind}, data=many_points()) for kind in ("sum", "mean")
]
each = pytest.mark.parametrize("config", CONFIGS, ids=lambda c: "-".join([c.name, *c.options.values()]))


def places(config: SurfaceConfig, count: int = 8) -> Array:
    left, right, bottom, top = find_entry(config).window
    return np.random.default_rng(1).uniform((left, bottom), (right, top), (count, 2))


@each
def test_loss_slope_and_curvature(config: SurfaceConfig) -> None:
    reference, surface = plain(config), build(config)
    assert surface.samples == outline(config).samples == len(reference.y)
    for theta in places(config):
        wanted, found = reference.look(theta), surface.at((theta[0], theta[1]))
        size = np.abs(reference.design).sum(axis=0)
        scale = np.array([1, size[0], size[1], size[0] ** 2, size[0] * size[1], size[1] ** 2]) / reference.slope_by
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12 * scale.max())


@each
def test_a_sample_is_one_point(config: SurfaceConfig) -> None:
    """Sample k: the gradient of that point alone, undivided; the rest of all, or with k + n nothing else."""
    reference, surface = plain(config), build(config)
    theta, n = places(config)[0], surface.samples
    for k in (0, n // 2, n - 1):
        point = Plain(reference.design[k : k + 1], reference.y[k : k + 1], reference.loss, 1.0, 1.0)
        found, alone = np.empty(6), np.full(6, 7.0)
        surface.function(theta, surface.parameters, k, found)
        surface.function(theta, surface.parameters, k + n, alone)
        np.testing.assert_allclose(found[1:3], point.look(theta)[1:3], rtol=1e-10, atol=1e-12)
        assert alone[1:3].tolist() == found[1:3].tolist() and alone[[0, 3, 4, 5]].tolist() == [7.0] * 4
        whole = surface.at((theta[0], theta[1]))
        assert found[[0, 3, 4, 5]].tolist() == whole[[0, 3, 4, 5]].tolist()


@each
def test_the_minimum(config: SurfaceConfig) -> None:
    """In closed form for squares; no slope for smooth losses; for absolutes no better line through two points."""
    reference = plain(config)
    minima, saddles = known_points(config)
    assert saddles == []
    if config.name == "logistic_separable":
        assert minima == [] and facts(find_entry(config), config).minimum is None
        return
    ((b, w),) = minima
    theta = np.array([b, w])
    here = reference.look(theta)
    if reference.loss == "squares":
        best = np.linalg.lstsq(reference.design, reference.y, rcond=None)[0]
        np.testing.assert_allclose(theta, best, rtol=1e-9, atol=1e-9)
    elif reference.loss == "absolute":
        n, lowest = len(reference.y), math.inf
        for i in range(n):
            for j in range(i):
                pair = reference.design[[i, j]]
                if abs(np.linalg.det(pair)) > 1e-12:
                    lowest = min(lowest, reference.look(np.linalg.solve(pair, reference.y[[i, j]]))[0])
        assert here[0] == pytest.approx(lowest, rel=1e-12)
        return
    low, high = np.linalg.eigvalsh([[here[3], here[4]], [here[4], here[5]]])
    step = np.linalg.solve([[here[3], here[4]], [here[4], here[5]]], here[1:3])
    assert low > 0 and np.abs(step).max() <= 1e-7 * max(1.0, np.abs(theta).max())
    known = facts(find_entry(config), config)
    assert known.largest == pytest.approx(high, rel=1e-9)
    assert known.condition == pytest.approx(high / low, rel=1e-4)
    left, right, bottom, top = find_entry(config).window
    assert left <= b <= right and bottom <= w <= top


def test_newton_for_logistic_regression_from_elsewhere() -> None:
    """Plain Newton steps from a place of their own end where the surface says the minimum is."""
    config = SurfaceConfig("logistic_regression")
    reference, theta = plain(config), np.array([-3.0, 1.2])
    for _ in range(30):
        _, g1, g2, h11, h12, h22 = reference.look(theta)
        theta = theta - np.linalg.solve([[h11, h12], [h12, h22]], [g1, g2])
    np.testing.assert_allclose(known_points(config)[0], [theta], rtol=1e-10)


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize("features", ["raw", "centred", "standardised"])
def test_other_features_are_the_same_predictions(name: str, features: str) -> None:
    entry = ENTRIES[name]
    known = next(option.choices for option in entry.options if option.name == "features")
    old, new = SurfaceConfig(name), SurfaceConfig(name, options={"features": features})
    if features not in known:
        return
    before, after = plain(old), plain(new)
    points = [(0.7, -0.3), (2.0, 5.0)]
    for point, there in zip(points, carried(old, new, points), strict=True):
        was, now = before.design @ point, after.design @ there
        differences = now - was
        np.testing.assert_allclose(differences, differences[0], rtol=0, atol=1e-9 * np.abs(was).max())
        if len(entry.data.columns if entry.data else ()) == 2:
            assert abs(differences[0]) <= 1e-9 * np.abs(was).max()
        back = carried(new, old, [there])
        np.testing.assert_allclose(back, [point], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ENTRIES)
def test_start_and_minimum_lie_in_the_window(name: str) -> None:
    for config in (config for config in CONFIGS if config.name == name):
        entry = find_entry(config)
        left, right, bottom, top = entry.window
        assert left <= entry.start[0] <= right and bottom <= entry.start[1] <= top
        assert np.isfinite(build(config).at(entry.start)).all()


def points(*columns: list[float]) -> Data:
    names = ("x", "y") if len(columns) == 2 else ("x1", "x2", "y")
    return Data(names, tuple(tuple(map(float, column)) for column in columns))


@pytest.mark.parametrize(
    ("name", "options", "data", "words"),
    [
        ("linear_regression", {}, points([1], [2]), "at least two data points"),
        ("linear_regression", {}, points([1, 2], [2, 3], [3, 4]), "two columns of data"),
        ("linear_regression_two", {}, points([1, 2], [2, 3]), "three columns of data"),
        ("logistic_regression", {}, points([1, 2, 3], [0, 1, 2]), "data point 3 has 2"),
        (
            "linear_regression",
            {"features": "standardised"},
            points([5, 5], [1, 2]),
            "'x' has the same value everywhere",
        ),
        ("linear_regression", {}, points([1e200, 2e200], [1, 2]), "overflow"),
        ("linear_regression", {"features": "scaled"}, points([1, 2], [1, 2]), "unknown choice 'scaled'"),
        ("rosenbrock", {}, points([1, 2], [1, 2]), "stands on no data"),
    ],
)
def test_data_that_cannot_be_used_are_refused(name: str, options: dict[str, str], data: Data, words: str) -> None:
    config = SurfaceConfig(name, options=options, data=data)
    with pytest.raises(ConfigError, match=words):
        outline(config)
    scenario = Scenario(config, (0.0, 0.0), (RunConfig("SGD", 0.1),))
    assert any(words in str(fault) for fault in faults(scenario, outline))


def test_one_value_of_x_leaves_a_valley() -> None:
    """Through points above one x many lines are equally good: the nearest to 0 is named, the condition number is ∞."""
    config = SurfaceConfig("linear_regression", data=points([2, 2, 2], [1, 2, 3]))
    ((b, w),) = known_points(config)[0]
    assert (b, w) == pytest.approx((0.4, 0.8))
    assert facts(find_entry(config), config).condition == math.inf


def test_tukey_s_loss_knows_where_it_is_flat() -> None:
    surface = build(SurfaceConfig("robust_regression", options={"loss": "tukey"}))
    assert surface.at((1e6, 0.0)).tolist()[1:] == [0.0] * 5


def batches(seed: int, size: int) -> Simulator:
    run = RunConfig("SGD", 1e-3, gradient=Gradient(batch_size=size))
    simulator = Simulator(Scenario(SurfaceConfig("cars"), (0.0, 0.0), (run,), steps=40, seed=seed), build)
    simulator.advance_to(simulator.reach)
    return simulator


def test_mini_batches_go_through_all_points_and_depend_on_the_seed() -> None:
    """The gradients of one pass add up to the full gradient, at a θ that hardly moves; another seed, another path."""
    first, again, other = (batches(seed, 5).runs[0].rows(0, 40) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first[:, :2], other[:, :2])
    run = RunConfig("SGD", 1e-12, gradient=Gradient(batch_size=5))
    still = Simulator(Scenario(SurfaceConfig("cars"), (0.0, 0.0), (run,), steps=10), build)
    still.advance_to(10)
    rows = still.runs[0].rows(0, 9)
    whole = build(SurfaceConfig("cars")).at((0.0, 0.0))
    np.testing.assert_allclose(rows[:, kernel.GRAD : kernel.GRAD + 2].mean(axis=0), whole[1:3], rtol=1e-6)
    np.testing.assert_allclose(rows[:, kernel.LOSS], whole[0], rtol=1e-6)


def test_a_scenario_file_holds_options_and_data() -> None:
    config = SurfaceConfig("robust_regression", options={"loss": "cauchy"}, data=many_points(50))
    scenario = Scenario(config, (0.5, -1.0), (RunConfig("SGD", 0.1),))
    assert parse(dump(scenario)) == scenario
