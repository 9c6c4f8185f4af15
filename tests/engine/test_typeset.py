"""Formulas as LaTeX: brackets where they are needed and only there, and all of it within what ziamath draws."""

import math
import warnings
import xml.etree.ElementTree as ElementTree

import pytest

from engine.language import parse_expression, parse_program
from engine.language.compile import RULE_INPUTS as INPUTS
from engine.language.functions import FUNCTIONS
from engine.language.typeset import number, program_to_latex, quick, symbol, to_latex
from engine.optimizers import Optimizer, optimizers

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # ziamath finds its fonts in a deprecated way
    from ziamath.config import config
    from ziamath.zmath import Latex

NAMES = ("a", "b", "c", "x", "y", "t", "beta1", "eta", "momentum", "exp_avg")


def latex(text: str, **values: float) -> str:
    return to_latex(parse_expression(text, NAMES), {name: number(value) for name, value in values.items()})


def draw(text: str) -> str:
    """The drawing, in the version of SVG that Qt knows."""
    config.svg2 = False
    svg = Latex(text).svg()
    ElementTree.fromstring(svg)
    return svg


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("(a - b) - c", "a - b - c"),
        ("a + (b - c)", "a + b - c"),
        ("a - (b + c)", r"a - \left(b + c\right)"),
        ("a + (-b + c)", r"a + \left({-b + c}\right)"),
        ("a - b*c", r"a - b\,c"),
        ("(a - b)*c", r"\left(a - b\right)\,c"),
        ("a*(b*c)", r"a\,b\,c"),
        ("a/(b/c)", r"\frac{a}{\frac{b}{c}}"),
        ("a/b/c", r"\frac{\frac{a}{b}}{c}"),
        ("(a + b)/(b - c)", r"\frac{a + b}{b - c}"),
        ("(a/b)^2", r"\left(\frac{a}{b}\right)^{2}"),
        ("-a/b", r"-\frac{a}{b}"),
        ("-(a/b)", r"-\frac{a}{b}"),
        ("-a*b/c", r"-\frac{a\,b}{c}"),
        ("(-a + b)/c", r"\frac{-a + b}{c}"),
        ("a/-b", r"\frac{a}{-b}"),
        ("-(x^2)", "-x^{2}"),
        ("(-x)^2", r"\left({-x}\right)^{2}"),
        ("(a^b)^c", r"\left(a^{b}\right)^{c}"),
        ("a^(b^c)", "a^{b^{c}}"),
        ("a^(b + c)", "a^{b + c}"),
        ("(a - x)^2 + b*(y - x^2)^2", r"\left(a - x\right)^{2} + b\,\left(y - x^{2}\right)^{2}"),
        ("-(a + b)", r"-\left(a + b\right)"),
        ("a*(-b)", r"a \cdot \left({-b}\right)"),
        ("a - -b", r"a - \left({-b}\right)"),
        ("-(-a*b)", r"-\left({-a\,b}\right)"),
        ("(a < b)*c", r"\left(a < b\right)\,c"),
        ("(a < b) == c", r"\left(a < b\right) = c"),
        ("(a < b) + c", r"\left(a < b\right) + c"),
    ],
)
def test_brackets(text: str, wanted: str) -> None:
    assert latex(text) == wanted
    draw(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2*x", r"2\,x"),
        ("x*2", r"x \cdot 2"),
        ("2*3", r"2 \cdot 3"),
        ("2*(1/3)*x", r"2 \cdot \frac{1}{3}\,x"),
        ("2*pi*x", r"2\,\pi\,x"),
        ("-pi + e", r"-\pi + e"),
        ("momentum*exp_avg", r"\mathrm{momentum} \cdot \mathrm{exp{\_}avg}"),
        ("momentum*(1 - x)", r"\mathrm{momentum} \cdot \left(1 - x\right)"),
        ("x^-2 + x^0.5", "x^{-2} + x^{0.5}"),
        ("x^(1/3)", "x^{1/3}"),
        ("x^(a/(b*c))", r"x^{a/\left(b\,c\right)}"),
        ("x^(a/(b/c))", r"x^{\frac{a}{\frac{b}{c}}}"),
        ("sqrt(x^2 + 1)", r"\sqrt{x^{2} + 1}"),
        ("sqrt(x)^3", r"\left(\sqrt{x}\right)^{3}"),
        ("abs(-x)^3", r"\left|{-x}\right|^{3}"),
        ("floor(x/2)", r"\left\lfloor \frac{x}{2}\right\rfloor"),
        ("sin(x)^2*cos(-y)", r"\sin^{2}\left(x\right)\,\cos\left({-y}\right)"),
        ("sin(x)^-1", r"\left(\sin\left(x\right)\right)^{-1}"),
        ("log(x)^2", r"\left(\ln\left(x\right)\right)^{2}"),
        ("exp(-x^2/2)", "e^{-x^{2}/2}"),
        ("exp(-x^2 - y^2 + a)", r"\exp\left({-x^{2} - y^{2} + a}\right)"),
        ("exp(1 + a/b)", r"\exp\left(1 + \frac{a}{b}\right)"),
        ("log1p(x)", r"\ln\left(1 + x\right)"),
        ("atan(x)", r"\arctan\left(x\right)"),
        ("min(-a, b)", r"\min\left({-a}, b\right)"),
        ("clip(x, 0, 1)", r"\mathrm{clip}\left(x, 0, 1\right)"),
        ("sigmoid(x)", r"\mathrm{sigmoid}\left(x\right)"),
        ("a <= b and b >= -c", r"a \le b \;\wedge\; b \ge {-c}"),
        ("(a or b) and not c != x", r"\left(a \;\vee\; b\right) \;\wedge\; \neg \left(c \ne x\right)"),
        ("where(x < 0, -x, x)", r"\begin{cases} -x & \;\text{if}\;x < 0 \\ x & \;\text{otherwise} \end{cases}"),
        ("where(a, 1, where(b == 1, 2, 3))",
         r"\begin{cases} 1 & \;\text{if}\;a \ne 0 \\ 2 & \;\text{if}\;b = 1 \\ 3 & \;\text{otherwise} \end{cases}"),
        ("a + where(b < c, 1, 2)",
         r"a + \left(\begin{cases} 1 & \;\text{if}\;b < c \\ 2 & \;\text{otherwise} \end{cases}\right)"),
    ],
)  # fmt: skip
def test_forms(text: str, wanted: str) -> None:
    assert latex(text) == wanted
    draw(wanted)


@pytest.mark.parametrize(
    ("text", "values", "wanted"),
    [
        ("a*x + b*y", {"a": 0.9, "x": 3.2, "b": 0.1, "y": -2}, r"0.9 \cdot 3.2 + 0.1 \cdot \left({-2}\right)"),
        ("x^2 - y", {"x": -2, "y": -1}, r"\left({-2}\right)^{2} - \left({-1}\right)"),
        ("x^2", {"x": 917400}, r"\left(9.174 \times 10^{5}\right)^{2}"),
        ("-x/y", {"x": -1, "y": -2}, r"-\frac{\left({-1}\right)}{-2}"),
        ("(1 - a)*x", {"a": 0.9}, r"\left(1 - 0.9\right)\,x"),
        ("(1 - a)*x^t", {"a": 0.9, "x": 2, "t": 3}, r"\left(1 - 0.9\right) \cdot 2^{3}"),
        ("a*x", {"x": math.inf}, r"a \cdot \infty"),
        ("a*x", {"x": math.nan}, r"a \cdot \text{NaN}"),
        ("beta1^t", {"t": 7}, r"\beta_{1}^{7}"),
    ],
)
def test_values(text: str, values: dict[str, float], wanted: str) -> None:
    assert latex(text, **values) == wanted
    draw(wanted)


def test_values_may_be_any_term() -> None:
    tree = parse_expression("a^2 + b*x", NAMES)
    values = {"a": "x + 1", "b": r"\eta\,y", "x": r"\frac{1}{2}"}
    assert to_latex(tree, values) == r"\left(x + 1\right)^{2} + \eta\,y\,\frac{1}{2}"
    assert to_latex(parse_expression("a^x", NAMES), {"a": values["x"]}) == r"\left(\frac{1}{2}\right)^{x}"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (0.9, "0.9"), (1.0, "1"), (-0.25, "-0.25"), (0.0, "0"), (-0.0, "0"), (100.0, "100"), (12345.678, "12350"),
        (917400.0, r"9.174 \times 10^{5}"), (1e-8, r"1 \times 10^{-8}"), (-3.2e-7, r"-3.2 \times 10^{-7}"),
        (1e-3, "0.001"), (9.99999e-4, "0.001"), (9.99e-4, r"9.99 \times 10^{-4}"), (99999.0, r"1 \times 10^{5}"),
        (5e-324, r"4.941 \times 10^{-324}"), (1e308, r"1 \times 10^{308}"),
        (math.inf, r"\infty"), (-math.inf, r"-\infty"), (math.nan, r"\text{NaN}"),
    ],
)  # fmt: skip
def test_numbers(value: float, wanted: str) -> None:
    assert number(value) == wanted
    draw(wanted)


def test_digits() -> None:
    assert (number(math.pi, 1), number(math.pi, 7)) == ("3", "3.141593")
    assert latex("0.123456789 + 1234567*x") == r"0.123456789 + 1.234567 \times 10^{6}\,x"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("x", "x"), ("θ", "θ"), ("eta", r"\eta"), ("eps", r"\epsilon"), ("lambda", r"\lambda"), ("beta1", r"\beta_{1}"),
        ("beta_2", r"\beta_{2}"), ("w12", "w_{12}"), ("rho_inf", r"\rho_{\infty}"), ("x_min", r"x_{\mathrm{min}}"),
        ("rate1", r"\mathrm{rate}_{1}"), ("exp_avg_sq", r"\mathrm{exp{\_}avg{\_}sq}"), ("x_a_1", "x_{a_{1}}"),
        ("_", r"\mathrm{{\_}}"), ("_x", r"\mathrm{{\_}x}"), ("x_", r"\mathrm{x{\_}}"), ("x1y", r"\mathrm{x1y}"),
        ("学习率", r"\mathrm{学习率}"),
    ],
)  # fmt: skip
def test_symbols(name: str, wanted: str) -> None:
    assert symbol(name) == wanted
    draw(wanted + "^{2}")


MANY = 8  # lines: L-BFGS has many of one kind, and each takes a quarter of a second


@pytest.mark.parametrize("optimizer", optimizers().values(), ids=lambda optimizer: optimizer.name)
@pytest.mark.parametrize("value", [None, -917412.0])
def test_every_optimizer_is_drawn(optimizer: Optimizer, value: float | None) -> None:
    inputs = (*INPUTS, *(parameter.name for parameter in optimizer.hyperparameters))
    lines = parse_program(optimizer.rule, inputs, optimizer.state, vector=True)
    values = {} if value is None else dict.fromkeys((*inputs, *optimizer.state), number(value))
    shown = program_to_latex(lines, values)
    assert [text.split(" = ")[0] for text in shown] == [symbol(line.name) for line in lines]
    for text in list(filter(quick, shown))[:MANY]:
        assert "<path" in draw(text)


def test_what_takes_long_to_draw_is_known() -> None:
    """Most lines of the optimizers are drawn; those with many cases stand there as plain text."""
    texts = {name: program_to_latex(optimizer.lines) for name, optimizer in optimizers().items()}
    assert all(quick(text) for text in (*texts["Adam"], *texts["SGD"], *texts["RAdam"], *texts["Lion"]))
    slow = [text for lines in texts.values() for text in lines if not quick(text)]
    assert 0 < len(slow) < 0.1 * sum(len(lines) for lines in texts.values())


def test_adam() -> None:
    rule = optimizers()["Adam"].rule
    shown = program_to_latex(parse_program(rule, (*INPUTS, "beta1", "beta2", "eps"), ("exp_avg", "exp_avg_sq")))
    assert shown[0] == r"\mathrm{exp{\_}avg} = \beta_{1}\,\mathrm{exp{\_}avg} + \left(1 - \beta_{1}\right)\,g"
    assert shown[3] == r"\sigma = \sqrt{\frac{\mathrm{exp{\_}avg{\_}sq}}{1 - \beta_{2}^{t}}} + \epsilon"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_drawn(name: str) -> None:
    svg = draw(latex(f"{name}({', '.join(['x'] * FUNCTIONS[name])}) + 1"))
    assert svg.count("<use") + svg.count("<path") > 2


def test_the_longest_sum() -> None:
    assert latex("+".join(["x"] * 740)) == " + ".join(["x"] * 740)
