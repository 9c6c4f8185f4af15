"""A real network is trained in all its parameters; what its rows say is what its loss function says."""

from __future__ import annotations

import numpy as np
import pytest

from engine import kernel
from engine.scenario import Gradient, RunConfig
from engine.wide import WideRun
from surfaces.network import network

from .many import scenario


@pytest.mark.timeout(300)  # its native code is compiled the first time
def test_a_network_learns_and_replays() -> None:
    surface = network({}, {"width": 6, "depth": 2, "points": 60})
    wide = surface.wide
    assert wide
    config = RunConfig("Adam", 0.01, gradient=Gradient(batch_size=20))
    made = scenario(config, 1500, start=(0.0, 0.0))
    run, whole = WideRun(config, made, surface, 0, 100_000), WideRun(config, made, surface, 0)
    for each in (run, whole):
        each.advance(1501)
    assert np.array_equal(run.theta_at(0), wide.origin) and run.snapshots.kept.stride > 1
    assert run.row(1500)[kernel.LOSS] < 0.5 * run.row(0)[kernel.LOSS]
    for step in (0, 1, 777, 1500):
        theta, seen, g = run.theta_at(step), run.seen(step), np.empty(wide.origin.size)
        assert np.array_equal(theta, whole.theta_at(step))
        assert len(seen.batch) == 20 and len(set(seen.batch.tolist())) == 20
        row = run.row(step)
        assert row[kernel.LOSS] == wide.function(theta, wide.parameters, seen.batch, g)
        assert row[kernel.GRAD_NORM] == pytest.approx(np.linalg.norm(g), rel=1e-12)
        assert row[:2].tolist() == theta[:2].tolist() and row[kernel.GRAD : kernel.GRAD + 2].tolist() == g[:2].tolist()
    path = run.path(wide.origin, wide.directions, 1500)
    assert path[0].tolist() == [0.0, 0.0, 0.0, 0.0] and path[-1, 3] > 0
