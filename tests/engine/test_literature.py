"""What the papers promise: lengths of steps, special cases, stability limits. The paths are in test_golden."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import kernel
from engine.optimizers import optimizers
from engine.rates import Phase
from engine.scenario import RunConfig
from engine.simulator import Run

from .test_optimizers import BOWL, ROSENBROCK, simulate

STEPS = 60
UPDATE = slice(kernel.UPDATE, kernel.UPDATE + 2)
Values = dict[str, float]
Array = NDArray[np.float64]


def rows_of(name: str, lr: float, h: Values, schedule: tuple[Phase, ...] = ()) -> tuple[Run, Array]:
    run = simulate(ROSENBROCK, RunConfig(name, lr, hyperparameters=h, schedule=schedule), (-1.5, 2.0), STEPS)
    assert run.end is None
    return run, run.rows(0, STEPS)


def buffer(run: Run, rows: Array, name: str) -> Array:
    """A buffer before each step; shape (rows, 2)."""
    buffers = rows[:, -2 * len(run.optimizer.state) :].reshape(len(rows), -1, 2)
    return buffers[:, run.optimizer.state.index(name)]


def test_lion_goes_one_rate_along_each_axis() -> None:
    rows = rows_of("Lion", 1e-3, {"weight_decay": 0.1})[1]
    own = rows[:, UPDATE] + 1e-3 * 0.1 * rows[:, :2]
    np.testing.assert_allclose(np.abs(own), 1e-3, rtol=1e-13)


def test_lamb_goes_one_rate_of_the_length_of_theta() -> None:
    rows = rows_of("LAMB", 1e-3, {"weight_decay": 0.1})[1]
    np.testing.assert_allclose(np.hypot(*rows[:, UPDATE].T), 1e-3 * np.hypot(*rows[:, :2].T), rtol=1e-13)


def test_novograd_has_one_sigma_for_the_layer() -> None:
    rows = rows_of("NovoGrad", 1e-3, {})[1]
    assert (rows[:, kernel.SIGMA] == rows[:, kernel.SIGMA + 1]).all()


def test_lars_stands_still_where_the_rate_is_0() -> None:
    """Its momentum has η in it and would carry it on; the one update of the engine says 0."""
    phase = Phase("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 30})
    rows = rows_of("LARS", 0.05, {}, (phase,))[1]
    assert (rows[:30, UPDATE] != 0).all() and (rows[30:, UPDATE] == 0).all()


def test_sophia_is_never_longer_than_its_clip() -> None:
    rows = rows_of("Sophia", 0.01, {"clip_threshold": 0.5, "weight_decay": 0.0})[1]
    assert np.abs(rows[:, UPDATE]).max() <= 0.005 * (1 + 1e-13)


def test_prodigy_never_takes_its_estimate_back() -> None:
    d = buffer(*rows_of("Prodigy", 1.0, {"d0": 1e-4}), "d")
    assert (d[:, 0] == d[:, 1]).all() and (np.diff(d[1:, 0]) >= 0).all() and d[-1, 0] > 100 * d[1, 0]


def test_schedule_free_blends_z_with_the_mean_of_all_z() -> None:
    run, rows = rows_of("ScheduleFreeSGD", 1e-4, {"momentum": 0.8})
    z = buffer(run, rows, "z")[1:]
    x = np.cumsum(z, axis=0) / np.arange(1, STEPS + 1)[:, None]
    np.testing.assert_allclose(rows[1:, :2], 0.8 * x + 0.2 * z, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "lr", "h", "same", "same_lr", "same_h"),
    [
        ("QHM", 1e-4, {"nu": 0.0}, "SGD", 1e-4, {}),
        ("AggMo", 1e-4, dict.fromkeys(("beta1", "beta2", "beta3"), 0.9), "SGD", 1e-4, {"momentum": 0.9}),
        ("QHAdam", 0.01, {"eps": 0.0}, "Adam", 0.01, {"eps": 0.0}),
        ("SM3", 0.1, {"momentum": 0.0, "eps": 0.0}, "Adagrad", 0.1, {"eps": 0.0}),
        ("ScheduleFreeAdamW", 0.01, {"beta1": 1e-9, "eps": 0.0}, "Adam", 0.01, {"beta1": 0.0, "eps": 0.0}),
    ],
)
def test_special_cases(name: str, lr: float, h: Values, same: str, same_lr: float, same_h: Values) -> None:
    found, expected = rows_of(name, lr, h)[1], rows_of(same, same_lr, same_h)[1]
    np.testing.assert_allclose(found[:, :2], expected[:, :2], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "h"),
    [
        ("QHM", {}),
        ("QHM", {"momentum": 0.5, "nu": 0.3}),
        ("AggMo", {}),
        ("AggMo", {"beta1": 0.5, "beta2": 0.3, "beta3": 0.8}),
        # An eps of a million keeps σ all but constant; bounds that close at once leave final_lr alone.
        ("AdaBelief", {"eps": 1e6}),
        ("AdaBound", {"gamma": 1e9, "final_lr": 1e-6, "beta1": 0.5}),
        ("Adan", {"eps": 1e6}),
        ("Adan", {"eps": 1e6, "beta1": 0.5, "beta2": 0.2}),
        ("NovoGrad", {"eps": 1e6}),
        ("QHAdam", {"eps": 1e6, "nu1": 0.7}),
        ("SM3", {"eps": 1e12}),
        ("Yogi", {"eps": 1e6, "beta1": 0.5}),
    ],
)
def test_declared_limit_parts_convergence_from_divergence(name: str, h: Values) -> None:
    """1 % below the limit of S the run reaches the minimum, 1 % above it leaves."""
    optimizer = optimizers()[name]
    unit = simulate(BOWL, RunConfig(name, 1.0, hyperparameters=h), (1.0, 0.5), 1)
    assert unit.limit is not None
    for share in (0.99, 1.01):
        factor = share * unit.limit / unit.row(0)[kernel.SHARPNESS]
        given = h | {"final_lr": h["final_lr"] * factor} if "final_lr" in h else h
        config = RunConfig(name, 1.0 if "final_lr" in h else factor, hyperparameters=given)
        run = simulate(BOWL, config, (1.0, 0.5), 2000)
        far = np.hypot(*run.rows(0, run.computed)[:, :2].T)
        assert run.row(0)[kernel.SHARPNESS] == pytest.approx(share * unit.limit, rel=1e-6), optimizer.name
        assert far[-1] < 1e-3 if share < 1 else far.max() > 100
