"""Gradient descent, momentum and batches: L01 … L06, C01, M01, B01."""

import math

import numpy as np

from . import (
    BEST_LINE,
    Check,
    above_valley,
    distance,
    eigenvalues,
    first,
    gradient,
    hessian,
    loss_at,
    run,
    sign_changes,
    spread,
)


def minimum(scene: str) -> list[float]:
    """Where a quadratic surface has its minimum, by one Newton step."""
    return [float(x) for x in np.linalg.solve(hessian(scene, 0.0, 0.0), -gradient(scene, 0.0, 0.0))]


def crossing(k: int) -> float:
    """The b at which the k-th update of the diverging run crosses the valley at w = 2.67."""
    (b0, w0), (b1, w1) = run("L04", 0).theta[k : k + 2]
    return float(b0 + (2.67 - w0) / (w1 - w0) * (b1 - b0))


def jumps(values: np.ndarray) -> int:
    """Number of steps that end on the other side of 0."""
    return int((values[1:] * values[:-1] < 0).sum())


def right_edge(level: float) -> float:
    """Where the contour of that level crosses the ellipse's w1 axis on the right."""
    curvature = hessian("L06", 0.04, 0.335)[0, 0]
    return 0.04 + math.sqrt(2 * (level - loss_at("L06", 0.04, 0.335)) / curvature)


CHECKS = [
    Check(
        "L01", "η = 3: relative loss change of the last 50 steps", lambda: spread(run("L01", 0).loss[-50:]), high=0.01
    ),
    Check("L01", "η = 3: smallest ‖g‖ of the last 50 steps", lambda: run("L01", 0).norm[-50:].min(), 0.7),
    Check("L01", "η = 3: bounces in the last 50 steps", lambda: jumps(run("L01", 0).b[-51:]), 50),
    Check("L01", "η = 3: stuck far above the minimum 0", lambda: run("L01", 0).loss[-1], 1.0),
    Check("L01", "η = 0.3: final loss", lambda: run("L01", 1).loss[-1], high=0.12),
    Check("L01", "η × 0.1 at step 200: final loss", lambda: run("L01", 2).loss[-1], high=0.01),
    Check("L03", "b of the minimum", lambda: minimum("L03")[0], -188.4333, -188.4331),
    Check("L03", "w of the minimum", lambda: minimum("L03")[1], 2.66945, 2.66946),
    Check("L03", "smallest eigenvalue: convex", lambda: eigenvalues("L03", 0.0, 0.0)[0], 5.57, 5.58),
    Check("L03", "largest eigenvalue", lambda: eigenvalues("L03", 0.0, 0.0)[1], 1746830, 1746831),
    Check("L03", "condition number", lambda: np.linalg.cond(hessian("L03", 0.0, 0.0)), 313000, 314000),
    Check("L03", "loss at the start", lambda: run("L03", 0).loss[0], 3670818, 3670820),
    Check("L04", "line 1 crosses w = 2.67 at b", lambda: crossing(0), -120.5, -119.5),
    Check("L04", "line 2 crosses w = 2.67 at b", lambda: crossing(1), -124.3, -123.3),
    Check("L04", "line 3 crosses w = 2.67 at b", lambda: crossing(2), -127.9, -126.9),
    Check("L04", "line 4 crosses w = 2.67 at b", lambda: crossing(3), -131.25, -130.25),
    Check("L04", "line 5 crosses w = 2.67 at b", lambda: crossing(4), -134.4, -133.4),
    Check("L04", "line 6 lies outside the window: |b|", lambda: abs(crossing(5)), 200),
    Check("L04", "|w| after one update", lambda: abs(run("L04", 0).b[1]), 100000.0),
    Check("L04", "loss grows at each of 8 updates", lambda: (np.diff(run("L04", 0).loss[:9]) > 0).sum() == 8, 1),
    Check("L04", "‖g‖ at the fifth update", lambda: run("L04", 0).norm[4], 10000000000.0),
    Check(
        "L04b", "loss after 200 updates / at the start", lambda: run("L04b", 0).loss[200] / run("L04b", 0).loss[0], 0.95
    ),
    Check("L04b", "relative loss change of the last 50 steps", lambda: spread(run("L04b", 0).loss[-50:]), high=0.01),
    Check(
        "L04b",
        "‖g‖ of the last 50 / at the start",
        lambda: run("L04b", 0).norm[-50:].min() / run("L04b", 0).norm[0],
        0.95,
    ),
    Check("L04b", "jumps to the other wall in 400 steps", lambda: jumps(run("L04b", 0).b - 2.5), 400),
    Check("L04b", "η = 1e-6: crossings in 25 steps", lambda: sign_changes(above_valley(run("L04b", 1))[:26]), 20),
    Check("L04b", "η = 1e-6: final distance", lambda: distance(run("L04b", 1), BEST_LINE)[-1], 38, 40),
    Check("L05", "w after the first update", lambda: run("L05", 0).b[1], -2.88, -2.85),
    Check("L05", "b at the end", lambda: run("L05", 0).a[-1], -123.75, -123.65),
    Check("L05", "w at the end", lambda: run("L05", 0).b[-1], 2.47, 2.49),
    Check("L05", "final distance", lambda: distance(run("L05", 0), BEST_LINE)[-1], 60),
    Check("L05", "crossings of the valley floor", lambda: sign_changes(above_valley(run("L05", 0))), high=0),
    Check(
        "L05", "b moved by the last 50,000 updates", lambda: abs(run("L05", 0).a[-1] - run("L05", 0).a[50000]), high=3
    ),
    Check("L05", "steps to climb to w > 2.4", lambda: first(run("L05", 0).b > 2.4), high=40),
    Check("L06", "a rate each: steps to loss < 0.06", lambda: first(run("L06", 2).loss < 0.06), high=12),
    Check("L06", "η = 0.1: steps to loss < 0.06", lambda: first(run("L06", 1).loss < 0.06), 50),
    Check("L06", "η = 1.25 bounces in w2", lambda: sign_changes(run("L06", 0).b - 0.335), 40),
    Check("L06", "contour 1.5 crosses the w1 axis of the ellipse at", lambda: right_edge(1.5), 2.4, 2.6),
    Check("L06", "loss at (−3.5, −4.9)", lambda: loss_at("L06", -3.5, -4.9), 23, 25.5),
    Check("C01", "smallest eigenvalue at the saddle", lambda: eigenvalues("C01", 0.0, 0.0)[0], -2.0001, -1.9999),
    Check("C01", "largest eigenvalue at the saddle", lambda: eigenvalues("C01", 0.0, 0.0)[1], 1.9999, 2.0001),
    Check("C01", "from (1, −1): final ‖g‖", lambda: run("C01", 0).norm[-1], high=1e-09),
    Check("C01", "from (1, −1): final loss", lambda: run("C01", 0).loss[-1], 0.999999, 1.000001),
    Check("C01", "a millionth aside: final loss", lambda: run("C01", 1).loss[-1], high=1e-09),
    Check("C01", "a millionth aside: leaves after", lambda: 60 + first(run("C01", 1).loss[60:] < 0.9), 80, 300),
    Check("C01", "along (1, 1) the loss falls", lambda: 1 - run("C01", 2).loss[0], 1e-05),
    Check("C01", "along (1, 1) a minimum is reached", lambda: run("C01", 2).loss[-1], high=1e-09),
    Check("C01", "minima are degenerate: eigenvalue at (2, ½)", lambda: eigenvalues("C01", 2.0, 0.5)[0], -1e-09, 1e-09),
    Check("M01", "GD stops in the dip at w", lambda: run("M01", 0).a[-1], 3.9, 4.1),
    Check("M01", "GD: final ‖g‖", lambda: run("M01", 0).norm[-1], high=1e-06),
    Check("M01", "λ = 0.9: largest w", lambda: run("M01", 1).a.max(), 7),
    Check("M01", "λ = 0.9: steps to pass the hill", lambda: first(run("M01", 1).a > 5.32), high=60),
    Check("M01", "λ = 0.5: largest w", lambda: run("M01", 2).a.max(), high=4.5),
    Check("B01", "full batch: b after one update", lambda: run("B01", 0).a[1], 0.438, 0.447),
    Check("B01", "full batch: w after one update", lambda: run("B01", 0).b[1], 1.138, 1.149),
    Check("B01", "batch size 1: second point's w", lambda: run("B01", 1).b[2], 0.78, 0.88),
    Check("B01", "batch size 1: third point's w", lambda: run("B01", 1).b[3], 0.93, 1.0),
    Check("B01", "batch size 1: b after the epoch", lambda: run("B01", 1).a[-1], 0.34, 0.45),
    Check("B01", "batch size 1: w after the epoch", lambda: run("B01", 1).b[-1], 0.9, 0.98),
    Check("B01", "final loss: batch size 1 / full", lambda: run("B01", 1).loss[-1] / run("B01", 0).loss[-1], high=0.2),
]
