"""η and momentum at each step as the schedulers of torch and transformers set them.

torch multiplies from step to step, which adds up its rounding: where it knows the closed form too, that is taken, and
what it multiplied must be near.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch.optim import lr_scheduler

from .schedules import FORMULAS, STEPS, Array, Case, losses

MODES = {"mode": ("triangular", "triangular2", "exp_range"), "anneal_strategy": ("cos", "linear")}
MIN_MAX = {"mode": ("min", "max"), "threshold_mode": ("rel", "abs")}
TYPES = {"warmup_type": ("linear", "cosine", "1-sqrt"), "decay_type": ("linear", "cosine", "1-sqrt")}
FLAGS = ("cycle_momentum", "three_phase")
UNSET_BY_0 = ("timescale", "warmup_lr_rate", "step_size_down")
HUGGING_FACE = {
    "ConstantWithWarmup": "get_constant_schedule_with_warmup",
    "LinearWithWarmup": "get_linear_schedule_with_warmup",
    "CosineWithWarmup": "get_cosine_schedule_with_warmup",
    "CosineWithHardRestarts": "get_cosine_with_hard_restarts_schedule_with_warmup",
    "PolynomialWithWarmup": "get_polynomial_decay_schedule_with_warmup",
    "InverseSqrtWithWarmup": "get_inverse_sqrt_schedule",
    "CosineWithMinLR": "get_cosine_with_min_lr_schedule_with_warmup",
    "CosineWarmupWithMinLR": "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
    "WarmupStableDecay": "get_wsd_schedule",
}


def reference(case: Case) -> tuple[Array, Array]:
    """η and momentum (NaN if none is set) at each step, by the library."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=case.lr, momentum=0.5)
    group = optimizer.param_groups[0]
    parts = [_scheduler(part, optimizer) for part in (case, *case.chained, *case.after)]
    scheduler: Any = parts[0]
    if case.chained:
        scheduler = lr_scheduler.ChainedScheduler(parts)
    if case.after:
        scheduler = lr_scheduler.SequentialLR(optimizer, parts, milestones=list(case.milestones))
    rates, momenta, fed = np.empty(STEPS), np.full(STEPS, np.nan), losses()
    for t in range(STEPS):
        if case.name == "ReduceLROnPlateau":
            scheduler.step(fed[t])
        acting = parts[sum(t >= milestone for milestone in case.milestones)]
        rates[t] = group["lr"] if case.chained else _closed(acting, group["lr"])
        if case.name in ("CyclicLR", "OneCycleLR") and case.parameters.get("cycle_momentum", 1):
            momenta[t] = group["momentum"]
        optimizer.step()
        if case.name != "ReduceLROnPlateau" and t + 1 < STEPS:
            scheduler.step()
    return rates, momenta


def _closed(scheduler: Any, multiplied: float) -> float:
    """η of the closed form, or as it was multiplied if there is none."""
    if not hasattr(scheduler, "_get_closed_form_lr"):
        return multiplied
    closed = float(scheduler._get_closed_form_lr()[0])
    assert math.isclose(closed, multiplied, rel_tol=1e-10, abs_tol=1e-12), (scheduler, closed, multiplied)
    return closed


def _scheduler(case: Case, optimizer: torch.optim.Optimizer) -> Any:
    given = {name: value for name, value in case.parameters.items() if value or name not in UNSET_BY_0}
    if case.name in HUGGING_FACE:
        import transformers

        return getattr(transformers.optimization, HUGGING_FACE[case.name])(optimizer, **_worded(given, TYPES))
    kind = getattr(lr_scheduler, case.name)
    if case.formula:
        return kind(optimizer, FORMULAS[case.formula])
    if case.name == "CyclicLR":
        return kind(optimizer, base_lr=case.lr, **_worded(given, MODES))
    if case.name == "OneCycleLR":
        return kind(optimizer, max_lr=case.lr, **_worded(given, MODES))
    if case.name == "MultiStepLR":
        milestones = sorted(int(value) for name, value in given.items() if name.startswith("milestone") and value)
        return kind(optimizer, milestones, given.get("gamma", 0.1))
    return kind(optimizer, **_worded(given, MIN_MAX))


def _worded(given: Mapping[str, float], words: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """With the library's words and flags for the engine's whole numbers."""
    worded = {name: words[name][int(value)] if name in words else value for name, value in given.items()}
    return worded | {name: bool(given[name]) for name in FLAGS if name in given}
