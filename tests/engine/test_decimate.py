"""The decimator against a slow, plain version of itself; what is drawn is never more than that, and never less."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.decimate import Curve, decimate, lines

ODD = [math.nan, math.inf, -math.inf, 0.0, -1.0, 5e-324, 1e308, 2.0, 2.0]
NUMBERS = st.one_of(st.sampled_from(ODD), st.floats(1e-6, 1e6))


def good(value: float, log: bool) -> bool:
    return math.isfinite(value) and (value > 0 or not log)


def naive(column: NDArray[np.float64], log: bool, stride: int, left: float, right: float, width: int) -> list[int]:
    """The rows that stay."""
    edges = [left + p * (right - left) / width for p in range(width)]
    pixels: dict[int, list[int]] = {}
    for k in range(len(column)):
        step = k * stride
        if left <= step <= right:
            pixels.setdefault(sum(edge <= step for edge in edges), []).append(k)
    before = [k for k in range(len(column)) if k * stride < left][-1:]
    after = [k for k in range(len(column)) if k * stride > right][:1]
    kept: list[int] = []
    for group in (before, *pixels.values(), after):
        usable = [k for k in group if good(column[k], log)]
        if usable:
            kept += sorted({min(usable, key=lambda k: column[k]), max(usable, key=lambda k: column[k])})
    return kept


@st.composite
def cases(draw: st.DrawFn) -> tuple[NDArray[np.float64], bool, int, float, float, int]:
    column = np.array(draw(st.lists(NUMBERS, min_size=0, max_size=60)))
    stride = draw(st.sampled_from([1, 2, 8]))
    left = round(draw(st.floats(-20, 70 * stride)), 6)  # 5e-324 is no place on a screen
    span = draw(st.floats(0.5, 80 * stride))
    return column, draw(st.booleans()), stride, left, left + span, draw(st.integers(1, 40))


@settings(max_examples=300, deadline=None)
@given(cases())
def test_as_the_plain_version(case: tuple[NDArray[np.float64], bool, int, float, float, int]) -> None:
    column, log, stride, left, right, width = case
    rows = np.column_stack([np.zeros(len(column)), column, np.zeros(len(column))])
    (curve,) = decimate(rows, [1], [log], stride, left, right, width)
    kept = naive(column, log, stride, left, right, width)
    assert curve.steps.tolist() == [k * stride for k in kept]
    expected = [math.log10(column[k]) if log else column[k] for k in kept]
    np.testing.assert_allclose(curve.values, expected, rtol=1e-15)
    between = [all(good(v, log) for v in column[a:b]) for a, b in zip(kept, kept[1:], strict=False)]
    assert curve.joined.tolist() == [*between, False][: len(kept)]
    assert len(kept) <= 2 * width + 2


def test_several_columns_with_an_origin() -> None:
    rows = np.arange(40.0).reshape(10, 4) + 1
    first, second = decimate(rows, [3, 0], [False, True], 5, 110.0, 130.0, 200, origin=100)
    assert first.steps.tolist() == [105.0, 110.0, 115.0, 120.0, 125.0, 130.0, 135.0]
    assert first.values.tolist() == rows[1:8, 3].tolist()
    np.testing.assert_allclose(second.values, np.log10(rows[1:8, 0]))


@pytest.mark.parametrize("place", [0, 1, 777, 54_321, 99_998, 99_999])
def test_no_spike_is_lost(place: int) -> None:
    column = np.full(100_000, 3.0)
    column[place] = 1e9
    (curve,) = decimate(column[:, None].copy(), [0], [True], 1, 0.0, 99_999.0, 300)
    assert curve.values.max() == 9.0
    assert curve.steps[curve.values.argmax()] == place


def test_nothing_to_draw() -> None:
    empty = np.empty((0, 2))
    assert [len(curve.steps) for curve in decimate(empty, [0, 1], [True, False], 1, 0.0, 10.0, 100)] == [0, 0]
    bad = np.full((50, 2), math.nan)
    assert [len(curve.steps) for curve in decimate(bad, [0, 1], [True, False], 1, 0.0, 10.0, 100)] == [0, 0]
    assert decimate(bad, [], [], 1, 0.0, 10.0, 100) == []
    (curve,) = decimate(np.ones((5, 1)), [0], [True], 1, 10.0, 10.0, 100)
    assert len(curve.steps) == 0


def curve(steps: list[float], values: list[float], joined: list[int]) -> Curve:
    return Curve(np.array(steps, dtype=float), np.array(values, dtype=float), np.array(joined, dtype=np.uint8))


BOX = (0.0, 100.0, 0.0, 50.0)


def test_lines_are_clipped_to_the_box() -> None:
    steep = curve([0, 10, 20], [25, 1e300, 25], [1, 1, 0])
    cut = lines(steep, (1, 0, 1e20, 0), BOX)
    assert np.isfinite(cut).all()
    flat = lines(curve([-50, 150], [10, 10], [1, 0]), (1, 0, 1, 0), BOX)
    np.testing.assert_allclose(flat, [[0, 10, 100, 10]])
    outside = lines(curve([-50, 150], [60, 70], [1, 0]), (1, 0, 1, 0), BOX)
    assert len(outside) == 0


def test_gaps_and_lonely_points() -> None:
    cut = lines(curve([10, 20, 30, 40], [5, 5, 5, 5], [0, 1, 0, 0]), (1, 0, 1, 0), BOX)
    np.testing.assert_allclose(cut, [[9.5, 5, 10.5, 5], [20, 5, 30, 5], [39.5, 5, 40.5, 5]])


def test_dashes_go_on_over_the_corners() -> None:
    zigzag = curve([0, 3, 7, 7, 60], [10, 10, 10, 40, 40], [1, 1, 1, 1, 0])
    cut = lines(zigzag, (1, 0, 1, 0), BOX, (6.0, 4.0))
    lengths = np.hypot(cut[:, 2] - cut[:, 0], cut[:, 3] - cut[:, 1])
    assert lengths.max() <= 6.0 + 1e-6
    assert lengths.sum() == pytest.approx(54.0, abs=1e-6)  # 90 pixels long: nine dashes
    np.testing.assert_allclose(cut[:2], [[0, 10, 3, 10], [3, 10, 6, 10]], atol=1e-6)
    np.testing.assert_allclose(cut[2], [7, 13, 7, 19], atol=1e-6)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.booleans()), min_size=1, max_size=30),
    st.sampled_from([(1.0, 0.0), (6.0, 4.0), (1.5, 3.0)]),
)
def test_lines_stay_inside(points: list[tuple[float, bool]], dash: tuple[float, float]) -> None:
    values, joined = zip(*points, strict=True)
    flags = [*map(int, joined[:-1]), 0]
    cut = lines(curve([7.0 * k for k in range(len(values))], list(values), flags), (1, 0, 1, 25), BOX, dash)
    assert np.isfinite(cut).all()
    assert (cut >= -1e-6).all() and (cut[:, ::2] <= 100 + 1e-6).all() and (cut[:, 1::2] <= 50 + 1e-6).all()
