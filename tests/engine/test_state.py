"""What is saved and loaded goes on bit for bit, under torch's names; a faulty state is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import surfaces
from engine.errors import ConfigError
from engine.optimizers import optimizers
from engine.rates import Phase
from engine.scenario import Event, Gradient, RunConfig, Scenario, SurfaceConfig
from engine.schedules import schedules
from engine.simulator import Simulator
from engine.state import load_state_dict, optimizer_state_dict, state_dict

ROSENBROCK = SurfaceConfig("rosenbrock")
EVENTS = (Event(7, lr=1e-4, nudge=(0.1, -0.1)), Event(20, hyperparameters={}, schedule=(Phase("ExponentialLR", {}),)))


def simulator(optimizer: str, schedule: str = "StepLR", steps: int = 40) -> Simulator:
    gradient = Gradient(noise=0.1, clip_norm=5.0, decoupled_weight_decay=0.01)
    phases = (Phase("LinearLR", {"total_iters": 9}, 12), Phase(schedule, {}))
    config = RunConfig(optimizer, 1e-3, schedule=phases, gradient=gradient, events=EVENTS)
    return Simulator(Scenario(ROSENBROCK, (-1.5, 2.0), (config,), steps=steps, seed=5), surfaces.build)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(optimizers())), st.sampled_from(sorted(schedules())), st.integers(0, 39))
def test_save_load_and_go_on(optimizer: str, schedule: str, step: int) -> None:
    whole, part = simulator(optimizer, schedule), simulator(optimizer, schedule)
    whole.advance_to(40)
    part.advance_to(step)
    run = whole.runs[0]
    if part.runs[0].end:
        return
    again = load_state_dict(json.loads(json.dumps(state_dict(part))), surfaces.build)
    again.advance_to(40)
    assert again.runs[0].end == run.end and again.runs[0].computed == run.computed
    last = run.computed
    if step < last:
        assert np.array_equal(again.runs[0].rows(step + 1, last), run.rows(step + 1, last), equal_nan=True)


def test_a_long_run_that_was_loaded_replays_too() -> None:
    whole, part = simulator("Adam", steps=2000), simulator("Adam", steps=2000)
    whole.advance_to(2000)
    part.advance_to(776)
    run = load_state_dict(state_dict(part), surfaces.build).runs[0]
    run.trajectory.capacity = 64
    run.advance(5000)
    assert run.trajectory.stride > 1
    for step in (777, 778, 1234, 2000):
        assert np.array_equal(run.row(step), whole.runs[0].row(step))
    with pytest.raises(IndexError, match="computed: 777 … 2000"):
        run.row(776)


def test_the_names_are_those_of_torch() -> None:
    made = simulator("Adam")
    made.advance_to(9)
    entry = optimizer_state_dict(made.runs[0])
    assert entry["state"][0]["step"] == 10 and set(entry["state"][0]) == {"step", "exp_avg", "exp_avg_sq"}
    (group,) = entry["param_groups"]
    assert group == {
        **{"lr": 1e-4, "betas": (0.9, 0.999), "eps": 1e-8, "maximize": False, "weight_decay": 0.0},
        "params": [0],
    }


def spoiled(change: Any) -> dict[str, Any]:
    made = simulator("Adam")
    made.advance_to(9)
    state = json.loads(json.dumps(state_dict(made)))
    change(state)
    return state


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda s: s.update(format=2), "format: format = 2 cannot be read; this program reads format = 1"),
        (lambda s: s.update(runs=[]), "runs: there must be 1 runs, as in the scenario"),
        (lambda s: s["runs"][0].update(step=-1), "runs[0].step: -1 is out of range; allowed: 0 to 41"),
        (lambda s: s["runs"][0].update(theta=[1.0]), "runs[0].theta: must be a list of 2 numbers, not [1.0]"),
        (lambda s: s["runs"][0].update(theta=[1.0, "x"]), "runs[0].theta: must be a finite number, not 'x'"),
        (
            lambda s: s["runs"][0]["optimizer"]["state"]["0"].pop("exp_avg"),
            "runs[0].optimizer.state.exp_avg: must be a list of 2 numbers, not None",
        ),
    ],
)
def test_a_faulty_state_is_refused(change: Any, wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_state_dict(spoiled(change), surfaces.build)
    assert str(caught.value) == wanted


def test_a_run_that_has_ended_cannot_be_saved() -> None:
    config = RunConfig("SGD", 100.0)
    made = Simulator(Scenario(ROSENBROCK, (-1.5, 2.0), (config,), steps=100), surfaces.build)
    made.advance_to(100)
    with pytest.raises(ConfigError, match="run 1 has ended at step"):
        state_dict(made)
