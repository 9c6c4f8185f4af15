"""A formula's value without compiling it: limits, typed numbers, conditions on many points at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .functions import VECTOR_FUNCTIONS
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


# What a line search finds along a direction (n): searches[name](d, first argument, second argument).
Searches = Mapping[str, Callable[[NDArray[np.float64], float, float], float]]


def evaluate(node: Node, values: Mapping[str, float]) -> float:
    """The value of `node`; inf and NaN as the compiled formula would give them."""
    return float(evaluate_all(node, {name: np.float64(value) for name, value in values.items()}))


def evaluate_all(
    node: Node, values: Mapping[str, Any], searches: Searches | None = None, size: int = 2
) -> NDArray[np.float64]:
    """The value of `node` at many points: arrays that broadcast against each other.

    For a function over the whole vector they are the `size` parameters; `searches` are its line searches.
    """
    with np.errstate(all="ignore"):
        result: NDArray[np.float64] = _evaluate(node, values, searches or {}, size)
        return result


def _evaluate(node: Node, values: Mapping[str, Any], searches: Searches, size: int) -> Any:
    def inner(part: Node) -> Any:
        return _evaluate(part, values, searches, size)

    match node:
        case Number(value):
            return np.float64(value)
        case Name(name):
            return values[name]
        case Unary(op, operand):
            value = inner(operand)
            return -value if op == "-" else np.logical_not(value)
        case Binary(op, left, right):
            return _BINARY[op](inner(left), inner(right))
        case Call(name, arguments):
            given = [inner(argument) for argument in arguments]
            if name in VECTOR_FUNCTIONS:
                return _over_vector(name, [np.broadcast_to(value, (size,)) for value in given], searches)
            function = _CALLS.get(name) or getattr(np, name)
            return function(*given)


def _over_vector(name: str, given: list[NDArray[np.float64]], searches: Searches) -> Any:
    match name:
        case "first":
            return given[0][0]
        case "second":
            return given[0][1]
        case "mean":
            return given[0].mean()
        case "norm":
            return np.hypot(*given[0]) if given[0].size == 2 else np.linalg.norm(given[0])
        case "norm_inf":
            return np.abs(given[0]).max()
        case "dot":
            return given[0] @ given[1]
    return searches[name](given[0], float(given[1][0]), float(given[2][0]))
