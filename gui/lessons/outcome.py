"""How many of the many runs of a Monte-Carlo scene fulfil its condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.language import Binary, Call, Name, Node, Number, Unary, parse_expression
from engine.simulator import Ensemble

Values = NDArray[np.float64]

_BINARY: dict[str, Callable[..., Values]] = {
    **{"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power},
    **{"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal},
    **{"==": np.equal, "!=": np.not_equal, "and": np.logical_and, "or": np.logical_or},
}
_CALLS: dict[str, Callable[..., Values]] = {
    **{"asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "min": np.minimum, "max": np.maximum},
    **{"clip": np.clip, "where": np.where},
    "sigmoid": lambda u: 0.5 * (1 + np.tanh(0.5 * u)),
    "softplus": lambda u: np.logaddexp(0.0, u),
}


@lru_cache(maxsize=16)
def parse_outcome(text: str, axes: tuple[str, str]) -> Node | None:
    """The condition as a formula of θ; None if it is no formula over these axes."""
    try:
        return parse_expression(text, axes)
    except ConfigError:
        return None


def share(condition: Node, axes: tuple[str, str], ensemble: Ensemble, step: int) -> tuple[float, int]:
    """The share of the runs that are ready for which the condition holds at `step`, and how many are ready."""
    ready = ensemble.ready
    if not ready:
        return 0.0, 0
    theta = ensemble.thetas[:ready, min(step, ensemble.run.last_step)]
    with np.errstate(all="ignore"):
        holds = evaluate_all(condition, {axes[0]: theta[:, 0], axes[1]: theta[:, 1]})
    return float(np.count_nonzero(np.broadcast_to(holds, ready)) / ready), ready


def evaluate_all(node: Node, values: Mapping[str, Values]) -> Values:
    """As `engine.language.evaluate.evaluate`, for arrays."""
    match node:
        case Number(value):
            return np.float64(value)  # type: ignore[return-value]
        case Name(name):
            return values[name]
        case Unary(op, operand):
            inner = evaluate_all(operand, values)
            return -inner if op == "-" else np.logical_not(inner)
        case Binary(op, left, right):
            return _BINARY[op](evaluate_all(left, values), evaluate_all(right, values))
        case Call(name, arguments):
            function = _CALLS.get(name) or getattr(np, name)
            return function(*(evaluate_all(argument, values) for argument in arguments))
