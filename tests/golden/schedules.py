"""`python -m tests.golden.schedules` records the rates of torch's and transformers' schedules; --check compares."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.rates import Phase, Rates

FILE = Path(__file__).with_suffix(".npz")
STEPS = 300
TOLERANCE = 1e-14
Array = NDArray[np.float64]
# What is left of lr by a cosine near −1, or by the straight line of one cycle, may be off by a rounding of the whole.
SUBTRACTING = {
    *("CosineAnnealingLR", "CosineAnnealingWarmRestarts", "OneCycleLR", "CosineWithWarmup", "CosineWithHardRestarts"),
    *("CosineWithMinLR", "CosineWarmupWithMinLR", "WarmupStableDecay"),
}
FORMULAS: dict[str, Callable[[int], float]] = {
    "0.95^t": lambda t: 0.95**t,
    "1/(1 + t/30)": lambda t: 1 / (1 + t / 30),
    "0.95 + 0.0001*t": lambda t: 0.95 + 0.0001 * t,
}


@dataclass(frozen=True)
class Case:
    """A schedule by the engine's names; `formula` is what was typed.

    `chained` act at the same time; those of `after` follow at the `milestones`.
    """

    name: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    lr: float = 0.1
    formula: str = ""
    chained: tuple[Case, ...] = ()
    after: tuple[Case, ...] = ()
    milestones: tuple[int, ...] = ()


def cases() -> list[Case]:
    """What is recorded; parameters that are left out are the library's defaults."""
    found = [Case(name, parameters) for name, settings in SETTINGS.items() for parameters in settings]
    found += [Case("LambdaLR", formula=text) for text in ("0.95^t", "1/(1 + t/30)")]
    found.append(Case("MultiplicativeLR", formula="0.95 + 0.0001*t"))
    constant, step = Case("ConstantLR", {"total_iters": 40}), Case("StepLR", {"step_size": 30, "gamma": 0.5})
    line, cosine = Case("LinearLR", {"total_iters": 50}), Case("CosineAnnealingLR", {"T_max": 320})
    found.append(Case("ExponentialLR", {"gamma": 0.99}, chained=(constant, step)))
    found.append(Case("LinearLR", {"total_iters": 50}, chained=(cosine,)))
    found.append(Case("LinearLR", {"total_iters": 50}, after=(cosine,), milestones=(50,)))
    found.append(Case("ConstantLR", {"total_iters": 90}, after=(line, step), milestones=(40, 130)))
    return found


def losses() -> Array:
    """What a plateau is fed with: falls, halts, rises, jumps."""
    t = np.arange(STEPS)
    return np.asarray(np.exp(-t / 40) + 0.05 * np.sin(t / 7.0) + np.where(t > 200, 0.3, 0.0))


_W: dict[str, float] = {"num_warmup_steps": 20}
_T: dict[str, float] = {"num_warmup_steps": 20, "num_training_steps": 250}
_WSD: dict[str, float] = {"num_warmup_steps": 30, "num_stable_steps": 100, "num_decay_steps": 90}
SETTINGS: dict[str, list[dict[str, float]]] = {
    "ConstantLR": [{}, {"factor": 0.5, "total_iters": 100}],
    "LinearLR": [{}, {"start_factor": 0.01, "end_factor": 0.7, "total_iters": 120}],
    "PolynomialLR": [{}, {"total_iters": 200, "power": 2.0}, {"total_iters": 350, "power": 0.5}],
    "StepLR": [{"step_size": 30, "gamma": 0.1}, {"step_size": 7, "gamma": 0.9}],
    "MultiStepLR": [
        {"milestone1": 30, "milestone2": 80, "milestone3": 250, "gamma": 0.3},
        {"milestone1": 1},
        {f"milestone{k}": 40 * k for k in range(1, 7)} | {"gamma": 0.7},
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
        {"total_steps": 300, "three_phase": 1, "pct_start": 0.7},
    ],
    "ReduceLROnPlateau": [
        {},
        {"factor": 0.5, "patience": 3, "cooldown": 5, "threshold": 0.01},
        {"factor": 0.3, "patience": 0, "threshold": 0.02, "threshold_mode": 1, "min_lr": 0.004},
        {"factor": 0.5, "patience": 20, "mode": 1, "eps": 0.01},
        {"patience": 4, "mode": 1, "threshold_mode": 1, "cooldown": 3},
        {"patience": 2, "min_lr": 0.5},
    ],
    "ConstantWithWarmup": [_W, {"num_warmup_steps": 0}],
    "LinearWithWarmup": [_T, _T | {"num_training_steps": 400}],
    "CosineWithWarmup": [_T, _T | {"num_cycles": 1.5}],
    "CosineWithHardRestarts": [_T | {"num_cycles": 1}, _T | {"num_cycles": 3}],
    "PolynomialWithWarmup": [_T, _T | {"lr_end": 0.001, "power": 2.0}],
    "InverseSqrtWithWarmup": [_W, {"num_warmup_steps": 20, "timescale": 100}, {"num_warmup_steps": 0}],
    "CosineWithMinLR": [_T | {"min_lr": 0.01}, _T | {"min_lr": 0.02, "num_cycles": 1.0}],
    "CosineWarmupWithMinLR": [_T | {"min_lr": 0.01}, _T | {"min_lr": 0.02, "warmup_lr_rate": 0.3}],
    "WarmupStableDecay": [
        _WSD,
        _WSD | {"warmup_type": 1, "decay_type": 0, "min_lr_ratio": 0.1},
        _WSD | {"warmup_type": 2, "decay_type": 2},
    ],
}


def engine(case: Case) -> tuple[Array, Array]:
    """The same by the engine: phase after phase, each with its own state."""
    starts = (0, *case.milestones, STEPS)
    parts = [_phase(case), *map(_phase, case.after)]
    timed = [replace(part, steps=after - first) for part, first, after in zip(parts, starts, starts[1:], strict=False)]
    rates, momenta, fed = np.empty(STEPS), np.full(STEPS, np.nan), losses()
    bound = Rates(case.lr, tuple(timed)).phases
    for phase, first, after in zip(bound, starts, starts[1:], strict=False):
        state, out = np.zeros(len(phase.state)), np.full(2, np.nan)
        for t in range(first, after):
            phase.function(float(t - first), case.lr, fed[t], phase.values, state, out)
            rates[t] = out[0]
            if out[1] >= 0:
                momenta[t] = out[1]
    return rates, momenta


def _phase(case: Case) -> Phase:
    given = dict(case.parameters)
    if case.name == "MultiStepLR":  # the library's default is no milestone, the engine's are two
        given = {f"milestone{k}": 0.0 for k in range(1, 7)} | given
    return Phase(case.name, given, formula=case.formula, chained=tuple(map(_phase, case.chained)))


def off(case: Case, wanted: tuple[Array, Array]) -> float:
    """The largest difference between engine and library, relative to the value, or to lr/100 where `SUBTRACTING`."""
    subtracting = any(part.name in SUBTRACTING for part in (case, *case.chained, *case.after))
    worst, floor = 0.0, 1e-2 * case.lr if subtracting else sys.float_info.min
    for found, other in zip(engine(case), wanted, strict=True):
        if not np.array_equal(np.isnan(found), np.isnan(other)):
            return math.inf
        apart = np.abs(found - other) / np.maximum(np.abs(other), floor)
        worst = max(worst, float(np.nanmax(apart, initial=0.0)))
    return worst


def write() -> None:
    """Record every case, with the versions of the libraries."""
    from .schedules_torch import reference

    versions = {name: version(name) for name in ("torch", "transformers")}
    made = [reference(case) for case in cases()]
    about = {"versions": versions, "cases": [repr(case) for case in cases()]}
    np.savez_compressed(FILE, about=np.array(json.dumps(about)), values=np.array(made))
    print(f"{FILE}: {len(made)} cases, {FILE.stat().st_size / 1e3:.0f} kB, {versions}")


def check() -> bool:
    """Whether the engine does what the installed libraries do; prints how far it is off."""
    try:
        from .schedules_torch import reference
    except ModuleNotFoundError:
        print("nothing to compare with: install torch, and transformers for its schedules")
        return False
    passed = True
    for case in cases():
        try:
            wanted = reference(case)
        except ModuleNotFoundError as error:
            print(f"  --  {case.name:28} left out, {error.name} is not installed")
            continue
        worst = off(case, wanted)
        passed &= worst <= TOLERANCE
        print(
            f"  {'ok ' if worst <= TOLERANCE else 'BAD'} {case.name:28} {worst:.1e}  {case.formula or case.parameters}"
        )
    return passed


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(not check())
    write()
