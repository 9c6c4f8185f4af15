"""A run of any length is drawn as it was: each column spans all its steps, each point of the path is a true one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import surfaces
from engine import kernel
from engine.blocks import BEGINNING, PER_BLOCK, Walk, spans, thin
from engine.decimate import Curve, decimate
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


def envelope(run: Run, left: float, right: float, width: int) -> list[Curve]:
    """The curves of `COLUMNS` as the plots draw them from blocks."""
    view = run.trajectory.view
    first, last = max(int(left) - 1, 0), min(int(right) + 2, view.last)
    begin, apart, rows = spans(view, COLUMNS, first, last, (right - left) / width)
    return decimate(rows, list(range(len(COLUMNS))), [False] * len(COLUMNS), apart, left, right, width, begin)


@settings(deadline=None, max_examples=40)
@given(st.integers(300, 3000), st.integers(0, 10**6), capacities, st.integers(4, 60))
def test_each_pixel_column_spans_all_of_its_steps(steps: int, seed: int, capacity: int, width: int) -> None:
    """Of columns that hold whole blocks what is drawn is the least and the largest of every step in them."""
    run, whole = simulate(steps, seed, capacity), simulate(steps, seed).rows(0, steps)
    stride, blocks = run.trajectory.view.stride, len(run.trajectory.view.rows) - 1  # the last one is not full
    width = min(width, blocks)
    per = blocks // width * stride
    for column, curve in zip(COLUMNS, envelope(run, 0.0, float(per * width), width), strict=True):
        for pixel in range(width - 1):  # to the last one belongs the step at the border too
            part = whole[pixel * per : (pixel + 1) * per, column]
            drawn = curve.values[(curve.steps >= pixel * per) & (curve.steps < (pixel + 1) * per)]
            assert (drawn.min(), drawn.max()) == (part.min(), part.max())


@settings(deadline=None, max_examples=60)
@given(st.integers(300, 3000), st.integers(0, 10**6), capacities, st.integers(1, 400), st.data())
def test_any_window_shows_whole_blocks_and_loses_no_step(
    steps: int, seed: int, capacity: int, width: int, data: st.DataObject
) -> None:
    """Each drawn value is one that its block reaches; no step goes beyond what is drawn at its pixel and beside it."""
    run, whole = simulate(steps, seed, capacity), simulate(steps, seed).rows(0, steps)
    stride = run.trajectory.view.stride
    left = data.draw(st.floats(0.0, steps / 2))
    right = data.draw(st.floats(left + 2, float(steps)))
    per = (right - left) / width
    for column, curve in zip(COLUMNS, envelope(run, left, right, width), strict=True):
        values = whole[:, column]
        assert curve.joined.tolist() == [1] * (len(curve.steps) - 1) + [0]
        for step, value in zip(curve.steps.tolist(), curve.values.tolist(), strict=True):
            block = values[int(step // stride) * stride :][:stride]
            assert value in (block.min(), block.max())
        for step in range(int(np.ceil(left)), int(right)):
            near = curve.values[np.abs(curve.steps - step) <= max(2 * per, 2.0)]
            assert near.min() <= values[step] <= near.max()
        if 4 * per < stride and stride // 2 > per:  # a block is many pixels wide: its whole span in each of them
            for k in range(int(left // stride) + 1, int(right // stride)):
                block, pixels = values[k * stride : (k + 1) * stride], (curve.steps - left) // per
                inside = (curve.steps >= k * stride) & (curve.steps < (k + 1) * stride)
                for pixel in sorted(set(pixels[inside].tolist()))[1:-1]:
                    drawn = curve.values[inside & (pixels == pixel)]
                    assert {block.min(), block.max()} == set(drawn.tolist()) or per < 2.0


@settings(deadline=None, max_examples=40)
@given(st.integers(300, 3000), st.integers(0, 10**6), capacities, st.lists(st.integers(1, 900), max_size=8))
def test_every_point_of_the_path_is_a_true_one_in_order(
    steps: int, seed: int, capacity: int, chunks: list[int]
) -> None:
    """However far the run was when it was looked at, at every stride, and without a gap."""
    run, whole = simulate(0, seed, capacity), simulate(steps, seed).rows(0, steps)
    run.last_step = steps
    walk = Walk(run)
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
        assert np.array_equal(points, Walk(run).follow(view)) or walk.stable <= len(points)


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
