"""Schedules and warm-up, and the summary: L15 … L19."""

from functools import cache

import numpy as np

from engine import kernel
from engine.simulator import Ensemble

from . import BEST_LINE, Array, Check, above_valley, distance, drive, rates, run, scenario, simulation


@cache
def doubt() -> Array:
    """The 95 % quantile of (true rms)/σ at each step, over 10,000 runs on pure noise with two parameters each."""
    ensemble = Ensemble(simulation("L18").runs[0], 10_000)
    ensemble.advance(10_000)
    return np.quantile(ensemble.run.treatment[kernel.NOISE] / ensemble.sigmas, 0.95, axis=(0, 2))


@cache
def rectification() -> Array:
    """RAdam's r at t = 1 … 5000: under a constant gradient of 1, without eps, its σ is 1/r."""
    return 1 / drive("RAdam", (0.9, 0.999, 0.0), [1.0] * 5000)[1]


def in_left_basin(index: int) -> float:
    return float((_paths(index)[:, -1, 0] < 0).mean())


def excursion(index: int, quantile: float) -> float:
    """That quantile, over the runs, of the largest distance from the start."""
    x, y = scenario("L18b").start
    paths = _paths(index)
    return float(np.quantile(np.hypot(paths[..., 0] - x, paths[..., 1] - y).max(axis=1), quantile))


@cache
def _paths(index: int) -> Array:
    ensemble = simulation("L18b").ensembles[index]
    ensemble.advance(ensemble.count)
    return ensemble.thetas


def overshoot(index: int) -> float:
    return float(above_valley(run("L18d", index)).max())


def mean_and_size(*gradients: float) -> tuple[float, float]:
    """|m|/σ and σ of the lecture's full update once these gradients have come by turns for 400 steps."""
    m, sigma = drive("Adam_lecture", (0.9, 0.999), gradients * (400 // len(gradients)))
    return abs(float(m[-1])) / float(sigma[-1]), float(sigma[-1])


CHECKS = [
    Check("L15", "peak at step", lambda: int(rates("L15", 1, 2000).argmax()), 99, 99),
    Check("L15", "peak value", lambda: rates("L15", 1, 2000).max(), 1, 1),
    Check("L15", "value at step 399", lambda: rates("L15", 1, 2000)[399], 0.5, 0.5),
    Check("L15", "value at step 0", lambda: rates("L15", 1, 2000)[0], high=0.0101),
    Check("L16", "0.1: largest loss / first", lambda: run("L16", 0).loss.max() / run("L16", 0).loss[0], 2),
    Check(
        "L16", "warm-up: largest loss / first", lambda: run("L16", 2).loss.max() / run("L16", 2).loss[0], high=1.0001
    ),
    Check(
        "L16", "largest |y|: 0.1 / warm-up", lambda: np.abs(run("L16", 0).b).max() / np.abs(run("L16", 2).b).max(), 1.5
    ),
    Check("L16", "0.1 gets there all the same: final loss", lambda: run("L16", 0).loss[-1], high=1e-10),
    Check("L16", "loss at 600: warm-up / 0.01", lambda: run("L16", 2).loss[600] / run("L16", 1).loss[600], high=0.001),
    Check("L17", "peak at step, from 1", lambda: int(rates("L17", 0, 20000).argmax()) + 1, 4000, 4000),
    Check("L17", "peak value", lambda: rates("L17", 0, 20000).max(), 0.000698, 0.0006995),
    Check("L17", "value at step 1", lambda: rates("L17", 0, 20000)[0], high=1.8e-07),
    Check(
        "L17", "at 16,000 / peak", lambda: rates("L17", 0, 20000)[15999] / rates("L17", 0, 20000).max(), 0.499, 0.501
    ),
    Check("L18", "95 % quantile of 1/σ at t = 0", lambda: doubt()[0], 10),
    Check("L18", "… at t = 10", lambda: doubt()[10], 2.5),
    Check("L18", "… at t = 299", lambda: doubt()[299], high=1.2),
    Check(
        "L18",
        "warm-up × quantile",
        lambda: (doubt()[:300] * rates("L18", 1, 300) / rates("L18", 0, 300)).max(),
        high=1.4,
    ),
    Check("L18", "RAdam's r at t = 6", lambda: rectification()[5], high=0.03),
    Check("L18", "RAdam's r at t = 100", lambda: rectification()[99], 0.1, 0.3),
    Check("L18", "RAdam's r at t = 5000", lambda: rectification()[4999], 0.9),
    Check("L18b", "share in the left basin without warm-up", lambda: in_left_basin(0), 0.1),
    Check("L18b", "share in the left basin with warm-up", lambda: in_left_basin(1), high=0.01),
    Check("L18b", "median excursion: without / with", lambda: excursion(0, 0.5) / excursion(1, 0.5), 2),
    Check("L18b", "95 % excursion: without / with", lambda: excursion(0, 0.95) / excursion(1, 0.95), 3),
    Check("L18c", "PyTorch: first step / η", lambda: abs(run("L18c", 0).update[0, 1]) / 0.1, 9.99, 10.01),
    Check("L18c", "PyTorch: depth past the valley", lambda: -run("L18c", 0).b.min(), 0.35),
    Check("L18c", "PyTorch with warm-up: depth", lambda: -run("L18c", 1).b.min(), high=0.05),
    Check("L18c", "lecture's form: depth", lambda: -run("L18c", 2).b.min(), high=0.1),
    Check("L18d", "overshoot without warm-up", lambda: overshoot(0), 2.2, 2.5),
    Check("L18d", "overshoot, warm-up 100", lambda: overshoot(1), high=1.05),
    Check("L18d", "overshoot, warm-up 200", lambda: overshoot(2), high=0.52),
    Check("L18d", "overshoot: without / warm-up 200", lambda: overshoot(0) / overshoot(2), 4),
    Check(
        "L18d", "worst final distance", lambda: max(distance(run("L18d", k), BEST_LINE)[-1] for k in range(3)), high=0.1
    ),
    Check("L19", "gradients 1, 1, …: |m|/σ", lambda: mean_and_size(1.0)[0], 0.999, 1.001),
    Check("L19", "gradients 1, −1, …: |m|/σ", lambda: mean_and_size(1.0, -1.0)[0], 0.05, 0.056),
    Check("L19", "gradients 1, −1, …: σ", lambda: mean_and_size(1.0, -1.0)[1], 0.999, 1.001),
]
