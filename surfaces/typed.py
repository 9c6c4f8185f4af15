"""A typed formula: what is wrong with it, and what is odd about it though it can be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.language import Binary, Call, FormulaError, Node, Number, Unary, parse_expression
from engine.language.compile import emit_surface
from engine.language.derive import Emitter, TooLarge
from engine.language.evaluate import evaluate_all
from engine.language.functions import CONSTANTS, FUNCTIONS
from engine.language.syntax import children, names

Rect = tuple[float, float, float, float]
Values = Mapping[str, NDArray[np.float64]]
CONDITIONS = ("<", "<=", ">", ">=", "==", "!=", "and", "or")
WORDS = ("and", "or", "not")
ACROSS = 61  # points that are looked at along each axis
FAR = np.concatenate([-np.logspace(6, -3, 19), [0.0], np.logspace(-3, 6, 19)])


def check_formula(formula: str, axes: Sequence[str], parameters: Sequence[str]) -> None:
    """Check a typed formula without compiling it.

    Raises:
        FormulaError: with line and column.
        ConfigError: for names of axes or parameters that cannot be used, for a condition in place of a number, and for
            a formula that is too large.
    """
    _checked(formula, tuple(axes), tuple(parameters))


@lru_cache(maxsize=64)
def _checked(formula: str, axes: tuple[str, ...], parameters: tuple[str, ...]) -> Node:
    for name in (*axes, *parameters):
        if not name.isidentifier():
            raise ConfigError("{name} cannot be a name; use letters, digits and _", "surface", name=repr(name))
        if name in FUNCTIONS or name in CONSTANTS or name in WORDS:
            template = "{name} means something else in formulas; choose another name"
            raise ConfigError(template, "surface", name=repr(name))
    if len({*axes, *parameters}) < len(axes) + len(parameters):
        raise ConfigError("the names of axes and parameters must differ", "surface")
    try:
        tree = parse_expression(formula, (*axes, *parameters))
        if (isinstance(tree, Binary) and tree.op in CONDITIONS) or (isinstance(tree, Unary) and tree.op == "not"):
            template = "this is a condition, true or false, and no number; write where(condition, a, b)"
            raise ConfigError(template)
        emit_surface(tree, (axes[0], axes[1]), parameters, Emitter(), ("theta[0]", "theta[1]"))
    except (FormulaError, ConfigError, TooLarge) as error:
        raise error.at("surface.formula") from None
    return tree


def never_finite(
    formula: str, axes: tuple[str, str], parameters: Mapping[str, float], window: Rect
) -> ConfigError | None:
    """Why a good formula has no finite value, as far as is looked: over the window, and far around it."""
    tree = _checked(formula, axes, tuple(parameters))
    near, far = _values(axes, parameters, window), _far(axes, parameters)
    if any(np.isfinite(evaluate_all(tree, values)).any() for values in (near, far)):
        return None
    return _reason(tree, near)


def remarks(formula: str, axes: tuple[str, str], parameters: Mapping[str, float], window: Rect) -> list[ConfigError]:
    """What a person may not have meant by a good formula."""
    tree = _checked(formula, axes, tuple(parameters))
    used = set(names(tree))
    values = _values(axes, parameters, window)
    losses = np.broadcast_to(evaluate_all(tree, values), (ACROSS, ACROSS))
    finite = losses[np.isfinite(losses)]
    found = []
    if not finite.size:
        found.append(ConfigError("no value in the window is finite; look elsewhere, or move the parameters"))
    elif not used & set(axes) or (finite.size == losses.size and np.ptp(finite) == 0.0):
        found.append(ConfigError("the same everywhere: the gradient is 0, and no run will move"))
    else:
        found += [ConfigError("{axis} does not occur: nothing pulls along it", axis=a) for a in axes if a not in used]
    found += [ConfigError("{name} does not occur", name=name) for name in parameters if name not in used]
    return found


def _values(axes: tuple[str, str], parameters: Mapping[str, float], window: Rect) -> Values:
    """Points over the window that do not lie on round numbers alone, as arrays that broadcast."""
    left, right, bottom, top = window
    return _broadcast(axes, np.linspace(left, right, ACROSS), np.linspace(bottom, top, ACROSS), parameters)


def _far(axes: tuple[str, str], parameters: Mapping[str, float]) -> Values:
    return _broadcast(axes, FAR, FAR, parameters)


def _broadcast(
    axes: tuple[str, str], first: NDArray[np.float64], second: NDArray[np.float64], parameters: Mapping[str, float]
) -> Values:
    return {axes[0]: first, axes[1]: second[:, None]} | {name: np.array(value) for name, value in parameters.items()}


def _nodes(tree: Node) -> Iterator[Node]:
    """Every node, those inside first."""
    for child in children(tree):
        yield from _nodes(child)
    yield tree


def _reason(tree: Node, values: Values) -> ConfigError:
    """What makes every value in the window NaN or infinite: the innermost operation that has no finite result."""
    for node in _nodes(tree):
        if np.isfinite(evaluate_all(node, values)).any() or isinstance(node, Number):
            continue
        inside = [evaluate_all(child, values) for child in children(node)]
        if not all(np.isfinite(part).any() for part in inside):
            continue
        match node:
            case Binary("/", _, _) if not np.any(inside[1]):
                return ConfigError("no value is finite: it divides by 0 everywhere", "surface.formula")
            case Binary("^", _, _) if np.isfinite(inside[0]).all() and (inside[0] < 0).all():
                template = "no value is finite: a fractional power of a negative number is complex"
                return ConfigError(template, "surface.formula")
            case Call(name, _) if np.isnan(evaluate_all(node, values)).all():
                low, high = (f"{found(inside[0]):.4g}" for found in (np.nanmin, np.nanmax))
                template = "no value is finite: {name} is not real for what stands in it, {low} to {high}"
                return ConfigError(template, "surface.formula", name=name, low=low, high=high)
        if np.isinf(evaluate_all(node, values)).any():
            return ConfigError("no value is finite: it is larger than any 64-bit float", "surface.formula")
    return ConfigError("no value is finite", "surface.formula")
