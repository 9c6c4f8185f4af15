"""How a run stands at a step, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.simulator import End, Run

from .i18n import tr
from .numbers import show, whole


def end_words(end: End) -> str:
    """Why a run ended by itself."""
    if end.kind == "left_domain":
        return tr("left the domain at step {step}", step=whole(end.step))
    words = {"loss": tr("loss"), "gradient": tr("gradient"), "update": tr("update")}
    quantity = words.get(end.quantity, end.quantity)
    return tr(
        "diverged at step {step}: {quantity} = {value}", step=whole(end.step), quantity=quantity, value=show(end.value)
    )


def verdict(run: Run, step: int, row: NDArray[np.float64], playing: bool = False) -> str:
    """How the run stands at `step`, the row of which is `row`; nothing while it goes on and is not being played."""
    if run.end and step >= run.end.step:
        return end_words(run.end)
    if run.status(step, row) == "converged":
        return tr("converged: ‖g‖ ≤ 10⁻⁹")
    if step >= run.last_step:
        return tr("at its last step")
    return tr("running") if playing else ""
