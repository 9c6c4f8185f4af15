"""The inspector's sums for a run of many parameters are those of the engine, for the two watched ones."""

from __future__ import annotations

import pytest

from engine import kernel
from engine.optimizers import optimizers
from engine.scenario import Gradient, RunConfig
from gui.panels.arithmetic_wide import WideArithmetic, arithmetic
from tests.engine.many import wide_run

NAMES = [name for name, optimizer in optimizers().items() if not optimizer.pairs_only]
ROUGH = Gradient(noise=0.05, batch_size=5, clip_norm=1.0, weight_decay=0.01, decoupled_weight_decay=0.0)


@pytest.mark.parametrize("name", NAMES)
def test_the_rule_comes_to_what_the_engine_recorded(name: str) -> None:
    run = wide_run(9, RunConfig(name, 1e-3, gradient=ROUGH), 60, watched=(2, 7))
    for step in (0, 1, 2, 9, 50):
        sums, after = arithmetic(run, step, run.row(step)), run.row(step + 1)
        assert isinstance(sums, WideArithmetic)
        for i in (0, 1):
            lines = {line.assign.name: line for line in sums.lines(i)}
            assert lines["m"].result == pytest.approx(sums.terms(i)["m"], rel=1e-11, abs=1e-300)
            assert lines["sigma"].result == pytest.approx(sums.terms(i)["sigma"], rel=1e-11)
            assert sums.terms(i)["next"] == after[kernel.THETA + i]
            for k, buffer in enumerate(run.optimizer.state):
                assert lines[buffer].result == pytest.approx(after[kernel.STATE + 2 * k + i], rel=1e-11, abs=1e-300)
            for line in lines.values():
                assert "where" not in line.plain() and "cases" not in line.latex()
