"""The critical points of surfaces, against roots of polynomials that are found in another way and against proofs."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
import sympy
from numba import njit

from engine.language.compile import SURFACE_SIGNATURE
from engine.scenario import SurfaceConfig
from engine.surface import Surface
from surfaces import build
from surfaces.critical import DEGENERATE, MAXIMUM, MINIMUM, MOST, SADDLE, CriticalPoint, Findings, Window, find_critical

HIMMELBLAU = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
CAMEL = "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2"
ROSENBROCK = "(1-x)^2 + 100*(y-x^2)^2"


def typed(formula: str) -> Surface:
    return build(SurfaceConfig(formula=formula))


def find(formula: str, window: Window = (-2.0, 2.0, -2.0, 2.0)) -> Findings:
    found = find_critical(typed(formula), window)
    assert found is not None
    return found


def nearest(found: Findings, x: float, y: float) -> CriticalPoint:
    return min(found.points, key=lambda point: math.hypot(point.place[0] - x, point.place[1] - y))


def roots(formula: str) -> list[tuple[float, float]]:
    """The real places where ∇L = 0 of a polynomial, from a Gröbner basis: exact until the roots in one number."""
    x, y = sympy.symbols("x y", real=True)
    loss = sympy.nsimplify(sympy.sympify(formula.replace("^", "**"), locals={"x": x, "y": y}), rational=True)
    slopes = [sympy.diff(loss, x), sympy.diff(loss, y)]
    basis = sympy.groebner(slopes, x, y, order="lex")
    places = []
    for b in sympy.Poly(basis.exprs[-1], y).nroots(n=40, maxsteps=200):
        if abs(sympy.im(b)) > 1e-20:
            continue
        for a in sympy.Poly(slopes[1].subs(y, sympy.re(b)), x).nroots(n=40, maxsteps=200):
            if abs(sympy.im(a)) < 1e-20 and abs(slopes[0].subs({x: sympy.re(a), y: sympy.re(b)})) < 1e-15:
                places.append((float(sympy.re(a)), float(sympy.re(b))))
    return places


@pytest.mark.parametrize(
    ("formula", "window", "counts"),
    [
        (HIMMELBLAU, (-6.0, 6.0, -6.0, 6.0), {MINIMUM: 4, SADDLE: 4, MAXIMUM: 1}),
        (CAMEL, (-2.1, 2.1, -1.2, 1.2), {MINIMUM: 6, SADDLE: 7, MAXIMUM: 2}),
    ],
)
def test_all_are_found_and_nothing_else(formula: str, window: Window, counts: dict[str, int]) -> None:
    found, exact = find(formula, window), roots(formula)
    assert found.counts == counts and len(exact) == sum(counts.values())
    for x, y in exact:
        assert nearest(found, x, y).place == pytest.approx((x, y), abs=1e-12)
    assert not found.coarse and found.left_out == 0
    assert all(point.gradient_norm < 1e-11 for point in found.points)


def test_each_comes_with_loss_eigenvalues_and_eigenvectors() -> None:
    found = find(HIMMELBLAU, (-6.0, 6.0, -6.0, 6.0))
    assert [point.loss for point in found.points] == sorted(point.loss for point in found.points)
    x, y = sympy.symbols("x y")
    loss = sympy.sympify(HIMMELBLAU.replace("^", "**"))
    hessian = sympy.lambdify((x, y), sympy.hessian(loss, (x, y)))
    value = sympy.lambdify((x, y), loss)
    for point in found.points:
        h, v = np.array(hessian(*point.place)), np.array(point.eigenvectors)
        assert point.eigenvalues == pytest.approx(np.linalg.eigvalsh(h)[::-1])
        assert v @ h @ v.T == pytest.approx(np.diag(point.eigenvalues), abs=1e-10)
        assert v @ v.T == pytest.approx(np.eye(2))
        assert point.loss == pytest.approx(value(*point.place), abs=1e-20)


def test_a_window_shows_only_its_own() -> None:
    found = find(HIMMELBLAU, (0.0, 6.0, 0.0, 6.0))
    assert found.counts == {MINIMUM: 1, SADDLE: 2}
    assert nearest(found, 3.0, 2.0).place == pytest.approx((3.0, 2.0))


def test_a_narrow_valley_has_one_minimum() -> None:
    found = find(ROSENBROCK, (-2.0, 2.0, -1.0, 3.0))
    assert found.counts == {MINIMUM: 1}
    assert found.points[0].place == pytest.approx((1.0, 1.0), abs=1e-12)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
@pytest.mark.parametrize("size", [1e-6, 1e6])
def test_neither_the_units_of_the_loss_nor_of_the_parameters_matter(scale: float, size: float) -> None:
    u, v = f"(x/{size})", f"(y/{size})"
    formula = f"{scale}*(({u}^2 + {v} - 11)^2 + ({u} + {v}^2 - 7)^2)"
    found = find(formula, (-6 * size, 6 * size, -6 * size, 6 * size))
    assert found.counts == {MINIMUM: 4, SADDLE: 4, MAXIMUM: 1}


def test_axes_of_very_different_ranges() -> None:
    found = find("(x/1000)^4 - (x/1000)^2 + (1000*y)^2", (-2000.0, 2000.0, -0.002, 0.002))
    assert found.counts == {MINIMUM: 2, SADDLE: 1}


def test_many_are_cut_short_and_counted() -> None:
    found = find("sin(x)*sin(y)", (-100.0, 100.0, -100.0, 100.0))
    assert len(found.points) == MOST and found.left_out > 0
    assert found.points[0].loss == pytest.approx(-1.0)


# Degenerate ones ---------------------------------------------------------------------------------------------------


def test_a_valley_is_degenerate_and_thinned() -> None:
    """(1 − xy)² is least on the whole hyperbola xy = 1, and has a saddle at the origin."""
    found = find("(1 - x*y)^2")
    saddles = [point for point in found.points if point.kind == SADDLE]
    valley = [point for point in found.points if point.kind != SADDLE]
    assert [point.place for point in saddles] == [pytest.approx((0.0, 0.0), abs=1e-12)]
    assert {point.kind for point in valley} == {DEGENERATE} and all(point.spread for point in valley)
    assert all(point.place[0] * point.place[1] == pytest.approx(1.0) for point in valley)
    assert all(point.zeros == (False, True) for point in valley)
    assert 8 <= len(valley) <= 40
    both_branches = Counter(point.place[0] > 0 for point in valley)
    assert min(both_branches.values()) >= 4
    gaps = [min(math.dist(a.place, b.place) for b in valley if b is not a) for a in valley]
    assert min(gaps) > 0.2 and max(gaps) < 0.6


@pytest.mark.parametrize(
    "formula",
    ["x^3 - 3*x*y^2", "x^4 + y^4", "x^3 + y^2", "x^4 - y^2", "(x^2 + y^2)^3", "(x^2 + y^2)^2 - 2*(x^2 - y^2)^2"],
    ids=["monkey saddle", "quartic bowl", "shoulder", "quartic saddle", "sextic bowl", "four-legged saddle"],
)
@pytest.mark.parametrize("shift", [0.0, 0.123])
def test_a_single_degenerate_point_is_one(formula: str, shift: float) -> None:
    moved = formula.replace("x", f"(x - {shift})").replace("y", f"(y + {shift})")
    found = find(moved)
    assert [(point.kind, point.spread) for point in found.points] == [(DEGENERATE, False)]
    assert found.points[0].place == pytest.approx((shift, -shift), abs=2e-3)
    assert any(found.points[0].zeros)


def test_two_points_of_a_split_degenerate_one_are_told_apart() -> None:
    """x³ − ε·x has a maximum and a minimum near each other where x³ has none."""
    found = find("x^3 - 0.0003*x + y^2")
    assert found.counts == {MINIMUM: 1, SADDLE: 1}
    assert nearest(found, 1.0, 0.0).place == pytest.approx((0.01, 0.0), abs=1e-9)


def test_a_ring_is_degenerate_and_its_middle_is_a_maximum() -> None:
    found = find("(x^2 + y^2 - 1)^2")
    ring = [point for point in found.points if point.kind == DEGENERATE]
    assert [point.kind for point in found.points if point not in ring] == [MAXIMUM]
    assert len(ring) >= 12 and all(math.hypot(*point.place) == pytest.approx(1.0) for point in ring)


@pytest.mark.parametrize("formula", ["0*x", "3 + 0*x*y"])
def test_a_constant_is_an_area_of_degenerate_points(formula: str) -> None:
    found = find(formula)
    assert 1 <= len(found.points) <= 60
    assert all(point.kind == DEGENERATE and point.spread and point.zeros == (True, True) for point in found.points)


def test_a_plateau_beside_a_bowl() -> None:
    """−exp(−r²) is flat to the last digit from r = 6 on; only its middle is a minimum."""
    found = find("-exp(-(x^2 + y^2))", (-20.0, 20.0, -20.0, 20.0))
    assert found.counts[MINIMUM] == 1 and set(found.counts) == {MINIMUM, DEGENERATE}
    assert all(math.hypot(*point.place) > 5 for point in found.points if point.kind == DEGENERATE)


# No false ones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        "x + 2*y",
        "1/x + y^2",
        "log(x) + y^2",
        "sqrt(x - 9)",
        "exp(x + y)",
        "1/(x^2 + y^2)",
        "abs(x) + abs(y)",
        "max(abs(x), abs(y))",
        "sqrt(x^2 + y^2)",
        "x + y^3*0 + exp(-x)*0",
    ],
)
def test_where_no_gradient_vanishes_nothing_is_found(formula: str) -> None:
    assert find(formula).points == ()


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("log(x + 1) - x + y^2", (0.0, 0.0)),
        ("1/x^2 + x^2 + y^2", (1.0, 0.0)),
        ("sqrt(1 - x) + x/2 + y^2", (0.0, 0.0)),
        ("max(x, 0)^2 - x + y^2", (0.5, 0.0)),
    ],
)
def test_beside_undefined_places_and_poles_the_true_ones_are_found(formula: str, place: tuple[float, float]) -> None:
    found = find(formula)
    assert nearest(found, *place).place == pytest.approx(place, abs=1e-9)
    for point in found.points:
        assert math.isfinite(point.loss) and point.gradient_norm < 1e-9


def test_where_a_loss_is_nothing_beside_the_rest_it_is_flat() -> None:
    """exp(700x) goes from 10⁻⁶⁰⁸, which is 0, to 10⁶⁰⁸, which is ∞: no slope can be told from rounding on the left."""
    found = find("exp(700*x)")
    assert found.points
    assert all(point.kind == DEGENERATE and point.spread and point.loss < 1e-100 for point in found.points)


def test_nowhere_finite_gives_nothing() -> None:
    assert find("log(-1 - x^2)").points == ()


# Costly surfaces ---------------------------------------------------------------------------------------------------


@njit(SURFACE_SIGNATURE, nogil=True, error_model="numpy")
def slow_hills(theta: Any, parameters: Any, sample: Any, look: Any) -> None:
    """cos x + cos y, and some hundred microseconds of work besides, as a network takes."""
    x, y, total = theta[0], theta[1], 0.0
    for k in range(int(parameters[0])):
        total += math.sin(x + k)
    look[0] = math.cos(x) + math.cos(y) + 1e-300 * total
    look[1], look[2] = -math.sin(x), -math.sin(y)
    look[3], look[4], look[5] = -math.cos(x), 0.0, -math.cos(y)


def test_a_surface_that_takes_long_is_searched_from_fewer_starts() -> None:
    asked = []
    surface = Surface(slow_hills, np.array([20_000.0]))
    found = find_critical(surface, (-4.0, 4.0, -4.0, 4.0), lambda share: asked.append(share) is None)
    assert found is not None and found.coarse
    assert found.counts == {MAXIMUM: 1, MINIMUM: 4, SADDLE: 4}
    assert len(asked) > 20  # so often it could have been cancelled


# How it works ------------------------------------------------------------------------------------------------------


def test_the_same_search_gives_the_same_points() -> None:
    first, second = find(CAMEL), find(CAMEL)
    assert first == second
    assert find("(1 - x*y)^2") == find("(1 - x*y)^2")


def test_progress_grows_and_ends_at_one() -> None:
    shares: list[float] = []

    def report(share: float) -> bool:
        shares.append(share)
        return True

    assert find_critical(typed(CAMEL), (-2.0, 2.0, -2.0, 2.0), report) is not None
    assert shares == sorted(shares) and shares[0] == 0.0 and shares[-1] == 1.0 and len(shares) > 3


@pytest.mark.parametrize("after", [1, 2, 3, 5])
def test_it_ends_when_told_so(after: int) -> None:
    asked = 0

    def report(share: float) -> bool:
        nonlocal asked
        asked += 1
        return asked < after

    assert find_critical(typed(CAMEL), (-2.0, 2.0, -2.0, 2.0), report) is None
    assert asked == after


@pytest.mark.parametrize(
    ("a", "b", "c"), [(2.0, 0.0, 5.0), (3.0, 4.0, -1.0), (-2.0, 0.5, -7.0), (1.0, 1e-3, 1e3), (0.0, 1.0, 0.0)]
)
def test_any_quadratic_has_its_one_point(a: float, b: float, c: float) -> None:
    found = find(f"{a}*(x-0.3)^2/2 + {b}*(x-0.3)*(y+0.7) + {c}*(y+0.7)^2/2")
    low, high = np.linalg.eigvalsh([[a, b], [b, c]])
    kind = MINIMUM if low > 0 else MAXIMUM if high < 0 else SADDLE
    assert [point.kind for point in found.points] == [kind]
    assert found.points[0].place == pytest.approx((0.3, -0.7))
    assert found.points[0].eigenvalues == pytest.approx((high, low))
