"""Paths on a screen: nothing visible is lost, nothing outside is drawn, any number is survived."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.polyline import trace

BOX = (0.0, 100.0, 0.0, 80.0)
SAME = (1.0, 0.0, 1.0, 0.0)


def lines(points: list[tuple[float, float]], tolerance: float = 0.5) -> list[list[tuple[float, float]]]:
    """The connected pieces of the drawn polyline."""
    rows = np.array(points, dtype=float)
    drawn, joined = trace(rows, 0, len(rows) - 1, SAME, BOX, tolerance)
    pieces: list[list[tuple[float, float]]] = [[]]
    for point, connected in zip(drawn, joined, strict=True):
        pieces[-1].append((float(point[0]), float(point[1])))
        if not connected:
            pieces.append([])
    return [piece for piece in pieces if piece]


def test_what_is_inside_stays_as_it_is() -> None:
    path = [(10.0, 10.0), (90.0, 10.0), (50.0, 70.0)]
    assert lines(path) == [path]


def test_a_path_is_cut_at_the_border_and_comes_back() -> None:
    assert lines([(50, 40), (150, 40), (150, 20), (50, 20)]) == [[(50, 40), (100, 40)], [(100, 20), (50, 20)]]


def test_a_jump_across_is_drawn_and_one_past_it_is_not() -> None:
    assert lines([(-1e6, 40), (1e6, 40)]) == [[(0, 40), (100, 40)]]
    assert lines([(-1e6, 200), (1e6, 200)]) == []


def test_points_that_cannot_be_told_apart_are_left_out_but_not_the_last() -> None:
    rows = np.column_stack([np.linspace(10, 20, 10_001), np.full(10_001, 5.0)])
    drawn, _ = trace(rows, 0, 10_000, SAME, BOX)
    assert len(drawn) < 30
    assert tuple(drawn[0]) == (10.0, 5.0) and tuple(drawn[-1]) == (20.0, 5.0)


def test_nan_is_a_gap() -> None:
    nan = float("nan")
    assert lines([(10, 10), (20, 10), (nan, nan), (30, 10), (40, 10)]) == [[(10, 10), (20, 10)], [(30, 10), (40, 10)]]


def test_a_far_jump_crosses_where_it_should_and_one_lost_in_rounding_is_left_out() -> None:
    assert lines([(30, 40), (30, 1e22)]) == [[(30, 40), (30, 80)]]
    (piece,) = lines([(30, -1e22), (30, 1e22)])
    assert piece == [(30, 0), (30, 80)]
    assert lines([(1e20, -1e22), (-1e24, 1e26)]) == []


@given(
    arrays(np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.floats(-1e3, 1e3)),
    st.floats(0.0, 2.0),
)
def test_every_point_well_inside_lies_on_the_drawn_line(rows: np.ndarray, tolerance: float) -> None:
    drawn, joined = trace(rows, 0, len(rows) - 1, SAME, BOX, tolerance)
    assert ((drawn >= (BOX[0] - 1e-9, BOX[2] - 1e-9)) & (drawn <= (BOX[1] + 1e-9, BOX[3] + 1e-9))).all()
    low, high = np.array((BOX[0], BOX[2])) + tolerance, np.array((BOX[1], BOX[3])) - tolerance
    inside = rows[(rows >= low).all(axis=1) & (rows <= high).all(axis=1)]
    if len(rows) > 1:
        for point in inside:
            assert np.abs(drawn - point).max(axis=1).min() <= tolerance + 1e-6


@given(arrays(np.float64, st.tuples(st.integers(1, 20), st.just(2)), elements=st.floats(width=64)))
def test_any_numbers_are_survived(rows: np.ndarray) -> None:
    drawn, joined = trace(rows, 0, len(rows) - 1, SAME, BOX)
    assert np.isfinite(drawn).all() and len(drawn) == len(joined)
    assert not len(joined) or joined[-1] == 0


def test_a_range_of_rows() -> None:
    rows = np.array([(10.0, 10.0), (20.0, 20.0), (30.0, 30.0), (40.0, 40.0)])
    drawn, _ = trace(rows, 1, 2, (2.0, 1.0, -1.0, 70.0), BOX)
    assert drawn.tolist() == [[41.0, 50.0], [61.0, 40.0]]
