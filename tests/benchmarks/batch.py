"""Many runs at once: the engine's batch against NumPy on all runs together and optax's vmap(lax.scan)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from engine.batch import Batch
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from surfaces import build

from . import libraries

COUNT, STEPS, LR = 4096, 1000, 0.01
SCENARIO = Scenario(SurfaceConfig("rosenbrock"), (0.0, 0.0), (RunConfig("Adam", LR),), steps=STEPS)


def _engine(starts: np.ndarray) -> np.ndarray:
    batch = Batch(SCENARIO, build, starts)
    batch.advance(STEPS)
    return batch.outcome().theta


def _numpy(starts: np.ndarray) -> np.ndarray:
    x, y = starts.T.copy()
    e, v = np.zeros((2, len(x))), np.zeros((2, len(x)))
    for t in range(1, STEPS + 1):
        u = y - x * x
        g = np.array([-2 * (1 - x) - 400 * x * u, 200 * u])
        e, v = 0.9 * e + (1 - 0.9) * g, 0.999 * v + (1 - 0.999) * g * g
        step = LR * (e / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        x, y = x - step[0], y - step[1]
    return np.array([x, y]).T


def measure(repeats: int = 5) -> list[tuple[str, float, str]]:
    """(name, ns per run and step, remark); all are first checked to come to the same."""
    starts = np.random.default_rng(0).uniform(-2, 2, (COUNT, 2))
    contenders: dict[str, Callable[[], np.ndarray]] = {
        "engine, batch": lambda: _engine(starts),
        "NumPy, all runs together": lambda: _numpy(starts),
    }
    if vmap := libraries.many(LR, starts, STEPS):
        contenders["optax, vmap(lax.scan)"] = vmap
    reference = _numpy(starts)
    results = {}
    for name, run in contenders.items():
        # A few runs amplify round-off.
        assert np.isclose(run(), reference, rtol=1e-6, atol=1e-9).mean() > 0.99, name
    for name, run in contenders.items():
        times = []
        for _ in range(repeats):
            began = time.perf_counter()
            run()
            times.append((time.perf_counter() - began) / COUNT / STEPS * 1e9)
        results[name] = statistics.median(times)
    engine = results["engine, batch"]
    return [(name, value, f"engine = {engine / value:.2f} × this") for name, value in results.items()]
