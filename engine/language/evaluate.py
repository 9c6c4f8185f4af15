"""A formula's value without compiling it: limits, typed numbers, conditions on many points at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .syntax import Binary, Call, Name, Node, Number, Unary

_BINARY: dict[str, Callable[..., Any]] = {
    **{"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power},
    **{"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal},
    **{"==": np.equal, "!=": np.not_equal, "and": np.logical_and, "or": np.logical_or},
}
_CALLS: dict[str, Callable[..., Any]] = {
    **{"asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "min": np.minimum, "max": np.maximum},
    **{"clip": np.clip, "where": np.where},
    "sigmoid": lambda u: 0.5 * (1 + np.tanh(0.5 * u)),
    "softplus": lambda u: np.logaddexp(0.0, u),
}


def evaluate(node: Node, values: Mapping[str, float]) -> float:
    """The value of `node`; inf and NaN as the compiled formula would give them."""
    return float(evaluate_all(node, {name: np.float64(value) for name, value in values.items()}))


def evaluate_all(node: Node, values: Mapping[str, Any]) -> NDArray[np.float64]:
    """The value of `node` at many points: arrays that broadcast against each other."""
    with np.errstate(all="ignore"):
        result: NDArray[np.float64] = _evaluate(node, values)
        return result


def _evaluate(node: Node, values: Mapping[str, Any]) -> Any:
    match node:
        case Number(value):
            return np.float64(value)
        case Name(name):
            return values[name]
        case Unary(op, operand):
            inner = _evaluate(operand, values)
            return -inner if op == "-" else np.logical_not(inner)
        case Binary(op, left, right):
            return _BINARY[op](_evaluate(left, values), _evaluate(right, values))
        case Call(name, arguments):
            function = _CALLS.get(name) or getattr(np, name)
            return function(*(_evaluate(argument, values) for argument in arguments))
