"""Formulas to native functions of fixed signatures, which the kernel takes as arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .derive import Emitter, Jet, emit_jet, emit_value, prelude
from .native import compile_source
from .syntax import Assign, Node

# surface(theta, parameters, sample, out): out = [L, dL/dx, dL/dy, L_xx, L_xy, L_yy]; sample is −1 but for mini-batches
SURFACE_SIGNATURE = "void(f8[::1], f8[::1], i8, f8[::1])"
# rule(t, eta, theta, g, hyperparameters, state, m, sigma): state (buffers, 2) is advanced in place; t counts from 1
RULE_SIGNATURE = "void(f8, f8, f8[::1], f8[::1], f8[::1], f8[:, ::1], f8[::1], f8[::1])"
# schedule(first, lr, parameters, out): out[k] = η at step first + k, counted from 0 within the phase
SCHEDULE_SIGNATURE = "void(i8, f8, f8[::1], f8[::1])"


def _decorator(signature: str) -> str:
    return f'@njit("{signature}", nogil=True, cache=True, error_model="numpy")\n'


def compile_surface(formula: Node, axes: tuple[str, str], parameters: Sequence[str]) -> Any:
    """Compile L with its gradient and Hessian by both axes.

    Raises:
        TooLarge: if the derivatives need too many operations.
    """
    emit = Emitter()
    jets = {name: Jet(f"p[{k}]") for k, name in enumerate(parameters)}
    jets[axes[0]] = Jet("theta[0]", dx="1.0")
    jets[axes[1]] = Jet("theta[1]", dy="1.0")
    jet = emit_jet(formula, emit, jets)
    results = (jet.value, jet.dx, jet.dy, jet.dxx, jet.dxy, jet.dyy)
    body = emit.lines + [f"out[{k}] = {atom}" for k, atom in enumerate(results)]
    return compile_source(
        prelude(body)
        + _decorator(SURFACE_SIGNATURE)
        + "def surface(theta, p, sample, out):\n"
        + "".join(f"    {line}\n" for line in body),
        "surface",
    )


def compile_rule(lines: Sequence[Assign], hyperparameters: Sequence[str], state: Sequence[str]) -> Any:
    """Compile an update rule, run for each parameter on its own; it must assign `m` and `sigma`."""
    emit = Emitter()
    atoms = {"t": "t", "eta": "eta", "theta": "theta[i]", "g": "g[i]", "i": "float(i)"}
    atoms |= {name: f"h{k}" for k, name in enumerate(hyperparameters)}
    atoms |= {name: f"s{k}" for k, name in enumerate(state)}
    for line in lines:
        atoms[line.name] = emit_value(line.value, emit, atoms)
    shared, own = _hoist(emit.lines)
    body = [f"s{k} = state[{k}, i]" for k in range(len(state))] + own
    body += [f"state[{k}, i] = {atoms[name]}" for k, name in enumerate(state)]
    body += [f"m[i] = {atoms['m']}", f"sigma[i] = {atoms['sigma']}"]
    return compile_source(
        prelude(emit.lines)
        + _decorator(RULE_SIGNATURE)
        + "def rule(t, eta, theta, g, h, state, m, sigma):\n"
        + "".join(f"    h{k} = h[{k}]\n" for k in range(len(hyperparameters)))
        + "".join(f"    {line}\n" for line in shared)
        + "    for i in range(2):\n"
        + "".join(f"        {line}\n" for line in body),
        "rule",
    )


def _hoist(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split lines into those that are the same for both parameters, and the rest: a pow costs as much as all else."""
    shared: list[str] = []
    own: list[str] = []
    varying: set[str] = set()
    for line in lines:
        words = set(re.findall(r"\w+", line.split(" = ", 1)[1]))
        if words & varying or words & {"theta", "g", "i"} or any(re.fullmatch(r"s\d+", word) for word in words):
            varying.add(line.split(" = ", 1)[0])
            own.append(line)
        else:
            shared.append(line)
    return shared, own


def compile_schedule(formula: Node, parameters: Sequence[str]) -> Any:
    """Compile η as a function of `t`, counted from 0, and `lr`."""
    emit = Emitter()
    atoms = {name: f"p[{k}]" for k, name in enumerate(parameters)} | {"t": "t", "lr": "lr"}
    body = ["t = float(first + k)"]
    result = emit_value(formula, emit, atoms)
    body += [*emit.lines, f"out[k] = {result}"]
    return compile_source(
        prelude(body)
        + _decorator(SCHEDULE_SIGNATURE)
        + "def schedule(first, lr, p, out):\n    for k in range(out.size):\n"
        + "".join(f"        {line}\n" for line in body),
        "schedule",
    )
