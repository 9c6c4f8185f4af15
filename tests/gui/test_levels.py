"""Where bands of colour meet: properties of every spacing, and the losses that a person types."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from gui.canvas.labels import level_texts
from gui.canvas.levels import BANDS, LINEAR, LOG, QUANTILE, TYPED, choose_levels, parse_levels

finite = st.floats(allow_nan=False, allow_infinity=False)
some_losses = st.lists(finite, min_size=1, max_size=200).map(np.array)
usual = st.lists(st.floats(-1e6, 1e6), min_size=30, max_size=300, unique=True).map(np.array)


@given(some_losses, st.sampled_from((QUANTILE, LINEAR, LOG)))
@example(np.array([-1.7e308, 1.7e308]), LINEAR)
@example(np.array([0.0, 5e-324]), LINEAR)
@example(np.array([0.0, 5e-324, 1e300]), LOG)
@settings(max_examples=300, deadline=None)
def test_levels_ascend_and_lie_within_what_is_visible(losses: np.ndarray, spacing: str) -> None:
    levels, _ = choose_levels(losses, spacing)
    assert len(levels) < BANDS + 1
    assert np.isfinite(levels).all() and (np.diff(levels) > 0).all()
    assert (levels > losses.min()).all() and (levels < losses.max()).all()


@given(st.floats(-1e300, 1e300), st.integers(1, 50), st.sampled_from((QUANTILE, LINEAR, LOG)))
def test_a_flat_surface_has_no_levels(loss: float, count: int, spacing: str) -> None:
    assert len(choose_levels(np.full(count, loss), spacing).values) == 0


@given(st.integers(0, 2**32), st.floats(-3, 3), st.floats(0.1, 4))
@settings(max_examples=60, deadline=None)
def test_quantiles_give_each_band_the_same_area(seed: int, mean: float, spread: float) -> None:
    """Also where losses span many powers of ten, as on the walls of a ravine."""
    losses = np.random.default_rng(seed).lognormal(mean, spread, 5000)
    levels, _ = choose_levels(losses, QUANTILE)
    shares = np.bincount(np.searchsorted(levels, losses), minlength=BANDS) / len(losses)
    assert len(levels) == BANDS - 1
    assert shares.min() > 0.5 / BANDS and shares.max() < 1.6 / BANDS


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
@settings(deadline=None)
def test_linear_levels_are_round_and_equally_far_apart(low: float, width: float) -> None:
    losses = np.linspace(low, low + width, 500)
    levels, _ = choose_levels(losses, LINEAR)
    steps = np.diff(levels)
    assert BANDS / 3 < len(levels) <= BANDS
    assert np.allclose(steps, steps[0], rtol=1e-6)
    assert np.allclose(levels / steps[0], np.round(levels / steps[0]), atol=1e-6)
    leading = float(f"{steps[0]:.6e}".split("e")[0])
    assert min(abs(leading - wanted) for wanted in (1, 2, 2.5, 5, 10)) < 1e-4


def test_linear_levels_are_not_spread_by_a_pole() -> None:
    x = np.linspace(-2, 2, 4001)
    levels, _ = choose_levels(x[x != 0] ** -2, LINEAR)
    assert len(levels) > 10 and levels[-1] < 1000


@given(st.floats(-20, 20), st.floats(1.5, 12))
@settings(deadline=None)
def test_logarithmic_levels_grow_by_factors_from_zero(power: float, decades: float) -> None:
    losses = 10.0 ** np.linspace(power, power + decades, 2000)
    levels, base = choose_levels(losses, LOG)
    assert base == 0.0 and len(levels) >= 3
    factors = levels[1:] / levels[:-1]
    assert (factors > 1.2).all() and (factors < 10.1).all()
    assert {f"{level:.3e}"[:5] for level in levels} <= {"1.000", "1.500", "2.000", "3.000", "5.000", "7.000"}


def test_logarithmic_levels_of_losses_below_zero_count_from_the_least() -> None:
    losses = -7.5 + np.linspace(0, 30, 400) ** 2
    levels, base = choose_levels(losses, LOG)
    assert base == -7.5 and levels[0] < -7.3 and levels[-1] > 400


def test_typed_levels_are_taken_as_they_are() -> None:
    levels, _ = choose_levels(np.linspace(0, 1, 50), TYPED, (-3.0, 0.5, 1e9))
    assert levels.tolist() == [-3.0, 0.5, 1e9]


@given(st.lists(finite, min_size=1, max_size=100, unique=True), st.sampled_from((", ", " ", ";", "\n", "，", "、")))
def test_numbers_are_read_in_any_order(values: list[float], comma: str) -> None:
    assert parse_levels(comma.join(map(repr, values))) == tuple(sorted(set(values)))


def test_a_minus_sign_may_be_a_real_one() -> None:
    assert parse_levels("−1, 2e−3, 2") == (-1.0, 0.002, 2.0)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "type at least one loss"),
        (" , ;", "type at least one loss"),
        ("1, ten", "'ten' is no number"),
        ("1, nan", "'nan' is not a finite number"),
        ("-inf", "'-inf' is not a finite number"),
        ("1e999", "'1e999' is not a finite number"),
        ("1..2", "'1..2' is no number"),
        (" ".join(map(str, range(101))), "at most 100 levels"),
    ],
)
def test_bad_lists_are_named(text: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong):
        parse_levels(text)


@given(usual, st.sampled_from((QUANTILE, LINEAR, LOG)))
@settings(deadline=None)
def test_numbers_on_lines_tell_them_apart(losses: np.ndarray, spacing: str) -> None:
    texts = level_texts(choose_levels(losses, spacing).values)
    assert len(set(texts)) == len(texts)
