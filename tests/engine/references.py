"""Optimizers that no library has, again in plain Python after their definition: one parameter, one step.

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
from engine.language.compile import Work
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
    place = Work.of(len(optimizer.names), len(optimizer.powers))
    w = np.zeros(place.state + state.size)
    w[:2], w[2:4], w[place.hyperparameters : place.powers] = theta, g, h
    w[place.powers : place.state] = [h[k] ** float(t) for k in optimizer.powers]
    w[place.state :] = state.ravel()
    optimizer.compiled(float(t), eta, eta, w, flat().function, flat().parameters)
    m[:], sigma[:], state[:] = w[10:12], w[12:14], w[place.state :].reshape(state.shape)


def momentum_lecture(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """Movement = λ · last movement − η · gradient."""
    movement = h["momentum"] * s[0] - eta * g
    return movement, 1.0, (movement,)


def gd_per_parameter(i: int) -> Reference:
    def step(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
        rate = h[f"rate{i + 1}"]
        return -eta * rate * g, 1 / rate, ()

    return step


def adagrad_lecture(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """The mean of the squares."""
    total = s[0] + g * g
    divisor = math.sqrt(total / t)
    return -eta * g / divisor, divisor, (total,)


def rmsprop_lecture(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """σ⁰ = |g⁰|; after that (σᵗ)² = α (σᵗ⁻¹)² + (1 − α) (gᵗ)²."""
    average = g * g if t == 1 else h["alpha"] * s[0] + (1 - h["alpha"]) * g * g
    divisor = math.sqrt(average)
    return -eta * g / divisor, divisor, (average,)


def adam_lecture(t: int, eta: float, theta: float, g: float, h: Values, s: Buffers) -> tuple[float, float, Buffers]:
    """m⁰ = g⁰ and σ⁰ = |g⁰|, then running means of both; no correction, no eps."""
    m = g if t == 1 else h["beta1"] * s[0] + (1 - h["beta1"]) * g
    v = g * g if t == 1 else h["beta2"] * s[1] + (1 - h["beta2"]) * g * g
    return -eta / math.sqrt(v) * m, math.sqrt(v), (m, v)


REFERENCES: dict[str, tuple[Reference, Reference]] = {
    "Momentum_lecture": (momentum_lecture, momentum_lecture),
    "GD_per_parameter": (gd_per_parameter(0), gd_per_parameter(1)),
    "Adagrad_lecture": (adagrad_lecture, adagrad_lecture),
    "RMSprop_lecture": (rmsprop_lecture, rmsprop_lecture),
    "Adam_lecture": (adam_lecture, adam_lecture),
}
