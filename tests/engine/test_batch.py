"""Many runs at once come to the same as one after the other, whatever they are made of; they can be stopped."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import surfaces
from engine.batch import Batch
from engine.errors import ConfigError
from engine.optimizers import optimizers
from engine.rates import Phase
from engine.scenario import Event, Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Simulator

STEPS = 100
ROSENBROCK = SurfaceConfig("rosenbrock")
BOWL = SurfaceConfig(formula="1.5*x^2 + x*y + y^2")  # does not magnify round-off
LINE = SurfaceConfig("linear_regression_line")
STARTS = np.array([[-1.5, 2.0], [0.3, -0.7], [2.0, 2.0]])
PLATEAU = (Phase("ReduceLROnPlateau", {"patience": 3}),)
WARMUP = (Phase("LinearWarmupLR", {"warmup_steps": 20}, 40), Phase("CosineAnnealingLR", {"T_max": 30}))
EVENTS = (Event(30, lr=0.02, nudge=(0.1, -0.2)), Event(60, hyperparameters={"beta1": 0.5}))


def scenario(config: RunConfig, surface: SurfaceConfig = BOWL, steps: int = STEPS) -> Scenario:
    return Scenario(surface, (-1.5, 2.0), (config,), steps=steps, seed=3)


def check(made_of: Scenario, starts: np.ndarray = STARTS) -> None:
    """θ, loss, number of updates and whether it ended, of each run alone and of all at once."""
    batch = Batch(made_of, surfaces.build, starts)
    assert batch.advance(made_of.steps)
    outcome = batch.outcome()
    for k, start in enumerate(starts):
        simulator = Simulator(replace(made_of, start=(float(start[0]), float(start[1]))), surfaces.build)
        last, rows = simulator.runs[0].rerun(k)
        assert outcome.made[k] == last and outcome.ended[k] == (last < made_of.steps)
        np.testing.assert_allclose(outcome.theta[k], rows[last, :2], rtol=1e-12, atol=1e-12, equal_nan=True)
        np.testing.assert_allclose(outcome.loss[k], rows[last, 2], rtol=1e-11, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("name", optimizers())
def test_every_optimizer(name: str) -> None:
    check(scenario(RunConfig(name, 0.01 if optimizers()[name].lr < 0.5 else optimizers()[name].lr)))


@pytest.mark.parametrize(
    "config",
    [
        RunConfig("SGD", 1e-3, gradient=Gradient(noise=0.5)),
        RunConfig("Adam", 0.05, gradient=Gradient(clip_norm=1.0, weight_decay=0.1, decoupled_weight_decay=0.01)),
        RunConfig("SGD", 1e-3, gradient=Gradient(clip_value=2.0, maximize=True)),
        RunConfig("Adam", 0.05, schedule=WARMUP),
        RunConfig("SGD", 1e-3, schedule=PLATEAU),
        RunConfig("Adam", 0.05, schedule=WARMUP, events=EVENTS),
    ],
    ids=("noise", "decay", "climb", "phases", "plateau", "events"),
)
def test_whatever_happens_to_a_run(config: RunConfig) -> None:
    check(scenario(config))


@pytest.mark.parametrize(
    "config",
    [
        RunConfig("SGD", 1e-3, sample_order=(4, 17, 0, 9, 12)),
        RunConfig("Adam", 0.05, gradient=Gradient(batch_size=3)),
    ],
    ids=("samples", "batches"),
)
def test_runs_on_data(config: RunConfig) -> None:
    check(scenario(config, LINE))


def test_a_run_that_diverges_stays_at_its_last_row() -> None:
    check(scenario(RunConfig("SGD", 0.02), ROSENBROCK))


def test_a_run_that_leaves_the_domain_stays_where_it_left() -> None:
    check(scenario(RunConfig("SGD", 0.5), SurfaceConfig(formula="log(x) + y^2")), np.array([[0.5, 1.0], [9.0, 1.0]]))


def test_each_run_with_its_own_values() -> None:
    lrs, betas = np.array([1e-3, 1e-2, 0.1]), np.array([0.0, 0.9, 0.99])
    batch = Batch(
        scenario(RunConfig("Adam", 0.01)), surfaces.build, STARTS[0], lr=lrs, hyperparameters={"beta1": betas}
    )
    batch.advance(STEPS)
    for k in range(3):
        config = RunConfig("Adam", float(lrs[k]), hyperparameters={"beta1": float(betas[k])})
        simulator = Simulator(scenario(config), surfaces.build)
        simulator.advance_to(STEPS)
        np.testing.assert_allclose(batch.outcome().theta[k], simulator.runs[0].row(STEPS)[:2], rtol=1e-12)


def test_going_on_is_the_same_as_going_at_once() -> None:
    made_of = scenario(RunConfig("Adam", 0.05, schedule=WARMUP, gradient=Gradient(noise=0.1)))
    starts = np.random.default_rng(0).uniform(-2, 2, (1000, 2))
    whole, pieces = (Batch(made_of, surfaces.build, starts) for _ in range(2))
    whole.advance(STEPS)
    for count in (1, 38, 1, 7, STEPS):
        pieces.advance(count)
    assert pieces.step == STEPS and np.array_equal(whole.outcome().theta, pieces.outcome().theta)


def test_progress_is_told_and_cancelling_stops() -> None:
    made_of = scenario(RunConfig("SGD", 1e-4), steps=100_000)
    starts = np.full((1000, 2), 0.5)
    shares: list[float] = []
    batch = Batch(made_of, surfaces.build, starts)
    assert not batch.advance(100_000, shares.append, lambda: len(shares) >= 3)
    assert 3 <= len(shares) < 25 and shares == sorted(shares) and shares[-1] < 1
    assert Batch(made_of, surfaces.build, starts).advance(1000, shares.append) and shares[-1] == 1


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"starts": np.zeros((4, 3))}, "starts must have the shape (n, 2) or (2,), not (4, 3)"),
        ({"starts": np.zeros((4, 2)), "lr": np.ones(3)}, "given: starts: 4, lr: 3"),
        ({"starts": np.zeros(2)}, "starts and values must be equally many; given: –"),
        ({"starts": np.zeros(2), "lr": np.array([0.1, -1.0])}, "lr = -1 is out of range; allowed: 0 < lr"),
        ({"starts": np.zeros(2), "lr": np.array([0.1, math.nan])}, "lr = nan is not a finite number"),
        ({"starts": np.zeros(2), "hyperparameters": {"beta3": np.ones(2)}}, "unknown parameter 'beta3'"),
        ({"starts": np.zeros(2), "hyperparameters": {"beta1": np.ones(2)}}, "allowed: 0 ≤ beta1 < 1"),
    ],
)
def test_bad_input_is_named(given: dict[str, object], wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Batch(scenario(RunConfig("Adam", 0.1)), surfaces.build, **given)  # type: ignore[arg-type]
    assert wanted in str(caught.value)
