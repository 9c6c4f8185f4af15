"""A formula's value in plain Python, for texts that are evaluated once: limits, typed numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from .syntax import Binary, Call, Name, Node, Number, Unary


def _sigmoid(u: float) -> float:
    e = math.exp(-abs(u))
    return 1 / (1 + e) if u >= 0 else e / (1 + e)


_BINARY: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: math.pow(a, b),
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "and": lambda a, b: bool(a) and bool(b),
    "or": lambda a, b: bool(a) or bool(b),
}
_CALLS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "sign": lambda u: math.copysign(1.0, u) if u else u,
    "floor": lambda u: float(math.floor(u)),
    "sigmoid": _sigmoid,
    "softplus": lambda u: max(u, 0.0) + math.log1p(math.exp(-abs(u))),
    "min": min,
    "max": max,
    "clip": lambda u, low, high: min(max(u, low), high),
}


def evaluate(node: Node, values: Mapping[str, float]) -> float:
    """The value of `node`; NaN where the real numbers have none."""
    try:
        return float(_evaluate(node, values))
    except (ArithmeticError, ValueError):
        return math.nan


def _evaluate(node: Node, values: Mapping[str, float]) -> float:
    match node:
        case Number(value):
            return value
        case Name(name):
            return values[name]
        case Unary(op, operand):
            value = _evaluate(operand, values)
            return -value if op == "-" else not value
        case Binary(op, left, right):
            return _BINARY[op](_evaluate(left, values), _evaluate(right, values))
        case Call("where", (condition, first, second)):
            return _evaluate(first if _evaluate(condition, values) else second, values)
        case Call(name, arguments):
            function = _CALLS.get(name) or getattr(math, name)
            return float(function(*(_evaluate(argument, values) for argument in arguments)))
