"""Gradient and Hessian of every formula of the catalogue against sympy, and the native code against its own source."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy

from engine.language import parse_expression
from engine.language.functions import FUNCTIONS
from engine.language.syntax import Call, Node, children
from engine.scenario import SurfaceConfig
from surfaces import build, catalogue

from .plain import formulas, plain, points_in_window, settings_of

NATIVE = (
    *("barrier", "cliff", "cross_in_tray", "curvature_ramp", "eggholder", "mccormick", "rastrigin", "rosenbrock"),
    *("schaffer_4", "sharp_and_flat", "step", "three_balls"),
)


class Floor(sympy.Function):
    """The floor, whose slope is 0 wherever it has one."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sympy.Integer(0)


WORDS = {
    **{"e": sympy.E, "pi": sympy.pi, "abs": sympy.Abs, "max": sympy.Max, "min": sympy.Min, "floor": Floor},
    "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
    "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
}


@cache
def by_sympy(name: str) -> Callable[..., list[mpmath.mpf]]:
    """L and its derivatives as sympy reads the text, in as many digits as mpmath is told to use.

    Away from the kinks, where random points lie, the second derivative of a kink is 0.
    """
    entry = catalogue()[name]
    names = [*entry.axes, *(parameter.name for parameter in entry.parameters)]
    symbols = [sympy.Symbol(word, real=True) for word in names]
    words = WORDS | dict(zip(names, symbols, strict=True))
    loss, (x, y) = sympy.sympify(entry.formula.replace("^", "**"), locals=words), symbols[:2]
    looks = [loss, loss.diff(x), loss.diff(y), loss.diff(x, 2), loss.diff(x, y), loss.diff(y, 2)]
    ours = {"DiracDelta": lambda u: mpmath.mpf(0), "Floor": mpmath.floor}
    return sympy.lambdify(symbols, looks, modules=[ours, "mpmath"], cse=True)  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", formulas())
def test_loss_gradient_and_hessian_are_those_of_sympy(name: str) -> None:
    """To 11 digits each; a number that is left over when large ones cancel, to 13 digits of the largest."""
    exact = by_sympy(name)
    for values in settings_of(name):
        look = plain(name, values)
        for x, y in points_in_window(name, 5).tolist():
            with mpmath.workdps(40):
                wanted = np.array([float(part) for part in exact(*map(mpmath.mpf, (x, y, *values.values())))])
            found = look(x, y)
            assert np.isfinite(found).all()
            np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-13 * np.abs(wanted).max())


@pytest.mark.parametrize("name", NATIVE)
def test_the_native_code_is_its_source(name: str) -> None:
    """Bit for bit but for the compiler's own sin, exp and the like, which may differ in the last digits."""
    for values in settings_of(name):
        surface, look = build(SurfaceConfig(name, parameters=values)), plain(name, values)
        for x, y in points_in_window(name, 40).tolist():
            wanted = look(x, y)
            np.testing.assert_allclose(surface.at((x, y)), wanted, rtol=1e-13, atol=1e-14 * np.abs(wanted).max())


def test_the_compiled_ones_hold_every_function_that_the_catalogue_uses() -> None:
    def used(node: Node) -> set[str]:
        own = {node.function} if isinstance(node, Call) else set()
        return own.union(*map(used, children(node)))

    def functions(name: str) -> set[str]:
        entry = catalogue()[name]
        return used(parse_expression(entry.formula, (*entry.axes, *(p.name for p in entry.parameters))))

    every = set[str]().union(*map(functions, formulas()))
    assert every <= set(FUNCTIONS) and len(every) > 8
    assert every - set[str]().union(*map(functions, NATIVE)) == set()
