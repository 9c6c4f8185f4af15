"""What a network answers at its own data points has the loss that the native function says."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from surfaces.network.codes import BATCH, CROSS_ENTROPY, GELU, LAYER, NONE, RELU, SQUARES, TANH
from surfaces.network.mlp import loss
from surfaces.network.predict import data_points, predict


def flat(sizes: list[int], activation: int, norm: int, skip: bool, kind: int, points: int) -> np.ndarray:
    """The parameters of a network on random data."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, points) if kind == CROSS_ENTROPY else rng.normal(size=points)
    head = [len(sizes) - 1, activation, norm, skip, kind, points, *sizes]
    return np.concatenate([np.array(head, float), rng.normal(size=sizes[0] * points), y.astype(float)])


@pytest.mark.parametrize(
    ("activation", "norm", "skip", "kind"),
    list(product((TANH, RELU, GELU), (NONE, BATCH, LAYER), (False, True), (SQUARES, CROSS_ENTROPY))),
)
def test_the_answers_have_the_loss(activation: int, norm: int, skip: bool, kind: int) -> None:
    sizes = [2, 5, 5, 4, 1]
    parameters = flat(sizes, activation, norm, skip, kind, 37)
    hidden = sum(sizes[1:-1])
    count = sum(a * b + b for a, b in zip(sizes[:-1], sizes[1:], strict=True)) + (2 * hidden if norm != NONE else 0)
    theta = np.random.default_rng(4).normal(size=count)
    inputs, y = data_points(parameters)
    z = predict(theta, parameters, inputs)
    wanted = np.mean((z - y) ** 2) if kind == SQUARES else np.mean(np.logaddexp(0.0, z) - y * z)
    assert loss(theta, parameters, np.empty(0, np.int64), np.empty(count)) == pytest.approx(wanted, rel=1e-12)


def test_another_input_changes_no_other_answer() -> None:
    parameters = flat([2, 6, 1], TANH, BATCH, False, SQUARES, 20)
    theta = np.random.default_rng(5).normal(size=12 + 6 + 12 + 6 + 1)
    points = np.random.default_rng(6).normal(size=(2, 9))
    alone = [predict(theta, parameters, points[:, [k]])[0] for k in range(9)]
    np.testing.assert_allclose(predict(theta, parameters, points), alone, rtol=1e-12)
