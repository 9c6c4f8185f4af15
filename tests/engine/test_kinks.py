"""Where a formula is not smooth: which derivative counts at the very point, held against torch where it is there."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.language import parse_expression
from engine.language.evaluate import evaluate_all
from engine.scenario import SurfaceConfig
from surfaces import build

INF = math.inf


def look(formula: str, x: float = 0.0, y: float = 0.0, **parameters: float) -> list[float]:
    return build(SurfaceConfig(formula=formula, parameters=parameters)).at((x, y)).tolist()


@pytest.mark.parametrize(
    ("formula", "slope", "bend"),
    [
        ("abs(x)", 0.0, 0.0),
        ("sign(x)", 0.0, 0.0),
        ("floor(x)", 0.0, 0.0),
        ("max(x, 0)", 1.0, 0.0),  # a tie: the first argument
        ("max(0, x)", 0.0, 0.0),  # torch's relu
        ("min(x, -x)", 1.0, 0.0),
        ("min(-x, x)", -1.0, 0.0),
        ("clip(x, 0, 1)", 1.0, 0.0),  # torch's clamp: inside up to both ends
        ("clip(x + 1, 0, 1)", 1.0, 0.0),
        ("where(x < 0, -x, 3*x)", 3.0, 0.0),  # the branch that is taken
        ("where(x <= 0, -x, 3*x)", -1.0, 0.0),
        ("sqrt(x)", INF, -INF),  # one-sided: the slope from the right
        ("x^0.5", INF, -INF),
        ("x^1.5", 0.0, INF),
        ("asin(x + 1)", INF, INF),
        ("sqrt(x^2)", 0.0, 0.0),  # nothing comes of an infinite slope where the inner one is 0: as abs
        ("sqrt(abs(x))", 0.0, 0.0),
        ("abs(x)^1.5", 0.0, 0.0),
        ("sqrt(x^2 + y^2)", 0.0, 0.0),
        ("(x^2 + y^2)^0.5", 0.0, 0.0),
    ],
)
def test_at_the_very_point(formula: str, slope: float, bend: float) -> None:
    _, dx, _, dxx, dxy, _ = look(formula)
    assert (dx, dxx, dxy) == (slope, bend, 0.0)


def test_an_exponent_that_is_a_parameter_follows_the_same_rule() -> None:
    assert look("abs(x)^p + y^2", p=0.5)[:4] == [0.0, 0.0, 0.0, 0.0]
    assert look("x^p", p=0.5)[1] == INF and look("x^p", p=1.0)[1] == 1.0 and look("x^p", p=2.0)[3] == 2.0


def test_what_is_not_taken_does_not_leak() -> None:
    assert look("where(x > 0, log(x), 2*x)", -1.0)[:2] == [-2.0, 2.0]
    assert look("min(sqrt(x), 5) + 0*y", 36.0)[:2] == [5.0, 0.0]
    value, slope = look("max(sqrt(x), 5)", -1.0)[:2]
    assert math.isnan(value) and math.isnan(slope)  # nothing invalid is hidden


def test_a_slope_of_nothing_stays_invalid() -> None:
    _, dx, _, dxx, _, _ = look("sqrt(x^2 - 1)")
    assert math.isnan(dx) and math.isnan(dxx)


def test_beside_the_point_it_is_the_mathematics() -> None:
    for x, y in ((0.3, -0.7), (1e-9, 2e-9), (-5.0, 0.0)):
        r = math.hypot(x, y)
        wanted = [r, x / r, y / r, y * y / r**3, -x * y / r**3, x * x / r**3]
        np.testing.assert_allclose(look("sqrt(x^2 + y^2)", x, y), wanted, rtol=1e-12, atol=1e-300)


def test_a_condition_is_one_or_nought_compiled_or_not() -> None:
    xs = {"x": np.array([0.5, 2.0]), "y": np.array([1.0, 1.0])}
    for formula in ("(x < 1) - (y < 2)", "-(x < 1)", "3*(x < y and y < 2) + 1", "abs(not x)", "(x == y)^2"):
        tree = parse_expression(formula, ("x", "y"))
        np.testing.assert_array_equal(evaluate_all(tree, xs), [look(formula, 0.5, 1.0)[0], look(formula, 2.0, 1.0)[0]])


def test_against_torch() -> None:
    torch = pytest.importorskip("torch")
    cases = {
        "abs(x)": torch.abs,
        "sign(x)": torch.sign,
        "floor(x)": torch.floor,
        "max(0, x)": torch.relu,
        "clip(x, 0, 1)": lambda x: torch.clamp(x, 0.0, 1.0),
        "sqrt(x)": torch.sqrt,
        "x^0.5": lambda x: x**0.5,
        "x^1.5": lambda x: x**1.5,
        "where(x < 0, -x, 3*x)": lambda x: torch.where(x < 0, -x, 3 * x),
        "sqrt(x^2 + y^2)": lambda x: torch.linalg.vector_norm(torch.stack([x, torch.zeros_like(x)])),
    }
    for formula, function in cases.items():
        for value in (0.0, 0.5):
            x = torch.tensor(value, dtype=torch.float64, requires_grad=True)
            function(x).backward()
            assert look(formula, value)[1] == pytest.approx(float(x.grad), rel=1e-14), formula
