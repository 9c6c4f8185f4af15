"""Two runs of 10⁵ to 10⁸ steps in the window: memory of the whole process, and the time of a jump to any step."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator
from surfaces import build

from ..driving import open_window

LENGTHS = (10**5, 10**6, 10**7, 10**8)
JUMPS = 300
CHUNK = 77_777  # not that of the window
RUNS = (
    RunConfig("Adam", 0.001),
    RunConfig("SGD", 5e-4, hyperparameters={"momentum": 0.5}, gradient=Gradient(noise=5.0)),
)


class Figures(NamedTuple):
    """What was measured of runs of so many steps: the most memory in MB, jumps in ms, whether replay is exact."""

    steps: int
    megabytes: float
    median: float
    longest: float
    identical: bool


def measure() -> Iterator[Figures]:
    """The figures of each length, each out of a process of its own."""
    for steps in LENGTHS:
        command = [sys.executable, "-m", "tests.benchmarks.long", str(steps)]
        found = subprocess.run(command, capture_output=True, check=True, text=True)
        yield Figures(*json.loads(found.stdout))


def look_at(steps: int) -> Figures:
    """Two runs flat out in the window, everything drawn; then jumps to random steps of either."""
    scenario = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), RUNS, steps=steps)
    window = open_window(scenario, size=(1280, 720))
    session = window.session
    session.set_speed(float("inf"))
    session.go_home()
    session.play()
    most = _resident()
    while session.status.position < steps:
        QApplication.processEvents()
        most = max(most, _resident())
        time.sleep(0.001)
    chosen, times = random.Random(steps), []
    for _ in range(JUMPS):
        run, step = chosen.choice(session.runs), chosen.randrange(steps)
        before = time.perf_counter()
        run.row(step)
        times.append(1000 * (time.perf_counter() - before))
    most = max(most, _resident())
    same = all(_identical(run, scenario, chosen.randrange(1, steps)) for run in session.runs)
    window.close()
    return Figures(steps, most, statistics.median(times), max(times), same)


def _identical(run: Run, scenario: Scenario, step: int) -> bool:
    """Whether a step of a run's history is where another run, computed up to there alone, stands."""
    other = Simulator(scenario, build).runs[run.index]
    while other.computed < step - 1:
        other.advance(min(CHUNK, step - 1 - other.computed))
    found = run.point(run.row(step))
    return np.array_equal(found.theta, other.theta) and np.array_equal(found.state, other.state)


def _resident() -> float:
    """Megabytes that the process holds; 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0


if __name__ == "__main__":
    print(json.dumps(look_at(int(sys.argv[1]))))
