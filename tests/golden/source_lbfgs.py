"""torch.optim.LBFGS with one iteration a step: unlike the others it looks at the loss as often as it wants."""

from __future__ import annotations

import math
from typing import Any

import torch

from .landscapes import Landscape, Pair
from .subjects import Buffers, Source, Subject
from .subjects import Setting as S

TRIALS = 25  # of a line search, as by default; max_eval counts the look at θ too
SEARCH = {"line_search_fn": 1}
HISTORY = 5
FAR = 1e6
# Pairs of one quadrant, so that their y·s is positive; n_iter lies between 0 and 1, so that none is the first.
BUFFERS = {"n_iter": "share", "d": "signed", "step": "share", "prev_flat_grad": "signed"}
BUFFERS |= {f"{name}{k}": "positive" for name in "sy" for k in range(1, HISTORY + 1)}

SUBJECTS = (
    Subject(
        "LBFGS",
        BUFFERS,
        (
            S(1.0, SEARCH),
            S(2.0, SEARCH | {"history_size": 1}),
            S(2.0, SEARCH | {"history_size": 3, "tolerance_change": 1e-4}),
            S(0.1, SEARCH | {"history_size": 3}),
            S(1.0, SEARCH | {"history_size": 2, "tolerance_grad": 1e-2, "tolerance_change": 0.0}),
            S(0.3),
            S(0.5, {"history_size": 2}),
            S(0.7, {"history_size": 4, "tolerance_grad": 1e-3}),
            S(1.0, {"history_size": 3, "tolerance_change": 1e-5}),
            S(0.5, {"tolerance_grad": 0.0, "tolerance_change": 0.0}),
        ),
    ),
)


class LbfgsWalker:
    """A parameter of two numbers with torch's L-BFGS, whose pairs carry over from step to step.

    Of a single step from random pairs only the pairs after it are there to be compared, as the terms of the direction
    may cancel. Where a search runs away on a bowl that has no bottom, nothing is: rounding decides how far.
    """

    def __init__(self, subject: Subject, setting: S, theta: Pair) -> None:
        self.parameter = torch.tensor(theta, dtype=torch.float64)
        self.placed = False
        given: dict[str, Any] = {"history_size": HISTORY, **setting.hyperparameters}
        given["line_search_fn"] = "strong_wolfe" if given.get("line_search_fn") else None
        given |= {"max_iter": 1, "max_eval": 1 + TRIALS}
        self.optimizer = torch.optim.LBFGS([self.parameter], lr=setting.lr, **given)

    @property
    def theta(self) -> Pair:
        x, y = self.parameter.tolist()
        return (math.nan, math.nan) if self.placed or abs(x) + abs(y) > FAR else (x, y)

    @property
    def state(self) -> dict[str, Any]:
        return self.optimizer.state[self.parameter]

    @property
    def buffers(self) -> Buffers:
        found = {"prev_flat_grad": self.state["prev_flat_grad"]}
        for name, kept in (("s", self.state["old_stps"]), ("y", self.state["old_dirs"])):
            found |= {f"{name}{k}": tensor for k, tensor in enumerate(reversed(kept), start=1)}
        return {name: tuple(tensor.tolist()) for name, tensor in found.items()}

    def place(self, t: int, buffers: Buffers) -> None:
        self.placed = True
        tensors = {name: torch.tensor(pair, dtype=torch.float64) for name, pair in buffers.items()}
        kept = range(self.optimizer.defaults["history_size"], 0, -1)
        steps, changes = [tensors[f"s{k}"] for k in kept], [tensors[f"y{k}"] for k in kept]
        self.state.update(n_iter=1, d=tensors["d"], t=buffers["step"][0], prev_flat_grad=tensors["prev_flat_grad"])
        self.state.update(old_stps=steps, old_dirs=changes)
        self.state["ro"] = [1 / change.dot(step) for step, change in zip(steps, changes, strict=True)]
        self.state["H_diag"] = changes[-1].dot(steps[-1]) / changes[-1].dot(changes[-1])

    def step(self, landscape: Landscape) -> None:
        def look() -> torch.Tensor:
            loss, *slope = landscape.look(*self.parameter.tolist())[:3]
            self.parameter.grad = torch.tensor(slope, dtype=torch.float64)
            return torch.tensor(loss, dtype=torch.float64)

        self.optimizer.step(look)


SOURCE = Source("lbfgs", ("torch",), SUBJECTS, LbfgsWalker)
