"""Syntax tree to straight-line Python source: the value alone, or value, gradient and Hessian.

Forward-mode differentiation of second order. Every intermediate result gets one line, and equal right-hand sides share
it, so the source stays linear in the size of the formula.

Where a formula is not smooth, its derivatives at the very point are these: of abs, sign and floor 0; of min, max and
clip those of the side that is taken, at a tie of the first argument; of where those of the branch taken. Where the
slope of an outer function is infinite (sqrt and powers below 1 at 0, asin and acos at ±1) the derivative is that
infinity, and 0 where the inner one is 0: so sqrt(x^2) and sqrt(x^2 + y^2) have the slope 0 at 0, as abs has.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ..errors import ConfigError
from . import search
from .functions import DERIVATIVES, SEARCHES, STEEP
from .native import imported
from .parser import parse_expression
from .syntax import Binary, Call, Name, Node, Number, Unary

MAX_LINES = 2500
_ZERO, _ONE = "0.0", "1.0"

# Python source of each function over atoms; the names with an underscore stand in PRELUDE.
_SOURCE = {
    "abs": "abs({0})",
    "floor": "np.floor({0})",
    "sign": "_sign({0})",
    "sigmoid": "_sigmoid({0})",
    "softplus": "_softplus({0})",
}
PRELUDE = {
    "_sign": ("u", "return u if (u != u or u == 0.0) else math.copysign(1.0, u)"),
    "_sigmoid": ("u", "e = math.exp(-abs(u)); return 1.0 / (1.0 + e) if u >= 0.0 else e / (1.0 + e)"),
    "_softplus": ("u", "return max(u, 0.0) + math.log1p(math.exp(-abs(u)))"),
    # hypot is slow and safe: only where the squares would overflow or vanish.
    "_norm": ("u, v", "s = u * u + v * v; return math.sqrt(s) if 1e-280 < s < 1e300 else math.hypot(u, v)"),
}


class TooLarge(ConfigError):
    """The formula's derivatives need more lines than are compiled in reasonable time."""


@dataclass(frozen=True, slots=True)
class Jet:
    """Atoms (names or literals) of a value and its derivatives by x and y."""

    value: str
    dx: str = _ZERO
    dy: str = _ZERO
    dxx: str = _ZERO
    dxy: str = _ZERO
    dyy: str = _ZERO

    def is_constant(self) -> bool:
        return self.dx == self.dy == self.dxx == self.dxy == self.dyy == _ZERO


class Emitter:
    """Collects lines `v0 = …`; the methods return the atom that holds the result."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._known: dict[str, str] = {}

    def line(self, source: str) -> str:
        if source not in self._known:
            if len(self.lines) >= MAX_LINES:
                template = "the derivatives need more than {limit} operations; write a shorter formula"
                raise TooLarge(template, limit=MAX_LINES)
            self._known[source] = f"v{len(self.lines)}"
            self.lines.append(f"{self._known[source]} = {source}")
        return self._known[source]

    def add(self, a: str, b: str) -> str:
        return b if a == _ZERO else a if b == _ZERO else self.line(f"{a} + {b}")

    def sub(self, a: str, b: str) -> str:
        return a if b == _ZERO else self.neg(b) if a == _ZERO else self.line(f"{a} - {b}")

    def neg(self, a: str) -> str:
        return _ZERO if a == _ZERO else self.line(f"-{a}")

    def mul(self, a: str, b: str) -> str:
        if _ZERO in (a, b):
            return _ZERO
        return b if a == _ONE else a if b == _ONE else self.line(f"{a} * {b}")

    def div(self, a: str, b: str) -> str:
        return _ZERO if a == _ZERO else a if b == _ONE else self.line(f"{a} / {b}")

    def pow(self, a: str, exponent: str) -> str:
        """Small whole powers as products, as a person would compute them; any other by the C library's pow."""
        try:
            number = float(exponent.strip("()"))
        except ValueError:
            return self.line(f"{a} ** {exponent}")
        if number == 0.0:
            return _ONE
        if number in (1.0, 2.0, 3.0, 4.0):
            result = a
            for _ in range(int(number) - 1):
                result = self.mul(result, a)
            return result
        return self.div(_ONE, self.pow(a, repr(-number))) if number in (-1.0, -2.0) else self.line(f"{a} ** {exponent}")

    def choose(self, condition: str, a: str, b: str) -> str:
        return a if a == b else self.line(f"{a} if {condition} else {b}")

    def call(self, name: str, *arguments: str) -> str:
        return self.line(_SOURCE.get(name, f"math.{name}({{0}})").format(*arguments))


def literal(value: float) -> str:
    text = "math.inf" if math.isinf(value) else repr(abs(value))
    return f"(-{text})" if value < 0 else text


def emit_value(node: Node, emit: Emitter, atoms: Mapping[str, str]) -> str:
    """Emit the value alone; `atoms` says where each name is held."""
    jets = {name: Jet(atom) for name, atom in atoms.items()}
    return emit_jet(node, emit, jets).value


def emit_jet(node: Node, emit: Emitter, jets: Mapping[str, Jet]) -> Jet:
    """Emit value, gradient and Hessian of `node` by the two names whose jets have dx = 1 or dy = 1."""
    match node:
        case Number(value):
            return Jet(literal(value))
        case Name(name):
            return jets[name]
        case Unary("-", operand):
            return _map(emit.neg, emit_jet(operand, emit, jets))
        case Unary(_, operand):
            return Jet(emit.line(f"not {emit_jet(operand, emit, jets).value}"))
        case Binary(op, left, right):
            return _binary(op, emit_jet(left, emit, jets), emit_jet(right, emit, jets), emit)
        case Call(name, arguments):
            return _call(name, [emit_jet(argument, emit, jets) for argument in arguments], emit)


def _map(function, *jets: Jet) -> Jet:  # type: ignore[no-untyped-def]
    fields = ("value", "dx", "dy", "dxx", "dxy", "dyy")
    return Jet(*(function(*(getattr(jet, field) for jet in jets)) for field in fields))


def _binary(op: str, a: Jet, b: Jet, emit: Emitter) -> Jet:
    match op:
        case "+":
            return _map(emit.add, a, b)
        case "-":
            return _map(emit.sub, a, b)
        case "*":
            return _product(a, b, emit)
        case "/":
            if b.is_constant():
                return _map(lambda part: emit.div(part, b.value), a)
            quotient = emit.div(a.value, b.value)
            # From a = q·b: q' = (a' − q·b')/b, and once more for the second derivatives.
            dx = emit.div(emit.sub(a.dx, emit.mul(quotient, b.dx)), b.value)
            dy = emit.div(emit.sub(a.dy, emit.mul(quotient, b.dy)), b.value)

            def second(top: str, bottom: str, p: str, q: str, bp: str, bq: str) -> str:
                cross = emit.add(emit.mul(p, bq), emit.mul(q, bp))
                return emit.div(emit.sub(emit.sub(top, cross), emit.mul(quotient, bottom)), b.value)

            return Jet(
                quotient,
                dx,
                dy,
                second(a.dxx, b.dxx, dx, dx, b.dx, b.dx),
                second(a.dxy, b.dxy, dx, dy, b.dx, b.dy),
                second(a.dyy, b.dyy, dy, dy, b.dy, b.dy),
            )
        case "^":
            return _power(a, b, emit)
        case _:
            return Jet(emit.line(f"{a.value} {op} {b.value}"))


def _product(a: Jet, b: Jet, emit: Emitter) -> Jet:
    def second(ad: str, bd: str, ap: str, bq: str, aq: str, bp: str) -> str:
        cross = emit.add(emit.mul(ap, bq), emit.mul(aq, bp))
        return emit.add(emit.add(emit.mul(ad, b.value), emit.mul(a.value, bd)), cross)

    return Jet(
        emit.mul(a.value, b.value),
        emit.add(emit.mul(a.dx, b.value), emit.mul(a.value, b.dx)),
        emit.add(emit.mul(a.dy, b.value), emit.mul(a.value, b.dy)),
        second(a.dxx, b.dxx, a.dx, b.dx, a.dx, b.dx),
        second(a.dxy, b.dxy, a.dx, b.dy, a.dy, b.dx),
        second(a.dyy, b.dyy, a.dy, b.dy, a.dy, b.dy),
    )


def _chain(f: str, first: str, second: str, u: Jet, emit: Emitter) -> Jet:
    def part(p: str, q: str, upq: str) -> str:
        return emit.add(emit.mul(second, emit.mul(p, q)), emit.mul(first, upq))

    return Jet(
        f,
        emit.mul(first, u.dx),
        emit.mul(first, u.dy),
        part(u.dx, u.dx, u.dxx),
        part(u.dx, u.dy, u.dxy),
        part(u.dy, u.dy, u.dyy),
    )


def _steep_chain(f: str, first: str, second: str, u: Jet, emit: Emitter) -> Jet:
    """The chain rule where `first` or `second` may be infinite: nothing comes of it where the inner slope is 0."""

    def times(outer: str, inner: str) -> str:
        product = emit.mul(outer, inner)
        none = f"{inner} == 0.0 and abs({outer}) == math.inf"
        return product if inner in (_ZERO, _ONE) else emit.choose(none, _ZERO, product)

    bends = {u.dxx, u.dxy, u.dyy} != {_ZERO}
    gentle = emit.choose(f"abs({first}) == math.inf", _ZERO, first) if bends else first

    def part(p: str, q: str, upq: str) -> str:
        return emit.add(times(second, emit.mul(p, q)), emit.mul(gentle, upq))

    return Jet(
        f,
        times(first, u.dx),
        times(first, u.dy),
        part(u.dx, u.dx, u.dxx),
        part(u.dx, u.dy, u.dxy),
        part(u.dy, u.dy, u.dyy),
    )


def _power(a: Jet, b: Jet, emit: Emitter) -> Jet:
    f = emit.pow(a.value, b.value)
    if a.is_constant() and b.is_constant():
        return Jet(f)
    if not b.is_constant():  # a^b = exp(b·log a), defined for a > 0
        exponent = _product(b, _call("log", [a], emit), emit)
        return _chain(f, f, f, exponent, emit)
    try:
        n = float(b.value.strip("()"))
    except ValueError:
        lower, lowest = emit.sub(b.value, _ONE), emit.sub(b.value, "2.0")
        first = emit.mul(b.value, emit.pow(a.value, lower))
        second = emit.mul(emit.mul(b.value, lower), emit.pow(a.value, lowest))
        # Where the factor is 0 the derivative is 0, also at a = 0, where the power alone is infinite.
        first = emit.choose(f"{b.value} == 0.0", _ZERO, first)
        second = emit.choose(f"{b.value} * {lower} == 0.0", _ZERO, second)
        return _steep_chain(f, first, second, a, emit)
    else:
        first = _ZERO if n == 0 else emit.mul(literal(n), emit.pow(a.value, literal(n - 1)))
        factor = n * (n - 1)
        second = _ZERO if factor == 0 else emit.mul(literal(factor), emit.pow(a.value, literal(n - 2)))
    steep = 0 < n < 2 and n != 1
    return (_steep_chain if steep else _chain)(f, first, second, a, emit)


def _call(name: str, arguments: list[Jet], emit: Emitter) -> Jet:
    match name:
        case "where":
            condition, a, b = arguments
            return _map(lambda p, q: emit.choose(condition.value, p, q), a, b)
        case "min" | "max":
            a, b = arguments
            # A NaN on either side wins, so that nothing invalid is hidden.
            test = emit.line(f"{a.value} {'<=' if name == 'min' else '>='} {b.value} or {a.value} != {a.value}")
            return _map(lambda p, q: emit.choose(test, p, q), a, b)
        case "clip":
            value, low, high = arguments
            return _call("min", [_call("max", [value, low], emit), high], emit)
    u = arguments[0]
    f = emit.call(name, u.value)
    if u.is_constant():
        return Jet(f)
    first, second = (emit_value(tree, emit, {"u": u.value, "f": f}) for tree in _derivatives(name))
    return (_steep_chain if name in STEEP else _chain)(f, first, second, u, emit)


@cache
def _derivatives(name: str) -> tuple[Node, Node]:
    first, second = DERIVATIVES[name]
    return parse_expression(first, ("u", "f")), parse_expression(second, ("u", "f"))


def prelude(text: str) -> str:
    """Definitions of the helpers that the source `text` calls."""
    found = "".join(
        f"@njit(error_model='numpy')\ndef {name}({arguments}):\n    {body}\n\n"
        for name, (arguments, body) in PRELUDE.items()
        if f"{name}(" in text
    )
    searches = [f"{name} as _{name}" for name in SEARCHES if f"_{name}(" in text]
    if searches:
        found += imported(search, searches)
    return found
