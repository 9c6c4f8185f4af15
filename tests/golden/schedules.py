"""`python -m tests.golden.schedules` records the rates of torch's and transformers' schedules; --check compares.

torch multiplies from step to step, which adds up its rounding: where it knows the closed form too, that is taken.
"""

from __future__ import annotations

import inspect
import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_suffix(".npz")
STEPS = 300
MODES = {"mode": ("triangular", "triangular2", "exp_range"), "anneal_strategy": ("cos", "linear")}
MIN_MAX = {"mode": ("min", "max"), "threshold_mode": ("rel", "abs")}
TYPES = {"warmup_type": ("linear", "cosine", "1-sqrt"), "decay_type": ("linear", "cosine", "1-sqrt")}
FLAGS = ("cycle_momentum", "three_phase")
HUGGING_FACE = {
    "ConstantWithWarmup": "get_constant_schedule_with_warmup",
    "LinearWithWarmup": "get_linear_schedule_with_warmup",
    "CosineWithWarmup": "get_cosine_schedule_with_warmup",
    "CosineWithHardRestarts": "get_cosine_with_hard_restarts_schedule_with_warmup",
    "PolynomialWithWarmup": "get_polynomial_decay_schedule_with_warmup",
    "InverseSqrtWithWarmup": "get_inverse_sqrt_schedule",
    "CosineWithMinLR": "get_cosine_with_min_lr_schedule_with_warmup",
    "WarmupStableDecay": "get_wsd_schedule",
}
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A schedule by the engine's names; `chained` act at the same time, `formula` is what was typed."""

    name: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    lr: float = 0.1
    formula: str = ""
    chained: tuple[Case, ...] = ()


def cases() -> list[Case]:
    """What is recorded; parameters that are left out are the library's defaults."""
    found = [Case(name, parameters) for name, settings in SETTINGS.items() for parameters in settings]
    found += [Case("LambdaLR", formula=text) for text in FORMULAS] + [
        Case("MultiplicativeLR", formula="0.95 + 0.0001*t")
    ]
    constant, step = Case("ConstantLR", {"total_iters": 40}), Case("StepLR", {"step_size": 30, "gamma": 0.5})
    found.append(Case("ExponentialLR", {"gamma": 0.99}, chained=(constant, step)))
    found.append(Case("LinearLR", {"total_iters": 50}, chained=(Case("CosineAnnealingLR", {"T_max": 320}),)))
    return found


def losses() -> Array:
    """What a plateau is fed with: falls, halts, rises, jumps."""
    t = np.arange(STEPS)
    return np.asarray(np.exp(-t / 40) + 0.05 * np.sin(t / 7.0) + np.where(t > 200, 0.3, 0.0))


FORMULAS = ("0.95^t", "1/(1 + t/30)")
LAMBDAS: dict[str, Callable[[int], float]] = {
    "0.95^t": lambda t: 0.95**t,
    "1/(1 + t/30)": lambda t: 1 / (1 + t / 30),
    "0.95 + 0.0001*t": lambda t: 0.95 + 0.0001 * t,
}
_W, _T = {"num_warmup_steps": 20}, {"num_warmup_steps": 20, "num_training_steps": 250}
_WSD = {"num_warmup_steps": 30, "num_stable_steps": 100, "num_decay_steps": 90}
SETTINGS: dict[str, list[dict[str, float]]] = {
    "ConstantLR": [{}, {"factor": 0.5, "total_iters": 100}],
    "LinearLR": [{"total_iters": 5}, {"start_factor": 0.01, "end_factor": 0.7, "total_iters": 120}],
    "PolynomialLR": [{}, {"total_iters": 200, "power": 2.0}, {"total_iters": 350, "power": 0.5}],
    "StepLR": [{"step_size": 30, "gamma": 0.1}, {"step_size": 7, "gamma": 0.9}],
    "MultiStepLR": [
        {"milestone1": 30, "milestone2": 80, "milestone3": 250, "gamma": 0.3},
        {"milestone1": 1, "milestone2": 0},
    ],
    "ExponentialLR": [{"gamma": 0.999}, {"gamma": 0.9}],
    "CosineAnnealingLR": [{"T_max": 100}, {"T_max": 299, "eta_min": 0.003}],
    "CosineAnnealingWarmRestarts": [{"T_0": 50}, {"T_0": 10, "T_mult": 2}, {"T_0": 7, "T_mult": 3, "eta_min": 0.01}],
    "CyclicLR": [
        {"max_lr": 0.5, "step_size_up": 40},
        {"max_lr": 1.0, "step_size_up": 20, "step_size_down": 50, "mode": 1},
        {"max_lr": 0.3, "step_size_up": 25, "mode": 2, "gamma": 0.99, "base_momentum": 0.7, "max_momentum": 0.95},
        {"max_lr": 0.5, "step_size_up": 40, "cycle_momentum": 0},
    ],
    "OneCycleLR": [
        {"total_steps": 300},
        {"total_steps": 310, "pct_start": 0.45, "anneal_strategy": 1, "div_factor": 10.0, "final_div_factor": 100.0},
        {"total_steps": 300, "three_phase": 1, "base_momentum": 0.8, "max_momentum": 0.9},
        {"total_steps": 301, "cycle_momentum": 0, "anneal_strategy": 1, "three_phase": 1, "pct_start": 0.4},
    ],
    "ReduceLROnPlateau": [
        {},
        {"factor": 0.5, "patience": 3, "cooldown": 5, "threshold": 0.01},
        {"factor": 0.3, "patience": 0, "threshold": 0.02, "threshold_mode": 1, "min_lr": 0.004},
        {"factor": 0.5, "patience": 20, "mode": 1, "eps": 0.01},
    ],
    "ConstantWithWarmup": [_W, {"num_warmup_steps": 0}],
    "LinearWithWarmup": [_T, _T | {"num_training_steps": 400}],
    "CosineWithWarmup": [_T, _T | {"num_cycles": 1.5}],
    "CosineWithHardRestarts": [_T | {"num_cycles": 1}, _T | {"num_cycles": 3}],
    "PolynomialWithWarmup": [_T, _T | {"lr_end": 0.001, "power": 2.0}],
    "InverseSqrtWithWarmup": [_W, {"num_warmup_steps": 20, "timescale": 100}, {"num_warmup_steps": 0}],
    "CosineWithMinLR": [_T | {"min_lr": 0.01}, _T | {"min_lr": 0.02, "num_cycles": 1.0}],
    "WarmupStableDecay": [
        _WSD,
        _WSD | {"warmup_type": 1, "decay_type": 0, "min_lr_ratio": 0.1},
        _WSD | {"warmup_type": 2, "decay_type": 2},
    ],
}


def reference(case: Case) -> tuple[Array, Array]:
    """η and momentum (NaN if none is set) at each step, by the library."""
    import torch

    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=case.lr, momentum=0.5)
    parts = [_scheduler(part, optimizer) for part in (case, *case.chained)]
    scheduler = torch.optim.lr_scheduler.ChainedScheduler(parts) if case.chained else parts[0]
    rates, momenta, fed = np.empty(STEPS), np.full(STEPS, np.nan), losses()
    for t in range(STEPS):
        if case.name == "ReduceLROnPlateau":
            scheduler.step(fed[t])
        closed = getattr(scheduler, "_get_closed_form_lr", None)
        group = optimizer.param_groups[0]
        rates[t] = closed()[0] if closed else group["lr"]
        if case.name in ("CyclicLR", "OneCycleLR") and case.parameters.get("cycle_momentum", 1):
            momenta[t] = group["momentum"]
        optimizer.step()
        if case.name != "ReduceLROnPlateau" and t + 1 < STEPS:
            scheduler.step()
    return rates, momenta


def _scheduler(case: Case, optimizer: Any) -> Any:
    import torch

    given: dict[str, Any] = dict(case.parameters)
    if case.name in HUGGING_FACE:
        import transformers

        given = _worded(given, TYPES)
        if not given.get("timescale", 1):
            del given["timescale"]
        return getattr(transformers, HUGGING_FACE[case.name])(optimizer, **given)
    kind = getattr(torch.optim.lr_scheduler, case.name)
    given = _worded(given, MIN_MAX if case.name == "ReduceLROnPlateau" else MODES)
    given |= {name: bool(given[name]) for name in FLAGS if name in given}
    if case.formula:
        return kind(optimizer, LAMBDAS[case.formula])
    if case.name == "CyclicLR":
        return kind(optimizer, base_lr=case.lr, **given)
    if case.name == "OneCycleLR":
        return kind(optimizer, max_lr=case.lr, **given)
    if case.name == "MultiStepLR":
        milestones = [int(given.pop(name)) for name in sorted(given) if name.startswith("milestone")]
        given["milestones"] = [milestone for milestone in milestones if milestone]
    known = inspect.signature(kind).parameters
    assert set(given) <= set(known), (case.name, given)
    return kind(optimizer, **given)


def _worded(given: dict[str, Any], words: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {name: words[name][int(value)] if name in words else value for name, value in given.items()}


def engine(case: Case) -> tuple[Array, Array]:
    """The same by the engine."""
    from engine.rates import Phase, Rates

    def phase(part: Case) -> Phase:
        given = dict(part.parameters)
        if part.name == "MultiStepLR":  # the library's default is no milestone, the engine's are two
            given = {f"milestone{k}": 0 for k in range(1, 7)} | given
        return Phase(part.name, given, formula=part.formula, chained=tuple(phase(other) for other in part.chained))

    (bound,) = Rates(case.lr, (phase(case),)).phases
    state, out, fed = np.zeros(len(bound.state)), np.full(2, np.nan), losses()
    rates, momenta = np.empty(STEPS), np.full(STEPS, np.nan)
    for t in range(STEPS):
        bound.function(float(t), case.lr, fed[t], bound.values, state, out)
        rates[t] = out[0]
        if out[1] >= 0:
            momenta[t] = out[1]
    return rates, momenta


def off(case: Case, wanted: tuple[Array, Array]) -> float:
    """The largest difference between engine and library, relative to η, or to lr where η is all but zero."""
    worst = 0.0
    for found, other in zip(engine(case), wanted, strict=True):
        if not np.array_equal(np.isnan(found), np.isnan(other)):
            return math.inf
        scale = np.maximum(np.abs(other), 1e-3 * case.lr)
        worst = max(worst, float(np.nanmax(np.abs(found - other) / scale, initial=0.0)))
    return worst


def write() -> None:
    import torch  # noqa: F401

    made = [reference(case) for case in cases()]
    about = {
        "versions": {name: version(name) for name in ("torch", "transformers")},
        "cases": [repr(c) for c in cases()],
    }
    np.savez_compressed(FILE, about=np.array(json.dumps(about)), values=np.array(made))
    print(f"{FILE}: {len(made)} cases, {FILE.stat().st_size / 1e3:.0f} kB, {about['versions']}")


def check() -> bool:
    passed = True
    for case in cases():
        worst = off(case, reference(case))
        passed &= worst <= 1e-14
        print(
            f"  {'ok ' if worst <= 1e-14 else 'BAD'} {case.name:28} {worst:.1e}  {dict(case.parameters)} {case.formula}"
        )
    return passed


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(not check())
    write()
