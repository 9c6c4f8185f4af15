"""Update rules as native functions for any number of parameters: loops over them, and reductions between the loops.

A rule becomes the same straight-line code as for two parameters. Each line of it is the same for all parameters or a
line for each of them, and has a level: how many reductions, one after the other, must be done before it. Level by level
the reductions are called, then the lines that are the same for all stand once, then the others in loops. What a later
loop or a reduction needs is kept in rows of a work matrix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .derive import Emitter, emit_value, prelude
from .functions import SEARCHES, VECTOR_FUNCTIONS
from .loops import Loops
from .native import compile_source, imported
from .syntax import Assign, Binary, Call, Name, Node, Unary, children, names

WIDE_TYPE = "types.FunctionType(f8(vector, vector, types.int64[::1], vector))"
# rule(t, eta, lr, loss, h, theta, g, state, after, m, sigma, work, function, parameters, batch): state (k, n) are the
# buffers before the update, after (k, n) takes those after it
_ARGUMENTS = (
    *((name, "f8") for name in ("t", "eta", "lr", "loss")),
    *((name, "vector") for name in ("h", "theta", "g")),
    *(("state", "matrix"), ("after", "matrix"), ("m", "vector"), ("sigma", "vector"), ("work", "matrix")),
    *(("function", WIDE_TYPE), ("parameters", "vector"), ("batch", "types.int64[::1]")),
)
REDUCTIONS = {"norm": "norm", "norm_inf": "norm_inf", "mean": "mean", "dot": "dot"}


class WideRule(NamedTuple):
    """A native rule of `_ARGUMENTS`, and how many rows of n numbers its work matrix must have."""

    function: Any
    rows: int


def compile_wide(lines: Sequence[Assign], hyperparameters: Sequence[str], state: Sequence[str]) -> WideRule:
    """Compile an update rule for any number of parameters.

    Raises:
        ValueError: if the rule is one for two parameters alone; `pairs_only` tells.
    """
    if word := pairs_only(lines):
        raise ValueError(f"{word} has no meaning for more than two parameters")
    emit = Emitter()
    atoms = {name: name for name in ("t", "eta", "lr", "loss")}
    atoms |= {name: f"h{k}" for k, name in enumerate(hyperparameters)}
    atoms |= {name: f"x_{name}" for name in ("theta", "g", "i", "hess")}
    atoms |= {name: f"x_s{k}" for k, name in enumerate(state)}
    due = _curvature_due(lines)
    guards: list[str] = []
    for line in lines:
        for condition in due.get(line, ()):
            guards.append(emit_value(_lowered(condition, emit, atoms), emit, atoms))
        atoms[line.name] = emit_value(_lowered(line.value, emit, atoms), emit, atoms)
    loops = Loops(emit.lines, len(state), guards)
    body = loops.text({f"a{k}": atoms[s] for k, s in enumerate(state)} | {"m": atoms["m"], "sigma": atoms["sigma"]})
    text = "\n".join(body)
    kinds = ", ".join(kind for _, kind in _ARGUMENTS)
    head = f'@njit(types.void({kinds}), nogil=True, cache=True, error_model="numpy")\n'
    head += f"def rule_wide({', '.join(name for name, _ in _ARGUMENTS)}):\n"
    source = _imports(text) + _helpers(text) + head + "".join(f"    {line}\n" for line in body)
    return WideRule(compile_source(source, "rule_wide"), loops.rows)


def pairs_only(lines: Sequence[Assign]) -> str:
    """The first word of a rule that stands for one of two parameters or for both; empty if there is none."""
    for line in lines:
        for word in words(line.value):
            if word in ("first", "second", "hess_cross"):
                return word
    return ""


def words(node: Node) -> set[str]:
    """The names and functions in a formula."""
    found = {node.function} if isinstance(node, Call) else set(names(node))
    return found.union(*(words(child) for child in children(node)))


def _lowered(node: Node, emit: Emitter, atoms: dict[str, str]) -> Node:
    """The formula with the name of its result in place of each call over the whole vector."""
    match node:
        case Unary(op, operand):
            return Unary(op, _lowered(operand, emit, atoms))
        case Binary(op, left, right):
            return Binary(op, _lowered(left, emit, atoms), _lowered(right, emit, atoms))
        case Call(function, arguments):
            given = tuple(_lowered(argument, emit, atoms) for argument in arguments)
            if function not in VECTOR_FUNCTIONS:
                return Call(function, given)
            atom = emit.line(f"_{function}({', '.join(emit_value(argument, emit, atoms) for argument in given)})")
            atoms[f"={atom}"] = atom  # no name of a formula has this sign
            return Name(f"={atom}")
    return node


def _curvature_due(lines: Sequence[Assign]) -> Mapping[Assign, list[Node]]:
    """The conditions under which a rule looks at the curvature, by line; none for one that always does.

    It costs gradients, of up to 64 parameters two for each.
    """
    found: dict[Assign, list[Node]] = {}
    for line in lines:
        conditions = _conditions(line.value)
        if conditions is None:
            return {}
        if conditions:
            found[line] = conditions
    return found


def _conditions(node: Node) -> list[Node] | None:
    """Conditions one of which must hold for `hess` to count in a formula; None where it always does."""
    if node == Name("hess"):
        return None
    if isinstance(node, Call) and node.function == "where":
        test, chosen, other = node.arguments
        parts = [_conditions(test), _conditions(chosen), _conditions(other)]
        if parts[1] is None:
            parts[1] = [test]
        if parts[2] is None:
            parts[2] = [Unary("not", test)]
    else:
        parts = [_conditions(child) for child in children(node)]
    found: list[Node] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found


def _imports(text: str) -> str:
    """What the source `text` calls of our own modules."""
    from . import vectors  # native code is loaded only where it is wanted

    reductions = [f"{name} as _{name}" for name in REDUCTIONS if f"_{name}(" in text]
    searches = [f"{name} as _{name}" for name in (*SEARCHES, "diagonal") if f"_{name}(" in text]
    found = imported(vectors, reductions) if reductions else ""
    if searches:  # they stand on these modules, whose digests belong to the text
        from . import search, search_wide

        found += imported(vectors, ["dot"]) + imported(search, ["searches"]) + imported(search_wide, searches)
    return found


def _helpers(text: str) -> str:
    """The helpers for single numbers that `text` calls."""
    calls = re.sub(r"_(norm|backtrack|wolfe)\(", "(", text)  # those of two parameters have the same names
    return prelude(calls)
