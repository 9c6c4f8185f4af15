"""Formulas to native functions of fixed signatures, which the kernel takes as arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .derive import Emitter, Jet, emit_jet, emit_value, prelude
from .functions import VECTOR_FUNCTIONS
from .native import compile_source
from .syntax import Assign, Binary, Call, Name, Node, Unary, children

# surface(theta, parameters, sample, look): look = [L, dL/dx, dL/dy, L_xx, L_xy, L_yy]; sample −1: of all data points
SURFACE_SIGNATURE = "void(f8[::1], f8[::1], i8, f8[::1])"
SURFACE_TYPE = "types.FunctionType(types.void(vector, vector, types.int64, vector))"
# rule(t, eta, lr, w, surface, parameters): t counts from 1; lr is the base of eta; w is the work vector of `Work`.
# Few arguments, as each array that is passed costs as much as a division.
RULE_SIGNATURE = f"types.void(f8, f8, f8, vector, {SURFACE_TYPE}, vector)"
# schedule(t, lr, loss, parameters, state, out): out = [eta, momentum]; a momentum that is negative or NaN is left as it
# is; t counts from 0 within the phase
SCHEDULE_SIGNATURE = "void(f8, f8, f8, f8[::1], f8[::1], f8[::1])"

RULE_INPUTS = ("t", "eta", "lr", "theta", "g", "i", "loss", "hess", "hess_cross")
SCHEDULE_INPUTS = ("t", "lr", "loss")


def _function(signature: str, head: str, body: Sequence[str]) -> str:
    decorator = f'@njit({signature}, nogil=True, cache=True, error_model="numpy")\n'
    return prelude("\n".join(body)) + decorator + f"def {head}:\n" + "".join(f"    {line}\n" for line in body)


def compile_surface(formula: Node, axes: tuple[str, str], parameters: Sequence[str]) -> Any:
    """Compile L with its gradient and Hessian by both axes; with `surface.LOSS_ONLY` as sample it stops at L.

    Raises:
        TooLarge: if the derivatives need too many operations.
    """
    emit, theta = Emitter(), ("theta[0]", "theta[1]")
    held = {name: f"parameters[{k}]" for k, name in enumerate(parameters)} | dict(zip(axes, theta, strict=True))
    loss = emit_value(formula, emit, held)  # the same lines again in the derivatives' emission, so none stands twice
    enough = len(emit.lines)
    results = emit_surface(formula, axes, parameters, emit, theta)
    body = [*emit.lines[:enough], f"look[0] = {loss}", "if sample < -1:", "    return", *emit.lines[enough:]]
    body += [f"look[{k}] = {atom}" for k, atom in enumerate(results)]
    head = "surface(theta, parameters, sample, look)"
    return compile_source(_function(f'"{SURFACE_SIGNATURE}"', head, body), "surface")


def emit_surface(
    formula: Node, axes: tuple[str, str], parameters: Sequence[str], emit: Emitter, theta: tuple[str, str]
) -> tuple[str, ...]:
    """Emit L, its gradient and its Hessian at the atoms `theta`: the atoms of the six numbers.

    The parameters are held in `parameters`.
    """
    jets = {name: Jet(f"parameters[{k}]") for k, name in enumerate(parameters)}
    jets[axes[0]] = Jet(theta[0], dx="1.0")
    jets[axes[1]] = Jet(theta[1], dy="1.0")
    jet = emit_jet(formula, emit, jets)
    return jet.value, jet.dx, jet.dy, jet.dxx, jet.dxy, jet.dyy


class Atoms(NamedTuple):
    """Where the inputs of a rule are held; those of each parameter come in pairs."""

    theta: tuple[str, str]
    g: tuple[str, str]
    state: Sequence[tuple[str, str]]
    hyperparameters: Sequence[str]
    look: Sequence[str]
    t: str = "t"
    eta: str = "eta"
    lr: str = "lr"
    powers: Mapping[str, str] = {}  # hyper-parameter → its power of t, where that is held somewhere


def emit_rule(
    lines: Sequence[Assign], hyperparameters: Sequence[str], state: Sequence[str], emit: Emitter, atoms: Atoms
) -> tuple[dict[str, str], dict[str, str]]:
    """Emit a rule for both parameters: where each name is held in the end. What is the same for both stands once."""
    shared = {"t": atoms.t, "eta": atoms.eta, "lr": atoms.lr, "loss": atoms.look[0], "hess_cross": atoms.look[4]}
    shared |= dict(zip(hyperparameters, atoms.hyperparameters, strict=True))
    both = tuple(
        shared
        | {"theta": atoms.theta[i], "g": atoms.g[i], "i": f"{i}.0", "hess": atoms.look[3 + 2 * i]}
        | {name: pair[i] for name, pair in zip(state, atoms.state, strict=True)}
        for i in range(2)
    )
    for line in lines:
        values = [emit_value(_lowered(line.value, emit, both, atoms.powers), emit, both[i]) for i in range(2)]
        for i in range(2):
            both[i][line.name] = values[i]
    return both[0], both[1]


def _lowered(node: Node, emit: Emitter, both: tuple[dict[str, str], ...], powers: Mapping[str, str]) -> Node:
    """The formula with the name of its result in place of each call over the whole vector, and of each power held."""

    def inner(node: Node) -> Node:
        return _lowered(node, emit, both, powers)

    def held(atom: str) -> Name:
        for atoms in both:
            atoms[f"={atom}"] = atom  # no name of a formula has this sign
        return Name(f"={atom}")

    match node:
        case Unary(op, operand):
            return Unary(op, inner(operand))
        case Binary("^", Name(base), Name("t")) if base in powers:
            return held(powers[base])
        case Binary(op, left, right):
            return Binary(op, inner(left), inner(right))
        case Call(function, arguments):
            given = tuple(inner(argument) for argument in arguments)
            if function not in VECTOR_FUNCTIONS:
                return Call(function, given)
            pairs = [[emit_value(argument, emit, both[i]) for i in range(2)] for argument in given]
            return held(_vector_call(function, pairs, emit, both[0]["eta"]))
    return node


def powers_of_t(lines: Sequence[Assign], hyperparameters: Sequence[str]) -> list[str]:
    """The hyper-parameters of which a rule takes the power of t, as bias corrections do."""
    found: list[str] = []

    def search(node: Node) -> None:
        match node:
            case Binary("^", Name(base), Name("t")) if base in hyperparameters and base not in found:
                found.append(base)
        for child in children(node):
            search(child)

    for line in lines:
        search(line.value)
    return found


def _vector_call(function: str, pairs: Sequence[Sequence[str]], emit: Emitter, eta: str) -> str:
    match function:
        case "first":
            return pairs[0][0]
        case "second":
            return pairs[0][1]
        case "mean":
            return emit.mul("0.5", emit.add(*pairs[0]))
        case "norm":
            return emit.line(f"_norm({pairs[0][0]}, {pairs[0][1]})")
        case "dot":
            (a, b), (c, d) = pairs
            return emit.add(emit.mul(a, c), emit.mul(b, d))
    numbers = ", ".join((*pairs[0], pairs[1][0], pairs[2][0]))
    return emit.line(f"_{function}(surface, parameters, theta, {eta}, {numbers})")


class Work(NamedTuple):
    """Where things stand in the work vector of a rule: θ (2), g as treated (2), what the surface gave at θ (6), m (2),
    σ (2), then the hyper-parameters, those powers of t that `powers_of_t` lists, and the buffers, two numbers each.

    A rule reads all but m and σ, and writes these and the buffers.
    """

    hyperparameters: int
    powers: int
    state: int

    @staticmethod
    def of(hyperparameters: int, powers: int) -> Work:
        return Work(14, 14 + hyperparameters, 14 + hyperparameters + powers)


THETA, G, LOOK, M, SIGMA = 0, 2, 4, 10, 12


def compile_rule(lines: Sequence[Assign], hyperparameters: Sequence[str], state: Sequence[str]) -> Any:
    """Compile an update rule; it must assign `m` and `sigma`."""
    emit = Emitter()
    powers = powers_of_t(lines, hyperparameters)
    place = Work.of(len(hyperparameters), len(powers))
    atoms = Atoms(
        theta=(f"w[{THETA}]", f"w[{THETA + 1}]"),
        g=(f"w[{G}]", f"w[{G + 1}]"),
        state=[(f"a{k}", f"b{k}") for k in range(len(state))],
        hyperparameters=[f"w[{place.hyperparameters + k}]" for k in range(len(hyperparameters))],
        look=[f"w[{LOOK + k}]" for k in range(6)],
        powers={name: f"w[{place.powers + k}]" for k, name in enumerate(powers)},
    )
    both = emit_rule(lines, hyperparameters, state, emit, atoms)
    body = [f"theta = w[{THETA} : {THETA + 2}]"] if any("theta" in line for line in emit.lines) else []
    for k in range(len(state)):
        body.append(f"a{k}, b{k} = w[{place.state + 2 * k}], w[{place.state + 2 * k + 1}]")
    body += emit.lines
    body += [f"w[{place.state + 2 * k + i}] = {both[i][name]}" for k, name in enumerate(state) for i in range(2)]
    body += [f"w[{at + i}] = {both[i][name]}" for name, at in (("m", M), ("sigma", SIGMA)) for i in range(2)]
    return compile_source(_function(RULE_SIGNATURE, "rule(t, eta, lr, w, surface, parameters)", body), "rule")


class Stage(NamedTuple):
    """One schedule of a chain: it assigns `eta`; its `lr` is the `eta` of the one before."""

    lines: Sequence[Assign]
    parameters: Sequence[str]
    state: Sequence[str]


def emit_schedule(
    stages: Sequence[Stage], emit: Emitter, inputs: tuple[str, str, str], state: Sequence[str]
) -> tuple[str, str, list[str]]:
    """Emit schedules that act one on the other: the atoms of eta, of momentum (NaN if none sets it) and of the state.

    `inputs` are the atoms of `SCHEDULE_INPUTS`; the parameters are held in `p`.
    """
    t, eta, loss = inputs
    momentum, p = "math.nan", 0
    after: list[str] = []
    for stage in stages:
        atoms = {"t": t, "lr": eta, "loss": loss}
        atoms |= {name: f"p[{p + k}]" for k, name in enumerate(stage.parameters)}
        atoms |= {name: state[len(after) + k] for k, name in enumerate(stage.state)}
        for line in stage.lines:
            atoms[line.name] = emit_value(line.value, emit, atoms)
        after += [atoms[name] for name in stage.state]
        eta, momentum = atoms["eta"], atoms.get("momentum", momentum)
        p += len(stage.parameters)
    return eta, momentum, after


def compile_schedule(stages: Sequence[Stage]) -> Any:
    """Compile schedules that act one on the other; parameters and state lie one after the other."""
    emit = Emitter()
    state = [f"s{k}" for k in range(sum(len(stage.state) for stage in stages))]
    eta, momentum, after = emit_schedule(stages, emit, ("t", "lr", "loss"), state)
    body = [f"{atom} = s[{k}]" for k, atom in enumerate(state)] + emit.lines
    body += [f"s[{k}] = {atom}" for k, atom in enumerate(after)] + [f"out[0] = {eta}", f"out[1] = {momentum}"]
    head = "schedule(t, lr, loss, p, s, out)"
    return compile_source(_function(f'"{SCHEDULE_SIGNATURE}"', head, body), "schedule")
