"""Runs: what a row holds, how runs share a step axis, and how a run says that it is over."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import surfaces
from engine import kernel
from engine.check import faults
from engine.errors import ConfigError
from engine.optimizers import make_optimizer
from engine.rates import Phase
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.simulator import End, Simulator

ROSENBROCK, LINE = SurfaceConfig("rosenbrock"), SurfaceConfig("linear_regression_line")


def simulate(surface: SurfaceConfig, *runs: RunConfig, **fields: Any) -> Simulator:
    """All rows of a scenario, from (−1.5, 2) unless told."""
    simulator = Simulator(Scenario(surface, fields.pop("start", (-1.5, 2.0)), runs, **fields), surfaces.build)
    simulator.advance_to(simulator.reach)
    return simulator


def test_a_row_is_the_state_before_its_update() -> None:
    schedule = (Phase("InverseSqrtLR", {}),)
    (run,) = simulate(ROSENBROCK, RunConfig("Adam", 0.1, schedule=schedule), steps=50).runs
    rows = run.rows(0, 50)
    assert rows[0, :2].tolist() == [-1.5, 2.0]
    assert np.array_equal(rows[1:, :2], (rows[:, :2] + rows[:, kernel.UPDATE : kernel.UPDATE + 2])[:-1])
    assert np.array_equal(rows[:, kernel.LR], run.rates.at(0, 51))
    for row in rows:
        loss, g1, g2, h11, h12, h22 = run.surface.at((row[0], row[1]))
        assert [loss, g1, g2] == row[kernel.LOSS : kernel.GRAD + 2].tolist()
        assert row[kernel.GRAD_NORM] == pytest.approx(math.hypot(g1, g2), rel=1e-15)
        scale = np.diag(row[kernel.SIGMA : kernel.SIGMA + 2] ** -0.5)
        sharpness = row[kernel.LR] * np.linalg.eigvalsh(scale @ [[h11, h12], [h12, h22]] @ scale)[-1]
        assert row[kernel.SHARPNESS] == pytest.approx(sharpness, rel=1e-12)


def test_the_buffers_of_a_row_are_those_before_its_update() -> None:
    (run,) = simulate(ROSENBROCK, RunConfig("SGD", 1e-4, hyperparameters={"momentum": 0.9}), steps=9).runs
    rows = run.rows(0, 9)
    assert rows.shape == (10, kernel.STATE + 2) and rows[0, kernel.STATE :].tolist() == [0.0, 0.0]
    assert np.array_equal(rows[1:, kernel.STATE :], rows[:-1, kernel.M : kernel.M + 2])  # SGD's m is its new buffer


def test_each_run_has_its_own_start_and_end() -> None:
    here, there = RunConfig("SGD", 1e-4), RunConfig("SGD", 1e-4, start=(0.5, 0.5), steps=20)
    simulator = Simulator(Scenario(ROSENBROCK, (-1.5, 2.0), (here, there), steps=60), surfaces.build)
    assert (simulator.reach, simulator.computed) == (60, -1)
    simulator.advance_to(7)
    assert [run.computed for run in simulator.runs] == [7, 7] and simulator.computed == 7
    simulator.advance_to(40)
    assert [run.computed for run in simulator.runs] == [40, 20] and simulator.computed == 40
    simulator.advance_to(1000)
    assert [run.computed for run in simulator.runs] == [60, 20] and simulator.computed == simulator.reach == 60
    assert simulator.runs[0].row(0)[:2].tolist() == [-1.5, 2.0] and simulator.runs[1].row(0)[:2].tolist() == [0.5, 0.5]
    with pytest.raises(IndexError, match="computed: 0 … 20"):
        simulator.runs[1].row(21)


def test_a_run_does_not_depend_on_the_others() -> None:
    config = RunConfig("Adam", 0.05)
    alone, among = simulate(ROSENBROCK, config, steps=80), simulate(ROSENBROCK, config, RunConfig("SGD", 1.0), steps=80)
    assert among.runs[1].end is not None and among.reach == 80
    assert np.array_equal(alone.runs[0].rows(0, 80), among.runs[0].rows(0, 80))


def test_status() -> None:
    (run,) = simulate(SurfaceConfig("parabolas"), RunConfig("SGD", 1.0), steps=300, start=(1.0, 1.0)).runs
    statuses = [run.status(step, run.row(step)) for step in range(301)]
    settled = statuses.index("converged")
    assert set(statuses[:settled]) == {"running"} and set(statuses[settled:]) == {"converged"}
    assert run.row(settled)[kernel.GRAD_NORM] <= 1e-9 < run.row(settled - 1)[kernel.GRAD_NORM]


@pytest.mark.parametrize(
    ("formula", "start", "optimizer", "lr", "kind", "step", "quantity", "value"),
    [
        ("x", (0, 0), "SGD", 1e308, "diverged", 2, "θ", -math.inf),
        ("x^2", (1, 0), "SGD", 1e30, "diverged", 6, "loss", math.inf),
        ("-x^2", (1, 0), "SGD", 1e30, "diverged", 6, "loss", -math.inf),
        ("sqrt(x)", (0, 0), "SGD", 1.0, "diverged", 0, "gradient", math.inf),
        ("1e308*x", (0, 0), "SGD", 1e-318, "diverged", 1, "m", math.inf),
        ("1e200*x", (0, 0), "Adagrad", 1.0, "diverged", 0, "σ", math.inf),
        ("1e10*x", (0, 0), "SGD", 1e300, "diverged", 0, "update", -math.inf),
        ("log(x)", (1, 0), "SGD", 2.0, "left_domain", 1, "loss", math.nan),
        ("x + log(y)", (0, -1), "SGD", 2.0, "left_domain", 0, "loss", math.nan),
    ],
)
def test_a_run_that_cannot_go_on_says_why(
    formula: str,
    start: tuple[float, float],
    optimizer: str,
    lr: float,
    kind: str,
    step: int,
    quantity: str,
    value: float,
) -> None:
    h = {"momentum": 0.9} if optimizer == "SGD" and formula.startswith("1e308") else {}
    config = RunConfig(optimizer, lr, hyperparameters=h)
    (run,) = simulate(SurfaceConfig(formula=formula), config, start=start, steps=50).runs
    assert run.end is not None and run.finished
    assert (run.end.kind, run.end.step, run.end.quantity) == (kind, step, quantity)
    np.testing.assert_equal(run.end.value, value)
    before = run.rows(0, step).copy()
    run.advance(10)
    assert run.computed == step and np.array_equal(run.rows(0, step), before, equal_nan=True)
    assert np.isfinite(before[:-1, :15]).all() and run.status(step, run.row(step)) == kind


def test_leaving_the_domain_keeps_the_point_outside() -> None:
    config = RunConfig("Momentum_lecture", 0.1)
    (run,) = simulate(SurfaceConfig("momentum_hill"), config, start=(0.0, 0.0), steps=300).runs
    assert run.end is not None and (run.end.kind, run.end.quantity) == ("left_domain", "loss")
    rows = run.rows(0, run.end.step)
    assert rows[-1, 0] > 9 and (rows[:-1, 0] <= 9).all() and rows[-1, kernel.LOSS] == run.end.value
    assert np.isnan(rows[-1, kernel.M : kernel.STATE]).all()


def test_large_but_finite_numbers_are_no_divergence() -> None:
    """Each number is finite; only the sum of two of them would not be."""
    (run,) = simulate(SurfaceConfig(formula="0*x"), RunConfig("SGD", 1.0), start=(1e308, 1e308), steps=5).runs
    assert run.end is None and run.row(5)[:2].tolist() == [1e308, 1e308]


def test_sample_order_takes_one_point_per_step_over_and_over() -> None:
    order = (3, 19, 0)
    (run,) = simulate(LINE, RunConfig("SGD", 0.01, sample_order=order), start=(0.5, 1.5), steps=8).runs
    for step, row in enumerate(run.rows(0, 8)):
        b, w = row[:2]
        x = order[step % 3] / 2  # the points are (0, 0), (½, ½), …
        residual = b + w * x - x
        np.testing.assert_allclose(row[kernel.GRAD : kernel.GRAD + 2], [2 * residual, 2 * residual * x], rtol=1e-13)
        assert row[kernel.LOSS] == run.surface.at((b, w))[0]


@pytest.mark.parametrize(
    ("surface", "run", "where", "words"),
    [
        (LINE, RunConfig("SGD", 0.1, sample_order=(0, 25)), "runs[1].sample_order", "sample 25 does not exist"),
        (ROSENBROCK, RunConfig("SGD", 0.1, sample_order=(0,)), "runs[1].sample_order", "stands on no data"),
        (LINE, RunConfig("SDG", 0.1), "runs[1].optimizer", "did you mean 'SGD'?"),
        (LINE, RunConfig("Adam", 0.1, hyperparameters={"beta1": 1.0}), "runs[1].hyperparameters.beta1", "beta1 < 1"),
        (SurfaceConfig("momentum_hill"), RunConfig("SGD", 0.1, start=(9.5, 0)), "runs[1].start", "-9 ≤ w ≤ 9"),
        (LINE, RunConfig("SGD", 0.1, schedule=(Phase("StepLR", {"gamma": -2.0}),)), "runs[1].schedule[0].gamma", "0 <"),
    ],
)
def test_faults_of_a_run_name_the_run(surface: SurfaceConfig, run: RunConfig, where: str, words: str) -> None:
    found = faults(Scenario(surface, (0.0, 0.0), (RunConfig("SGD", 0.1), run)), surfaces.outline)
    assert [fault.where for fault in found] == [where] and words in found[0].message


def test_a_simulator_refuses_what_it_cannot_run() -> None:
    for surface, run in ((SurfaceConfig("rosenbrok"), "SGD"), (ROSENBROCK, "SDG")):
        with pytest.raises(ConfigError, match="did you mean"):
            Simulator(Scenario(surface, (0.0, 0.0), (RunConfig(run, 0.1),)), surfaces.build)


def test_a_buffer_that_overflows_ends_the_run_by_its_name() -> None:
    rule = "piled = piled + 1e308\nm = g\nsigma = 1"
    own = make_optimizer({"name": "Piling", "doc": "", "reference": "", "rule": rule, "state": ("piled",)})
    (run,) = simulate(ROSENBROCK, RunConfig("Piling", 1e-4), steps=9, optimizers=(own,)).runs
    assert run.end == End("diverged", 1, "piled", math.inf) and run.computed == 1
