"""A run of any length is drawn as it was: each column spans all its steps, each point of the path is a true one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import surfaces
from engine import kernel
from engine.decimate import decimate, spans
from engine.polyline import WALK, walk
from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator

COLUMNS = [kernel.LOSS, kernel.GRAD_NORM, kernel.SIGMA, kernel.THETA]
SURFACE = surfaces.build(SurfaceConfig("rosenbrock"))


def simulate(steps: int, seed: int, capacity: int | None = None) -> Run:
    config = RunConfig("Adam", 0.05, gradient=Gradient(noise=5.0))
    scenario = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (config,), steps=steps, seed=seed)
    run = Run(config, scenario, SURFACE, 0)
    if capacity:
        run.trajectory.capacity = capacity
    run.advance(steps + 1)
    return run


@settings(deadline=None, max_examples=40)
@given(st.integers(300, 3000), st.integers(0, 10**6), st.sampled_from([16, 64, 256]), st.integers(4, 60))
def test_each_pixel_column_spans_all_of_its_steps(steps: int, seed: int, capacity: int, width: int) -> None:
    """On columns that hold whole blocks the drawn envelope is the least and the largest over every step in them."""
    run, whole = simulate(steps, seed, capacity), simulate(steps, seed).rows(0, steps)
    view = run.trajectory.view
    blocks = len(view.rows) - 1  # the last one is not full
    width = min(width, blocks)
    per = blocks // width * view.stride
    rows = spans(view, COLUMNS, 0, len(view.rows))
    right = per * width - view.stride // 2
    curves = decimate(rows, list(range(len(COLUMNS))), [False] * 4, view.stride // 2, 0.0, right, width)
    for column, curve in zip(COLUMNS, curves, strict=True):
        inside = curve.steps < per * width
        assert curve.values[inside].min() == whole[: per * width, column].min()
        assert curve.values[inside].max() == whole[: per * width, column].max()
    for k in range(len(view.rows)):
        block = whole[k * view.stride : (k + 1) * view.stride, COLUMNS]
        assert np.array_equal(np.sort(rows[2 * k : 2 * k + 2], axis=0), [block.min(axis=0), block.max(axis=0)])


@settings(deadline=None, max_examples=30)
@given(st.integers(300, 3000), st.integers(0, 10**6), st.sampled_from([16, 64, 256]))
def test_every_point_of_the_path_is_a_true_one_in_order(steps: int, seed: int, capacity: int) -> None:
    run, whole = simulate(steps, seed, capacity), simulate(steps, seed).rows(0, steps)
    points = walk(run.trajectory.view)
    assert (np.diff(points[:, 2]) > 0).all() and points[0, 2] == 0
    assert np.array_equal(points[:, :2], whole[points[:, 2].astype(int), :2])
    for extreme in (np.min, np.max):  # nowhere does the run go farther out than its drawn path
        assert np.array_equal(extreme(points[:, :2], axis=0), extreme(whole[:, :2], axis=0))


def test_a_path_has_no_more_points_than_can_be_drawn() -> None:
    run = simulate(2_000_000, 1)
    points = walk(run.trajectory.view)
    assert len(run.trajectory.view.rows) > WALK and len(points) <= 5 * WALK


@pytest.mark.parametrize("last", [0, 5, 123_456, 999_999])
def test_a_jump_is_as_exact_as_a_walk(last: int) -> None:
    long, short = simulate(1_000_000, 3), simulate(max(last, 1), 3)
    assert long.trajectory.view.stride > 1
    assert np.array_equal(long.row(last), short.rows(0, last)[-1])


def test_memory_does_not_grow_with_the_length() -> None:
    config = RunConfig("SGD", 1e-4)
    scenario = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (config,), steps=10**9)
    run = Simulator(scenario, surfaces.build).runs[0]
    sizes = []
    for count in (10**5, 10**6, 4 * 10**6):
        run.advance(count - run.computed - 1)
        view = run.trajectory.view
        sizes.append(view.rows.nbytes + sum(array.nbytes for array in view.blocks.arrays))
    assert max(sizes) < 50e6 and sizes[2] < 1.3 * sizes[1]
