"""Value, gradient and Hessian of compiled formulas against sympy."""

import numpy as np
import pytest
import sympy

from engine.language import parse_expression
from engine.language.compile import compile_surface

FORMULAS = [
    "(a-x)^2 + b*(y-x^2)^2",
    "sin(x)*exp(-y^2) + cos(x*y)/(2+x^2)",
    "sqrt(1+x^2+y^2)^3 - log(2+x^2)*tanh(y)",
    "atan(x/(3+y)) + sinh(x)*cosh(y) + (2+x^2)^y",
    "x^-2 + y^0.5*x^5 + (x*y)^4 - 3^x",
    "asin(x/9)*acos(y/9) + tan(x/9) + log1p(x*y) - abs(x-9)^3",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_against_sympy(text: str) -> None:
    surface = compile_surface(parse_expression(text, ("x", "y", "a", "b")), ("x", "y"), ("a", "b"))
    x, y = sympy.symbols("x y", positive=True)
    a, b = 1.5, 7.0
    names = {"x": x, "y": y, "a": sympy.Float(a, 30), "b": sympy.Float(b, 30), "abs": sympy.Abs}
    names["log1p"] = lambda u: sympy.log(1 + u)
    f = sympy.sympify(text, locals=names)
    derivatives = [f, f.diff(x), f.diff(y), f.diff(x, 2), f.diff(x, y), f.diff(y, 2)]
    rng = np.random.default_rng(0)
    out = np.empty(6)
    for point in rng.uniform(0.2, 2.0, (5, 2)):
        surface(point, np.array([a, b]), -1, out)
        place = {x: sympy.Float(point[0], 40), y: sympy.Float(point[1], 40)}
        wanted = [float(part.subs(place).evalf(30)) for part in derivatives]
        np.testing.assert_allclose(out, wanted, rtol=1e-11, atol=1e-11)


def test_sigmoid_softplus_and_conditions() -> None:
    text = "softplus(x)*sigmoid(y) + where(x > 1, x^2, y^3) + max(x, 2*y) + clip(x, 0, 1)"
    surface = compile_surface(parse_expression(text, ("x", "y")), ("x", "y"), ())
    out, near, far = np.empty(6), np.empty(6), np.empty(6)
    point = np.array([0.4, 0.7])
    surface(point, np.empty(0), -1, out)
    for axis in (0, 1):
        step = np.zeros(2)
        step[axis] = 1e-5
        surface(point + step, np.empty(0), -1, far)
        surface(point - step, np.empty(0), -1, near)
        difference = (far - near) / 2e-5
        np.testing.assert_allclose(out[1 + axis], difference[0], rtol=1e-8)
        np.testing.assert_allclose(out[3 + axis : 5 + axis], difference[1:3], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("text", "wanted"), [("1/x", np.inf), ("log(x)", -np.inf), ("exp(1/x)", np.inf)])
def test_poles_give_inf_and_never_raise(text: str, wanted: float) -> None:
    surface = compile_surface(parse_expression(text, ("x", "y")), ("x", "y"), ())
    out = np.empty(6)
    surface(np.zeros(2), np.empty(0), -1, out)
    assert out[0] == wanted
