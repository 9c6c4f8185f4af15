"""The settings in which optax's own optimizers are recorded: each flag and hyper-parameter at several values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .subjects import Setting as S
from .subjects import Subject

MEANS = {"exp_avg": "signed", "exp_avg_sq": "square"}
TREATED: Sequence[Mapping[str, float | bool]] = (
    *({}, {}, {}, {}, {"weight_decay": 0.05}, {"maximize": True}, {"clip_value": 1.5}),
    *({"weight_decay": 0.1}, {"clip_value": 0.5}, {"clip_value": 2.0, "weight_decay": 0.02}),
)


def settings(lrs: Sequence[float], *given: Mapping[str, float]) -> tuple[S, ...]:
    """Ten settings: each of `given` in turn, with the rates and treatments in turn."""
    return tuple(S(lrs[k % len(lrs)], given[k % len(given)], treatment) for k, treatment in enumerate(TREATED))


SUBJECTS = (
    Subject(
        "Lion",
        {"exp_avg": "signed"},
        settings((1e-4, 1e-3), {}, {"beta1": 0.5}, {"beta2": 0.5, "weight_decay": 0.1}, {"weight_decay": 0.0}),
    ),
    Subject(
        "AdaBelief",
        {"exp_avg": "signed", "exp_avg_var": "square"},
        settings(
            (1e-3, 0.01),
            {"eps": 1e-3},
            {"beta1": 0.5, "eps": 0.1},
            {"beta2": 0.9, "eps_root": 1e-4},
            {"eps_root": 0.01},
        ),
    ),
    Subject(
        "Yogi",
        MEANS,
        settings((0.01, 0.002), {}, {"beta1": 0.5}, {"beta2": 0.9, "eps": 0.1}, {"initial_accumulator_value": 0.1}),
    ),
    Subject(
        "LAMB",
        MEANS,
        settings(
            (1e-3, 1e-4), {}, {"beta1": 0.5, "weight_decay": 0.1}, {"beta2": 0.9}, {"eps": 0.1, "weight_decay": 0.01}
        ),
    ),
    Subject(
        "LARS",
        {"momentum_buffer": "signed"},
        settings(
            (0.05, 0.01),
            *({}, {"momentum": 0.5, "nesterov": 1}, {"trust_coefficient": 0.002}, {"weight_decay": 0.1, "eps": 0.1}),
        ),
    ),
    Subject(
        "NovoGrad",
        {"exp_avg_sq": "one", "exp_avg": "signed"},
        settings((1e-3, 1e-4), {}, {"beta1": 0.5, "weight_decay": 0.1}, {"beta2": 0.9}, {"eps": 0.1, "beta1": 0.95}),
    ),
    Subject(
        "SM3",
        {"accumulator": "square", "momentum_buffer": "signed"},
        settings((0.1, 0.02), {}, {"momentum": 0.5}, {"eps": 0.1}),
    ),
    Subject(
        "Adan",
        {"exp_avg": "signed", "exp_avg_diff": "signed", "exp_avg_sq": "square", "prev_grad": "share"},
        settings(
            (1e-3, 0.01),
            *({}, {"beta1": 0.5, "weight_decay": 0.1}, {"beta2": 0.9, "eps": 0.1}, {"beta3": 0.9, "eps_root": 0.01}),
        ),
    ),
    Subject(
        "Sophia",
        {"exp_avg": "signed", "hessian": "signed"},
        settings(
            (1e-3, 1e-4),
            *({}, {"beta1": 0.5, "weight_decay": 0.1}, {"beta2": 0.5, "update_interval": 3}),
            *({"gamma": 1.0, "clip_threshold": 0.5}, {"eps": 0.1}),
        ),
    ),
    Subject(
        "Prodigy",
        {
            **{"exp_avg": "signed", "exp_avg_sq": "square", "s": "signed", "p0": "signed", "d": "one"},
            "d_numerator": "large",
        },
        settings(
            (0.03, 0.01),
            *({"d0": 0.1}, {"d0": 0.05, "beta1": 0.8, "weight_decay": 0.1}, {"d0": 0.3, "beta2": 0.9, "eps": 0.1}),
            *({"d0": 0.05, "beta3": 0.9}, {"d0": 0.01, "d_coef": 0.5, "safeguard_warmup": 1}),
        ),
    ),
    Subject(
        "ScheduleFreeSGD",
        buffers={"z": "signed", "lr_max": "one", "weight_sum": "one"},
        terms=("z",),
        settings=settings((0.005, 1e-5), {}, {"momentum": 0.5}, {"weight_decay": 0.1}, {"weight_lr_power": 1.0}),
    ),
    Subject(
        "ScheduleFreeAdamW",
        buffers={"exp_avg_sq": "square", "z": "signed", "lr_max": "one", "weight_sum": "one"},
        terms=("z",),
        settings=settings(
            (0.0025, 0.01),
            {},
            {"beta1": 0.5, "weight_decay": 0.1},
            {"beta2": 0.9, "eps": 0.1},
            {"weight_lr_power": 0.0},
        ),
    ),
)
