"""The parser: precedence, places of errors, and limits that refuse hostile texts quickly."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language import Binary, Call, FormulaError, Name, Number, Unary, parse_expression, parse_program

X, Y = Name("x"), Name("y")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x + y*2", Binary("+", X, Binary("*", Y, Number(2.0)))),
        ("-x^2", Unary("-", Binary("^", X, Number(2.0)))),
        ("x^-2", Binary("^", X, Number(-2.0))),
        ("x^y^2", Binary("^", X, Binary("^", Y, Number(2.0)))),
        ("x - y - x", Binary("-", Binary("-", X, Y), X)),
        ("sqrt(x)", Call("sqrt", (X,))),
        ("not x < y", Unary("not", Binary("<", X, Y))),
    ],
)
def test_precedence(text: str, tree: object) -> None:
    assert parse_expression(text, "xy") == tree


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "empty"),
        ("x +", 4, "found the end"),
        ("2x", 2, "write * to multiply"),
        ("x ** 2", 3, "written with ^"),
        ("(x + y", 7, "close the bracket"),
        ("squrt(x)", 1, "did you mean 'sqrt'?"),
        ("x + z", 5, "unknown name 'z'"),
        ("max(x)", 1, "takes 2 argument(s), got 1"),
        ("sqrt + x", 1, "needs its arguments"),
        ("x @ y", 3, "no meaning"),
        ("1e999", 1, "too large"),
        ("x < y < 1", 7, "cannot be chained"),
        ("x² + y²", 2, "written with ^"),
    ],
)
def test_errors_say_what_and_where(text: str, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_expression(text, "xy")
    assert (caught.value.line, caught.value.column) == (1, column)
    assert words in caught.value.message
    assert caught.value.excerpt.endswith("^")


def test_signs_pasted_from_a_text_or_typed_in_chinese_mean_the_same() -> None:
    pasted = parse_expression("−x·y × max（x，2）＋3÷x", "xy")
    assert pasted == parse_expression("-x*y * max(x,2)+3/x", "xy")
    with pytest.raises(FormulaError, match="x·z"):  # the text is shown as it was typed
        parse_expression("x·z", "xy")


@pytest.mark.parametrize(
    "text", ["(" * 10_000, "(" * 2_000 + "x", "-" * 3_000 + "x", "x^" * 700 + "x", "x+" * 1999 + "x"]
)
def test_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        parse_expression(text, "x")


def test_program_uses_names_assigned_above() -> None:
    lines = parse_program("buf = mu*buf + g\n# a comment\nm = buf\n", ["g", "mu"], ["buf"])
    assert [(line.name, line.line) for line in lines] == [("buf", 1), ("m", 3)]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [("g = 1", 1, "cannot be assigned"), ("m = g\ns = q", 2, "unknown name 'q'"), ("m g", 1, "expected '='")],
)
def test_program_errors(text: str, line: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_program(text, ["g"])
    assert caught.value.line == line
    assert words in caught.value.message


@given(st.text(max_size=300))
def test_any_text_parses_or_raises_formula_error(text: str) -> None:
    with contextlib.suppress(FormulaError):
        parse_expression(text, "xy")
