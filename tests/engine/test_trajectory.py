"""The history: the same rows however they are computed, kept or asked for, in bounded memory, and never rewritten."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import surfaces
from engine import kernel
from engine.rates import Phase
from engine.scenario import MonteCarlo, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator

WARMUP = (Phase("LinearLR", {"total_iters": 20}, 40), Phase("CosineAnnealingLR", {"T_max": 100}))
CONFIGS = {
    "noise and phases": (SurfaceConfig("rosenbrock"), RunConfig("Adam", 0.05, schedule=WARMUP), MonteCarlo(1, 0.3)),
    "mini-batches": (
        SurfaceConfig("linear_regression_line"),
        RunConfig("SGD", 1e-3, hyperparameters={"momentum": 0.9}, sample_order=(4, 17, 0, 9, 12)),
        None,
    ),
    "divergence": (SurfaceConfig("parabolas"), RunConfig("SGD", 20.0), None),
}
SURFACES = {name: surfaces.build(config[0]) for name, config in CONFIGS.items()}
which = st.sampled_from(sorted(CONFIGS))


def fresh(name: str, steps: int = 300, capacity: int | None = None) -> Run:
    surface, config, monte_carlo = CONFIGS[name]
    scenario = Scenario(surface, (-1.5, 2.0), (config,), steps=steps, seed=7, monte_carlo=monte_carlo)
    run = Run(config, scenario, SURFACES[name], 0)
    if capacity:
        run.trajectory.capacity = capacity
    return run


def rows_of(run: Run) -> np.ndarray:
    return np.array([run.row(step) for step in range(run.computed + 1)])


@settings(deadline=None)
@given(which, st.lists(st.integers(1, 120), max_size=12))
def test_chunks_do_not_matter(name: str, chunks: list[int]) -> None:
    whole, pieces = fresh(name), fresh(name)
    whole.advance(301)
    for count in [*chunks, 301]:
        pieces.advance(count)
    assert pieces.computed == whole.computed and pieces.end == whole.end
    assert np.array_equal(rows_of(pieces), rows_of(whole), equal_nan=True)


@settings(deadline=None)
@given(which, st.integers(2, 40), st.lists(st.integers(1, 120), max_size=12))
def test_thinned_history_replays_every_row(name: str, capacity: int, chunks: list[int]) -> None:
    """With room for a few rows only, each row comes back to the last bit, and no more than those are kept."""
    whole, thin = fresh(name), fresh(name, capacity=capacity)
    whole.advance(301)
    for count in [*chunks, 301]:
        thin.advance(count)
        assert len(thin.trajectory.rows) <= capacity
    assert thin.computed == whole.computed and thin.end == whole.end
    assert thin.trajectory.stride > 1
    assert np.array_equal(rows_of(thin), rows_of(whole), equal_nan=True)


@given(which, st.integers(0, 300), st.integers(0, 300))
@settings(deadline=None, max_examples=40)
def test_stretches_of_a_thinned_history(name: str, one: int, two: int) -> None:
    whole, thin = fresh(name), fresh(name, capacity=10)
    whole.advance(301)
    thin.advance(301)
    first, last = sorted(min(step, whole.computed) for step in (one, two))
    assert np.array_equal(thin.rows(first, last), whole.rows(first, last), equal_nan=True)


def test_a_view_lists_the_steps_of_its_rows() -> None:
    thin, whole = fresh("mini-batches", capacity=16), fresh("mini-batches")
    thin.advance(250)
    whole.advance(301)
    view = thin.trajectory.view
    assert (view.stride, view.last) == (64, 249)
    assert view.steps.tolist() == list(range(0, 250, 64))
    assert np.array_equal(view.rows, whole.rows(0, 300)[view.steps])


@settings(deadline=None, max_examples=40)
@given(which, st.sampled_from([None, 8, 33]), st.lists(st.integers(1, 60), min_size=2, max_size=10))
def test_views_never_change_once_handed_out(name: str, capacity: int | None, chunks: list[int]) -> None:
    run = fresh(name, capacity=capacity)
    kept = []
    for count in chunks:
        run.advance(count)
        view = run.trajectory.view
        kept.append((view, view.rows.copy(), view.stride, view.last))
    run.advance(301)
    for view, rows, stride, last in kept:
        assert np.array_equal(view.rows, rows, equal_nan=True) and (view.stride, view.last) == (stride, last)
    assert [view.last for view, *_ in kept] == [min(n - 1, run.computed) for n in accumulate(chunks)]


def test_a_view_outlives_its_run() -> None:
    """Large buffers are used again, but not while anybody still holds a view of them."""
    shape = (20_001, 16 + 4)
    views = []
    for k in range(4):
        run = fresh("noise and phases", steps=20_000)
        run.theta[0] += k
        run.advance(20_001)
        view = run.trajectory.view
        assert view.rows.shape == shape
        views.append((view, view.rows.copy()))
        del run
    assert all(np.array_equal(view.rows, rows) for view, rows in views)
    assert len({float(rows[0, 0]) for _, rows in views}) == 4


def test_a_long_run_keeps_its_memory_bounded() -> None:
    run = fresh("mini-batches", steps=2_000_000, capacity=1000)
    while not run.finished:
        run.advance(150_000)
        assert len(run.trajectory.rows) <= 1000
    assert run.computed == 2_000_000 and run.trajectory.stride == 2**13
    assert run.row(1_999_999)[0] + run.row(1_999_999)[13] == run.row(2_000_000)[0]


@pytest.mark.parametrize("step", [-1, 10])
def test_steps_that_are_not_computed(step: int) -> None:
    run = fresh("mini-batches")
    run.advance(10)
    with pytest.raises(IndexError, match="computed: 0 … 9"):
        run.row(step)


@settings(deadline=None, max_examples=40)
@given(which, st.integers(4, 40), st.lists(st.integers(1, 120), max_size=12))
def test_blocks_span_every_step(name: str, capacity: int, chunks: list[int]) -> None:
    """However they were computed and merged, low and high are those of all rows, and the marks are true points."""
    whole, thin = fresh(name), fresh(name, capacity=capacity)
    whole.advance(301)
    for count in [*chunks, 301]:
        thin.advance(count)
    view, rows = thin.trajectory.view, rows_of(whole)
    assert len(view.blocks) == len(view.rows)
    for k, step in enumerate(view.steps):
        block = rows[step : step + view.stride]
        assert np.array_equal(view.blocks.low[k], np.fmin.reduce(block[:, : kernel.STATE]), equal_nan=True)
        assert np.array_equal(view.blocks.high[k], np.fmax.reduce(block[:, : kernel.STATE]), equal_nan=True)
        for j, best in enumerate((np.nanmin, np.nanmax, np.nanmin, np.nanmax)):
            at, *theta = view.blocks.marks[k, j]
            assert step <= at < step + view.stride and np.array_equal(rows[int(at), :2], theta)
            assert theta[j // 2] == best(block[:, j // 2])


def test_a_zigzag_shows_both_walls_in_its_blocks() -> None:
    """At S = 2 the point jumps from wall to wall at every step; the rows that are kept see one of them only."""
    scenario = Scenario(SurfaceConfig(formula="x^2/2 + 0*y"), (1.0, 0.0), (RunConfig("SGD", 2.0),), steps=500_000)
    run = Simulator(scenario, surfaces.build).runs[0]
    run.advance(500_001)
    view = run.trajectory.view
    assert view.stride > 1 and set(view.rows[:, 0].tolist()) == {1.0}
    assert set(view.blocks.low[:-1, 0].tolist()) == {-1.0} and set(view.blocks.high[:, 0].tolist()) == {1.0}
