"""Typed formulas: what is wrong is named exactly, what is odd is said, and the code is that of the built-in ones."""

from __future__ import annotations

import time

import pytest

from engine.declaration import Parameter
from engine.errors import ConfigError
from engine.language.parser import MAX_DEPTH, MAX_LENGTH
from engine.scenario import Declared, SurfaceConfig
from surfaces import build, catalogue, check_formula, find_entry, known_points, outline
from surfaces.typed import never_finite, remarks

WINDOW = (-3.0, 3.0, -3.0, 3.0)
XY = ("x", "y")


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("", "the formula is empty"),
        ("  # nothing", "the formula is empty"),
        ("x+" * 2000 + "y" * 10, f"the text has {4010} characters; at most {MAX_LENGTH} are allowed"),
        ("+".join("x" for _ in range(800)), "more than 1500 symbols"),
        ("(" * 41 + "x" + ")" * 41, f"nested more than {MAX_DEPTH} levels deep"),
        ("x^2 + yy", "unknown name 'yy'; did you mean 'y'?"),
        ("X^2 + y", "unknown name 'X'; did you mean 'x'?"),
        ("squrt(x)", "unknown function 'squrt'; did you mean 'sqrt'?"),
        ("max(x)", "max takes 2 argument(s), got 1"),
        ("sin(x, y)", "sin takes 1 argument(s), got 2"),
        ("sin", "the function sin needs its arguments in brackets: sin(…)"),
        ("x < y", "a condition, true or false, and no number"),
        ("not (x < y)", "a condition, true or false, and no number"),
        ("x > 0 and y > 0", "a condition, true or false, and no number"),
        ("+".join(f"(x*{k}-y)^2.5*sin(x*y+{k})" for k in range(60)), "more than 2500 operations"),
    ],
)
def test_what_is_wrong_is_named(formula: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_formula(formula, XY, ())
    assert caught.value.where == "surface.formula" and words in caught.value.message


@pytest.mark.parametrize("name", ["sin", "where", "pi", "e", "and", "not"])
def test_names_that_mean_something_else_are_refused(name: str) -> None:
    for axes, parameters in ((("x", name), ()), (XY, (name,))):
        with pytest.raises(ConfigError, match=f"'{name}' means something else in formulas"):
            check_formula("x", axes, parameters)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("sqrt(-1 - x^2) + y", "sqrt is not real for what stands in it, -10 to -1"),
        ("log(-1) + x", "log is not real for what stands in it, -1 to -1"),
        ("(-8)^(1/3) + x*y", "a fractional power of a negative number is complex"),
        ("asin(2 + x^2)", "asin is not real for what stands in it, 2 to 11"),
        ("x + 1/(y - y)", "it divides by 0 everywhere"),
        ("exp(1000 + x^2)", "larger than any 64-bit float"),
        ("inf + x", "no value is finite"),
    ],
)
def test_a_formula_that_is_never_finite_says_why(formula: str, words: str) -> None:
    fault = never_finite(formula, XY, {}, WINDOW)
    assert fault and words in fault.message
    check_formula(formula, XY, ())  # a file may hold it: its runs end as what they are


@pytest.mark.parametrize("formula", ["log(x)", "sqrt(x*y - 8)", "1/x", "log(x - 100)", "tan(x)*y", "0*x + 3"])
def test_a_formula_that_is_finite_somewhere_is_used(formula: str) -> None:
    assert never_finite(formula, XY, {}, WINDOW) is None


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("x^2 + y^2", []),
        ("log(x) + y^2", []),
        ("3", ["the same everywhere: the gradient is 0, and no run will move"]),
        ("0*x + 0*y + k", ["the same everywhere: the gradient is 0, and no run will move"]),
        ("x^2", ["y does not occur: nothing pulls along it"]),
        ("log(x - 100) + y", ["no value in the window is finite; look elsewhere, or move the parameters"]),
    ],
)
def test_what_is_odd_is_said(formula: str, words: list[str]) -> None:
    parameters = {"k": 1.0} if "k" in formula else {}
    assert [remark.message for remark in remarks(formula, XY, parameters, WINDOW)] == words


def test_a_parameter_that_does_not_occur_is_said() -> None:
    assert [str(remark) for remark in remarks("x*y", XY, {"a": 1.0}, WINDOW)] == ["a does not occur"]


def test_a_typed_surface_is_the_very_function_of_the_built_in_one() -> None:
    for entry in catalogue().values():
        if not entry.formula or len(entry.formula) > 120:
            continue
        values = {parameter.name: parameter.default for parameter in entry.parameters}
        typed = build(SurfaceConfig(formula=entry.formula, axes=entry.axes, parameters=values))
        assert typed.function is build(SurfaceConfig(entry.name)).function, entry.name


def test_other_names_make_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("engine.language.compile.compile_source", lambda source, name: made.append(source))
    entry = catalogue()["rosenbrock"]
    build(SurfaceConfig(formula="(p - u)^2 + q*(v - u^2)^2", axes=("u", "v"), parameters={"p": 1.0, "q": 100.0}))
    build(SurfaceConfig(formula=f" {entry.formula} ", axes=entry.axes, parameters={"a": 1.0, "b": 100.0}))
    assert len(made) == 2 and made[0] == made[1]


def test_what_is_declared_holds() -> None:
    declared = Declared(
        "Bowl", domain=(0, 9, 0, 9), parameters=(Parameter("k", 2.0, low=1.0, high=5.0),), minima=(("k", "0", "0"),)
    )
    config = SurfaceConfig(formula="(x - k)^2 + y^2", declared=declared)
    assert build(config).at((3.0, 0.0))[0] == 1.0 and build(config).domain == (0, 9, 0, 9)
    assert known_points(config) == ([(2.0, 0.0)], []) and find_entry(config).name == "Bowl"
    for parameters in ({"k": 0.0}, {"k": 9.0}):
        with pytest.raises(ConfigError, match="allowed: 1 ≤ k ≤ 5"):
            outline(SurfaceConfig(formula=config.formula, parameters=parameters, declared=declared))
    with pytest.raises(ConfigError, match=r"surface\.declared\.window: must be \[left"):
        outline(SurfaceConfig(formula="x*y", declared=Declared(window=(1, 0, 0, 1))))


def test_a_check_costs_less_than_a_frame_once_it_was_made() -> None:
    formula = "+".join(f"sin(x*{k})^2*y" for k in range(80))
    check_formula(formula, XY, ())
    began = time.perf_counter()
    for _ in range(100):
        check_formula(formula, XY, ())
    assert time.perf_counter() - began < 0.1
