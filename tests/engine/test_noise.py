"""Gradient noise: what it depends on, how it is distributed, and the many runs that differ in it alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import surfaces
from engine import kernel
from engine.rates import Phase
from engine.scenario import MonteCarlo, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Ensemble, Run, Simulator


def simulate(*runs: RunConfig, steps: int, seed: int) -> Simulator:
    scenario = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), runs, steps, seed, monte_carlo=MonteCarlo(10, 0.5))
    simulator = Simulator(scenario, surfaces.build)
    simulator.advance_to(steps)
    return simulator


@given(st.integers(0, 2**62), st.integers(0, 2**40), st.integers(0, 10**9))
def test_noise_is_a_function_of_seed_run_and_step(seed: int, run: int, step: int) -> None:
    draws = np.empty((5, 2))
    places = [(seed, run, step), (seed, run, step), (seed + 1, run, step), (seed, run + 1, step), (seed, run, step + 1)]
    for place, draw in zip(places, draws, strict=True):
        kernel.normals(*place, draw)
    assert np.isfinite(draws).all() and np.array_equal(draws[0], draws[1])
    assert len(np.unique(draws)) == 8


def test_noise_is_normal_and_independent() -> None:
    draws = np.empty((200, 200, 2))
    for run in range(200):
        for step in range(200):
            kernel.normals(3, run, step, draws[run, step])
    assert abs(draws.mean()) < 0.015 and abs(draws.var() - 1) < 0.03 and abs((draws**4).mean() - 3) < 0.2
    pairs = (draws[..., 0], draws[..., 1]), (draws[1:], draws[:-1]), (draws[:, 1:], draws[:, :-1])
    assert all(abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.025 for a, b in pairs)


def test_noise_is_added_to_the_gradient_alone() -> None:
    configs = RunConfig("SGD", 1e-4), RunConfig("Adam", 0.01)
    for index, run in enumerate(simulate(*configs, steps=30, seed=11).runs):
        for step, row in enumerate(run.rows(0, 30)):
            z, exact = np.empty(2), run.surface.at((row[0], row[1]))
            kernel.normals(11, index, step, z)
            assert row[kernel.LOSS] == exact[0]
            assert np.array_equal(row[kernel.GRAD : kernel.GRAD + 2], exact[1:3] + 0.5 * z)


def test_an_ensemble_is_many_runs_with_noise_of_their_own() -> None:
    config = RunConfig("RMSprop_lecture", 0.01, schedule=(Phase("LinearWarmupLR", {"warmup_steps": 9}),))
    simulator = simulate(RunConfig("SGD", 1e-4), config, steps=40, seed=5)
    ensemble = simulator.ensembles[1]
    while not ensemble.finished:
        ensemble.advance(3)
    at_once = Ensemble(simulator.runs[1], 10)
    at_once.advance(10)
    assert np.array_equal(ensemble.thetas, at_once.thetas) and np.array_equal(ensemble.sigmas, at_once.sigmas)
    for k in (0, 9):
        single = Run(config, simulator.scenario, simulator.surface, 2_000_000 + k)
        single.advance(41)
        assert np.array_equal(ensemble.thetas[k], single.rows(0, 40)[:, :2])
        assert np.array_equal(ensemble.sigmas[k], single.rows(0, 40)[:, kernel.SIGMA : kernel.SIGMA + 2])
