"""η^t of every schedule in closed form, phases as torch's SequentialLR runs them, and errors that name their place."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import surfaces
from engine import kernel
from engine.errors import ConfigError
from engine.language import FormulaError
from engine.rates import Phase, Rates
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator

LR = 0.3
Formula = Callable[[int], float]


def step_lr(t: int, size: int = 30, gamma: float = 0.5) -> float:
    """torch.optim.lr_scheduler.StepLR, by going through the steps."""
    lr = LR
    for s in range(1, t + 1):
        if s % size == 0:
            lr *= gamma
    return lr


def linear(t: int, begin: float = 1 / 3, end: float = 1.0, total: int = 100) -> float:
    return LR * end if t >= total else LR * (begin * (total - t) + end * t) / total


def cosine(t: int, t_max: int, eta_min: float = 0.0) -> float:
    return eta_min + 0.5 * (LR - eta_min) * (1 + math.cos(math.pi * t / t_max))


def resnet(t: int) -> float:
    return 0.01 if t < 400 else 0.1 if t < 32_000 else 0.01 if t < 48_000 else 0.001


CASES: list[tuple[str, dict[str, float], Formula]] = [
    ("Constant", {}, lambda t: LR),
    ("Constant", {"factor": 0.25}, lambda t: LR / 4),
    ("InverseSqrtLR", {}, lambda t: LR / math.sqrt(t + 1)),
    ("LinearLR", {}, linear),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 7}, lambda t: linear(t, 1.0, 0.0, 7)),
    ("LinearWarmupLR", {"warmup_steps": 40}, lambda t: LR * (t + 1) / 40 if t < 40 else LR),
    (
        "WarmupInverseSqrtLR",
        {"warmup_steps": 40},
        lambda t: LR * (t + 1) / 40 if t < 40 else LR * math.sqrt(40 / (t + 1)),
    ),
    ("StepLR", {"step_size": 30, "gamma": 0.5}, step_lr),
    ("PiecewiseLR", {}, lambda t: resnet(t) * LR / 0.1),
    (
        "PiecewiseLR",
        {"milestone1": 5, "milestone2": 9, "milestone3": 60, "factor1": 3, "factor2": 0, "factor3": 2, "factor4": 0.5},
        lambda t: LR * (3 if t < 5 else 0 if t < 9 else 2 if t < 60 else 0.5),
    ),
    ("CosineAnnealingLR", {"T_max": 80, "eta_min": 0.02}, lambda t: cosine(t, 80, 0.02)),
    ("ExponentialLR", {"gamma": 0.9}, lambda t: LR * math.exp(t * math.log(0.9))),
    ("NoamLR", {}, lambda t: LR * 512**-0.5 * min((t + 1) ** -0.5, (t + 1) * 4000**-1.5)),
    ("NoamLR", {"d_model": 64, "warmup_steps": 25}, lambda t: LR / 8 * min(1 / math.sqrt(t + 1), (t + 1) / 125)),
]


def rates(*phases: tuple[str, dict[str, float], int | None], lr: float = LR) -> Rates:
    return Rates(lr, tuple(Phase(name, parameters, steps) for name, parameters, steps in phases))


@pytest.mark.parametrize(("name", "parameters", "formula"), CASES)
def test_closed_form(name: str, parameters: dict[str, float], formula: Formula) -> None:
    wanted = [formula(t) for t in range(300)]
    np.testing.assert_allclose(rates((name, parameters, None)).at(0, 300), wanted, rtol=1e-13, atol=1e-16)


def test_resnet_drops_where_the_paper_says() -> None:
    steps = (0, 399, 400, 31_999, 32_000, 47_999, 48_000, 64_000)
    found = [rates(("PiecewiseLR", {}, None), lr=0.1).at(step, 1)[0] for step in steps]
    assert found == pytest.approx([resnet(step) for step in steps], rel=1e-15)


def test_without_phases_the_rate_is_constant() -> None:
    assert (Rates(0.7).at(10**9 - 3, 3) == 0.7).all()


def test_each_phase_starts_from_lr_at_its_own_step_0() -> None:
    """LinearLR for 100 steps, then CosineAnnealingLR: torch's SequentialLR with its milestone at 100."""
    found = rates(("LinearLR", {}, 100), ("CosineAnnealingLR", {"T_max": 150}, None)).at(0, 400)
    wanted = [linear(t) if t < 100 else cosine(t - 100, 150) for t in range(400)]
    np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-16)
    assert found[100] == LR and found[250] == 0 and found[251] > 0


def test_three_phases() -> None:
    phases = (
        ("Constant", {"factor": 0.1}, 40),
        ("StepLR", {"step_size": 10, "gamma": 0.5}, 60),
        ("InverseSqrtLR", {}, None),
    )
    found = rates(*phases).at(0, 200)
    wanted = [0.1 * LR if t < 40 else step_lr(t - 40, 10) if t < 100 else LR / math.sqrt(t - 99) for t in range(200)]
    np.testing.assert_allclose(found, wanted, rtol=1e-14)


def test_steps_of_the_last_phase_do_not_end_it() -> None:
    limited, open_ended = (rates(("InverseSqrtLR", {}, steps)).at(0, 50) for steps in (20, None))
    assert np.array_equal(limited, open_ended)


@settings(deadline=None)
@given(st.sampled_from(CASES), st.sampled_from(CASES), st.integers(1, 150), st.lists(st.integers(1, 90), max_size=8))
def test_chunks_are_the_whole(
    one: tuple[str, dict[str, float], Formula], two: tuple[str, dict[str, float], Formula], steps: int, sizes: list[int]
) -> None:
    """However the steps are asked for, each has the same η to the last bit."""
    plan = rates((one[0], one[1], steps), (two[0], two[1], None))
    edges = np.cumsum([0, *sizes, 200]).tolist()
    pieces = [plan.at(low, high - low) for low, high in zip(edges, edges[1:], strict=False)]
    assert np.array_equal(np.concatenate(pieces), plan.at(0, edges[-1]))
    assert plan.at(edges[-1] // 2, 1)[0] == plan.at(0, edges[-1])[edges[-1] // 2]


@pytest.mark.parametrize(
    ("phases", "where", "words"),
    [
        ([("StepLR", {"step_size": 0}, None)], "schedule[0].step_size", "allowed: 1 ≤ step_size"),
        ([("StepLR", {"step_size": 2.5}, None)], "schedule[0].step_size", "must be a whole number"),
        ([("StepLR", {"gamma": 0.0}, None)], "schedule[0].gamma", "allowed: 0 < gamma ≤ 1"),
        ([("Constant", {}, 5), ("ExponentialLR", {"gamma": 1.5}, None)], "schedule[1].gamma", "gamma = 1.5"),
        ([("Constant", {"factor": math.nan}, None)], "schedule[0].factor", "not a finite number"),
        ([("LinearLR", {"total_iter": 5}, None)], "schedule[0].total_iter", "did you mean 'total_iters'?"),
        ([("NoamLR", {"d_model": True}, None)], "schedule[0].d_model", "must be a number, not True"),
        ([("Constant", {}, 5), ("CosineLR", {}, None)], "schedule[1].name", "unknown schedule 'CosineLR'"),
    ],
)
def test_faults_name_the_place(phases: list[tuple[str, dict[str, float], int | None]], where: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rates(*phases)
    assert caught.value.where == where
    assert words in caught.value.message


PLATEAU = Phase("ReduceLROnPlateau", {"patience": 2, "factor": 0.5})


def simulate(*phases: Phase, steps: int = 200, lr: float = 0.05, capacity: int | None = None) -> Run:
    config = RunConfig("SGD", lr, schedule=phases)
    scenario = Scenario(SurfaceConfig(formula="x^2 + 20*y^2"), (1.0, 1.0), (config,), steps=steps)
    run = Simulator(scenario, surfaces.build).runs[0]
    if capacity:
        run.trajectory.capacity = capacity
    run.advance(steps + 1)
    return run


def test_a_plateau_lowers_the_rate_when_the_loss_stops_falling() -> None:
    run = simulate(PLATEAU)
    etas, losses = run.rows(0, 200)[:, kernel.LR], run.rows(0, 200)[:, kernel.LOSS]
    drops = np.flatnonzero(np.diff(etas)) + 1
    assert len(drops) and np.allclose(etas[drops] / etas[drops - 1], 0.5)
    for t in drops[:3]:
        assert min(losses[t - 2 : t + 1]) >= min(losses[: t - 2]) * (1 - 1e-4)


def test_a_plateau_replays_from_any_row_and_begins_anew_with_its_phase() -> None:
    phases = (replace(PLATEAU, steps=90), PLATEAU)
    whole, thin = simulate(*phases), simulate(*phases, capacity=16)
    assert thin.trajectory.stride > 1
    assert all(np.array_equal(thin.row(step), whole.row(step)) for step in range(201))
    etas = whole.rows(0, 200)[:, kernel.LR]
    assert etas[89] < 0.05 and etas[90] == 0.05


def test_a_curve_can_be_drawn_before_a_run_unless_it_stands_on_the_loss() -> None:
    product = Rates(0.5, (Phase("MultiplicativeLR", {}, formula="0.9"),))
    assert np.allclose(product.at(40, 3), 0.5 * 0.9 ** np.arange(40, 43), rtol=1e-13) and not product.needs_loss
    mixed = Rates(0.5, (Phase("ConstantLR", {}, 10), PLATEAU))
    assert mixed.needs_loss and np.isfinite(mixed.at(0, 10)).all() and np.isnan(mixed.at(10, 5)).all()


@pytest.mark.parametrize(
    ("formula", "step", "value"),
    [("1/(t - 5)", 0, -0.2), ("sqrt(4 - t)", 5, math.nan), ("1/(7 - t)", 7, math.inf)],
)
def test_a_rate_that_is_none_ends_the_run_with_step_and_value(formula: str, step: int, value: float) -> None:
    run = simulate(Phase("LambdaLR", {}, formula=formula), lr=1e-3)
    assert run.end is not None and (run.end.kind, run.end.quantity, run.end.step) == ("diverged", "η", step)
    assert run.end.value == pytest.approx(value * 1e-3, nan_ok=True)


def test_a_faulty_typed_formula_is_named_with_its_place() -> None:
    with pytest.raises(FormulaError, match=r"schedule\[0\].formula: line 1, column 3: unknown name 'u'"):
        Rates(0.1, (Phase("LambdaLR", {}, formula="t+u"),))


def test_a_cycle_sets_the_momentum_and_the_row_says_so() -> None:
    config = RunConfig(
        "SGD", 1e-3, hyperparameters={"momentum": 0.9}, schedule=(Phase("OneCycleLR", {"total_steps": 50}),)
    )
    scenario = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (config,), steps=60)
    run = Simulator(scenario, surfaces.build).runs[0]
    run.advance(61)
    buffer = 0.0
    for t in range(60):
        momentum = run.hyperparameters_at(t, run.row(t))["momentum"]
        assert 0.85 <= momentum <= 0.95
        g1 = run.row(t)[kernel.GRAD]
        buffer = g1 if t == 0 else momentum * buffer + g1
        assert run.row(t)[kernel.M] == pytest.approx(buffer, rel=1e-12)
    assert run.hyperparameters_at(14, run.row(14))["momentum"] == pytest.approx(0.85)
