"""What a rule or a formula can use, and what each of it means."""

from __future__ import annotations

from engine.language.functions import CONSTANTS, FUNCTIONS

from ..i18n import tr
from .kinds import Kind

_NAMED = ("where", "clip", "min", "max")  # they are explained one by one


def usable(kind: Kind) -> list[tuple[str, str]]:
    """Each name, or several, with its meaning: inputs first, then signs and functions."""
    inputs = {"optimizer": _rule_inputs, "schedule": _schedule_inputs, "surface": _surface_inputs}[kind]
    plain = ", ".join(name for name in FUNCTIONS if name not in _NAMED)
    return [
        *inputs(),
        ("+ - * / ^", tr("x^2 is a power")),
        ("< <= == != and or not", tr("1 where true, 0 where not")),
        ("where(c, a, b)", tr("a where c is true, otherwise b")),
        ("clip(x, low, high)", tr("x, but not less than low and not more than high")),
        ("min(a, b), max(a, b)", tr("the smaller, the larger")),
        *(_vector_functions() if kind == "optimizer" else []),
        (plain, tr("functions of one number")),
        (", ".join(CONSTANTS), tr("constants")),
        ("# …", tr("a remark, to the end of the line")),
        *(_kinks() if kind == "surface" else []),
    ]


def _rule_inputs() -> list[tuple[str, str]]:
    return [
        ("t", tr("number of the update, from 1")),
        ("theta", tr("θ, one parameter; a line holds for each of the two")),
        ("g", tr("its gradient, after noise, clipping and coupled decay")),
        ("eta", tr("learning rate η of this step")),
        ("lr", tr("learning rate of the run, before its schedule")),
        ("loss", tr("L at θ")),
        ("hess, hess_cross", tr("second derivatives: by this parameter twice, by both")),
        ("i", tr("0 for the first parameter, 1 for the second")),
    ]


def _schedule_inputs() -> list[tuple[str, str]]:
    return [
        ("t", tr("step within the phase, from 0")),
        ("lr", tr("learning rate of the run")),
        ("loss", tr("L at this step; the curve is then known after the run only")),
    ]


def _surface_inputs() -> list[tuple[str, str]]:
    return [
        (tr("the two axes"), tr("by the names that you give them")),
        (tr("parameters"), tr("numbers with a slider beside the canvas")),
    ]


def _kinks() -> list[tuple[str, str]]:
    """What counts as the derivative where there is none, or one on each side."""
    return [
        ("abs, sign, floor", tr("at the kink the slope is 0")),
        ("min, max, clip", tr("where both are equal the slope is that of the first: max(0, x) has 0 at 0")),
        ("sqrt(u), u^0.5", tr("at u = 0 the slope is infinite, and a run ends there; 0 where u itself is flat")),
        ("where(c, a, b)", tr("the slope of what is taken at the point")),
    ]


def _vector_functions() -> list[tuple[str, str]]:
    return [
        ("norm(x), mean(x), dot(a, b)", tr("over all parameters: length, mean, sum of the products")),
        ("norm_inf(x)", tr("over all parameters: the largest size")),
        ("first(x), second(x)", tr("x of the first parameter, of the second")),
        ("backtrack(d, c1, shrink)", tr("length of a step along d, by Armijo's condition")),
        ("wolfe(d, c1, c2)", tr("length of a step along d, by the strong Wolfe conditions")),
    ]
