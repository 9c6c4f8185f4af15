"""Two runs of 10⁵ to 10⁸ steps: memory of the process, and the time of a jump to any step."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.simulator import Simulator
from surfaces import build

LENGTHS = (10**5, 10**6, 10**7, 10**8)
JUMPS = 300


def _resident() -> float:
    """Megabytes that the process holds; 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0


def measure() -> list[tuple[int, float, float, float, float]]:
    """(steps, seconds, MB, median and longest jump in ms) of each length."""
    results = []
    for steps in LENGTHS:
        runs = (RunConfig("Adam", 0.001), RunConfig("SGD", 1e-3, hyperparameters={"momentum": 0.5}))
        simulator = Simulator(Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), runs, steps=steps), build)
        began = time.perf_counter()
        while simulator.computed < steps:
            simulator.advance_to(simulator.computed + 50_000)
        took = time.perf_counter() - began
        chosen, times = random.Random(0), []
        for _ in range(JUMPS):
            run, step = chosen.choice(simulator.runs), chosen.randrange(steps)
            before = time.perf_counter()
            run.row(step)
            times.append(1000 * (time.perf_counter() - before))
        results.append((steps, took, _resident(), statistics.median(times), max(times)))
    return results
