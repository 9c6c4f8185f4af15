"""Those optimizers of optax and optax.contrib that torch does not have, in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import optax
from jax import numpy as jnp
from optax import contrib

from .landscapes import Landscape, Pair
from .settings_literature import SUBJECTS
from .source_optax import fields, placed
from .subjects import Buffers, Setting, Source, Subject

NAMES = {"beta1": "b1", "beta2": "b2", "beta3": "b3"}
# What optax calls the buffers; with a minus the sign is the other way round.
FIELDS = {
    "exp_avg": ("mu", "m", "exp_avg"),
    "exp_avg_sq": ("n", "nu", "exp_avg_sq"),
    "exp_avg_var": ("nu",),
    "exp_avg_diff": ("v",),
    "prev_grad": ("g",),
    "hessian": ("nu",),
    "accumulator": ("mu",),
    "momentum_buffer": ("-trace", "nu"),
    **{"s": ("grad_sum",), "p0": ("params0",), "d": ("estim_lr",), "d_numerator": ("numerator_weighted",)},
    **{"z": ("z",), "lr_max": ("max_lr",), "weight_sum": ("weight_sum",)},
}


def yogi(lr: float, **given: float) -> Any:
    return optax.chain(optax.scale_by_yogi(**given), optax.scale_by_learning_rate(lr))


def sm3(lr: float, momentum: float = 0.9, eps: float = 1e-8) -> Any:
    return optax.chain(optax.scale_by_sm3(momentum, eps=eps), optax.scale(-lr))


def lars(lr: float, nesterov: int = 0, **given: float) -> Any:
    return optax.lars(lr, nesterov=bool(nesterov), **given)


def sophia(lr: float, **given: Any) -> Any:
    """With the exact diagonal, handed over with every update."""
    exact = optax.GradientTransformationExtraArgs(
        lambda params: optax.EmptyState(), lambda updates, state, params=None, *, diagonal: (diagonal, state)
    )
    return contrib.sophia(lr, hessian_diagonal_fn=exact, **given)


def prodigy(lr: float, **given: Any) -> Any:
    betas = given.pop("b1", 0.9), given.pop("b2", 0.999)
    words = {"b3": "beta3", "d0": "estim_lr0", "d_coef": "estim_lr_coef"}
    named = {words.get(name, name): value for name, value in given.items()}
    return contrib.prodigy(lr, betas, **named | {"safeguard_warmup": bool(named.get("safeguard_warmup"))})


def schedule_free_sgd(lr: float, momentum: float = 0.9, **given: float) -> Any:
    return contrib.schedule_free_sgd(lr, b1=momentum, **given)


MAKE: dict[str, Callable[..., Any]] = {
    "Lion": optax.lion,
    "AdaBelief": optax.adabelief,
    "Yogi": yogi,
    "LAMB": optax.lamb,
    "LARS": lars,
    "NovoGrad": optax.novograd,
    "SM3": sm3,
    "Adan": optax.adan,
    "Sophia": sophia,
    "Prodigy": prodigy,
    "ScheduleFreeSGD": schedule_free_sgd,
    "ScheduleFreeAdamW": contrib.schedule_free_adamw,
}
_made: dict[str, tuple[Any, Any]] = {}


def transformation(subject: Subject, setting: Setting) -> tuple[Any, Any]:
    """`init` and the compiled `update` of a setting."""
    key = f"{subject.optimizer} {setting}"
    if key not in _made:
        keywords = {NAMES.get(name, name): value for name, value in setting.hyperparameters.items()}
        treated = setting.gradient
        before = [optax.clip(treated["clip_value"])] if "clip_value" in treated else []
        before += [optax.scale(-1.0)] if "maximize" in treated else []
        before += [optax.add_decayed_weights(treated["weight_decay"])] if "weight_decay" in treated else []
        made = optax.with_extra_args_support(optax.chain(*before, MAKE[subject.optimizer](setting.lr, **keywords)))
        _made[key] = made.init, jax.jit(made.update)
    return _made[key]


class LiteratureWalker:
    """Two numbers, one layer, with a transformation of optax."""

    def __init__(self, subject: Subject, setting: Setting, theta: Pair) -> None:
        init, self.update = transformation(subject, setting)
        self.values = jnp.array(theta)
        self.state = init(self.values)
        self.subject = subject
        known = fields(self.state)
        found = {name: [f for f in FIELDS[name] if f.removeprefix("-") in known] for name in subject.buffers}
        self.fields = {name: candidates[0] for name, candidates in found.items() if candidates}

    @property
    def theta(self) -> Pair:
        x, y = self.values.tolist()
        return x, y

    @property
    def buffers(self) -> Buffers:
        known, kept = fields(self.state), {}
        for name, field in self.fields.items():
            value = known[field.removeprefix("-")]
            value = value[0] if isinstance(value, list) else value
            pair = jnp.broadcast_to(-value if field.startswith("-") else value, (2,))
            kept[name] = tuple(pair.tolist())
        return kept

    def place(self, t: int, buffers: Buffers) -> None:
        known = fields(self.state)
        counts = {"count": t - 1, "t": t - 1, "step_count": t}
        values: dict[str, Any] = {name: jnp.array(value, jnp.int32) for name, value in counts.items()}
        for name, field in self.fields.items():
            old = known[field.removeprefix("-")]
            new = jnp.array(buffers[name]) * (-1 if field.startswith("-") else 1)
            shape = old[0].shape if isinstance(old, list) else old.shape
            new = new if shape else new[0]
            values[field.removeprefix("-")] = [new] if isinstance(old, list) else new
        self.state = placed(self.state, values)

    def step(self, landscape: Landscape) -> None:
        _, x, y, xx, _, yy = landscape.look(*self.theta)
        given = {"diagonal": jnp.array([xx, yy])} if self.subject.optimizer == "Sophia" else {}
        updates, self.state = self.update(jnp.array([x, y]), self.state, self.values, **given)
        self.values = optax.apply_updates(self.values, updates)


SOURCE = Source("literature", ("optax", "jax", "jaxlib"), SUBJECTS, LiteratureWalker)
