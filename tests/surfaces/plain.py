"""The source that a surface is compiled from, run by Python itself: the same lines, without waiting for a compiler."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.declaration import Parameter
from engine.language import parse_expression
from engine.language.compile import emit_surface
from engine.language.derive import Emitter, prelude
from engine.language.evaluate import evaluate_all
from surfaces import catalogue

Look = Callable[[float, float], NDArray[np.float64]]


def formulas() -> list[str]:
    """The names of all entries that are formulas."""
    return [name for name, entry in catalogue().items() if entry.kind == "formula"]


def plain(name: str, parameters: Mapping[str, float]) -> Look:
    """[L, L_x, L_y, L_xx, L_xy, L_yy] of a catalogue entry; numpy's numbers, so that 1/0 is inf as in native code."""
    function = _function(name)
    values = [np.float64(parameters[parameter.name]) for parameter in catalogue()[name].parameters]

    def look(x: float, y: float) -> NDArray[np.float64]:
        out = np.empty(6)
        with np.errstate(all="ignore"):
            function((np.float64(x), np.float64(y)), values, out)
        return out

    return look


@cache
def _function(name: str) -> Callable[..., None]:
    entry, emit = catalogue()[name], Emitter()
    names = [parameter.name for parameter in entry.parameters]
    tree = parse_expression(entry.formula, (*entry.axes, *names))
    atoms = emit_surface(tree, entry.axes, names, emit, ("theta[0]", "theta[1]"))
    lines = [*emit.lines, *(f"look[{k}] = {atom}" for k, atom in enumerate(atoms))]
    body = "".join(f"    {line}\n" for line in lines)
    source = f"{prelude(body)}def function(theta, parameters, look):\n{body}"
    known = {"math": _Mathematics, "np": np, "njit": lambda **options: lambda function: function}
    exec(source, known)
    return known["function"]  # type: ignore[return-value]


class _Mathematics:
    """The functions of `math`, but infinite or NaN where those of Python raise, as the compiled ones are."""

    inf, nan = math.inf, math.nan
    sqrt, exp, log, log1p = np.sqrt, np.exp, np.log, np.log1p
    sin, cos, tan, asin, acos, atan = np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan
    sinh, cosh, tanh, copysign = np.sinh, np.cosh, np.tanh, np.copysign


def settings_of(name: str, count: int = 1) -> list[dict[str, float]]:
    """The defaults, and `count` settings near them."""
    parameters = catalogue()[name].parameters
    defaults = {parameter.name: parameter.default for parameter in parameters}
    rng = np.random.default_rng(0)

    def near(parameter: Parameter) -> float:
        value = parameter.default * rng.uniform(0.7, 1.3) if parameter.default else rng.uniform(-0.3, 0.3)
        inside = parameter.low < value < parameter.high
        return float(value) if inside else parameter.default

    return [defaults, *({parameter.name: near(parameter) for parameter in parameters} for _ in range(count))]


def points_in_window(name: str, count: int) -> NDArray[np.float64]:
    """Random points, shape (count, 2)."""
    left, right, bottom, top = catalogue()[name].window
    return np.random.default_rng(1).uniform((left, bottom), (right, top), (count, 2))


def grid(name: str, parameters: Mapping[str, float], count: int = 101) -> NDArray[np.float64]:
    """The losses over the window, its frame included; shape (count, count)."""
    entry = catalogue()[name]
    left, right, bottom, top = entry.window
    x, y = np.meshgrid(np.linspace(left, right, count), np.linspace(bottom, top, count))
    tree = parse_expression(entry.formula, (*entry.axes, *parameters))
    return np.broadcast_to(evaluate_all(tree, {**parameters, entry.axes[0]: x, entry.axes[1]: y}), x.shape)
