"""The classical methods against NumPy: each step again from what the run has recorded, and what theory promises."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import surfaces
from engine import kernel
from engine.errors import ConfigError
from engine.optimizers import optimizers
from engine.scenario import Gradient, RunConfig, Scenario, SurfaceConfig
from engine.simulator import Run, Simulator

Rows = NDArray[np.float64]
CLASSICAL = sorted(name for name, optimizer in optimizers().items() if optimizer.group == "classical") + ["LBFGS"]
SEARCHING = [
    RunConfig("GD_Armijo", 1.0),
    RunConfig("BFGS", 1.0),
    *(RunConfig("NonlinearCG", 1.0, hyperparameters={"method": method}) for method in (0, 1, 2)),
    RunConfig("LBFGS", 1.0, hyperparameters={"line_search_fn": 1, "tolerance_grad": 0.0, "tolerance_change": 0.0}),
]
FORMULAS = {
    "crescent": "(1 - x)^2 + 100*(y - x^2)^2",
    "bowl": "1.5*x^2 + x*y + y^2",
    "four holes": "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "valley": "log1p(x^2 + 4*y^2) + 0.05*(x - 1)^2",
}
A = np.array([[3.0, 1.0], [1.0, 2.0]])  # the bowl's Hessian


def simulate(formula: str, config: RunConfig, steps: int = 200, start: tuple[float, float] = (-1.2, 1.0)) -> Run:
    simulator = Simulator(Scenario(SurfaceConfig(formula=formula), start, (config,), steps=steps), surfaces.build)
    simulator.advance_to(steps)
    return simulator.runs[0]


def moving(run: Run) -> Rows:
    """The rows before the run stands still."""
    assert run.end is None
    rows = run.rows(0, run.computed)
    still = np.flatnonzero(~rows[:, kernel.UPDATE : kernel.UPDATE + 2].any(1))
    return rows[: still[0]] if still.size else rows


def pairs(rows: Rows, column: int) -> Rows:
    return rows[:, column : column + 2]


# Newton --------------------------------------------------------------------------------------------------------------


def newton(g: Rows, hess: NDArray[Any], damping: float, saddle_free: bool) -> NDArray[Any]:
    if saddle_free:
        values, vectors = np.linalg.eigh(hess)
        hess = (vectors * np.abs(values)) @ vectors.T
    return np.linalg.solve(hess + damping * np.eye(2), g)


def newton_step(g: Rows, hess: Rows, damping: float, saddle_free: bool) -> Rows:
    """What the engine takes off θ = 0 on the quadratic with this gradient and Hessian there."""
    numbers = {"a": g[0], "b": g[1], "xx": hess[0, 0], "xy": hess[0, 1], "yy": hess[1, 1]}
    surface = SurfaceConfig(
        formula="a*x + b*y + 0.5*xx*x^2 + xy*x*y + 0.5*yy*y^2",
        parameters={name: float(number) for name, number in numbers.items()},
    )
    config = RunConfig("Newton", 1.0, hyperparameters={"damping": damping, "saddle_free": float(saddle_free)})
    simulator = Simulator(Scenario(surface, (0.0, 0.0), (config,), steps=1), surfaces.build)
    simulator.advance_to(1)
    row = simulator.runs[0].row(0)
    assert (row[kernel.SIGMA : kernel.SIGMA + 2] == 1).all()
    return row[kernel.M : kernel.M + 2]


@pytest.mark.parametrize("saddle_free", [False, True])
@pytest.mark.parametrize("damping", [0.0, 0.3, 10.0])
def test_newton_solves_for_its_step(damping: float, saddle_free: bool) -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        g, part = rng.normal(size=2) * 10 ** rng.uniform(-3, 3), rng.normal(size=(2, 2)) * 10 ** rng.uniform(-2, 2)
        hess = part + part.T
        eigenvalues = np.linalg.eigvalsh(hess)
        absolute = (np.abs(eigenvalues) if saddle_free else eigenvalues) + damping
        condition = np.abs(absolute).max() / np.abs(absolute).min()
        expected = newton(g, hess, damping, saddle_free)
        step = newton_step(g, hess, damping, saddle_free)
        # Cancellation in the 2×2 determinant: as much as |H|² outweighs it.
        worst = condition * (np.abs(eigenvalues).max() + damping) / np.abs(absolute).max()
        np.testing.assert_allclose(step, expected, rtol=0, atol=2e-15 * worst**2 * np.abs(expected).max())


@pytest.mark.parametrize("saddle_free", [False, True])
def test_newton_at_a_singular_hessian_takes_the_pseudo_inverse(saddle_free: bool) -> None:
    for hess in (np.zeros((2, 2)), np.diag([0.0, 2.0]), np.array([[4.0, 2.0], [2.0, 1.0]])):
        expected = np.linalg.pinv(hess) @ np.array([3.0, -2.0])
        np.testing.assert_allclose(newton_step(np.array([3.0, -2.0]), hess, 0.0, saddle_free), expected, atol=1e-14)


def test_newton_reaches_the_bottom_of_a_bowl_in_one_step_and_converges_quadratically() -> None:
    np.testing.assert_allclose(simulate(FORMULAS["bowl"], RunConfig("Newton", 1.0)).row(1)[:2], 0, atol=1e-15)
    errors = np.abs(simulate("exp(x) - x + y^2", RunConfig("Newton", 1.0), 4, (1.0, 1.0)).rows(0, 4)[:, 0])
    np.testing.assert_allclose(errors[1:] / errors[:-1] ** 2, 0.5, rtol=0.3)


def test_a_saddle_attracts_newton_and_not_its_saddle_free_form() -> None:
    formula = "x^2 - y^2 + 0.1*y^4"
    plain = simulate(formula, RunConfig("Newton", 1.0), 50, (0.3, 0.2))
    free = simulate(formula, RunConfig("Newton", 1.0, hyperparameters={"saddle_free": 1}), 50, (0.3, 0.2))
    np.testing.assert_allclose(plain.row(50)[:2], 0, atol=1e-12)
    np.testing.assert_allclose(free.row(50)[:2], [0, np.sqrt(5)], atol=1e-12)


# Line searches -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("config", SEARCHING, ids=lambda config: f"{config.optimizer}-{config.hyperparameters}")
@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_each_step_satisfies_its_conditions(config: RunConfig, formula: str) -> None:
    """Sufficient decrease (c1) along −m and, of all but Armijo's, a slope that has become flat enough (c2)."""
    run = simulate(formula, config, 40)
    rows = moving(run)[:40]
    after = run.rows(1, len(rows))
    h = {"c1": 1e-4, "c2": 0.9} | {p.name: p.default for p in run.optimizer.hyperparameters}
    step, m = 1 / pairs(rows, kernel.SIGMA)[:, 0], pairs(rows, kernel.M)
    slope = -(pairs(rows, kernel.GRAD) * m).sum(1)
    left = -(pairs(after, kernel.GRAD) * m).sum(1)
    rounding = 4e-16 * np.abs(rows[:, kernel.LOSS])
    assert (slope < 0).all() and len(rows) >= 1
    assert (after[:, kernel.LOSS] <= rows[:, kernel.LOSS] + h["c1"] * step * slope + rounding).all()
    if config.optimizer != "GD_Armijo":
        wide = step * np.abs(m).max(1) > 1e-7  # near its end a search runs into its narrowest bracket
        assert (np.abs(left) <= -h["c2"] * slope * (1 + 1e-9))[wide].all()


def test_armijo_takes_the_largest_of_its_trials() -> None:
    run = simulate(FORMULAS["crescent"], RunConfig("GD_Armijo", 2.0, hyperparameters={"c1": 0.3, "shrink": 0.7}), 100)
    for row in run.rows(0, 100):
        (x, y), g, trial = row[:2], row[kernel.GRAD : kernel.GRAD + 2], 2.0

        def loss(step: float, x: float = x, y: float = y, g: Rows = g) -> float:
            u, v = x - step * g[0], y - step * g[1]
            return float((1 - u) ** 2 + 100 * (v - u * u) ** 2)

        while loss(trial) > loss(0.0) - 0.3 * trial * (g @ g):
            trial *= 0.7
        assert row[kernel.SIGMA] == pytest.approx(2.0 / trial, rel=1e-12) and (pairs(row[None], kernel.M) == g).all()


@pytest.mark.parametrize("config", SEARCHING, ids=lambda config: f"{config.optimizer}-{config.hyperparameters}")
def test_a_search_looks_at_the_full_loss_whatever_the_noise(config: RunConfig) -> None:
    """With noise the direction may lead up: then nothing moves. No step ever increases the loss."""
    run = simulate(FORMULAS["bowl"], replace(config, gradient=Gradient(noise=2.0)), 300)
    assert run.end is None
    rows = run.rows(0, 300)
    assert (np.diff(rows[:, kernel.LOSS]) <= 0).all()
    still = ~pairs(rows, kernel.UPDATE).any(1)
    assert still.any() and (pairs(rows, kernel.M)[still] == 0).all() and rows[300, kernel.LOSS] < 0.02


@pytest.mark.parametrize("config", SEARCHING, ids=lambda config: f"{config.optimizer}-{config.hyperparameters}")
def test_a_search_for_lower_losses_cannot_climb(config: RunConfig) -> None:
    with pytest.raises(ConfigError, match="gradient.maximize: .* cannot climb"):
        simulate(FORMULAS["bowl"], replace(config, gradient=Gradient(maximize=True)), 5)


# BFGS, conjugate gradient, L-BFGS ------------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_bfgs_updates_its_inverse_hessian_as_the_textbook_does(formula: str) -> None:
    rows = moving(simulate(formula, RunConfig("BFGS", 1.0), 60))
    inverse, one = np.eye(2), np.eye(2)
    for before, row in zip([rows[0], *rows[:-1]], rows, strict=True):
        s, g = before[kernel.UPDATE : kernel.UPDATE + 2], row[kernel.GRAD : kernel.GRAD + 2]
        y = g - before[kernel.GRAD : kernel.GRAD + 2]
        if y @ s > 1e-10 * np.hypot(*y) * np.hypot(*s):
            v = one - np.outer(s, y) / (y @ s)
            inverse = v @ inverse @ v.T + np.outer(s, s) / (y @ s)
        size = np.abs(inverse) @ np.abs(g)
        np.testing.assert_allclose(row[kernel.M : kernel.M + 2], inverse @ g, rtol=0, atol=1e-8 * size.max())
    assert len(rows) >= 4


def test_bfgs_converges_superlinearly() -> None:
    rows = moving(simulate(FORMULAS["crescent"], RunConfig("BFGS", 1.0)))
    errors = np.hypot(*(rows[:, :2] - 1).T)
    assert len(rows) < 60 and errors[-1] < 1e-6
    ratios = (errors[1:] / errors[:-1])[-3:]
    assert (ratios < 0.2).all() and ratios[-1] < 0.02


@pytest.mark.parametrize(
    "config",
    [
        RunConfig("BFGS", 1.0, hyperparameters={"c2": 1e-9}),
        *(RunConfig("NonlinearCG", 1.0, hyperparameters={"method": k, "c2": 1e-9}) for k in (0, 1, 2)),
    ],
    ids=lambda config: f"{config.optimizer}-{config.hyperparameters}",
)
def test_with_an_exact_search_a_bowl_takes_two_steps(config: RunConfig) -> None:
    run = simulate(FORMULAS["bowl"], config, 2)
    np.testing.assert_allclose(run.row(2)[:2], 0, atol=1e-8)
    first, second = run.row(0)[kernel.UPDATE : kernel.UPDATE + 2], run.row(1)[kernel.UPDATE : kernel.UPDATE + 2]
    assert abs(first @ A @ second) < 1e-8 * np.hypot(*first) * np.hypot(*second)  # conjugate
    assert np.hypot(*run.row(1)[:2]) > 0.01


@pytest.mark.parametrize("method", [0, 1, 2])
@pytest.mark.parametrize("restart", [0, 3])
def test_conjugate_gradient_keeps_its_share_of_the_last_direction(method: int, restart: int) -> None:
    h = {"method": float(method), "restart": float(restart)}
    rows = moving(simulate(FORMULAS["crescent"], RunConfig("NonlinearCG", 1.0, hyperparameters=h), 60))
    assert len(rows) >= 10
    for t, (before, row) in enumerate(zip(rows[:-1], rows[1:], strict=True), start=1):
        g, last, d = row[kernel.GRAD :][:2], before[kernel.GRAD :][:2], -before[kernel.M :][:2]
        y = g - last
        beta = [g @ g / (last @ last), max(0.0, g @ y / (last @ last)), max(0.0, g @ y / (d @ y))][method]
        if restart and t % restart == 0 or g @ (beta * d - g) >= 0:
            beta = 0.0
        np.testing.assert_allclose(-row[kernel.M :][:2], beta * d - g, rtol=1e-9, atol=1e-12 * np.abs(d).max())


@pytest.mark.parametrize("line_search", [0, 1])
@pytest.mark.parametrize("history", [1, 2, 5])
@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_lbfgs_is_its_matrix_form(formula: str, history: int, line_search: int) -> None:
    """B = Vᵀ B V + ρ s sᵀ from the oldest remembered pair on, starting at (y·s / y·y)·1 of the newest."""
    h = {"history_size": float(history), "line_search_fn": float(line_search)}
    rows = moving(simulate(formula, RunConfig("LBFGS", 0.5, hyperparameters=h), 40))
    remembered: list[tuple[Rows, Rows]] = []
    for before, row in zip([rows[0], *rows[:-1]], rows, strict=True):
        s, g = before[kernel.UPDATE : kernel.UPDATE + 2], row[kernel.GRAD : kernel.GRAD + 2]
        y = g - before[kernel.GRAD : kernel.GRAD + 2]
        if y @ s > 1e-10:
            remembered = [*remembered, (s, y)][-history:]
        inverse = np.eye(2)
        if remembered:
            s, y = remembered[-1]
            inverse *= (y @ s) / (y @ y)
        for s, y in remembered:
            v = np.eye(2) - np.outer(y, s) / (y @ s)
            inverse = v.T @ inverse @ v + np.outer(s, s) / (y @ s)
        np.testing.assert_allclose(
            row[kernel.M :][:2], inverse @ g, rtol=0, atol=1e-7 * np.abs(row[kernel.M :][:2]).max()
        )
    assert rows[0, kernel.SIGMA] == pytest.approx(max(1.0, np.abs(rows[0, 3:5]).sum()), rel=1e-14) or line_search


# Of all --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLASSICAL)
def test_at_a_minimum_nothing_moves_and_nothing_is_invalid(name: str) -> None:
    for formula in ("x^2 + y^2", "x^4 + y^2", "y^2", "0*x"):
        run = simulate(formula, RunConfig(name, 1.0), 5, (0.0, 0.0))
        assert run.end is None and not pairs(run.rows(0, 5), kernel.UPDATE).any()


@pytest.mark.parametrize("name", CLASSICAL)
def test_without_slope_along_x_only_y_moves(name: str) -> None:
    run = simulate("y^2", RunConfig(name, 0.3), 20, (0.7, 1.0))
    rows = run.rows(0, 20)
    assert run.end is None and (rows[:, 0] == 0.7).all() and rows[20, 1] != 1.0


def test_normalized_and_sign_descent_go_as_far_as_the_rate() -> None:
    for name, length in (("NormalizedGD", np.hypot), ("SignGD", np.maximum)):
        rows = simulate(FORMULAS["crescent"], RunConfig(name, 0.01), 100).rows(0, 100)
        g, update = pairs(rows, kernel.GRAD), pairs(rows, kernel.UPDATE)
        np.testing.assert_allclose(length(*np.abs(update).T), 0.01, rtol=1e-14)
        expected = np.sign(g) if name == "SignGD" else g / np.hypot(*g.T)[:, None]
        np.testing.assert_allclose(update, -0.01 * expected, rtol=1e-14)
