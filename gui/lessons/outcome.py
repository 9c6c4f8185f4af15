"""How many of the many runs of a Monte-Carlo scene fulfil its condition."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.errors import ConfigError
from engine.language import Node, parse_expression
from engine.language.evaluate import evaluate_all
from engine.simulator import Ensemble


@lru_cache(maxsize=16)
def parse_outcome(text: str, axes: tuple[str, str]) -> Node | None:
    """The condition as a formula of θ; None if it is no formula over these axes."""
    try:
        return parse_expression(text, axes)
    except ConfigError:
        return None


def share(condition: Node, axes: tuple[str, str], ensemble: Ensemble, step: int) -> tuple[float, int]:
    """The share of the runs that are ready for which the condition holds at `step`, and how many are ready."""
    ready = ensemble.ready
    if not ready:
        return 0.0, 0
    theta = ensemble.thetas[:ready, min(step, ensemble.run.last_step)]
    holds = evaluate_all(condition, {axes[0]: theta[:, 0], axes[1]: theta[:, 1]})
    return float(np.count_nonzero(np.broadcast_to(holds, ready)) / ready), ready
