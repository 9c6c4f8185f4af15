"""Formulas as mathematicians write them: syntax tree to LaTeX text, kept to what ziamath can draw."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from .syntax import Assign, Binary, Call, Name, Node, Number, Unary

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_LETTERS = {**{name: f"\\{name}" for name in _GREEK.split()}, "eps": r"\epsilon"}
_TRIGONOMETRIC = ("sin", "cos", "tan", "sinh", "cosh", "tanh")
_FUNCTIONS = {
    **{name: f"\\{name}" for name in (*_TRIGONOMETRIC, "exp", "min", "max")},
    **{"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "log": r"\ln", "log1p": r"\ln"},
}
_FENCES = {
    "abs": (r"\left|", r"\right|"),
    "norm": (r"\left\|", r"\right\|"),
    "norm_inf": (r"\left\|", r"\right\|_{\infty}"),
    "floor": (r"\left\lfloor ", r"\right\rfloor"),
}
QUICK, QUICK_CASES = 400, 250  # characters
_SHORT = 4  # names and numbers that an exponent of e may hold before it is written exp(…)


class _Level(IntEnum):
    """What a text is outermost, from loosest to tightest; SIGNED is a term that begins with a minus."""

    CASES, OR, AND, NOT, COMPARISON, SUM, SIGNED, PRODUCT, POWER, ATOM = range(10)


# operator -> its sign, what it makes, and the loosest that stands on its right without brackets
_INFIX = {
    **{"+": ("+", _Level.SUM, _Level.SUM), "-": ("-", _Level.SUM, _Level.PRODUCT)},
    **{"and": (r"\;\wedge\;", _Level.AND, _Level.AND), "or": (r"\;\vee\;", _Level.OR, _Level.OR)},
    **{
        op: (sign, _Level.COMPARISON, _Level.SUM)
        for op, sign in {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}.items()
    },
}
# a text from outside, by its looks; in doubt the looser level, which costs no more than brackets
_LOOKS = {
    r"\S [-+] ": _Level.SUM,
    r"^-": _Level.SIGNED,
    r"\\times|\\cdot|\\,": _Level.PRODUCT,
    r"\^|\\frac": _Level.POWER,
    r"": _Level.ATOM,
}


class _Piece(NamedTuple):
    text: str
    level: _Level
    size: int = 1  # the names and numbers in it

    def within(self, level: _Level) -> str:
        return self.text if self.level >= level else rf"\left({_grouped(self.text)}\right)"


def number(value: float, digits: int = 4) -> str:
    """`value` to `digits` significant digits: a plain decimal for 1e-3 <= |value| < 1e5, else with a power of ten."""
    if not math.isfinite(value):
        return r"\text{NaN}" if math.isnan(value) else r"\infty" if value > 0 else r"-\infty"
    if value == 0:
        return "0"
    rounded = Decimal(f"{value:.{digits - 1}e}")
    power = 0 if -3 <= rounded.adjusted() < 5 else rounded.adjusted()
    text = f"{rounded.scaleb(-power):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return rf"{text} \times 10^{{{power}}}" if power else text


def symbol(name: str) -> str:
    """A name as mathematics: Greek and single letters, subscripts after them, longer words upright."""
    if name in _LETTERS or name.isdigit() or len(name) == 1 and name.isalpha():
        return _LETTERS.get(name, name)
    head, _, tail = name.partition("_")
    if tail and (head in _LETTERS or len(head) == 1):
        below = r"\infty" if tail == "inf" else symbol(tail)
        return f"{symbol(head)}_{{{below}}}"
    if match := re.fullmatch(r"([^\W\d_]+)(\d+)", name):
        return f"{symbol(match[1])}_{{{match[2]}}}"
    # ziamath spaces a bare \_ like an operator; in a group of its own it is a character
    return r"\mathrm{" + name.replace("_", r"{\_}") + "}"


def to_latex(node: Node, values: Mapping[str, str] | None = None) -> str:
    """LaTeX of a formula. A name in `values` becomes that text, which `number`, `symbol` or this function made."""
    return _piece(node, values or {}).text


def program_to_latex(lines: Sequence[Assign], values: Mapping[str, str] | None = None) -> list[str]:
    """`name = formula` for each line; `values` go into the formulas only."""
    return [f"{symbol(line.name)} = {_grouped(to_latex(line.value, values))}" for line in lines]


def quick(latex: str) -> bool:
    """Whether ziamath draws a text within some 0.4 s: cases and what is inside cost it most; else plain text serves."""
    return len(latex) <= (QUICK_CASES if r"\begin{cases}" in latex else QUICK)


def _grouped(text: str) -> str:
    # ziamath takes a minus for a sign, which has no space around it, only at the start of a group
    return f"{{{text}}}" if text.startswith("-") else text


def _opaque(text: str) -> _Piece:
    return _Piece(text, next(level for looks, level in _LOOKS.items() if re.search(looks, text)))


def _piece(node: Node, values: Mapping[str, str]) -> _Piece:
    # a sum of hundreds of terms leans left: a call for each would pass Python's limit of recursion
    spine: list[Binary] = []
    while isinstance(node, Binary):
        spine.append(node)
        node = node.left
    match node:
        case Number(value):
            constant = {math.pi: r"\pi", math.e: "e"}.get(abs(value))
            exact = number(value, len(Decimal(repr(value)).as_tuple().digits))
            piece = _opaque(("-" if value < 0 else "") + constant if constant else exact)
        case Name(name):
            piece = _opaque(values[name] if name in values else symbol(name))
        case Unary("-", operand):
            inner = _piece(operand, values)
            piece = _Piece("-" + inner.within(_Level.PRODUCT), _Level.SIGNED, inner.size)
        case Unary(_, operand):
            inner = _piece(operand, values)
            piece = _Piece(rf"\neg {inner.within(_Level.ATOM)}", _Level.NOT, inner.size)
        case Call(function, arguments):
            piece = _cases(node, values) if function == "where" else _call(function, arguments, values)
    for binary in reversed(spine):
        piece = _join(binary, piece, values)
    return piece


def _join(binary: Binary, left: _Piece, values: Mapping[str, str]) -> _Piece:
    right = _exponent(binary.right, values) if binary.op == "^" else _piece(binary.right, values)
    size = left.size + right.size
    minus = "-" if left.level == _Level.SIGNED else ""
    match binary.op:
        case "*":
            first, second = left.within(_Level.SIGNED), right.within(_Level.PRODUCT)
            return _Piece(first + _times(first, second) + second, _Level.SIGNED if minus else _Level.PRODUCT, size)
        case "/":
            text = rf"{minus}\frac{{{left.text.removeprefix(minus)}}}{{{right.text}}}"
            return _Piece(text, _Level.SIGNED if minus else _Level.POWER, size)
        case "^":
            text = f"{left.within(_Level.ATOM)}^{{{right.text}}}"
            if isinstance(binary.left, Call) and binary.left.function in _TRIGONOMETRIC and right.text.isdigit():
                head = _FUNCTIONS[binary.left.function]
                text = f"{head}^{{{right.text}}}{left.text.removeprefix(head)}"
            return _Piece(text, _Level.POWER, size)
    sign, level, loosest = _INFIX[binary.op]
    if binary.op == "+" and right.text.startswith("-"):
        loosest = _Level.PRODUCT
    text = f"{left.within(min(loosest, _Level.SUM))} {sign} {_grouped(right.within(loosest))}"
    return _Piece(text, level, size)


def _times(first: str, second: str) -> str:
    """A dot where juxtaposed factors would read as one number, a mixed fraction, one word or a function's call."""
    word = re.split(r"\\,|\\cdot ", first)[-1].startswith(r"\mathrm")
    dotted = (
        re.match(r"\d|\\infty|\\text|\\left\(\{-", second)
        or (first[-1].isdigit() and second.startswith(r"\frac"))
        or (word and second.startswith((r"\mathrm", r"\left(")))
    )
    return r" \cdot " if dotted else r"\,"


def _exponent(node: Node, values: Mapping[str, str]) -> _Piece:
    """A fraction in an exponent would be too small to read: a/b instead."""
    if isinstance(node, Binary) and node.op == "/":
        above, below = _piece(node.left, values), _piece(node.right, values)
        if r"\frac" not in above.text + below.text:
            text = f"{above.within(_Level.SIGNED)}/{below.within(_Level.POWER)}"
            return _Piece(text, _Level.PRODUCT, above.size + below.size)
    return _piece(node, values)


def _call(function: str, arguments: Sequence[Node], values: Mapping[str, str]) -> _Piece:
    if function == "exp":
        power = _exponent(arguments[0], values)
        if power.size <= _SHORT and not re.search(r"\\frac|\\begin", power.text):
            return _Piece(f"e^{{{power.text}}}", _Level.POWER, power.size)
    if function == "log1p":
        arguments = [Binary("+", Number(1.0), arguments[0])]
    pieces = [_piece(argument, values) for argument in arguments]
    inner, size = ", ".join(_grouped(piece.text) for piece in pieces), sum(piece.size for piece in pieces)
    if function in _FENCES:
        return _Piece(inner.join(_FENCES[function]), _Level.ATOM, size)
    if function == "sqrt":
        return _Piece(rf"\sqrt{{{pieces[0].text}}}", _Level.POWER, size)
    head = _FUNCTIONS.get(function, rf"\mathrm{{{function}}}")
    return _Piece(rf"{head}\left({inner}\right)", _Level.POWER, size)


def _cases(node: Node, values: Mapping[str, str]) -> _Piece:
    """One row for each condition; a `where` in place of the last value adds its rows to these."""
    rows, size = [], 0
    while isinstance(node, Call) and node.function == "where":
        condition, chosen = _piece(node.arguments[0], values), _piece(node.arguments[1], values)
        test = _grouped(condition.within(_Level.OR)) + (r" \ne 0" if condition.level >= _Level.SUM else "")
        rows.append(rf"{chosen.within(_Level.OR)} & \;\text{{if}}\;{test}")
        size += condition.size + chosen.size
        node = node.arguments[2]
    last = _piece(node, values)
    rows.append(rf"{last.text} & \;\text{{otherwise}}")
    return _Piece(r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", _Level.CASES, size + last.size)
