"""Parts of the loop for many parameters: reductions, quantiles, what a rule costs to compile."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.language import search_wide
from engine.language.vectors import add_up, dot, mean, norm, norm_inf
from engine.pace import Pace
from engine.quantiles import SHARES, quantiles

from .many import POINTS, data, loss

numbers = st.floats(-1e6, 1e6)
vectors = arrays(np.float64, st.integers(1, 60), elements=numbers)


@given(vectors)
def test_reductions_are_those_of_numpy(a: np.ndarray) -> None:
    rough = np.abs(a).sum() * 1e-14 + 1e-300
    assert add_up(a) == pytest.approx(math.fsum(a), abs=rough)
    assert mean(a) == pytest.approx(math.fsum(a) / a.size, abs=rough)
    assert dot(a, a[::-1].copy()) == pytest.approx(math.fsum(a * a[::-1]), rel=1e-12, abs=(a * a).sum() * 1e-14)
    assert norm_inf(a) == np.abs(a).max()
    assert norm(a) == pytest.approx(np.linalg.norm(a), rel=1e-14)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_a_length_neither_overflows_nor_vanishes(scale: float) -> None:
    assert norm(np.array([3.0, 4.0, 12.0]) * scale) == pytest.approx(13 * scale, rel=1e-15)
    assert norm(np.array([math.inf, 1.0])) == math.inf and math.isnan(norm(np.array([math.nan, 1.0])))


few = st.sampled_from([0.0, 0.5, 1.0, 1.0, 2.0, 1e-300])
sigmas = st.integers(1, 80).flatmap(
    lambda n: arrays(np.float64, n, elements=st.one_of(few, st.floats(1e-12, 1e12), st.floats(-10, 10)))
)


@given(sigmas, st.data())
def test_quantiles_are_those_of_numpy(sigma: np.ndarray, draw: st.DataObject) -> None:
    """In any order, with ties, zeros and negative σ; parameters that never had a gradient are left out."""
    m = draw.draw(arrays(np.float64, sigma.size, elements=st.sampled_from([0.0, 1.0, -2.0])))
    out = np.empty(10)
    quantiles(0.1, m, sigma, np.empty(2 * sigma.size), out)
    counted = sigma[(m != 0) | (sigma != 0)]
    if not counted.size:
        assert np.isnan(out).all()
        return
    wanted = np.percentile(np.abs(counted), SHARES, method="inverted_cdf")
    assert out[:5].tolist() == wanted.tolist()
    with np.errstate(divide="ignore", over="ignore"):
        rates = 0.1 / counted
    assert out[5:].tolist() == np.sort(rates)[np.maximum(0, -(-np.array(SHARES) * rates.size // 100) - 1)].tolist()


def curvature(n: int, theta: np.ndarray, t: float) -> np.ndarray:
    found = np.empty(n)
    search_wide.diagonal(loss, data(n, 0.3), np.empty(0, np.int64), theta, t, found, np.empty(n), np.empty(n))
    return found


def exact(n: int, theta: np.ndarray) -> np.ndarray:
    points = data(n, 0.3)[1:].reshape(POINTS, n + 1)[:, :-1]
    return (points**2).mean(axis=0) + 3 * 0.3 * theta**2


def test_the_diagonal_of_the_hessian_of_a_few_parameters() -> None:
    theta = np.random.default_rng(1).normal(size=64)
    assert curvature(64, theta, 3.0) == pytest.approx(exact(64, theta), rel=1e-6)


def test_of_many_parameters_it_is_estimated_and_right_in_the_mean() -> None:
    """Of 4000 draws, by as much as Hutchinson's variance says: Σ_j≠i H_ij², over the number of draws."""
    theta, draws = np.random.default_rng(1).normal(size=80), 4000
    found = np.array([curvature(80, theta, float(t)) for t in range(1, draws + 1)])
    points = data(80, 0.3)[1:].reshape(POINTS, 81)[:, :-1]
    hessian = points.T @ points / POINTS
    np.fill_diagonal(hessian, 0.0)
    deviation = np.sqrt((hessian**2).sum(axis=1) / draws)
    error = (found.mean(axis=0) - exact(80, theta)) / deviation
    assert np.abs(error).max() < 4.5 and 0.7 < error.std() < 1.3
    assert np.array_equal(found[6], curvature(80, theta, 7.0))


def test_a_slow_step_is_a_chunk_by_itself() -> None:
    pace = Pace(many=True)
    assert pace.steps == 1
    for _ in range(9):
        pace.learn(pace.steps, pace.steps * 2e-4)
    assert 2e-4 * pace.steps <= 0.006
    for _ in range(9):
        pace.learn(pace.steps, pace.steps * 0.02)
    assert pace.steps == 1
