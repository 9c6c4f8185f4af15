"""The engine on the same paths and single steps as a record, and how far it is off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

import surfaces
from engine.optimizers import optimizers
from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import NO_BLOCKS, Place, Point, Run, Simulator

from .draws import State, states
from .landscapes import LANDSCAPES, Landscape
from .record import CHECKPOINTS, STEPS, Array, Record, difference
from .subjects import Setting

ULP = float(np.finfo(float).eps)
PATH, STEP = 1e-11, 4.0  # what is allowed


class Offs(NamedTuple):
    """How far the engine is off.

    Attributes:
        path: the largest difference of θ on any path, relative to its larger component.
        steps: the largest after a single step, of "theta" in ulp of |θ| + |Δθ| and of each buffer in ulp of its terms.
    """

    path: float
    steps: dict[str, float]

    @property
    def allowed(self) -> bool:
        return self.path <= PATH and all(off <= STEP for off in self.steps.values())

    def __str__(self) -> str:
        return f"path {self.path:.1e}, step " + ", ".join(f"{name} {off:.2f}" for name, off in self.steps.items())


def compare(record: Record) -> Offs:
    """Make with the engine what is in a record."""
    optimizer, settings = record.subject.optimizer, record.subject.settings
    offs = [
        difference(path(optimizer, setting, landscape), recorded)
        for setting, paths in zip(settings, record.paths, strict=True)
        for landscape, recorded in zip(LANDSCAPES.values(), paths, strict=True)
    ]
    before = states(record.subject)
    after = steps(optimizer, settings, before)
    theta = np.array([state.theta for state in before])
    sizes = np.abs(theta) + np.abs(record.theta - theta)
    for name in record.subject.terms:
        sizes = sizes + np.abs(np.array([state.buffers[name] for state in before]))
    found = {"theta": _ulps(np.array([point.theta for point in after]), record.theta, sizes)}
    for name, new in record.buffers.items():
        k = optimizers()[optimizer].state.index(name)
        old = np.array([state.buffers[name] for state in before])
        # What is never negative is a sum of such terms; else the terms are as large as the buffer before and after.
        sizes = np.abs(new) + (np.abs(old) if (old < 0).any() or (new < 0).any() else 0)
        found[name] = _ulps(np.array([point.state[k] for point in after]), new, sizes)
    return Offs(max(offs), found)


def path(optimizer: str, setting: Setting, landscape: Landscape) -> Array:
    """θ at the checkpoints."""
    run = _run(optimizer, setting, landscape)
    run.advance(STEPS + 1)
    assert run.end is None, f"{optimizer} {setting} on {landscape.formula}: {run.end}"
    return run.rows(0, STEPS)[list(CHECKPOINTS), :2]


def steps(optimizer: str, settings: Sequence[Setting], before: Sequence[State]) -> list[Point]:
    """θ and buffers after one update from each state, through the whole of the engine's loop."""
    runs = [_run(optimizer, setting, before[0].landscape) for setting in settings]
    points = []
    for k, state in enumerate(before):
        run = runs[k % len(runs)]
        run.surface = replace(run.surface, parameters=np.array([*state.landscape.parameters.values()]))
        buffers = np.zeros_like(run.state)
        for name, values in state.buffers.items():
            buffers[run.optimizer.state.index(name)] = values
        point = Point(np.array(state.theta), buffers, run.schedule_state)
        place = Place(np.empty((1, run.trajectory.rows.shape[1])), NO_BLOCKS, 1, state.t - 1)
        run._loop(state.t - 1, 1, point, place, np.zeros(3), entering=False)
        points.append(point)
    return points


def _run(optimizer: str, setting: Setting, landscape: Landscape) -> Run:
    """A run of the engine, before its first step."""
    gradient = Gradient(**setting.gradient)  # type: ignore[arg-type]
    config = RunConfig(optimizer, setting.lr, hyperparameters=setting.hyperparameters, gradient=gradient)
    surface = SurfaceConfig(formula=landscape.formula, parameters=landscape.parameters)
    return Simulator(Scenario(surface, landscape.start, (config,), steps=STEPS), surfaces.build).runs[0]


def _ulps(made: Array, recorded: Array, sizes: Array) -> float:
    """The largest difference in ulp of `sizes`; where nothing is recorded nothing is compared."""
    known = ~np.isnan(recorded)
    off = np.abs(made - recorded)[known]
    with np.errstate(divide="ignore"):
        return float(np.max(np.divide(off, ULP * sizes[known], out=off.copy(), where=off != 0), initial=0.0))
