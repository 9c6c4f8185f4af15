"""Optimizers do what their definition says, rest where there is no gradient, and keep to their stability limit."""

from __future__ import annotations

import numpy as np
import pytest

import surfaces
from engine import kernel
from engine.declaration import Parameter
from engine.optimizers import Optimizer, optimizers
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator

from .references import REFERENCES, Reference, apply_rule

# σ has no floor of its own, so that it is 0 where no gradient has ever been.
NO_FLOOR = ("Adagrad", "Adagrad_lecture", "RMSprop", "RMSprop_lecture", "Adam", "Adam_lecture", "AdamW")
STILL = (*NO_FLOOR, "SGD", "Momentum_lecture", "GD_per_parameter", "RAdam", "NAdam", "SignGD", "Newton")
ULP = float(np.finfo(float).eps)
ROSENBROCK = SurfaceConfig("rosenbrock")
BOWL = SurfaceConfig(formula="1.5*x^2 + x*y + y^2")  # eigenvalues 2.5 ± √1.25


def simulate(surface: SurfaceConfig, config: RunConfig, start: tuple[float, float], steps: int) -> Run:
    simulator = Simulator(Scenario(surface, start, (config,), steps=steps), surfaces.build)
    simulator.advance_to(steps)
    return simulator.runs[0]


def hyperparameters(optimizer: Optimizer, rng: np.random.Generator) -> dict[str, float]:
    """Allowed values of each hyper-parameter: its default, the ends of its range, or one in between."""

    def draw(p: Parameter) -> float:
        low, high = max(p.low, p.default - 1), min(p.high, p.default + 1)
        between = rng.uniform(low, high)
        if p.log:
            between = min(max(p.default, 1e-3) * 10 ** rng.uniform(-3, 3), high)
        ends = [
            end for end, is_open in ((p.low, p.open_low), (p.high, p.open_high)) if np.isfinite(end) and not is_open
        ]
        value = float(rng.choice([p.default, between, *ends]))
        return p.check(round(value) if p.integer else value)

    return {parameter.name: draw(parameter) for parameter in optimizer.hyperparameters}


@pytest.mark.parametrize("name", REFERENCES)
def test_one_step_from_anywhere(name: str) -> None:
    check_steps(optimizers()[name], REFERENCES[name])


def check_steps(optimizer: Optimizer, references: tuple[Reference, Reference]) -> None:
    """Update, σ and buffers, to within 4 ulp of the size that their terms have; from buffers that two steps left."""
    rng = np.random.default_rng(1)
    for _ in range(400):
        h = hyperparameters(optimizer, rng)
        t, eta = int(rng.choice([1, 2, 3, 10, 100, 99_999])), 10 ** rng.uniform(-5, 1)
        theta, g = rng.normal(size=2) * 10 ** rng.uniform(-2, 2), rng.normal(size=2) * 10 ** rng.uniform(-3, 5)
        before = np.zeros((len(optimizer.state), 2))
        for k in (1, 2):
            for i, reference in enumerate(references):
                past = (rng.normal(size=2) * 10 ** rng.uniform(-3, 5)).tolist()
                before[:, i] = reference(k, eta, past[0], past[1], h, tuple(before[:, i].tolist()))[2]
        m, sigma, after = np.zeros(2), np.zeros(2), before.copy()
        apply_rule(optimizer, t, eta, theta, g, np.array([*h.values()]), after, m, sigma)
        for i, reference in enumerate(references):
            step, divisor, buffers = reference(t, eta, float(theta[i]), float(g[i]), h, tuple(before[:, i].tolist()))
            absolute = tuple(np.abs(before[:, i]).tolist())
            # A movement holds −g: with one of the two signs all terms add up.
            sizes = [
                reference(t, eta, abs(float(theta[i])), sign * abs(float(g[i])), h, absolute) for sign in (1.0, -1.0)
            ]
            assert abs(-(eta / sigma[i]) * m[i] - step) <= 4 * ULP * max(abs(size[0]) for size in sizes)
            assert abs(sigma[i] - divisor) <= 4 * ULP * max(size[1] for size in sizes)
            largest = np.max([np.abs(size[2]) for size in sizes], axis=0)
            assert (np.abs(after[:, i] - buffers) <= 4 * ULP * largest).all()


@pytest.mark.parametrize(
    ("name", "lr", "h"),
    [
        ("Momentum_lecture", 2e-4, {"momentum": 0.9}),
        ("GD_per_parameter", 1e-3, {"rate1": 0.7, "rate2": 1.3}),
        ("Adagrad_lecture", 0.01, {}),
        ("RMSprop_lecture", 1e-3, {"alpha": 0.9}),
        ("Adam_lecture", 0.01, {"beta2": 0.9}),
    ],
)
def test_200_steps_down_the_crescent(name: str, lr: float, h: dict[str, float]) -> None:
    run = simulate(ROSENBROCK, RunConfig(name, lr, hyperparameters=h), (-1.5, 2.0), 200)
    full = {parameter.name: parameter.default for parameter in run.optimizer.hyperparameters} | h
    theta, buffers = [-1.5, 2.0], [(0.0,) * len(run.optimizer.state)] * 2
    for t in range(200):
        x, y = theta
        gradient = (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x))
        for i, reference in enumerate(REFERENCES[name]):
            step, _, buffers[i] = reference(t + 1, lr, theta[i], gradient[i], full, buffers[i])
            theta[i] += step
    moved = np.hypot(theta[0] + 1.5, theta[1] - 2.0)
    assert moved > 0.1
    np.testing.assert_allclose(run.row(200)[:2], theta, rtol=1e-11)


@pytest.mark.parametrize("name", STILL)
def test_without_gradient_nothing_moves(name: str) -> None:
    """x has no slope: m = 0 there, and the update is 0 even where σ is 0 too."""
    h = {p.name: 0.0 for p in optimizers()[name].hyperparameters if p.name in ("eps", "weight_decay")}
    run = simulate(SurfaceConfig(formula="y^2"), RunConfig(name, 0.01, hyperparameters=h), (0.7, 1.0), 50)
    rows = run.rows(0, 50)
    assert run.end is None and (rows[:, 0] == 0.7).all() and (rows[:, kernel.UPDATE] == 0).all()
    assert rows[50, 1] != 1.0
    if name in NO_FLOOR:
        assert (rows[:, kernel.SIGMA] == 0).all() and (rows[:50, kernel.RATE] == np.inf).all()


@pytest.mark.parametrize(
    ("name", "h"),
    [
        ("SGD", {}),
        ("SGD", {"momentum": 0.5}),
        ("SGD", {"momentum": 0.9}),
        ("Momentum_lecture", {"momentum": 0.5}),
        ("Momentum_lecture", {"momentum": 0.9}),
        ("GD_per_parameter", {"rate1": 0.5, "rate2": 3.0}),
        # An eps of a million keeps σ all but constant, so that the limit alone decides.
        ("Adagrad", {"eps": 1e6}),
        ("RMSprop", {"eps": 1e6}),
        ("Adam", {"beta1": 0.5, "eps": 1e6}),
        ("Adam", {"beta1": 0.9, "eps": 1e6}),
        ("AdamW", {"beta1": 0.9, "eps": 1e6, "weight_decay": 0.0}),
    ],
)
def test_declared_limit_parts_convergence_from_divergence(name: str, h: dict[str, float]) -> None:
    """1 % below the limit of S the run reaches the minimum, 1 % above it leaves; S is recorded as that."""
    lr = h.get("eps", 1.0)
    unit = simulate(BOWL, RunConfig(name, lr, hyperparameters=h), (1.0, 0.5), 1)
    assert unit.limit is not None
    lr *= unit.limit / unit.row(0)[kernel.SHARPNESS]
    below = simulate(BOWL, RunConfig(name, 0.99 * lr, hyperparameters=h), (1.0, 0.5), 2000)
    above = simulate(BOWL, RunConfig(name, 1.01 * lr, hyperparameters=h), (1.0, 0.5), 2000)
    assert below.row(0)[kernel.SHARPNESS] == pytest.approx(0.99 * unit.limit, rel=1e-12)
    assert below.end is None and np.hypot(*below.row(2000)[:2]) < 1e-3
    assert np.hypot(*above.rows(0, above.computed)[:, :2].T).max() > 100


def test_radam_declares_no_limit() -> None:
    """Its σ jumps when it switches, so no number would be true."""
    assert optimizers()["RAdam"].stability_limit((0.9, 0.999, 1e-8)) is None
