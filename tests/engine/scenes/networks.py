"""Checks of the scenes with a real network: the gradient that stays, and the minimum ratio."""

from __future__ import annotations

from functools import cache

import numpy as np

import surfaces
from surfaces.network.study import Point, critical_points

from . import Array, Check, run, scenario

VARIANCE = 0.08715630812290236  # of sin(5πx)/(5πx) at (i + ½)/100, i = 0 … 99: the loss of the best constant
TRIES = 48


def losses() -> Array:
    return run("L01b", 0).loss[:680]


def norms() -> Array:
    return run("L01b", 0).norm[:680]


@cache
def points() -> list[Point]:
    tries = critical_points(scenario("L02"), 0, surfaces.build, TRIES, lambda: False)
    return [point for point in tries if point is not None]


def ratios(low: float, high: float) -> list[float]:
    """Of the points with a loss between."""
    return [point.ratio for point in points() if low < point.loss < high]


CHECKS = [
    Check("L01b", "mean loss, first ten steps", lambda: losses()[:10].mean(), 0.1, 0.2),
    Check("L01b", "loss at the end, share of that", lambda: losses()[600:].mean() / losses()[:10].mean(), high=0.02),
    Check("L01b", "loss falls or is flat", lambda: losses()[300:500].mean() / losses()[150:300].mean(), high=1),
    Check("L01b", "‖g‖ does not fall", lambda: norms()[300:500].mean() / norms()[150:300].mean(), 1),
    Check("L01b", "largest ‖g‖ of steps 300 to 500", lambda: norms()[300:500].max(), 0.25),
    Check("L01b", "mean ‖g‖ at the end", lambda: norms()[600:].mean(), 0.04),
    Check("L02", "critical points found", lambda: len(points()), 40),
    Check("L02", "largest ‖g‖", lambda: max(point.grad_norm for point in points()), high=1e-3),
    Check("L02", "the plateau is at the variance", lambda: max(p.loss for p in points()) - VARIANCE, -1e-3, 1e-3),
    Check("L02", "largest ratio on the plateau", lambda: max(ratios(0.08, 1)), high=0.47),
    Check("L02", "median ratio at low loss", lambda: float(np.median(ratios(0, 0.01))), 0.4, 0.65),
    Check("L02", "minima", lambda: sum(point.ratio == 1 for point in points()), high=0),
    Check("L02", "share with a way down", lambda: np.mean([point.negative > 0 for point in points()]), 0.9),
]
