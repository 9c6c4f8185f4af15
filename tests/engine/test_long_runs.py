"""A run of any length is drawn as it was: each column spans all its steps, each point of the path is a true one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import surfaces
from engine import kernel
from engine.blocks import BEGINNING, PER_BLOCK, Walk, envelope, thin
from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator

COLUMNS = [kernel.LOSS, kernel.GRAD_NORM, kernel.SIGMA, kernel.THETA]
capacities = st.sampled_from([32, 64, 256])
SURFACE = surfaces.build(SurfaceConfig("rosenbrock"))


def simulate(steps: int, seed: int, capacity: int | None = None) -> Run:
    config = RunConfig("Adam", 0.05, gradient=Gradient(noise=5.0))
    scenario = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (config,), steps=steps, seed=seed)
    run = Run(config, scenario, SURFACE, 0)
    if capacity:
        run.trajectory.capacity = capacity
    run.advance(steps + 1)
    return run


@settings(deadline=None, max_examples=80)
@given(st.integers(300, 3000), st.integers(0, 10**6), capacities, st.integers(1, 400), st.data())
def test_each_pixel_column_spans_all_of_its_steps(
    steps: int, seed: int, capacity: int, width: int, data: st.DataObject
) -> None:
    """What is drawn in a column is the least and the largest of every step in its blocks, found without them."""
    run, whole = simulate(steps, seed, capacity), simulate(steps, seed).rows(0, steps)
    stride = run.trajectory.view.stride
    left = data.draw(st.floats(-5.0, steps / 2))
    right = data.draw(st.floats(left + 2, steps + 100.0))
    edges = np.ceil(left + np.arange(width + 1) * (right - left) / width)
    curves = envelope(run.trajectory.view, COLUMNS, [False, True, True, False], left, right, width)
    for column, log, curve in zip(COLUMNS, [False, True, True, False], curves, strict=True):
        assert curve.joined.tolist() == [1] * (len(curve.steps) - 1) + [0]
        assert (np.diff(curve.steps) >= 0).all() and curve.steps[-1] <= steps
        for first, end in zip(edges, np.minimum(edges[1:], steps + 1), strict=False):
            drawn = curve.values[(curve.steps >= first) & (curve.steps < end)]
            if first < end and end > 0:
                begin = int(max(first, 0) // stride) * stride
                part = whole[begin : int((end - 1) // stride + 1) * stride, column]
                expected = np.array([part.min(), part.max()])
                np.testing.assert_allclose([drawn.min(), drawn.max()], np.log10(expected) if log else expected)
        for step, value in zip(curve.steps.astype(int), curve.values, strict=True):  # its own block reaches it
            block = whole[step // stride * stride :][:stride, column]
            assert np.isclose(10**value if log else value, [block.min(), block.max()], rtol=1e-12).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0])
def test_what_a_log_axis_cannot_show_is_a_gap(bad: float) -> None:
    view = simulate(2000, 5, 64).trajectory.view
    low, high = view.blocks.low.copy(), view.blocks.high.copy()
    low[3, kernel.LOSS] = bad
    if not bad <= 0:
        high[3, kernel.LOSS] = bad
    broken = replace(view, blocks=replace(view.blocks, low=low, high=high))
    (curve,) = envelope(broken, [kernel.LOSS], [True], 0.0, 2000.0, 400)
    inside = (curve.steps >= 3 * view.stride) & (curve.steps < 4 * view.stride)
    assert np.isfinite(curve.values).all() and not curve.joined[inside].any()
    assert inside.any() == (bad <= 0)  # then the largest can still be shown
    places = np.flatnonzero(curve.steps < 3 * view.stride)
    assert not curve.joined[places[-1]] and curve.joined[places[:-3]].all()


def test_nothing_to_draw() -> None:
    view = simulate(2000, 5, 64).trajectory.view
    assert len(envelope(view, [kernel.LOSS], [True], 5000.0, 6000.0, 100)[0].steps) == 0
    assert len(envelope(view, [kernel.LOSS], [True], 10.0, 10.0, 100)[0].steps) == 0
    assert envelope(view, [], [], 0.0, 10.0, 100) == []


@settings(deadline=None, max_examples=40)
@given(st.integers(300, 3000), st.integers(0, 10**6), capacities, st.lists(st.integers(1, 900), max_size=8))
def test_every_point_of_the_path_is_a_true_one_in_order(
    steps: int, seed: int, capacity: int, chunks: list[int]
) -> None:
    """However far the run was when it was looked at, at every stride, and without a gap."""
    run, whole = simulate(0, seed, capacity), simulate(steps, seed).rows(0, steps)
    run.last_step = steps
    walk, kept, kept_at = Walk(run), np.empty((0, 3)), 0
    for count in [*chunks, steps]:
        run.advance(count)
        view = run.trajectory.view
        if view.stride == 1:
            continue
        points = walk.follow(view)
        at = points[:, 2].astype(int)
        assert at[0] == 0 and (np.diff(at) > 0).all() and np.diff(at).max() <= view.stride
        assert view.last - view.stride < at[-1] <= view.last
        assert np.array_equal(points[:, :2], whole[at, :2])
        for extreme in (np.min, np.max):  # nowhere does the run go farther out than its drawn path
            assert np.array_equal(extreme(points[:, :2], axis=0), extreme(whole[: view.last + 1, :2], axis=0))
        if view.stride == kept_at:
            assert np.array_equal(points[: len(kept)], kept)
        kept, kept_at = points[: walk.stable].copy(), view.stride


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 300), st.integers(0, 10**6), st.sampled_from([1, 8, 32]), st.data())
def test_fewer_points_are_true_ones_too(count: int, seed: int, group: int, data: st.DataObject) -> None:
    points = np.random.default_rng(seed).normal(size=(count, 3)).round(1)
    first = data.draw(st.integers(0, count - 1)) // group * group
    last = data.draw(st.integers(first, count - 1))
    part, few = points[first : last + 1, :2].tolist(), thin(points, first, last, group).tolist()
    assert few[0] == part[0] and few[-1] == part[-1]
    left = iter(part)
    assert all(point in left for point in few)  # in this order
    assert len(few) <= PER_BLOCK * (len(part) // group + 1) + 1
    for extreme in (np.min, np.max):
        assert np.array_equal(extreme(few, axis=0), extreme(part, axis=0))


def test_a_path_has_a_bounded_number_of_points() -> None:
    run = simulate(2_000_000, 1)
    limit = run.trajectory.limit
    points = Walk(run).follow(run.trajectory.view)
    assert len(points) > 60_000 and len(points) <= BEGINNING + PER_BLOCK * limit
    assert np.array_equal(points[:BEGINNING, 2], np.arange(BEGINNING))


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
