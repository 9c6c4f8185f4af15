"""Loss and gradient of a network for one step of training, and a whole step of Adam: the engine against torch."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np

from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.wide import WideRun
from tests.golden.network import Case, engine_gradient

CASES = {
    "2-16-16-1 tanh, 64 of 200 points": (Case({}, {}), 64),
    "2-16-16-1 tanh, all 200 points": (Case({}, {}), 0),
    "1-16-16-1 tanh, 64 of 1000 points": (Case({"data": "sine"}, {"points": 1000, "noise": 0.0}), 64),
    "2-32-32-32-1 GELU, 128 of 1000": (Case({"activation": "gelu"}, {"width": 32, "depth": 3, "points": 1000}), 128),
    "2-16-16-16-1 ReLU, batch norm, 64": (Case({"activation": "relu", "normalisation": "batch"}, {"depth": 3}), 64),
}
LR = 0.01


def _engine(case: Case, size: int) -> tuple[Callable[[], object], Callable[[int], object]]:
    """(loss and gradient, that many steps of a recorded run)"""
    surface = case.surface
    assert surface.wide is not None
    wide, batch = surface.wide, np.arange(size)
    g = np.empty(len(wide.origin))
    config = RunConfig("Adam", LR, gradient=Gradient(batch_size=size))
    scenario = Scenario(SurfaceConfig("network"), (0.0, 0.0), (config,), steps=1_000_000)

    def steps(count: int) -> None:
        WideRun(config, scenario, surface, 0).advance(count)

    return lambda: wide.function(wide.origin, wide.parameters, batch, g), steps


def _torch(case: Case, size: int) -> tuple[Callable[[], object], Callable[[int], object]]:
    """The same in torch, in float64 on one thread, without recording; first checked to have the same gradient."""
    import torch

    from tests.golden import network_torch

    torch.set_num_threads(1)  # faster on networks as small as these
    np.testing.assert_allclose(network_torch.gradient(case), engine_gradient(case), rtol=1e-9, atol=1e-12)
    model, x, y = network_torch.build(case)
    few_x, few_y = (x[:size], y[:size]) if size else (x, y)
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)

    def gradient() -> None:
        optimizer.zero_grad()
        network_torch.loss(case, model, few_x, few_y).backward()

    def steps(count: int) -> None:
        for _ in range(count):
            gradient()
            optimizer.step()

    return gradient, steps


def _microseconds(gradient: Callable[[], object], steps: Callable[[int], object], count: int) -> tuple[float, float]:
    """Medians for one gradient and for one step."""

    def many(n: int) -> None:
        for _ in range(n):
            gradient()

    found = []
    for run in (many, steps):
        run(count // 10)
        times = []
        for _ in range(5):
            began = time.perf_counter()
            run(count)
            times.append((time.perf_counter() - began) / count)
        found.append(statistics.median(times) * 1e6)
    return found[0], found[1]


def measure() -> Iterator[tuple[str, float, float, str]]:
    """(name, µs for loss and gradient, µs for a step, remark) of the engine and of torch where it is installed."""
    for name, (case, size) in CASES.items():
        engine = _microseconds(*_engine(case, size), 2000)
        yield name, *engine, "engine"
        with suppress(ModuleNotFoundError):
            other = _microseconds(*_torch(case, size), 100)
            yield "", *other, f"torch: {other[0] / engine[0]:.1f} × and {other[1] / engine[1]:.1f} × the engine's"
