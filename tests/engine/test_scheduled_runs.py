"""Schedules inside runs: plateaus replay and begin anew, cycles set the momentum, faulty rates end a run by name."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import surfaces
from engine import kernel
from engine.rates import Phase
from engine.scenario import Event, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator

BOWL = SurfaceConfig(formula="x^2 + 20*y^2")
PLATEAU = Phase("ReduceLROnPlateau", {"patience": 2, "factor": 0.5})
STRICT = Phase("ReduceLROnPlateau", {"patience": 9, "factor": 0.5, "threshold": 1.0, "threshold_mode": 1})
CYCLE = Phase("OneCycleLR", {"total_steps": 50})


def simulate(config: RunConfig, steps: int = 200, capacity: int | None = None) -> Run:
    run = Simulator(Scenario(BOWL, (1.0, 1.0), (config,), steps=steps), surfaces.build).runs[0]
    if capacity:
        run.trajectory.capacity = capacity
    run.advance(steps + 1)
    return run


def scheduled(*phases: Phase, lr: float = 0.05, capacity: int | None = None, events: tuple[Event, ...] = ()) -> Run:
    return simulate(RunConfig("SGD", lr, schedule=phases, events=events), capacity=capacity)


def etas(run: Run) -> np.ndarray:
    return np.array([run.row(step)[kernel.LR] for step in range(201)])


def test_a_plateau_lowers_the_rate_when_the_loss_stops_falling() -> None:
    run = scheduled(PLATEAU)
    found, losses = etas(run), run.rows(0, 200)[:, kernel.LOSS]
    drops = np.flatnonzero(np.diff(found)) + 1
    assert len(drops) and np.allclose(found[drops] / found[drops - 1], 0.5)
    for t in drops[:3]:
        assert min(losses[t - 2 : t + 1]) >= min(losses[: t - 2]) * (1 - 1e-4)


def test_a_plateau_replays_from_any_row_and_begins_anew_with_its_phase() -> None:
    phases = (replace(PLATEAU, steps=90), PLATEAU)
    whole, thin = scheduled(*phases), scheduled(*phases, capacity=16)
    assert thin.trajectory.stride > 1
    assert all(np.array_equal(thin.row(step), whole.row(step)) for step in range(201))
    assert etas(whole)[89] < 0.05 and etas(whole)[90] == 0.05
    assert np.array_equal(whole.row(90)[-4:], np.zeros(4))  # what it keeps, as it is before step 90


def test_an_event_changes_the_schedule_from_its_step_on() -> None:
    step = (Phase("StepLR", {"step_size": 10, "gamma": 0.5}),)
    events = (Event(60, schedule=step), Event(95, lr=0.01), Event(120, schedule=(STRICT,)), Event(150, schedule=()))
    run, thin = (scheduled(PLATEAU, events=events, capacity=capacity) for capacity in (None, 16))
    found = etas(run)
    t = np.arange(60, 120)
    assert np.allclose(found[60:120], np.where(t < 95, 0.05, 0.01) * 0.5 ** ((t - 60) // 10), rtol=1e-14)
    assert found[59] < 0.05 and found[120] == 0.01 and found[149] < 0.01 and (found[150:] == 0.01).all()
    assert all(np.array_equal(thin.row(step), run.row(step)) for step in range(201))


def test_a_plateau_on_top_of_a_warm_up_from_zero() -> None:
    warmup = Phase("LinearWithWarmup", {"num_warmup_steps": 20, "num_training_steps": 400}, chained=(STRICT,))
    alone, both = etas(scheduled(replace(warmup, chained=()))), etas(scheduled(warmup))
    ratio = both[1:] / alone[1:]
    assert both[0] == 0.0 and np.isfinite(both).all() and ratio[0] == 1.0
    assert ratio[-1] < 1e-3 and np.allclose(np.log2(ratio), np.round(np.log2(ratio)), atol=1e-12)  # halved each time


@pytest.mark.parametrize(
    ("formula", "step", "value"),
    [("1/(t - 5)", 0, -0.2), ("sqrt(4 - t)", 5, math.nan), ("1/(7 - t)", 7, math.inf)],
)
def test_a_rate_that_is_none_ends_the_run_with_step_and_value(formula: str, step: int, value: float) -> None:
    run = scheduled(Phase("LambdaLR", {}, formula=formula), lr=1e-3)
    assert run.end is not None and (run.end.kind, run.end.quantity, run.end.step) == ("diverged", "η", step)
    assert run.end.value == pytest.approx(value * 1e-3, nan_ok=True)


def test_parameters_that_divide_by_zero_end_the_run_too() -> None:
    """pct_start·total_steps = 1 leaves no step for the way up; torch raises ZeroDivisionError."""
    run = scheduled(Phase("OneCycleLR", {"total_steps": 10, "pct_start": 0.1}))
    assert run.end is not None and (run.end.quantity, run.end.step) == ("η", 0) and math.isnan(run.end.value)


def test_a_cycle_sets_the_momentum_of_sgd_until_its_phase_ends() -> None:
    phases = (replace(CYCLE, steps=60), Phase("ConstantLR", {}))
    run = simulate(RunConfig("SGD", 1e-3, hyperparameters={"momentum": 0.5}, schedule=phases), 80)
    buffer, found = 0.0, []
    for t in range(80):
        row = run.row(t)
        found.append(run.hyperparameters_at(t, row)["momentum"])
        buffer = row[kernel.GRAD] if t == 0 else found[-1] * buffer + row[kernel.GRAD]
        assert row[kernel.M] == pytest.approx(buffer, rel=1e-12)
    assert found[0] == 0.95 and found[14] == pytest.approx(0.85) and found[50:60] == [0.95] * 10
    assert found[60:] == [0.5] * 20


def test_a_cycle_sets_beta1_of_adam() -> None:
    run = simulate(RunConfig("Adam", 1e-3, schedule=(replace(CYCLE, name="CyclicLR", parameters={}),)), 60)
    mean = 0.0
    for t in range(60):
        row = run.row(t)
        beta1 = run.hyperparameters_at(t, row)["beta1"]
        assert beta1 == pytest.approx(0.9 - 0.1 * t / 2000, rel=1e-12)
        mean = beta1 * mean + (1 - beta1) * row[kernel.GRAD]
        assert row[kernel.M] == pytest.approx(mean / (1 - beta1 ** (t + 1)), rel=1e-11)
