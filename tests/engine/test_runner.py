"""The engine thread: commands are obeyed soon, results carry their generation, no step is skipped or made up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from engine.runner import Load, LookAhead, Pause, Play, Runner, Seek, Speed, Step
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from surfaces import build

SCENE = Scenario(
    SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.01), RunConfig("SGD", 1e-4)), steps=5000
)
FAR = 10**9


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(build)
    yield made
    made.close()
    assert "engine" not in {thread.name for thread in threading.enumerate()}


def wait(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "the engine did not get there in time"
        time.sleep(0.001)


def load(runner: Runner, scenario: Scenario = SCENE, position: int = FAR, running: bool = False, nr: int = 1) -> None:
    runner.send(Load(nr, scenario, position, running))
    wait(lambda: runner.status.generation == nr and not runner.status.working)


def test_a_scenario_is_computed_ahead_and_shown_at_its_end(runner: Runner) -> None:
    load(runner)
    assert (runner.status.position, runner.status.computed, runner.status.running) == (5000, 5000, False)


def test_steps_and_seeks_are_exact_and_stay_within_the_run(runner: Runner) -> None:
    load(runner)
    for command, position in ((Seek(17), 17), (Step(1), 18), (Step(-2), 16), (Step(-100), 0), (Seek(FAR), 5000)):
        runner.send(command)
        wait(lambda position=position: runner.status.position == position)  # type: ignore[misc]


def test_without_look_ahead_only_what_is_shown_is_computed(runner: Runner) -> None:
    runner.send(LookAhead(False))
    load(runner, position=0)
    assert runner.status.computed == 0
    runner.send(Seek(40))
    wait(lambda: runner.status.position == 40)
    assert runner.status.computed == 40


def test_running_keeps_the_speed_and_stops_at_the_end(runner: Runner) -> None:
    load(runner, position=0)
    runner.send(Speed(400.0))
    began = time.monotonic()
    runner.send(Play())
    wait(lambda: runner.status.position >= 100)
    assert 0.15 < time.monotonic() - began < 2.0
    runner.send(Pause())
    wait(lambda: not runner.status.running)
    held = runner.status.position
    time.sleep(0.05)
    assert runner.status.position == held
    runner.send(Speed(float("inf")))
    runner.send(Play())
    wait(lambda: not runner.status.running and runner.status.position == 5000)


def test_play_at_the_end_begins_anew(runner: Runner) -> None:
    load(runner)
    runner.send(Speed(50.0))
    runner.send(Play())
    wait(lambda: runner.status.running and 0 < runner.status.position < 1000)


def test_a_command_is_obeyed_while_the_engine_runs_flat_out(runner: Runner) -> None:
    load(runner, replace(SCENE, steps=10**9), position=0)
    runner.send(Speed(float("inf")))
    runner.send(Play())
    wait(lambda: runner.status.position > 200_000)
    runner.send(Pause())
    wait(lambda: not runner.status.running, seconds=1.0)


def test_a_faulty_scenario_leaves_the_last_good_one(runner: Runner) -> None:
    load(runner)
    runner.send(Load(2, replace(SCENE, surface=SurfaceConfig("nowhere")), 0, False))
    wait(lambda: runner.status.generation == 2)
    assert runner.status.error and "nowhere" in str(runner.status.error)
    assert runner.status.simulator and runner.status.computed == 5000
    load(runner, nr=3)
    assert runner.status.error is None


def test_of_several_scenarios_in_the_queue_the_newest_wins(runner: Runner) -> None:
    for nr in range(1, 30):
        runner.send(Load(nr, replace(SCENE, start=(0.1 * nr, 0.0)), FAR, False))
    wait(lambda: runner.status.generation == 29 and not runner.status.working)
    assert runner.status.simulator and runner.status.simulator.runs[0].start == (0.1 * 29, 0.0)


def test_a_run_that_diverges_ends_the_axis_there(runner: Runner) -> None:
    wild = replace(SCENE, runs=(RunConfig("SGD", 1.0),))
    load(runner, wild)
    end = runner.status.simulator.runs[0].end if runner.status.simulator else None
    assert end and end.kind == "diverged"
    assert runner.status.position == runner.status.reach == end.step
