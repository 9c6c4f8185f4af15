"""From losses to heights: it only grows, can be read back, says where it is cut, and bears any number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.space.axes import nice, ticks
from gui.space.heights import LEVELS, LINEAR, LOG, MODES, Heights, heights

finite = st.floats(allow_nan=False, allow_infinity=False)


def scale(mode: str, values: list[float]) -> Heights:
    """Of a surface with these losses, whose bands meet at those in between."""
    return heights(mode, np.array(values[1:-1]), values[0], values[-1])


@given(mode=st.sampled_from(MODES), values=st.lists(finite, min_size=2, max_size=20, unique=True).map(sorted))
def test_a_higher_loss_never_lies_lower(mode: str, values: list[float]) -> None:
    z = scale(mode, values).of(np.array(values))
    assert np.isfinite(z).all() and (z >= -1e-9).all() and (z <= 1 + 1e-9).all()
    assert (np.diff(z) >= -1e-9).all()


@pytest.mark.parametrize("mode", MODES)
def test_numbers_on_the_axis_stand_at_their_own_height(mode: str) -> None:
    found = scale(mode, [0.001, 0.01, 0.5, 3.0, 20.0, 30.0, 100.0])
    for height in np.linspace(0, 1, 11):
        again = float(found.of(np.array([found.loss_at(float(height))]))[0])
        assert again == pytest.approx(height, abs=0.05 if mode == LEVELS else 1e-9)  # there the curve is rounded
    places, words = ticks((0, 1, 0, 1), found)
    assert len(places[2]) == len(words[2]) >= 3
    assert list(places[2]) == sorted(places[2])


def test_every_band_of_colour_is_equally_high() -> None:
    z = scale(LEVELS, [0.0, 1.0, 10.0, 1000.0, 1e6]).of(np.array([0.0, 1.0, 10.0, 1000.0, 1e6]))
    assert z == pytest.approx([0, 0.25, 0.5, 0.75, 1])


def test_linear_is_linear_and_logarithmic_is_not() -> None:
    values = [0.0, 1.0, 2.0, 3.0, 4.0]
    assert scale(LINEAR, values).of(np.array([1.0, 2.0])) == pytest.approx([0.25, 0.5])
    assert scale(LOG, values).of(np.array([1.0]))[0] == pytest.approx(np.log(2) / np.log(5))


def test_a_pole_is_cut_and_said_to_be() -> None:
    found = scale(LINEAR, [-1e12, 0.0, 1.0, 2.0, 1e9])
    assert found.cut_above and found.cut_below
    assert found.of(np.array([-1e12, 0.5, 1e9])) == pytest.approx([0.0, 0.5, 1.0], abs=0.1)
    assert not scale(LINEAR, [0.0, 1.0, 2.0, 3.0]).cut_above


@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_finite_has_no_height(mode: str) -> None:
    z = scale(mode, [0.0, 1.0, 2.0, 3.0]).of(np.array([np.nan, np.inf, -np.inf, 1.0]))
    assert np.isnan(z[:3]).all() and np.isfinite(z[3])


@pytest.mark.parametrize("mode", MODES)
def test_a_flat_surface_lies_in_the_middle(mode: str) -> None:
    flat = heights(mode, np.array([]), 7.0, 7.0)
    assert flat.of(np.array([7.0])) == pytest.approx([0.5])
    assert ticks((0, 1, 0, 1), flat)[1][2] == ["7"]


@pytest.mark.parametrize("mode", MODES)
def test_the_largest_numbers_do_not_overflow(mode: str) -> None:
    values = np.array([-1.7e308, -1.0, 0.0, 1.0, 1.7e308])
    z = scale(mode, values.tolist()).of(values)
    assert np.isfinite(z).all() and z[0] == pytest.approx(0, abs=1e-9) and z[-1] == pytest.approx(1)


@given(low=st.floats(-1e6, 1e6), size=st.floats(1e-3, 1e12))
def test_numbers_of_an_axis_are_few_and_within_it(low: float, size: float) -> None:
    found = nice(low, low + size)
    assert len(found) <= 12
    assert all(low - 1e-6 * size <= value <= low + size + 1e-6 * size for value in found)
