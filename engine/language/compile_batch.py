"""Surface, schedule and rule as one native loop over many runs that lie side by side, for the vector units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import kernel
from .compile import SURFACE_TYPE, Atoms, Stage, emit_rule, emit_schedule, emit_surface
from .derive import Emitter, prelude
from .functions import SEARCHES
from .native import compile_source, imported
from .syntax import Assign, Node

BLOCK = 64  # runs that go through the steps together: their numbers stay in the nearest cache
_ARGUMENTS = (
    ("surface", SURFACE_TYPE),
    *((name, "vector") for name in ("parameters", "h", "p", "treatment", "domain")),
    ("samples", "types.int64[::1]"),
    ("lr", "f8"),
    *((name, "types.int64") for name in ("size", "points", "seed", "run", "first", "phase_first", "count")),
    *(("runs", "matrix"), ("given", "matrix"), ("made", "types.int64[::1]")),
)
# What each run has of its own; a line that uses none of it is computed once for all of them.
_OWN = {"l", "updates", "x", "y", "theta", "look", "g", "z", "own"}


@dataclass(frozen=True)
class BatchSource:
    """What a batch is compiled of.

    Attributes:
        surface: formula, axes and parameters; None to call the native function.
        rule: its lines.
        stages: the schedules of the phase.
        varying: the places of the hyper-parameters of which each run has its own.
        varying_lr: whether each run has its own lr.
        momentum: the place of the hyper-parameter that the schedule sets, or −1.
        bounded: whether the surface has a domain that a run can leave.
        noisy, treated, decoupled: whether the gradient has noise, is treated (clipped …), and θ decays besides.
    """

    surface: tuple[Node, tuple[str, str], Sequence[str]] | None
    rule: Sequence[Assign]
    hyperparameters: Sequence[str]
    state: Sequence[str]
    stages: Sequence[Stage]
    varying: tuple[int, ...] = ()
    varying_lr: bool = False
    momentum: int = -1
    bounded: bool = False
    noisy: bool = False
    treated: bool = False
    decoupled: bool = False


def compile_batch(source: BatchSource) -> Any:
    """The native function of `_ARGUMENTS`: makes `count` updates of every run that has not ended.

    `runs` (2 + 2k + s, n), with θ, the buffers and what schedules keep, and `made` (n), the updates of each run so far,
    are advanced in place. A run whose `made` lags behind has ended, and stays as it was before the update that could
    not be made. `given` holds a row for each hyper-parameter that varies, then the learning rates if they do; `run` is
    the number of the first.
    """
    emit = Emitter()
    kept = [f"k{k}" for k in range(sum(len(stage.state) for stage in source.stages))]
    states = [(f"a{k}", f"b{k}") for k in range(len(source.state))]
    look = _emit_look(source, emit)
    first_own = 2 + 2 * len(states) + len(kept)  # the row of `own` where what varies begins
    lr = f"own[{first_own + len(source.varying)}, l]" if source.varying_lr else "lr"
    eta, momentum, kept_after = emit_schedule(source.stages, emit, ("phase_t", lr, look[0]), kept)
    hyper = [f"h[{k}]" for k in range(len(source.hyperparameters))]
    for k, place in enumerate(source.varying):
        hyper[place] = f"own[{first_own + k}, l]"
    if source.momentum >= 0 and momentum != "math.nan":
        hyper[source.momentum] = emit.line(f"{momentum} if {momentum} >= 0.0 else {hyper[source.momentum]}")
    g = _emit_gradient(source, emit, look)
    m, sigma, after = _emit_update(source, emit, Atoms(("x", "y"), g, states, hyper, look, "t1", eta, lr))
    updates = []
    for top, divisor in zip(m, sigma, strict=True):
        step = emit.line(f"{emit.line(f'{eta} / {divisor}')} * {top}")
        updates.append(emit.line(f"0.0 if {top} == 0.0 else -{step}"))
    buffers = [atom for pair in after for atom in pair]
    total = emit.line(" + ".join(("x", "y", look[0], *g, *m, *sigma, *updates, *buffers)))
    good = [emit.line(f"(0.0 <= {eta}) & ({eta} < math.inf)"), f"({total} - {total} == 0.0)", "(updates[l] == u)"]
    if source.bounded:
        good.append("(domain[0] <= x) & (x <= domain[1]) & (domain[2] <= y) & (y <= domain[3])")
    store = [f"ok = {' & '.join(good)}"]
    pairs = [("x", f"x + {updates[0]}"), ("y", f"y + {updates[1]}")]
    pairs += [(old[i], new[i]) for old, new in zip(states, after, strict=True) for i in range(2)]
    pairs += [*zip(kept, kept_after, strict=True)]
    load: list[str] = []
    for k, (old, new) in enumerate(pairs):
        load.append(f"{old} = own[{k}, l]")
        store.append(f"own[{k}, l] = {new} if ok else {old}")
    store.append("updates[l] += 1.0 if ok else 0.0")
    once, each = _hoisted(emit.lines, _OWN | {old for old, _ in pairs})
    return compile_source(_text(once, load + each + store), "batch")


def _emit_look(source: BatchSource, emit: Emitter) -> tuple[str, ...]:
    if source.surface:
        formula, axes, parameters = source.surface
        return emit_surface(formula, axes, parameters, emit, ("x", "y"))
    emit.lines += [
        "theta[0], theta[1] = x, y",
        "look_at(surface, theta, parameters, samples, size, points, seed, run + l, t, look, single)",
    ]
    return tuple(f"look[{k}]" for k in range(6))


def _emit_gradient(source: BatchSource, emit: Emitter, look: Sequence[str]) -> tuple[str, str]:
    g = look[1], look[2]
    if source.noisy:
        emit.lines.append("normals(seed, run + l, t, z)")
        g = tuple(emit.line(f"{g[i]} + treatment[0] * z[{i}]") for i in range(2))  # type: ignore[assignment]
    if source.treated:
        emit.lines += ["theta[0], theta[1] = x, y", f"g[0], g[1] = {g[0]}, {g[1]}", "treat(treatment, theta, g)"]
        g = "g[0]", "g[1]"
    return g


def _emit_update(
    source: BatchSource, emit: Emitter, atoms: Atoms
) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """The atoms of m, σ and the buffers after the update."""
    if any(name in str(source.rule) for name in SEARCHES):
        emit.lines.append("theta[0], theta[1] = x, y")
    both = emit_rule(source.rule, source.hyperparameters, source.state, emit, atoms)
    m, sigma = ([both[i][name] for i in range(2)] for name in ("m", "sigma"))
    after = [(both[0][name], both[1][name]) for name in source.state]
    if source.decoupled:
        m = [emit.line(f"{m[i]} + treatment[5] * {atoms.theta[i]} * {sigma[i]}") for i in range(2)]
    return m, sigma, after


def _hoisted(lines: Sequence[str], own: set[str]) -> tuple[list[str], list[str]]:
    """The lines that are the same for all runs, and the rest: a pow costs as much as all else."""
    once: list[str] = []
    each: list[str] = []
    for line in lines:
        target, _, value = line.partition(" = ")
        if not re.fullmatch(r"v\d+", target) or own & set(re.findall(r"[^\W\d]\w*", value)):
            own = own | {target}
            each.append(line)
        else:
            once.append(line)
    return once, each


def _text(once: Sequence[str], each: Sequence[str]) -> str:
    lines = [
        "theta, g, z, look, single = np.empty(2), np.empty(2), np.empty(2), np.empty(6), np.empty(6)",
        f"own, updates = np.zeros((runs.shape[0] + given.shape[0], {BLOCK})), np.empty({BLOCK})",
        f"for begin in range(0, made.size, {BLOCK}):",
        f"    end = min(begin + {BLOCK}, made.size)",
        "    updates[:] = -1  # a place without a run",
        "    updates[: end - begin] = made[begin:end]",
        "    own[: runs.shape[0], : end - begin] = runs[:, begin:end]",
        "    own[runs.shape[0] :, : end - begin] = given[:, begin:end]",
        "    for t in range(first, first + count):",
        "        u, t1, phase_t = float(t), t + 1.0, float(t - phase_first)",
        *(f"        {line}" for line in once),
        f"        for l in range({BLOCK}):",
        *(f"            {line}" for line in each),
        "    runs[:, begin:end] = own[: runs.shape[0], : end - begin]",
        "    for l in range(end - begin):",
        "        made[begin + l] = int(updates[l])",
    ]
    signature = ", ".join(kind for _, kind in _ARGUMENTS)
    return (
        imported(kernel, ("look_at", "normals", "treat"))
        + prelude("\n".join((*once, *each)))
        + f'@njit(types.void({signature}), nogil=True, cache=True, error_model="numpy", fastmath={{"arcp"}})\n'
        + f"def batch({', '.join(name for name, _ in _ARGUMENTS)}):\n"
        + "".join(f"    {line}\n" for line in lines)
    )
