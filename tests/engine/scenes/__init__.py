"""What the lecture's scenes must show: each check measures a lesson that the engine has run. Three tables hold them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import surfaces
from engine import kernel, lessons
from engine.optimizers import find_optimizer
from engine.rates import Rates
from engine.scenario import Scenario
from engine.scenario_file import load
from engine.simulator import Run, Simulator
from engine.surface import Surface

from ..references import apply_rule

LESSONS = Path(__file__).parents[3] / "assets" / "lessons"
BEST_LINE = (-188.43319665732653, 2.669454966762257)  # (b, w) of the lecture's ten points
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Check:
    """`low` ≤ `value()` ≤ `high`."""

    scene: str
    text: str
    value: Callable[[], float]
    low: float = -math.inf
    high: float = math.inf


class Track:
    """One run as arrays: θ, loss and ‖g‖ of all rows; the rest only of the rows whose update was made."""

    def __init__(self, run: Run) -> None:
        rows = run.rows(0, run.computed)
        made = rows[:-1]
        self.theta, self.loss, self.norm = rows[:, 0:2], rows[:, kernel.LOSS], rows[:, kernel.GRAD_NORM]
        self.grad, self.sigma = made[:, kernel.GRAD : kernel.GRAD + 2], made[:, kernel.SIGMA : kernel.SIGMA + 2]
        self.rate, self.update = made[:, kernel.RATE : kernel.RATE + 2], made[:, kernel.UPDATE : kernel.UPDATE + 2]
        self.sharpness = made[:, kernel.SHARPNESS]
        self.a, self.b = self.theta.T


@cache
def scenario(scene: str) -> Scenario:
    return load(lessons.find(LESSONS, scene))


@cache
def simulation(scene: str) -> Simulator:
    simulator = Simulator(scenario(scene), surfaces.build)
    simulator.advance_to(simulator.reach)
    return simulator


@cache
def run(scene: str, index: int) -> Track:
    return Track(simulation(scene).runs[index])


def rates(scene: str, index: int, count: int) -> Array:
    """η of the first `count` steps."""
    config = scenario(scene).runs[index]
    return Rates(config.lr, config.schedule).at(0, count)


@cache
def surface(scene: str) -> Surface:
    return surfaces.build(scenario(scene).surface)


def loss_at(scene: str, x: float, y: float) -> float:
    return float(surface(scene).at((x, y))[0])


def gradient(scene: str, x: float, y: float) -> Array:
    return surface(scene).at((x, y))[1:3]


def hessian(scene: str, x: float, y: float) -> Array:
    _, _, _, h11, h12, h22 = surface(scene).at((x, y))
    return np.array([[h11, h12], [h12, h22]])


def eigenvalues(scene: str, x: float, y: float) -> Array:
    """Of the Hessian, the smaller one first."""
    return np.linalg.eigvalsh(hessian(scene, x, y))


def drive(optimizer: str, hyperparameters: tuple[float, ...], gradients: Iterable[float]) -> tuple[Array, Array]:
    """m and σ of each step when the rule is fed with these gradients."""
    rule = find_optimizer(optimizer, "")
    state, m, sigma = np.zeros((len(rule.state), 2)), np.zeros(2), np.zeros(2)
    made = []
    for t, g in enumerate(gradients, 1):
        values = np.array(hyperparameters, dtype=np.float64)
        apply_rule(rule, t, 0.01, np.zeros(2), np.full(2, g), values, state, m, sigma)
        made.append((m[0], sigma[0]))
    ms, sigmas = np.array(made).T
    return ms, sigmas


def first(mask: Iterable[bool]) -> int:
    """The first step where `mask` holds; a billion if it never does."""
    return next((k for k, holds in enumerate(mask) if holds), 10**9)


def distance(track: Track, point: tuple[float, float]) -> Array:
    return np.hypot(track.a - point[0], track.b - point[1])


def spread(values: Array) -> float:
    """Highest minus lowest, relative to the mean."""
    return float(np.ptp(values) / values.mean())


def sign_changes(values: Array) -> int:
    return int((np.diff(np.sign(values)) != 0).sum())


def above_valley(track: Track) -> Array:
    """How far w lies above the floor of the regression valley, the best w for each b."""
    return track.b - (3717112.0 - 5020.0 * track.a) / 1746816.0


@dataclass(frozen=True)
class Burst:
    begin: int
    end: int
    lowest_w: float
    lowest_b: float
    height: float
    before: float


@cache
def bursts(track: Track, threshold: float = 0.3) -> list[Burst]:
    """Stretches away from the valley floor, at most 300 steps between two excursions; not the first descent."""
    deviation = np.abs(above_valley(track))
    stretches: list[list[int]] = []
    for k in np.flatnonzero(deviation > threshold).tolist():
        if stretches and k - stretches[-1][1] < 300:
            stretches[-1][1] = k
        else:
            stretches.append([k, k])
    found = []
    for begin, end in stretches:
        if begin > 30:
            path, quiet = track.theta[begin : end + 1], deviation[max(0, begin - 200) : begin - 30]
            height = deviation[begin : end + 1].max()
            found.append(Burst(begin, end, path[:, 1].min(), path[:, 0].min(), height, float(np.median(quiet))))
    return found
