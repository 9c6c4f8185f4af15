"""Runs of many parameters: with two they are the runs of two; what they keep replays to the last bit."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import kernel
from engine.errors import ConfigError
from engine.optimizers import make_optimizer, optimizers
from engine.rates import Phase
from engine.run import Run
from engine.scenario import Event, Gradient, RunConfig
from engine.simulator import Simulator
from engine.snapshots import Snapshots
from engine.state import load_state_dict, state_dict
from engine.wide import MORE, QUANTILES, WideRun

from .many import POINTS, data, loss, many, scenario, two, wide_run

SUPPORTED = [name for name, optimizer in optimizers().items() if not optimizer.pairs_only]
PAIRS_ONLY = [name for name, optimizer in optimizers().items() if optimizer.pairs_only]
TOLERANCES = {"Sophia": 1e-7}  # it takes the Hessian's diagonal, here from differences of gradients
TREATED = Gradient(clip_value=2.0, clip_norm=0.8, weight_decay=0.02, decoupled_weight_decay=0.01)
EVENTS = (
    Event(7, lr=0.02, nudge=(0.1, -0.1)),
    Event(20, hyperparameters={}, schedule=(Phase("ReduceLROnPlateau", {"patience": 3}),)),
)
SCHEDULE = (Phase("LinearLR", {"total_iters": 9}, 12), Phase("OneCycleLR", {"total_steps": 400}))
ROUGH = Gradient(noise=0.05, batch_size=5, clip_norm=1.0, weight_decay=0.01)


def agrees(config: RunConfig, tolerance: float, steps: int = 40) -> None:
    """The rows of a run of two parameters, by both kernels; S is not measured by the one for many.

    The loss of a step on some of the points is theirs for many parameters, and for two that of all.
    """
    expected = Run(config, scenario(config, steps), two(), 0)
    expected.advance(steps + 1)
    run = wide_run(2, config, steps)
    assert run.computed == expected.computed and (run.end and run.end.kind) == (expected.end and expected.end.kind)
    rows, wanted = run.rows(0, run.computed), expected.rows(0, run.computed).copy()
    assert np.isnan(rows[:, kernel.SHARPNESS]).all()
    some = config.gradient.batch_size or config.sample_order
    left_out = [kernel.SHARPNESS, kernel.LOSS] if some else [kernel.SHARPNESS]
    rows, wanted = (np.delete(part[:, : wanted.shape[1]], left_out, axis=1) for part in (rows, wanted))
    np.testing.assert_allclose(rows, wanted, rtol=tolerance, atol=tolerance)
    for step in (0, 1, run.computed):
        assert np.array_equal(run.theta_at(step), run.row(step)[:2])


@pytest.mark.parametrize("name", SUPPORTED)
def test_with_two_parameters_it_is_the_run_of_two(name: str) -> None:
    tolerance = TOLERANCES.get(name, 1e-12)
    lr = 0.01 if optimizers()[name].searches else 0.05
    agrees(RunConfig(name, lr), tolerance)
    agrees(RunConfig(name, lr, gradient=TREATED), tolerance)


def test_schedules_events_noise_and_batches_are_those_of_two() -> None:
    agrees(RunConfig("AdamW", 0.05, schedule=SCHEDULE, events=EVENTS[:1], gradient=ROUGH), 1e-12, 300)
    agrees(RunConfig("SGD", 0.05, hyperparameters={"momentum": 0.9}, schedule=SCHEDULE, events=EVENTS), 1e-12, 300)
    agrees(RunConfig("Adam", 0.05, sample_order=(3, 1, 4)), 1e-12)
    agrees(RunConfig("SGD", 1e-3, gradient=Gradient(maximize=True)), 1e-12)


def test_it_ends_where_the_run_of_two_does() -> None:
    agrees(RunConfig("SGD", 30.0), 1e-9, 200)


@pytest.mark.parametrize("name", ["Adam", "LBFGS", "LAMB", "Adafactor"])
def test_no_parameter_is_left_out(name: str) -> None:
    """Fifty parameters, step by step from the loss itself: Δθ = −(η/σ)·m of each, by a gradient of our own."""
    run = wide_run(50, RunConfig(name, 0.05), 30, watched=(11, 49))
    theta = np.array([run.theta_at(step) for step in range(31)])
    assert (np.abs(np.diff(theta, axis=0)).min(axis=0) >= 0).all() and (theta[0] != theta[-1]).all()
    values = data(50, 0.3)
    points = values[1:].reshape(POINTS, 51)
    for step in (0, 17, 30):
        left = points[:, :-1] @ theta[step] - points[:, -1]
        g = left @ points[:, :-1] / POINTS + 0.3 * theta[step] ** 3
        row = run.row(step)
        assert row[kernel.LOSS] == pytest.approx(0.5 * (left**2).mean() + 0.3 / 4 * (theta[step] ** 4).sum(), rel=1e-12)
        assert row[kernel.GRAD_NORM] == pytest.approx(np.linalg.norm(g), rel=1e-12)
        assert row[kernel.GRAD : kernel.GRAD + 2] == pytest.approx(g[[11, 49]], rel=1e-10)
        assert row[:2].tolist() == theta[step, [11, 49]].tolist()
        update = theta[min(step + 1, 30)] - theta[step]
        if step < 30:
            assert row[kernel.UPDATE : kernel.UPDATE + 2] == pytest.approx(update[[11, 49]], rel=1e-9)
            assert row[run.columns.index("update_norm")] == pytest.approx(np.linalg.norm(update), rel=1e-9)


def adam(theta: Any, steps: int, lr: float) -> tuple[Any, Any]:
    """θ and σ of the last step by numpy (Kingma & Ba, algorithm 1)."""
    values, m, v = data(theta.size, 0.3), np.zeros(theta.size), np.zeros(theta.size)
    g, sigma = np.empty(theta.size), v
    for t in range(1, steps + 1):
        loss(theta, values, np.empty(0, np.int64), g)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        sigma = (np.sqrt(v / (1 - 0.999**t)) + 1e-8) * (1 - 0.9**t)
        theta = theta - lr / sigma * m
    return theta, sigma


def test_adam_and_its_quantiles_against_numpy() -> None:
    run = wide_run(50, RunConfig("Adam", 0.05), 40)
    theta, _ = adam(run.theta_at(0), 40, 0.05)
    assert run.theta_at(40) == pytest.approx(theta, rel=1e-10)
    _, sigma = adam(run.theta_at(0), 24, 0.05)
    row = dict(zip(run.columns, run.row(23).tolist(), strict=True))
    scale = row["sigma_1"] / sigma[0]  # σ may hold the correction of m or leave it to m: one factor for all
    for share in (0, 25, 50, 75, 100):
        wanted = np.percentile(sigma * scale, share, method="inverted_cdf")
        assert row[f"sigma_{share}"] == pytest.approx(wanted, rel=1e-10)
        wanted = np.percentile(0.05 / (sigma * scale), share, method="inverted_cdf")
        assert row[f"rate_{share}"] == pytest.approx(wanted, rel=1e-10)


ROUGH_CONFIGS = st.sampled_from(["Adam", "SGD", "LBFGS", "Prodigy", "Adagrad"]).map(
    lambda name: RunConfig(name, 0.02, schedule=SCHEDULE, events=EVENTS, gradient=ROUGH)
)
LIMITS = st.sampled_from([3_000, 20_000, 10**7])


@settings(deadline=None, max_examples=25)
@given(ROUGH_CONFIGS, LIMITS, st.sampled_from([8, 64, 2**17]), st.lists(st.integers(1, 90), max_size=6), st.data())
def test_what_was_dropped_comes_back_to_the_last_bit(
    config: RunConfig, limit: int, capacity: int, chunks: list[int], draw: st.DataObject
) -> None:
    whole = wide_run(7, config, 300)
    run = WideRun(config, scenario(config, 300), many(7), 0, limit)
    run.trajectory.capacity = capacity
    for count in [*chunks, 301]:
        run.advance(count)
    assert run.snapshots.bytes <= max(limit, 4 * 8 * run.snapshots.width)
    for step in draw.draw(st.lists(st.integers(0, run.computed), min_size=1, max_size=6)):
        last = draw.draw(st.integers(step, run.computed))
        assert np.array_equal(run.theta_at(step), whole.theta_at(step))
        assert np.array_equal(run.rows(step, last), whole.rows(step, last), equal_nan=True)


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(SUPPORTED), st.integers(0, 39))
def test_save_load_and_go_on(name: str, step: int) -> None:
    config = RunConfig(name, 0.02, schedule=SCHEDULE, events=EVENTS, gradient=ROUGH)
    surface = many(9)
    whole, part = (Simulator(scenario(config, 60), lambda config: surface) for _ in range(2))
    whole.advance_to(60)
    part.advance_to(step)
    if part.runs[0].end:
        return
    again = load_state_dict(json.loads(json.dumps(state_dict(part))), lambda config: surface)
    again.advance_to(60)
    first, run = again.runs[0], whole.runs[0]
    assert isinstance(first, WideRun) and isinstance(run, WideRun)
    assert first.end == run.end and first.computed == run.computed
    if step < run.computed:
        assert np.array_equal(first.rows(step + 1, run.computed), run.rows(step + 1, run.computed), equal_nan=True)
        assert np.array_equal(first.theta_at(run.computed), run.theta_at(run.computed))


def test_a_state_of_another_size_is_refused() -> None:
    config = RunConfig("Adam", 0.02)
    seven, nine = many(7), many(9)
    made = Simulator(scenario(config, 60), lambda config: seven)
    made.advance_to(5)
    with pytest.raises(ConfigError, match="must be a list of 9 numbers"):
        load_state_dict(state_dict(made), lambda config: nine)


@pytest.mark.parametrize("directions", [np.eye(50)[:2], np.random.default_rng(1).normal(size=(2, 50))])
def test_the_path_in_a_plane_against_numpy(directions: Any) -> None:
    run = WideRun(RunConfig("Adam", 0.05), scenario(RunConfig("Adam", 0.05), 400), many(50), 0, 100_000)
    centre = np.random.default_rng(2).normal(size=50)
    for last in (3, 70, 400):  # asked for while the run goes on: what is known is not projected again
        run.advance(last - run.computed)
        path = run.path(centre, directions, last)
        assert path[0, 2] == 0 and path[-1, 2] <= last and (np.diff(path[:, 2]) > 0).all()
        for a, b, step, distance in path[:: max(1, len(path) // 9)]:
            theta = run.theta_at(int(step)) - centre
            wanted = np.linalg.lstsq(directions.T, theta, rcond=None)[0]
            assert [a, b] == pytest.approx(wanted, rel=1e-9, abs=1e-12)
            assert distance == pytest.approx(np.linalg.norm(theta - wanted @ directions), rel=1e-9, abs=1e-9)
        assert run.path(centre, directions, 2)[-1, 2] <= 2
    stride = run.snapshots.kept.stride
    assert stride > 1 and set(np.diff(run.path(centre, directions, 400)[:, 2])) == {stride}


def test_a_start_and_a_nudge_lie_on_the_plane() -> None:
    config = RunConfig("SGD", 0.0, start=(0.25, -2.0), events=(Event(3, nudge=(1.0, 0.5)),))
    run, plane = wide_run(50, config, 5), many(50).wide
    assert plane
    path = run.path(plane.origin, plane.directions, 5)
    assert path[:3, :2] == pytest.approx(np.array([[0.25, -2.0]] * 3)) and path[:, 3] == pytest.approx(np.zeros(6))
    assert path[3:, :2] == pytest.approx(np.array([[1.25, -1.5]] * 3), abs=1e-12)


def test_what_the_rule_was_given() -> None:
    run = wide_run(9, RunConfig("Adam", 0.05, gradient=ROUGH), 40)
    seen = run.seen(30)
    assert len(seen.batch) == 5 and len(set(seen.batch.tolist())) == 5 and np.array_equal(seen.theta, run.theta_at(30))
    row = run.row(30)
    assert run.gradient(row) == pytest.approx(seen.g[:2], rel=1e-12)
    assert seen.state[:, :2].ravel() == pytest.approx(row[kernel.STATE : kernel.STATE + 2 * len(seen.state)], rel=0)
    with pytest.raises(IndexError, match="41 are not computed"):
        run.theta_at(41)


def test_what_is_far_from_a_snapshot_is_brought_piece_by_piece() -> None:
    config = RunConfig("Adam", 0.02, schedule=SCHEDULE, events=EVENTS, gradient=ROUGH)
    whole, run = wide_run(50, config, 3000), wide_run(50, config, 3000, 20_000)
    run._seconds = 1e-3  # as if a step were as slow as a network's
    far = run.snapshots.kept.step(2) - 1
    assert far > 100 and run.at_hand(far + 1) and not run.at_hand(far)
    pieces = 1
    while not run.bring(far, 0.0005 if pieces < 5 else 1.0):
        pieces += 1
        assert pieces < 1000 and not run.at_hand(far)
    assert pieces >= 5 and run.at_hand(far) and run.at_hand(far + 1) and not run.at_hand(far - 1)
    assert np.array_equal(run.seen(far).theta, whole.theta_at(far))
    assert np.array_equal(run.seen(far).state, whole.seen(far).state)


def test_a_long_replay_can_be_stopped() -> None:
    config = RunConfig("Adam", 0.02, schedule=SCHEDULE, events=EVENTS, gradient=ROUGH)
    whole, run = wide_run(50, config, 3000), wide_run(50, config, 3000, 20_000)
    run._seconds = 1e-3  # as if a step were as slow as a network's
    far, asked = run.snapshots.kept.step(2) - 1, []
    assert run.find_theta(far, lambda: asked.append(1) or len(asked) >= 3) is None and len(asked) == 3
    found = run.find_theta(far, lambda: False)
    assert found is not None and np.array_equal(found, whole.theta_at(far))


def test_it_says_which_parameter_ran_away() -> None:
    run = wide_run(50, RunConfig("SGD", 30.0), 200)
    assert run.end and run.end.kind == "diverged" and not math.isfinite(run.end.value)
    assert run.status(run.computed, run.row(run.computed)) == "diverged" and run.finished


def test_converged_where_no_parameter_moves() -> None:
    """Both watched ones stand still from early on: that is not enough."""
    run = wide_run(5, RunConfig("SGD", 0.3), 15_000, quartic=0.0)
    rows = run.rows(0, 15_000)
    still = np.abs(rows[:, [kernel.GRAD, kernel.GRAD + 1, kernel.UPDATE, kernel.UPDATE + 1]]).max(axis=1) <= 1e-9
    statuses = [run.status(step, row) for step, row in enumerate(rows)]
    settled = statuses.index("converged")
    assert set(statuses[settled:]) == {"converged"} and still[settled - 1]
    assert rows[settled, kernel.GRAD_NORM] <= 1e-9 < rows[settled - 1, kernel.GRAD_NORM]


def test_columns() -> None:
    run = wide_run(50, RunConfig("Adam", 0.05), 3, watched=(4, 40))
    assert run.names == ("weight[4]", "weight[40]") and len(run.columns) == run.row(0).size
    assert run.columns[: kernel.STATE] == kernel.COLUMNS
    assert run.columns[-len(QUANTILES) - len(MORE) :] == (*MORE, *QUANTILES)


@pytest.mark.parametrize("name", PAIRS_ONLY)
def test_rules_of_two_parameters_are_refused(name: str) -> None:
    surface = many(9)
    with pytest.raises(ConfigError, match="9 parameters|9: choose another optimizer") as caught:
        Simulator(scenario(RunConfig(name, 0.1), 5), lambda config: surface)
    assert caught.value.where == "runs[0].optimizer"


def test_some_are_refused_and_most_are_not() -> None:
    assert {"Newton", "BFGS"} <= set(PAIRS_ONLY) and len(SUPPORTED) > 3 * len(PAIRS_ONLY)


def test_an_own_rule_of_two_parameters_is_refused() -> None:
    rule = "m = where(first(theta) > 0, g, 2*g)\nsigma = 1"
    own = make_optimizer({"name": "mine", "doc": "", "reference": "", "rule": rule})
    surface = many(9)
    with pytest.raises(ConfigError) as caught:
        Simulator(scenario(RunConfig("mine", 0.1), 5, optimizers=(own,)), lambda config: surface)
    assert caught.value.where == "runs[0].optimizer"


def test_a_million_steps_in_bounded_memory() -> None:
    """Snapshots and rows stay within their limits, and a step in the middle still replays."""
    config = RunConfig("Adam", 1e-3, gradient=Gradient(noise=0.1))
    run = WideRun(config, scenario(config, 10**6), many(8), 0, 2**20)
    most = 0
    while not run.finished:
        run.advance(100_000)
        most = max(most, run.snapshots.bytes)
    assert run.computed == 10**6 and most <= 2**20 and len(run.trajectory.rows) <= 2**17
    step = 777_777
    again = WideRun(config, scenario(config, step), many(8), 0)
    again.advance(step + 1)
    assert np.array_equal(run.theta_at(step), again.theta_at(step))
    assert np.array_equal(run.row(step), again.row(step), equal_nan=True)


@given(st.integers(1, 40), st.integers(100, 9000), st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_snapshots_thin_out_and_keep_their_place(width: int, limit: int, chunks: list[int]) -> None:
    """Each number of a snapshot is its step: whatever is kept belongs where it says."""
    snapshots, step = Snapshots(width, limit, 5), 5
    for count in chunks:
        end = step + count
        while step < end:
            room = snapshots.room(step)
            last = min(end - 1, room.last)
            for t in range(step, last + 1):
                if (t - room.origin) % room.stride == 0:
                    room.rows[(t - room.origin) // room.stride] = t
            snapshots.publish(last)
            step = last + 1
    kept = snapshots.kept
    assert [kept[k][0] for k in range(kept.count)] == [kept.step(k) for k in range(kept.count)]
    assert kept.step(0) == 5 and kept.step(kept.count - 1) + kept.stride > step - 1
    assert kept.count <= snapshots.capacity
