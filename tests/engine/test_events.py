"""Changes during a run: nothing before them moves, everything after them follows, and each row comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import surfaces
from engine import kernel
from engine.check import faults
from engine.optimizers import optimizers
from engine.rates import Phase, Rates
from engine.scenario import MAX_EVENTS, Event, Gradient, RunConfig, Scenario, SurfaceConfig
from engine.scenario_dump import dump
from engine.scenario_file import parse
from engine.simulator import Run, Simulator
from engine.state import load_state_dict, state_dict

STEPS, AT = 300, 120
ADAM = RunConfig("Adam", 0.05, gradient=Gradient(noise=0.1))
MOMENTUM = RunConfig("SGD", 1e-3, hyperparameters={"momentum": 0.9})
STEP = (Phase("StepLR", {"step_size": 40.0, "gamma": 0.5}),)
WARM = (Phase("LinearWarmupLR", {"warmup_steps": 50.0}, 100), Phase("StepLR", {"step_size": 30.0, "gamma": 0.5}))
PLATEAU = (Phase("ReduceLROnPlateau", {"patience": 3.0}),)
EVERYTHING = Event(AT, 0.02, {"beta1": 0.5}, STEP, (0.3, -0.2))


def scene(config: RunConfig) -> Scenario:
    return Scenario(SurfaceConfig("rosenbrock"), (-1.2, 1.0), (config,), steps=STEPS, seed=4)


def simulate(config: RunConfig, last: int = STEPS, capacity: int | None = None) -> Run:
    run = Simulator(scene(config), surfaces.build).runs[0]
    if capacity:
        run.trajectory.capacity = capacity
    run.advance(last + 1)
    return run


def etas(run: Run, first: int, count: int) -> np.ndarray:
    return np.array([run.row(step)[kernel.LR] for step in range(first, first + count)])


@pytest.mark.parametrize(
    ("config", "event", "after"),
    [
        (ADAM, Event(AT, lr=0.4), replace(ADAM, lr=0.4)),
        (ADAM, Event(AT, hyperparameters={"beta1": 0.5}), replace(ADAM, hyperparameters={"beta1": 0.5})),
        (ADAM, Event(AT, nudge=(0.3, -0.2)), ADAM),
        (MOMENTUM, Event(AT, 2e-4, {"nesterov": 1.0}, nudge=(0.1, 0.0)),
         replace(MOMENTUM, lr=2e-4, hyperparameters={"momentum": 0.9, "nesterov": 1.0})),
    ],
    ids=("lr", "hyper-parameter", "nudge", "all at once"),
)  # fmt: skip
def test_before_it_nothing_moves_and_after_it_the_run_goes_on_from_there(
    config: RunConfig, event: Event, after: RunConfig
) -> None:
    """As a run with the new values that was started from the old one's θ, buffers and step."""
    plain, changed = simulate(config), simulate(replace(config, events=(event,)))
    assert np.array_equal(changed.rows(0, AT - 1), plain.rows(0, AT - 1))
    part = Simulator(scene(config), surfaces.build)
    part.advance_to(AT - 1)
    state = state_dict(part) | {"scenario": dump(scene(after))}
    dx, dy = event.nudge or (0.0, 0.0)
    x, y = state["runs"][0]["theta"]
    state["runs"][0]["theta"] = [x + dx, y + dy]
    again = load_state_dict(state, surfaces.build)
    again.advance_to(STEPS)
    assert np.array_equal(changed.rows(AT, STEPS), again.runs[0].rows(AT, STEPS))
    assert not np.array_equal(changed.rows(AT + 1, STEPS), plain.rows(AT + 1, STEPS))


def test_a_nudge_is_what_lies_between_an_update_and_the_next_row() -> None:
    run = simulate(replace(ADAM, events=(Event(AT, nudge=(0.3, -0.2)),)))
    before, row = run.row(AT - 1), run.row(AT)
    assert np.array_equal(row[:2], before[:2] + before[kernel.UPDATE : kernel.UPDATE + 2] + (0.3, -0.2))


@pytest.mark.parametrize("optimizer", sorted(optimizers()))
def test_every_row_of_a_thinned_history_comes_back_across_events(optimizer: str) -> None:
    """At kept rows too: a row holds θ as it was nudged, which is not done again."""
    first = optimizers()[optimizer].hyperparameters[:1]
    value = {parameter.name: parameter.default for parameter in first}
    events = (
        Event(33, lr=2e-4, nudge=(0.05, -0.05)),
        Event(64, hyperparameters=value, schedule=PLATEAU, nudge=(0.01, 0.02)),
        Event(97, nudge=(-0.02, 0.01)),
        Event(128, schedule=(), nudge=(0.01, 0.0)),
    )
    config = RunConfig(optimizer, 1e-3, schedule=WARM, gradient=Gradient(noise=0.1), events=events)
    whole, thin = simulate(config), simulate(config, capacity=32)
    assert thin.trajectory.stride >= 16 and thin.end == whole.end
    for step in range(whole.computed + 1):
        assert np.array_equal(thin.row(step), whole.row(step), equal_nan=True)
    assert np.array_equal(thin.rows(20, whole.computed), whole.rows(20, whole.computed), equal_nan=True)


def test_computing_in_small_parts_nudges_once() -> None:
    config = replace(ADAM, events=(EVERYTHING, Event(AT + 1, nudge=(0.1, 0.1))))
    whole, run = simulate(config), Simulator(scene(config), surfaces.build).runs[0]
    while not run.finished:
        run.advance(1)
    assert np.array_equal(run.rows(0, STEPS), whole.rows(0, STEPS))


def test_within_a_phase_its_t_goes_on() -> None:
    run = simulate(replace(ADAM, schedule=WARM, events=(Event(20, lr=0.01), Event(AT, hyperparameters={"beta1": 0.5}))))
    wanted = np.where(np.arange(STEPS) < 20, Rates(0.05, WARM).at(0, STEPS), Rates(0.01, WARM).at(0, STEPS))
    assert np.array_equal(etas(run, 0, STEPS), wanted)


def test_a_new_schedule_begins_with_t_0() -> None:
    run = simulate(replace(ADAM, schedule=STEP, events=(Event(AT, lr=0.02, schedule=WARM),)))
    assert np.array_equal(etas(run, 0, AT), Rates(0.05, STEP).at(0, AT))
    assert np.array_equal(etas(run, AT, STEPS - AT), Rates(0.02, WARM).at(0, STEPS - AT))


def test_a_hyperparameter_and_a_schedule_change_at_one_step() -> None:
    run = simulate(replace(ADAM, events=(EVERYTHING,)))
    assert run.hyperparameters_at(AT - 1, run.row(AT - 1))["beta1"] == 0.9
    assert run.hyperparameters_at(AT, run.row(AT))["beta1"] == 0.5
    assert np.array_equal(etas(run, AT, 81), Rates(0.02, STEP).at(0, 81))
    g, before = run.gradient(run.row(AT)), run.row(AT)[kernel.STATE : kernel.STATE + 2]
    exp_avg = run.row(AT + 1)[kernel.STATE : kernel.STATE + 2]
    assert exp_avg == pytest.approx(0.5 * before + 0.5 * g, rel=0.1)  # g without its noise


def test_a_phase_and_an_event_that_meet() -> None:
    """At the step where a phase begins an event nudges once, and the phase begins there as without it."""
    run = simulate(replace(ADAM, schedule=WARM, events=(Event(100, nudge=(0.2, 0.0)),)))
    assert np.array_equal(etas(run, 0, STEPS), Rates(0.05, WARM).at(0, STEPS))
    before = run.row(99)
    assert run.row(100)[0] == before[0] + before[kernel.UPDATE] + 0.2


@pytest.mark.parametrize("config", [ADAM, RunConfig("SGD", 1.0)], ids=("beyond its steps", "after it diverged"))
def test_what_lies_beyond_the_end_is_kept_and_harmless(config: RunConfig) -> None:
    events = (Event(STEPS + 1, lr=0.1, schedule=WARM), Event(10**6, nudge=(1.0, 1.0)))
    plain, changed = simulate(config), simulate(replace(config, events=events))
    assert changed.end == plain.end and changed.computed == plain.computed
    assert np.array_equal(changed.rows(0, plain.computed), plain.rows(0, plain.computed), equal_nan=True)


def test_saved_and_loaded_it_is_the_same_run() -> None:
    config = replace(ADAM, events=(Event(40, nudge=(0.1 + 0.2, -1e-17)), EVERYTHING, Event(200, schedule=())))
    again = parse(dump(scene(config)), "scene.toml")
    assert again == scene(config)
    run = Simulator(again, surfaces.build).runs[0]
    run.advance(STEPS + 1)
    assert np.array_equal(run.rows(0, STEPS), simulate(config).rows(0, STEPS))


def test_too_many_or_out_of_order_are_faults() -> None:
    many = tuple(Event(step + 1, lr=0.1) for step in range(MAX_EVENTS + 1))
    assert faults(scene(replace(ADAM, events=many[:-1])), surfaces.outline) == []
    (fault,) = faults(scene(replace(ADAM, events=many)), surfaces.outline)
    assert fault.where == "runs[0].events" and str(MAX_EVENTS) in str(fault)
    (fault,) = faults(scene(replace(ADAM, events=(many[1], many[0]))), surfaces.outline)
    assert fault.where == "runs[0].events[1].step"
