"""The surfaces on which paths are recorded: the engine's formula, and the same by hand for a library's optimizer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Pair = tuple[float, float]
Look = tuple[float, float, float, float, float, float]  # L, its gradient, and its Hessian by xx, xy, yy


@dataclass(frozen=True)
class Landscape:
    """A loss as `formula` for the engine and as `look` in plain Python; paths begin at `start`."""

    formula: str
    start: Pair
    look: Callable[[float, float], Look]
    parameters: Mapping[str, float] = field(default_factory=dict)


def crescent(x: float, y: float) -> Look:
    """Rosenbrock's, with walls a tenth as steep."""
    u = y - x * x
    slope = (-2 * (1 - x) - 40 * x * u, 20 * u)
    return (1 - x) ** 2 + 10 * u * u, *slope, 2 - 40 * u + 80 * x * x, -40 * x, 20.0


def ravine(x: float, y: float) -> Look:
    """A quadratic of condition 100, turned, about (1.5, −0.8)."""
    u, v = 0.8 * (x - 1.5) + 0.6 * (y + 0.8), -0.6 * (x - 1.5) + 0.8 * (y + 0.8)
    curvature = (16.09, 11.88, 9.16)
    return 12.5 * u * u + 0.125 * v * v, 20 * u - 0.15 * v, 15 * u + 0.2 * v, *curvature


def himmelblau(x: float, y: float) -> Look:
    """A tenth of Himmelblau's, which has four minima."""
    u, v = x * x + y - 11, x + y * y - 7
    slope = (0.4 * x * u + 0.2 * v, 0.2 * u + 0.4 * y * v)
    return 0.1 * (u * u + v * v), *slope, 0.4 * u + 0.8 * x * x + 0.2, 0.4 * (x + y), 0.2 + 0.4 * v + 0.8 * y * y


def wells(x: float, y: float) -> Look:
    """Two wells of which one is deeper, a saddle between them, and slopes that level off."""
    a, b = math.exp(-((x - 1) ** 2) - (y - 0.5) ** 2), 0.7 * math.exp(-((x + 1) ** 2) - (y + 0.7) ** 2)
    loss = 0.05 * (x * x + y * y) - a - b
    slope = (0.1 * x + 2 * (x - 1) * a + 2 * (x + 1) * b, 0.1 * y + 2 * (y - 0.5) * a + 2 * (y + 0.7) * b)
    xx = 0.1 + (2 - 4 * (x - 1) ** 2) * a + (2 - 4 * (x + 1) ** 2) * b
    yy = 0.1 + (2 - 4 * (y - 0.5) ** 2) * a + (2 - 4 * (y + 0.7) ** 2) * b
    return loss, *slope, xx, -4 * (x - 1) * (y - 0.5) * a - 4 * (x + 1) * (y + 0.7) * b, yy


LANDSCAPES = {
    "crescent": Landscape("(1 - x)^2 + 10*(y - x^2)^2", (-1.2, 1.0), crescent),
    "ravine": Landscape(
        "12.5*(0.8*(x - 1.5) + 0.6*(y + 0.8))^2 + 0.125*(-0.6*(x - 1.5) + 0.8*(y + 0.8))^2", (-0.7, 1.9), ravine
    ),
    "himmelblau": Landscape("0.1*((x^2 + y - 11)^2 + (x + y^2 - 7)^2)", (-0.4, 1.3), himmelblau),
    "wells": Landscape(
        "0.05*(x^2 + y^2) - exp(-(x - 1)^2 - (y - 0.5)^2) - 0.7*exp(-(x + 1)^2 - (y + 0.7)^2)", (0.3, 1.6), wells
    ),
}


def bowl(theta: Pair, gradient: Pair, hessian: tuple[float, float, float]) -> Landscape:
    """The quadratic that has exactly this gradient and Hessian (by xx, xy, yy) at θ, and L = 0 there."""
    (p, q), (a, b), (xx, xy, yy) = theta, gradient, hessian

    def look(x: float, y: float) -> Look:
        u, v = x - p, y - q
        loss = a * u + b * v + 0.5 * xx * u * u + 0.5 * yy * v * v + xy * u * v
        return loss, a + xx * u + xy * v, b + yy * v + xy * u, xx, xy, yy

    return Landscape(
        "a*(x - p) + b*(y - q) + 0.5*xx*(x - p)^2 + 0.5*yy*(y - q)^2 + xy*(x - p)*(y - q)",
        theta,
        look,
        {"p": p, "q": q, "a": a, "b": b, "xx": xx, "xy": xy, "yy": yy},
    )
