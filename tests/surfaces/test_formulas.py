"""Surfaces that a person types or names: what is wrong with them is said with its place."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from engine.errors import ConfigError
from engine.language import FormulaError
from engine.scenario import SurfaceConfig
from engine.surface import Surface
from surfaces import build, catalogue, find_entry, known_points, outline

Check = Callable[[SurfaceConfig], Surface]


@pytest.mark.parametrize("check", [build, outline])
@pytest.mark.parametrize(
    ("formula", "line", "column", "words"),
    [
        ("x^2 + yy", 1, 7, "unknown name 'yy'"),
        ("x^2 +\n squrt(y)", 2, 2, "did you mean 'sqrt'?"),
        ("x^2 + (y", 1, 9, "close the bracket"),
        (" ", 1, 2, "empty"),
    ],
)
def test_typed_formula_errors_say_where(check: Check, formula: str, line: int, column: int, words: str) -> None:
    config = SurfaceConfig(formula=formula)
    with pytest.raises(FormulaError) as caught:
        check(config)
    assert caught.value.where == "surface.formula" and words in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize("check", [build, outline])
@pytest.mark.parametrize(
    ("config", "where", "words"),
    [
        (SurfaceConfig("rosenbrok"), "surface.name", "did you mean 'rosenbrock'?"),
        (SurfaceConfig("zzz"), "surface.name", f"known: {', '.join(list(catalogue())[:20])}, …"),
        (SurfaceConfig("rosenbrock", parameters={"c": 1.0}), "surface.parameters.c", "known: a, b"),
        (SurfaceConfig("two_basins", parameters={"tilt": 2.0}), "surface.parameters.tilt", "-1.5 ≤ tilt ≤ 1.5"),
        (SurfaceConfig("rosenbrock", parameters={"a": math.nan}), "surface.parameters.a", "not a finite number"),
        (SurfaceConfig(formula="x*y", axes=("x", "x")), "surface", "must differ"),
        (SurfaceConfig(formula="x*y", axes=("x", "2y")), "surface", "'2y' cannot be a name"),
    ],
)
def test_wrong_surfaces_are_refused(check: Check, config: SurfaceConfig, where: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(config)
    assert caught.value.where == where and words in caught.value.message


def test_typed_formula_with_its_own_names() -> None:
    config = SurfaceConfig(formula="k*u^2 + v^4", axes=("u", "v"), parameters={"k": 3.0})
    surface = build(config)
    assert surface.at((2.0, 1.0)).tolist() == [13.0, 12.0, 4.0, 6.0, 0.0, 12.0]
    assert surface.axes == ("u", "v") and find_entry(config).formula == config.formula
    assert known_points(config) == ([], [])
