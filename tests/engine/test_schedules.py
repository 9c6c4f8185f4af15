"""η^t of every schedule in closed form, phases as torch's SequentialLR runs them, and errors that name their place."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.language import FormulaError
from engine.rates import Phase, Rates
from engine.schedules import schedules

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
    ("LinearLR", {"total_iters": 100}, linear),
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
    np.testing.assert_allclose(rates((name, parameters, None)).at(0, 300), wanted, rtol=1e-14, atol=1e-16)


def test_resnet_drops_where_the_paper_says() -> None:
    steps = (0, 399, 400, 31_999, 32_000, 47_999, 48_000, 64_000)
    found = [rates(("PiecewiseLR", {}, None), lr=0.1).at(step, 1)[0] for step in steps]
    assert found == pytest.approx([resnet(step) for step in steps], rel=1e-15)


def test_without_phases_the_rate_is_constant() -> None:
    assert (Rates(0.7).at(10**9 - 3, 3) == 0.7).all()


def test_each_phase_starts_from_lr_at_its_own_step_0() -> None:
    """LinearLR for 100 steps, then CosineAnnealingLR: torch's SequentialLR with its milestone at 100."""
    found = rates(("LinearLR", {"total_iters": 100}, 100), ("CosineAnnealingLR", {"T_max": 150}, None)).at(0, 400)
    wanted = [linear(t) if t < 100 else cosine(t - 100, 150) for t in range(400)]
    np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-16)
    assert found[100] == LR and found[250] == 0 and found[251] > 0


def test_three_phases() -> None:
    phases: tuple[tuple[str, dict[str, float], int | None], ...] = (
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
        ([("StepLR", {"gamma": 0.0}, None)], "schedule[0].gamma", "allowed: 0 < gamma"),
        ([("Constant", {}, 5), ("ExponentialLR", {"gamma": -1.5}, None)], "schedule[1].gamma", "gamma = -1.5"),
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


@pytest.mark.parametrize("name", [name for name, schedule in schedules().items() if not schedule.needs_loss])
def test_the_whole_curve_is_known_before_a_run_in_one_piece_or_in_many(name: str) -> None:
    plan = Rates(LR, (Phase(name, {}, formula="0.9 + 0.001*t" if schedules()[name].typed else ""),))
    whole = plan.at(0, 1200)
    assert not plan.needs_loss and np.isfinite(whole).all() and (whole >= 0).all()
    pieces = [plan.at(first, 100) for first in range(0, 1200, 100)]
    assert np.array_equal(np.concatenate(pieces), whole)


def test_a_curve_that_stands_on_the_loss_is_not_known_before() -> None:
    mixed = Rates(0.5, (Phase("ConstantLR", {}, 10), Phase("ReduceLROnPlateau", {})))
    assert mixed.needs_loss and np.isfinite(mixed.at(0, 10)).all() and np.isnan(mixed.at(10, 5)).all()


@pytest.mark.parametrize("three_phase", [0, 1])
@pytest.mark.parametrize("pct_start", [0.3, 0.7])
def test_one_cycle_stays_at_its_end(three_phase: int, pct_start: float) -> None:
    given = {"total_steps": 100, "three_phase": three_phase, "pct_start": pct_start, "anneal_strategy": 1}
    found = rates(("OneCycleLR", given, None)).at(0, 1000)
    assert (found[99:] == found[99]).all() and found.max() <= LR


@pytest.mark.parametrize(("first", "factor"), [(1, 2), (7, 3), (10, 10), (3, 12_345)])
def test_warm_restarts_fall_on_their_step_however_late(first: int, factor: int) -> None:
    plan = rates(("CosineAnnealingWarmRestarts", {"T_0": first, "T_mult": factor}, None))
    begin, length = 0, first
    while begin < 10**9:
        found, rows = plan.at(begin + length - 1, 2), (math.pi * (length - 1) / length, 0.0)
        assert found == pytest.approx([LR * (1 + math.cos(angle)) / 2 for angle in rows], rel=1e-14, abs=1e-16)
        begin, length = begin + length, length * factor


def test_chained_schedules_act_each_on_what_the_one_before_gives() -> None:
    cosine = Phase("CosineAnnealingLR", {"T_max": 60, "eta_min": 0.02})
    chain = Rates(LR, (Phase("ExponentialLR", {"gamma": 0.99}, chained=(cosine,)),)).at(0, 100)
    share = [(1 + math.cos(math.pi * t / 60)) / 2 for t in range(100)]
    wanted = [0.02 + (LR * 0.99**t - 0.02) * share[t] for t in range(100)]
    np.testing.assert_allclose(chain, wanted, rtol=1e-13)


def test_a_faulty_typed_formula_is_named_with_its_place() -> None:
    with pytest.raises(FormulaError, match=r"schedule\[0\].formula: line 1, column 3: unknown name 'u'"):
        Rates(0.1, (Phase("LambdaLR", {}, formula="t+u"),))
