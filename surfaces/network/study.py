"""The minimum ratio at critical points: many networks that differ in their initial weights are trained for a while, and
from where they are a critical point is looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from engine.scenario import Scenario, SurfaceConfig
from engine.surface import Surface
from engine.wide import WideRun

from .. import find_entry
from .critical import Critical, find_critical

FLAT = 1e-3  # ‖g‖ up to which a point counts as critical
UNTRAINED = 0.2  # the share of the networks that are not trained at all
CHUNK, LIMIT = 256, 40
Build = Callable[[SurfaceConfig], Surface]


class Point(NamedTuple):
    """A critical point that was found.

    Attributes:
        seed: of the network's initial weights.
        steps: of training before the search.
        loss, grad_norm: there.
        positive, negative: how many of the Hessian's eigenvalues are above and below zero, out of `weights`.
    """

    seed: int
    steps: int
    loss: float
    grad_norm: float
    positive: int
    negative: int
    weights: int

    @property
    def ratio(self) -> float:
        """The minimum ratio: 1 at a minimum."""
        return self.positive / self.weights


def critical_points(
    scenario: Scenario, index: int, build: Build, count: int, stopped: Callable[[], bool]
) -> Iterator[Point | None]:
    """`count` tries, one after the other: each a point, or None where none was found nearby.

    Try k has the weights of the scenario's seed + k. A fifth of the networks are not trained; each of the others is, as
    the scenario's run `index` says, for a number of steps that is drawn between a quarter and all of the scenario's.

    Args:
        build: makes a surface of a SurfaceConfig.
        stopped: asked now and then.

    Raises:
        ConfigError: as `find_critical`.
    """
    surface = scenario.surface
    defaults = {parameter.name: parameter.default for parameter in find_entry(surface).parameters}
    first = round(surface.parameters.get("seed", defaults["seed"]))
    drawn = np.random.default_rng(scenario.seed).integers(scenario.steps // 4, scenario.steps + 1, count)
    for k in range(count):
        if stopped():
            return
        steps = 0 if k < UNTRAINED * count else int(drawn[k])
        made = replace(surface, parameters={**surface.parameters, "seed": first + k})
        run = WideRun(scenario.runs[index], replace(scenario, surface=made), build(made), index, limit=0)
        while run.computed + 1 < steps and not run.finished and not stopped():
            run.advance(min(CHUNK, steps - 1 - run.computed))
        yield _point(find_critical(run.wide, run.theta.copy(), limit=LIMIT, stopped=stopped), first + k, steps)


def _point(found: Critical | None, seed: int, steps: int) -> Point | None:
    if found is None or not found.grad_norm < FLAT:
        return None
    positive = round(found.minimum_ratio * len(found.eigenvalues))
    return Point(seed, steps, found.loss, found.grad_norm, positive, found.negative, len(found.eigenvalues))
