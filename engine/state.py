"""Where a simulation stands, as plain data under torch's names, and a simulation that goes on from there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ConfigError
from .scenario import with_steps
from .scenario_dump import dump
from .scenario_file import parse
from .simulator import Build, Run, Simulator

FORMAT = 1
# Hyper-parameters that torch keeps together in one entry of a group.
TOGETHER = {
    "betas": ("beta1", "beta2", "beta3"),
    "etas": ("etaminus", "etaplus"),
    "step_sizes": ("step_min", "step_max"),
    "eps": ("eps1", "eps2"),
}
FLAGS = ("nesterov", "centered")  # numbers 0 and 1 here, booleans in torch


def optimizer_state_dict(run: Run) -> dict[str, Any]:
    """What torch.optim.Optimizer.state_dict() would hold: buffers and `step` under `state`, the rest in a group.

    A buffer is a list of numbers, one for each parameter, also where torch keeps one for all.
    """
    step = run.computed + 1
    piece = run.piece_at(max(step, run.trajectory.first))
    values = dict(zip(run.optimizer.names, piece.hyperparameters.tolist(), strict=True))
    group: dict[str, Any] = {"lr": piece.lr}
    for name, parts in TOGETHER.items():
        if len(given := [values.pop(part) for part in parts if part in values]) > 1:
            group[name] = tuple(given)
    group |= {name: bool(value) if name in FLAGS else value for name, value in values.items()}
    gradient = run.config.gradient
    group |= {"maximize": gradient.maximize} | (
        {} if "weight_decay" in group else {"weight_decay": gradient.weight_decay}
    )
    buffers = {name: buffer.tolist() for name, buffer in zip(run.optimizer.state, run.state, strict=True)}
    return {"state": {0: {"step": step} | buffers} if step else {}, "param_groups": [group | {"params": [0]}]}


def state_dict(simulator: Simulator) -> dict[str, Any]:
    """Everything needed to go on bit for bit: the scenario as text, and where each run stands.

    It holds dicts, lists, finite numbers and text alone, so JSON can carry it.

    Raises:
        ConfigError: if a run has ended by itself.
    """
    for k, run in enumerate(simulator.runs):
        if run.end:
            template = "run {number} has ended at step {step}; there is nothing to go on from"
            raise ConfigError(template, f"runs[{k}]", number=k + 1, step=run.end.step)
    runs = [
        {
            "step": run.computed + 1,
            "theta": run.theta.tolist(),
            "optimizer": optimizer_state_dict(run),
            "schedule": run.schedule_state.tolist(),
        }
        for run in simulator.runs
    ]
    return {"format": FORMAT, "scenario": dump(simulator.scenario), "runs": runs}


def load_state_dict(state: Mapping[str, Any], build: Build, steps: int | None = None) -> Simulator:
    """A simulation that goes on from `state`: its rows begin at the step where that one stood.

    `steps`: where it is to end, if elsewhere.

    Raises:
        ConfigError: if the state is faulty: names what is missing, of the wrong length, or no number.
        ScenarioError: if its scenario is.
    """
    if state.get("format") != FORMAT:
        template = "format = {version} cannot be read; this program reads format = {known}"
        raise ConfigError(template, "format", version=repr(state.get("format")), known=FORMAT)
    scenario = parse(str(state.get("scenario", "")), "scenario")
    simulator = Simulator(with_steps(scenario, steps) if steps else scenario, build)
    entries = state.get("runs")
    if not isinstance(entries, list) or len(entries) != len(simulator.runs):
        raise ConfigError("there must be {count} runs, as in the scenario", "runs", count=len(simulator.runs))
    for k, (run, entry) in enumerate(zip(simulator.runs, entries, strict=True)):
        _load_run(run, entry, f"runs[{k}]")
    return simulator


def load_optimizer_state_dict(run: Run, state: Mapping[str, Any], where: str = "optimizer") -> None:
    """Take over the buffers of `optimizer_state_dict`; hyper-parameters are the scenario's.

    Raises:
        ConfigError: if a buffer is missing or faulty.
    """
    entries = state.get("state", {}) if isinstance(state, Mapping) else None
    if not isinstance(entries, Mapping):
        raise ConfigError("must be a table of names and values, not {value}", where, value=f"{state!r:.60}")
    buffers = entries.get(0, entries.get("0", {}))  # JSON makes text of every key
    for name, buffer in zip(run.optimizer.state, run.state, strict=True):
        value = buffers.get(name) if buffers else [0.0] * buffer.size
        buffer[:] = _numbers(value, buffer.size, f"{where}.state.{name}")


def _load_run(run: Run, entry: Any, where: str) -> None:
    if not isinstance(entry, Mapping):
        raise ConfigError("must be a table of names and values, not {value}", where, value=f"{entry!r:.60}")
    step = entry.get("step")
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= run.last_step + 1:
        template = "{value} is out of range; allowed: {low} to {high}"
        raise ConfigError(template, f"{where}.step", value=f"{step!r:.60}", low=0, high=run.last_step + 1)
    run.theta[:] = _numbers(entry.get("theta"), run.theta.size, f"{where}.theta")
    kept = _numbers(entry.get("schedule"), run.schedule_state.size, f"{where}.schedule")
    run.schedule_state[:] = kept
    load_optimizer_state_dict(run, entry.get("optimizer", {}), f"{where}.optimizer")
    run.begin_at(step)


def _numbers(value: Any, count: int, where: str) -> NDArray[np.float64]:
    if not isinstance(value, list | tuple) or len(value) != count:
        raise ConfigError("must be a list of {count} numbers, not {value}", where, count=count, value=f"{value!r:.60}")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise ConfigError("must be a finite number, not {value}", where, value=f"{number!r:.60}")
    return np.array(value, dtype=np.float64)
