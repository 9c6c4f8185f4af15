"""Each optimizer again, in plain Python after its published definition: one parameter, one step.

`reference(t, eta, theta, g, h, s)` returns Δθ, the divisor that its paper calls the denominator, and the new buffers.
`h` holds the hyper-parameters by name, `s` the buffers, and `t` counts from 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

import surfaces
from engine.optimizers import Optimizer
from engine.scenario import SurfaceConfig

Buffers = tuple[float, ...]
Values = Mapping[str, float]
Reference = Callable[[int, float, float, float, Values, Buffers], tuple[float, float, Buffers]]


@cache
def flat() -> Any:
    return surfaces.build(SurfaceConfig(formula="0*x"))


def apply_rule(
    optimizer: Optimizer,
    t: int,
    eta: float,
    theta: NDArray[np.float64],
    g: NDArray[np.float64],
    h: NDArray[np.float64],
    state: NDArray[np.float64],
    m: NDArray[np.float64],
    sigma: NDArray[np.float64],
) -> None:
    """One call of the native rule, away from any surface; `state`, `m` and `sigma` are written."""
    look, powers = np.zeros(6), np.array([h[place] ** float(t) for place in optimizer.powers])
    surface = flat()
    optimizer.compiled(
        float(t), eta, eta, theta, g, look, powers, h, state, m, sigma, surface.function, surface.parameters
    )


def sgd(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """torch.optim.SGD, as the pseudo-code of its documentation."""
    g = g + h.get("weight_decay", 0.0) * theta
    buffer = g if t == 1 else h["momentum"] * s[0] + (1 - h["dampening"]) * g
    if h["momentum"]:
        g = g + h["momentum"] * buffer if h["nesterov"] else buffer
    return -eta * g, 1.0, (buffer,)


def momentum_lecture(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """Movement = λ · last movement − η · gradient."""
    movement = h["momentum"] * s[0] - eta * g
    return movement, 1.0, (movement,)


def gd_per_parameter(i: int) -> Reference:
    def step(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
        rate = h[f"rate{i + 1}"]
        return -eta * rate * g, 1 / rate, ()

    return step


def adagrad(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """torch.optim.Adagrad: the sum of the squares."""
    total = s[0] + g * g
    divisor = math.sqrt(total) + h["eps"]
    return -eta * g / divisor, divisor, (total,)


def adagrad_lecture(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """The mean of the squares."""
    total = s[0] + g * g
    divisor = math.sqrt(total / t)
    return -eta * g / divisor, divisor, (total,)


def rmsprop(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """torch.optim.RMSprop: the average starts at 0 and is not corrected."""
    average = h["alpha"] * s[0] + (1 - h["alpha"]) * g * g
    divisor = math.sqrt(average) + h["eps"]
    return -eta * g / divisor, divisor, (average,)


def rmsprop_lecture(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """σ⁰ = |g⁰|; after that (σᵗ)² = α (σᵗ⁻¹)² + (1 − α) (gᵗ)²."""
    average = g * g if t == 1 else h["alpha"] * s[0] + (1 - h["alpha"]) * g * g
    divisor = math.sqrt(average)
    return -eta * g / divisor, divisor, (average,)


def adam(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """Kingma & Ba, algorithm 1."""
    m = h["beta1"] * s[0] + (1 - h["beta1"]) * g
    v = h["beta2"] * s[1] + (1 - h["beta2"]) * g * g
    divisor = math.sqrt(v / (1 - h["beta2"] ** t)) + h["eps"]
    return -eta * (m / (1 - h["beta1"] ** t)) / divisor, divisor, (m, v)


def adam_lecture(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """m⁰ = g⁰ and σ⁰ = |g⁰|, then running means of both; no correction, no eps."""
    m = g if t == 1 else h["beta1"] * s[0] + (1 - h["beta1"]) * g
    v = g * g if t == 1 else h["beta2"] * s[1] + (1 - h["beta2"]) * g * g
    return -eta / math.sqrt(v) * m, math.sqrt(v), (m, v)


def adamw(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """torch.optim.AdamW: θ shrinks first, then Adam's step."""
    step, divisor, buffers = adam(t, eta, theta, g, h, s)
    return -eta * h["weight_decay"] * theta + step, divisor, buffers


def radam(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """torch.optim.RAdam, with its limit of 5; here the divisor includes 1/r."""
    m = h["beta1"] * s[0] + (1 - h["beta1"]) * g
    v = h["beta2"] * s[1] + (1 - h["beta2"]) * g * g
    corrected = m / (1 - h["beta1"] ** t)
    bound = 2 / (1 - h["beta2"]) - 1
    rho = bound - 2 * t * h["beta2"] ** t / (1 - h["beta2"] ** t)
    if rho <= 5:
        return -eta * corrected, 1.0, (m, v)
    r = math.sqrt((rho - 4) * (rho - 2) * bound / ((bound - 4) * (bound - 2) * rho))
    adaptive = math.sqrt(1 - h["beta2"] ** t) / (math.sqrt(v) + h["eps"])
    return -eta * corrected * r * adaptive, 1 / (r * adaptive), (m, v)


REFERENCES: dict[str, tuple[Reference, Reference]] = {
    "SGD": (sgd, sgd),
    "Momentum_lecture": (momentum_lecture, momentum_lecture),
    "GD_per_parameter": (gd_per_parameter(0), gd_per_parameter(1)),
    "Adagrad": (adagrad, adagrad),
    "Adagrad_lecture": (adagrad_lecture, adagrad_lecture),
    "RMSprop": (rmsprop, rmsprop),
    "RMSprop_lecture": (rmsprop_lecture, rmsprop_lecture),
    "Adam": (adam, adam),
    "Adam_lecture": (adam_lecture, adam_lecture),
    "AdamW": (adamw, adamw),
    "RAdam": (radam, radam),
}
