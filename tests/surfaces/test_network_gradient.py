"""A network's loss, gradient and training against torch's, as recorded, and its derivatives against differences."""

from __future__ import annotations

import json

import numpy as np
import pytest

from surfaces.network.curvature import hessian, product
from tests.golden.network import (
    FILE,
    GRADIENT_TOLERANCE,
    PATH_TOLERANCE,
    Case,
    cases,
    gradient_off,
    path_off,
    trainings,
)

ALL = np.empty(0, np.int64)
RECORDED = np.load(FILE)
SMOOTH = [case for case in cases() if case.options.get("activation") != "relu"]


def test_what_is_recorded_is_what_is_compared() -> None:
    about = json.loads(str(RECORDED["about"]))
    assert about["versions"]["torch"]
    assert about["cases"] == [repr(case) for case in cases()]
    assert about["trainings"] == [repr(training) for training in trainings()]


def test_gradients_are_torchs() -> None:
    offs = [gradient_off(case, RECORDED[f"gradient{k}"]) for k, case in enumerate(cases())]
    assert max(offs) <= GRADIENT_TOLERANCE


@pytest.mark.parametrize("k", range(len(trainings())))
def test_training_is_torchs_step_for_step(k: int) -> None:
    assert path_off(trainings()[k], RECORDED[f"path{k}"]) <= PATH_TOLERANCE


@pytest.mark.parametrize("case", SMOOTH, ids=repr)
def test_derivatives_agree_with_central_differences(case: Case) -> None:
    wide = case.surface.wide
    assert wide is not None
    rng = np.random.default_rng(0)
    n = len(wide.origin)
    theta = wide.origin + 0.1 * rng.standard_normal(n)
    for batch in (ALL, np.array([5, 3, 8, 8, 1])):
        v = rng.standard_normal(n)
        v /= np.linalg.norm(v)
        g, left, right, h = np.empty(n), np.empty(n), np.empty(n), 1e-5
        wide.function(theta, wide.parameters, batch, g)
        rise = wide.function(theta + h * v, wide.parameters, batch, right)
        rise -= wide.function(theta - h * v, wide.parameters, batch, left)
        assert g @ v == pytest.approx(rise / (2 * h), rel=1e-6, abs=1e-8)
        if batch is ALL:
            scale = max(1.0, float(np.abs(right - left).max() / (2 * h)))
            np.testing.assert_allclose(product(wide, theta, v), (right - left) / (2 * h), atol=1e-6 * scale)


def test_the_hessian_is_made_of_its_products() -> None:
    wide = SMOOTH[3].surface.wide
    assert wide is not None
    found = hessian(wide, wide.origin)
    assert found is not None
    v = np.random.default_rng(1).standard_normal(len(wide.origin))
    np.testing.assert_allclose(found @ v, product(wide, wide.origin, v), atol=1e-12)
    assert hessian(wide, wide.origin, stopped=lambda: True) is None


def test_the_loss_alone_is_the_same() -> None:
    for case in cases()[::5]:
        wide = case.surface.wide
        assert wide is not None
        whole = wide.function(wide.origin, wide.parameters, ALL, np.empty(len(wide.origin)))
        assert wide.function(wide.origin, wide.parameters, ALL, np.empty(0)) == whole
