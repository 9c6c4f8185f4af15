"""Those optimizers of optax, in float64, that have the same definition as torch's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jax
import optax
from jax import numpy as jnp

from .landscapes import Landscape, Pair
from .subjects import Buffers, Setting, Source, Subject
from .subjects import Setting as S

jax.config.update("jax_enable_x64", True)

BETAS = {"beta1": "b1", "beta2": "b2"}
MEANS = {"exp_avg": "signed", "exp_avg_sq": "square"}
UP, DECAY, BY_VALUE = {"maximize": True}, {"weight_decay": 0.05}, {"clip_value": 1.5}
# What optax calls the buffers; which of several depends on the optimizer.
FIELDS = {
    "momentum_buffer": ("trace",),
    "sum": ("sum_of_squares",),
    "square_avg": ("e_g", "nu"),
    "acc_delta": ("e_x",),
    "grad_avg": ("mu",),
    "exp_avg": ("mu",),
    "exp_avg_sq": ("nu",),
    "exp_inf": ("nu",),
}


def sgd(lr: float, momentum: float = 0.0, nesterov: int = 0) -> Any:
    return optax.sgd(lr, momentum or None, bool(nesterov))


def adagrad(lr: float, initial_accumulator_value: float = 0.0, eps: float = 1e-10) -> Any:
    assert eps == 0.0, "optax adds eps inside the root"
    return optax.adagrad(lr, initial_accumulator_value, eps)


def radam(lr: float, eps: float = 1e-8, **betas: float) -> Any:
    assert eps == 0.0, "optax adds eps after the correction of the mean square"
    return optax.radam(lr, eps=eps, **betas)


def rmsprop(lr: float, alpha: float = 0.99, eps: float = 1e-8, centered: int = 0) -> Any:
    return optax.rmsprop(lr, alpha, eps, eps_in_sqrt=False, centered=bool(centered))


MAKE: dict[str, Callable[..., Any]] = {
    "SGD": sgd,
    "Adagrad": adagrad,
    "Adadelta": optax.adadelta,
    "Adam": optax.adam,
    "AdamW": optax.adamw,
    "Adamax": optax.adamax,
    "RAdam": radam,
    "RMSprop": rmsprop,
}
SUBJECTS = (
    Subject(
        "SGD",
        {"momentum_buffer": "signed"},
        (
            S(0.005),
            S(0.001, {"momentum": 0.9}, BY_VALUE),
            S(0.002, {"momentum": 0.9, "nesterov": 1}, DECAY),
            S(1e-5, {"momentum": 0.5}, UP),
        ),
    ),
    Subject(
        "Adagrad",
        {"sum": "square"},
        (
            S(0.3, {"eps": 0.0}),
            S(0.1, {"eps": 0.0, "initial_accumulator_value": 0.1}, BY_VALUE),
            S(0.3, {"eps": 0.0, "initial_accumulator_value": 5.0}, DECAY),
            S(0.05, {"eps": 0.0}, UP),
        ),
    ),
    Subject(
        "Adadelta",
        {"square_avg": "square", "acc_delta": "square"},
        (
            S(1.0),
            S(0.3, {"rho": 0.95, "eps": 1e-5}, BY_VALUE),
            S(0.5, {"rho": 0.5}, DECAY),
            S(0.1, {"rho": 0.8}, UP),
        ),
    ),
    Subject(
        "Adam",
        MEANS,
        (
            S(0.05),
            S(0.005, {"beta1": 0.0, "beta2": 0.99}, BY_VALUE),
            S(0.05, {"eps": 1.0}, DECAY),
            S(0.005, {"beta1": 0.95}, UP),
        ),
    ),
    Subject(
        "AdamW",
        MEANS,
        (
            S(0.05, {"weight_decay": 0.01}),
            S(0.03, {"weight_decay": 0.5, "beta2": 0.99}, BY_VALUE),
            S(0.05, {"weight_decay": 0.1, "eps": 1.0}),
            S(0.005, {"weight_decay": 0.3, "beta1": 0.5}, UP),
        ),
    ),
    Subject(
        "Adamax",
        {"exp_avg": "signed", "exp_inf": "positive"},
        (
            S(0.002),
            S(0.05, {"beta1": 0.8}, BY_VALUE),
            S(0.05, {"eps": 1.0}, DECAY),
            S(0.005, {"beta1": 0.0, "beta2": 0.99}, UP),
        ),
    ),
    Subject(
        "RAdam",
        MEANS,
        (
            S(0.001, {"eps": 0.0}),
            S(0.01, {"eps": 0.0, "beta1": 0.5}, BY_VALUE),
            S(0.01, {"eps": 0.0, "beta2": 0.99}, DECAY),
            S(0.001, {"eps": 0.0}, UP),
        ),
    ),
    Subject(
        "RMSprop",
        {"square_avg": "square", "grad_avg": "mean"},
        (
            S(0.01),
            S(0.005, {"alpha": 0.95}, BY_VALUE),
            S(0.003, {"centered": 1, "eps": 1e-3}, DECAY),
            S(0.002, {}, UP),
        ),
    ),
)


@cache
def transformation(optimizer: str, lr: float, given: frozenset[Any], treatment: frozenset[Any]) -> tuple[Any, Any]:
    """`init` and the compiled `update` of a setting."""
    keywords, treated = {BETAS.get(name, name): value for name, value in given}, dict(treatment)
    before = [optax.clip(treated["clip_value"])] if "clip_value" in treated else []
    before += [optax.scale(-1.0)] if "maximize" in treated else []
    before += [optax.add_decayed_weights(treated["weight_decay"])] if "weight_decay" in treated else []
    made = optax.chain(*before, MAKE[optimizer](lr, **keywords))
    return made.init, jax.jit(made.update)


class OptaxWalker:
    """Two numbers with a transformation of optax."""

    def __init__(self, subject: Subject, setting: Setting, theta: Pair) -> None:
        treated = frozenset(setting.gradient.items())
        key = frozenset(setting.hyperparameters.items())
        init, self.update = transformation(subject.optimizer, setting.lr, key, treated)
        self.values = jnp.array(theta)
        self.state = init(self.values)
        self.names = subject.buffers

    @property
    def theta(self) -> Pair:
        x, y = self.values.tolist()
        return x, y

    @property
    def buffers(self) -> Buffers:
        found = fields(self.state)
        kept = {name: [found[field] for field in FIELDS[name] if field in found] for name in self.names}
        return {name: tuple(values[0].tolist()) for name, values in kept.items() if values}

    def place(self, t: int, buffers: Buffers) -> None:
        values: dict[str, Any] = {"count": jnp.array(t - 1, jnp.int32)}
        for name, pair in buffers.items():
            values |= dict.fromkeys(FIELDS[name], jnp.array(pair))
        self.state = placed(self.state, values)

    def step(self, landscape: Landscape) -> None:
        gradient = jnp.array(landscape.look(*self.theta)[1:3])
        updates, self.state = self.update(gradient, self.state, self.values)
        self.values = optax.apply_updates(self.values, updates)


def fields(state: Any) -> dict[str, Any]:
    """The fields of all named tuples in a state of optax."""
    if not isinstance(state, tuple):
        return {}
    found = dict(zip(getattr(state, "_fields", ()), state, strict=False))
    for part in state:
        found |= fields(part)
    return found


def placed(state: Any, values: Mapping[str, Any]) -> Any:
    """The state with `values` in the fields of these names."""
    if hasattr(state, "_fields"):
        return state._replace(
            **{name: values.get(name, placed(getattr(state, name), values)) for name in state._fields}
        )
    return tuple(placed(part, values) for part in state) if isinstance(state, tuple) else state


SOURCE = Source("optax", ("optax", "jax", "jaxlib"), SUBJECTS, OptaxWalker)
