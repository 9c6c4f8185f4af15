"""The curve of a schedule that is being written: evaluated, not compiled, as it changes with every key."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.language.evaluate import evaluate_all
from engine.schedules import Schedule

from ..panels.schedule_curve import ScheduleCurve
from ..panels.schedule_samples import Samples

POINTS, KEPT = 400, 200  # steps that are evaluated: all at once, and one after the other where a state is kept


def sampled(schedule: Schedule, lr: float, last: int) -> Samples:
    """η over the steps 0 … last, at its default parameters; fewer steps where it keeps a state."""
    values: dict[str, Any] = {parameter.name: np.float64(parameter.default) for parameter in schedule.parameters}
    values |= {"lr": np.float64(lr), "loss": math.nan, schedule.typed: np.float64(1)}
    if schedule.state:
        steps = np.arange(min(last, KEPT) + 1)
        values |= dict.fromkeys(schedule.state, np.float64(0))
        eta = np.array([_eta(schedule, values | {"t": np.float64(t)}, values) for t in steps.tolist()])
    else:
        steps = np.unique(np.linspace(0, last, min(last, POINTS) + 1).astype(np.int64))
        found = _eta(schedule, values | {"t": steps.astype(np.float64)}, values)
        eta = np.broadcast_to(found, steps.shape).astype(np.float64)
    known = np.full(len(steps), not schedule.needs_loss)
    wrong = np.flatnonzero(known & ~((eta >= 0) & (eta < math.inf)))
    bad = (int(steps[wrong[0]]), float(eta[wrong[0]])) if len(wrong) else None
    return Samples(steps, eta, known, bad)


def _eta(schedule: Schedule, now: dict[str, Any], kept: dict[str, Any]) -> Any:
    """η of one step, or of many; the new state goes to `kept`."""
    for line in schedule.lines:
        now[line.name] = evaluate_all(line.value, now)
    kept |= {name: now[name] for name in schedule.state}
    return now["eta"]


class OwnCurve(ScheduleCurve):
    """η of a schedule that no run uses yet."""

    @property
    def last(self) -> int:
        """The last step shown."""
        return self._last

    def show_schedule(self, schedule: Schedule, lr: float, last: int) -> None:
        """Show η for a run of `last` steps with the rate `lr`."""
        self._before = sampled(schedule, lr, last)
        self._last = max(int(self._before.steps[-1]), 1)
        self._use(self._before)
