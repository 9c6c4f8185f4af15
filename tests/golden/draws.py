"""Random states for the single steps, made of nothing but `random.random()` and exact operations.

So they come out the same bit for bit on every machine, and only what the library makes of them has to be stored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from .landscapes import Landscape, Pair, bowl
from .subjects import Subject

COUNT = 500
UPDATES = (1, 2, 3, 4, 5, 6, 7, 10, 30, 100, 1000, 99_999)


class State(NamedTuple):
    """Where an optimizer stands before update t: its place, its buffers, and a landscape for its slope."""

    t: int
    theta: Pair
    buffers: dict[str, Pair]
    landscape: Landscape


def _size(rng: Random, low: int, high: int) -> float:
    """A number of random magnitude from 2^low to 2^high."""
    return math.ldexp(1.0 + rng.random(), low + int(rng.random() * (high - low)))


def _signed(rng: Random, low: int, high: int) -> float:
    return _size(rng, low, high) * (1.0 if rng.random() < 0.5 else -1.0)


def _last(drawn: Mapping[str, Pair]) -> Pair:
    return list(drawn.values())[-1]


# How a buffer is drawn for both parameters; it may look at those drawn before it.
KINDS: dict[str, Callable[[Random, Mapping[str, Pair]], Pair]] = {
    "signed": lambda rng, drawn: (_signed(rng, -6, 6), _signed(rng, -6, 6)),
    "square": lambda rng, drawn: (_size(rng, -12, 12), _size(rng, -12, 12)),
    "positive": lambda rng, drawn: (_size(rng, -6, 6), _size(rng, -6, 6)),
    "one": lambda rng, drawn: (_size(rng, -6, 6),) * 2,  # one positive number for both
    "large": lambda rng, drawn: (_size(rng, 10, 14),) * 2,
    "weight": lambda rng, drawn: (1.0 + 8.0 * rng.random(),) * 2,
    "share": lambda rng, drawn: (rng.random(),) * 2,  # one number from 0 to 1 for both
    # a mean that does not contradict the mean square before it
    "mean": lambda rng, drawn: (
        math.sqrt(_last(drawn)[0]) * (1.4 * rng.random() - 0.7),
        math.sqrt(_last(drawn)[1]) * (1.4 * rng.random() - 0.7),
    ),
}


def states(subject: Subject) -> list[State]:
    """`COUNT` states of an optimizer; the k-th is for the setting k modulo their number. At t = 1 all buffers are 0.

    Where weight decay is coupled the gradient points the same way: if the two cancelled, the rounding of their sum, in
    which libraries differ, would be all that is left.
    """
    rng = Random(subject.optimizer)
    found = []
    for k in range(COUNT):
        treatment = subject.settings[k % len(subject.settings)].gradient
        t = UPDATES[int(rng.random() * len(UPDATES))]
        x, y = _signed(rng, -3, 3), _signed(rng, -3, 3)
        a, b = _signed(rng, -6, 6), _signed(rng, -6, 6)
        if "weight_decay" in treatment:
            sign = -1.0 if treatment.get("maximize") else 1.0
            a, b = math.copysign(a, sign * x), math.copysign(b, sign * y)
        hessian = _size(rng, -6, 6), _signed(rng, -6, 3), _size(rng, -6, 6)
        buffers: dict[str, Pair] = {}
        for name, kind in subject.buffers.items():
            buffers[name] = KINDS[kind](rng, buffers)
        if t == 1:
            buffers = dict.fromkeys(buffers, (0.0, 0.0))
        found.append(State(t, (x, y), buffers, bowl((x, y), (a, b), hessian)))
    return found
