"""What holds for every optimizer there is, whatever the numbers: the one update, and replay to the last bit."""

from __future__ import annotations

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import surfaces
from engine import kernel
from engine.optimizers import Optimizer, optimizers
from engine.scenario import Event, Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run
from engine.surface import Surface

SURFACES = ("rosenbrock", "parabolas", "linear_regression_line")
names = st.sampled_from(sorted(optimizers()))
starts = st.tuples(st.floats(-2, 2), st.floats(-2, 2))


@cache
def built(name: str) -> Surface:
    return surfaces.build(SurfaceConfig(name))


@st.composite
def configs(draw: st.DrawFn) -> RunConfig:
    """Any optimizer with any allowed values, and anything that may happen to its gradient."""
    optimizer = optimizers()[draw(names)]
    treatments = [Gradient(noise=0.3), Gradient(clip_norm=1.0, weight_decay=0.1), Gradient(decoupled_weight_decay=0.1)]
    events = (Event(11, lr=draw(st.floats(1e-6, 1.0))), Event(23, nudge=(0.05, -0.05)))
    return RunConfig(
        optimizer.name,
        draw(st.floats(1e-6, 2.0)),
        hyperparameters=draw(values_of(optimizer)),
        gradient=draw(st.sampled_from([Gradient(), *treatments])),
        events=draw(st.sampled_from([(), events])),
    )


@st.composite
def values_of(draw: st.DrawFn, optimizer: Optimizer) -> dict[str, float]:
    found = {}
    for p in optimizer.hyperparameters:
        low, high = max(p.low, min(p.default - 1, 0.0)), min(p.high, p.default + 1)
        value = draw(st.integers(int(low), int(high)) if p.integer else st.floats(low, high))
        on_edge = (p.open_low and value <= p.low) or (p.open_high and value >= p.high)
        found[p.name] = float(p.default if on_edge else value)
    return found


def run_of(config: RunConfig, surface: str, start: tuple[float, float], capacity: int | None = None) -> Run:
    scenario = Scenario(SurfaceConfig(surface), start, (config,), steps=60, seed=9)
    run = Run(config, scenario, built(surface), 0)
    if capacity:
        run.trajectory.capacity = capacity
    run.advance(61)
    return run


@settings(deadline=None, max_examples=300)
@given(configs(), st.sampled_from(SURFACES), starts)
def test_the_update_is_rate_over_sigma_times_m(config: RunConfig, surface: str, start: tuple[float, float]) -> None:
    run = run_of(config, surface, start)
    rows = run.rows(0, run.computed)
    made = rows[: run.end.step if run.end else None]
    eta, sigma, m = made[:, [kernel.LR]], made[:, kernel.SIGMA : kernel.SIGMA + 2], made[:, kernel.M : kernel.M + 2]
    update = made[:, kernel.UPDATE : kernel.UPDATE + 2]
    with np.errstate(all="ignore"):
        assert np.array_equal(update, np.where(m == 0, 0.0, -((eta / sigma) * m)))
    for t, row in enumerate(rows[1:], 1):
        nudge = next((event.nudge for event in config.events if event.step == t), None) or (0.0, 0.0)
        assert np.array_equal(row[:2], made[t - 1, :2] + update[t - 1] + nudge)


@settings(deadline=None, max_examples=200)
@given(configs(), st.sampled_from(SURFACES), starts, st.integers(2, 20))
def test_every_row_comes_back(config: RunConfig, surface: str, start: tuple[float, float], capacity: int) -> None:
    whole, thin = run_of(config, surface, start), run_of(config, surface, start, capacity)
    assert thin.end == whole.end and thin.computed == whole.computed
    for step in range(whole.computed + 1):
        assert np.array_equal(thin.row(step), whole.row(step), equal_nan=True)
