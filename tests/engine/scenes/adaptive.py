"""σ from past gradients: L07 … L14."""

import numpy as np

from . import BEST_LINE, Check, Track, above_valley, bursts, distance, first, gradient, loss_at, run


def rms_error(t: int) -> float:
    """How far the σ that was recorded at step t is from the root mean square of all gradients up to it."""
    track = run("L07", 0)
    return float(np.abs(track.sigma[t] - np.sqrt((track.grad[: t + 1] ** 2).mean(0))).max())


def slope_ratio() -> float:
    """Median |∂L/∂w1| over the crescent's tip against that over its floor."""
    tip = np.median([abs(gradient("L09", x, 1.75)[0]) for x in np.linspace(-2.25, -1.4, 40)])
    return float(tip / np.median([abs(gradient("L09", x, 0.08)[0]) for x in np.linspace(-0.6, 0.6, 40)]))


def to_floor(index: int) -> int:
    """Steps until |w1| < 0.3."""
    return first(np.abs(run("L09", index).a) < 0.3)


def unrolled_error() -> float:
    """RMSProp's recorded σ against its average written out, both at step 19."""
    track = run("L10", 0)
    weights = np.array([0.9**19] + [0.1 * 0.9 ** (19 - j) for j in range(1, 20)])
    return float(np.abs(track.sigma[19] ** 2 / (weights @ track.grad[:20] ** 2) - 1).max())


def between(track: Track, column: np.ndarray, low: float, high: float) -> float:
    """The mean of `column` over the steps that begin with low ≤ θ1 < high."""
    at = track.a[:-1]
    return float(column[(at >= low) & (at < high)].mean())


def rate_of(index: int, low: float, high: float) -> float:
    return between(run("L11", index), run("L11", index).rate[:, 0], low, high)


def stride_of(index: int, low: float, high: float) -> float:
    return between(run("L11", index), run("L11", index).update[:, 0], low, high)


def afterglow() -> float:
    """The largest deviation from the valley 60 to 200 steps after the first burst."""
    end = bursts(run("L13", 0))[0].end
    return float(np.abs(above_valley(run("L13", 0))[end + 60 : end + 200]).max())


def fading() -> bool:
    heights = [burst.height for burst in bursts(run("L13", 0))[:8]]
    return len(heights) == 8 and all(a > b for a, b in zip(heights, heights[1:], strict=False))


CHECKS = [
    Check(
        "L07", "σ⁰ is |g⁰|", lambda: np.abs(run("L07", 0).sigma[0] - np.abs(run("L07", 0).grad[0])).max(), high=1e-12
    ),
    Check("L07", "first step is ±η", lambda: np.abs(np.abs(run("L07", 0).update[0]) - 0.3).max(), high=1e-12),
    Check("L07", "error of σ²", lambda: rms_error(2), high=1e-12),
    Check("L07", "error of σ⁹", lambda: rms_error(9), high=1e-12),
    Check("L08", "least σ2/σ1", lambda: (run("L08", 0).sigma[:, 1] / run("L08", 0).sigma[:, 0]).min(), 4.999, 5.001),
    Check(
        "L08",
        "largest ratio of rates",
        lambda: (run("L08", 0).rate[:, 0] / run("L08", 0).rate[:, 1]).max(),
        4.999,
        5.001,
    ),
    Check("L08", "both coordinates step alike", lambda: np.abs(run("L08", 0).a - run("L08", 0).b).max(), high=1e-12),
    Check(
        "L08", "GD's first steps, θ2/θ1", lambda: run("L08", 1).update[0, 1] / run("L08", 1).update[0, 0], 4.99, 5.01
    ),
    Check("L09", "slope along w1: tip / floor", slope_ratio, 50),
    Check("L09", "loss at (0, −1)", lambda: loss_at("L09", 0.0, -1.0), 100, 102),
    Check("L09", "loss at (1.48, −1)", lambda: loss_at("L09", 1.48, -1.0), 950, 1060),
    Check(
        "L09",
        "σ1 on reaching the floor: Adagrad / RMSProp",
        lambda: run("L09", 0).sigma[to_floor(0), 0] / run("L09", 1).sigma[to_floor(1), 0],
        10,
    ),
    Check("L09", "steps to the floor: Adagrad / RMSProp", lambda: to_floor(0) / to_floor(1), 5),
    Check("L09", "RMSProp: steps to within 0.5", lambda: first(distance(run("L09", 1), (1, 1)) < 0.5), high=1200),
    Check("L09", "Adagrad: steps to within 0.5", lambda: first(distance(run("L09", 0), (1, 1)) < 0.5), 6000),
    Check("L09", "RMSProp jitters: last 500", lambda: distance(run("L09", 1), (1, 1))[-500:].max(), 0.01, 0.1),
    Check("L09", "with decay: last 500", lambda: distance(run("L09", 2), (1, 1))[-500:].max(), high=0.02),
    Check("L10", "σ¹⁹ is the average written out", unrolled_error, high=1e-10),
    Check("L10", "α → 0: every step is ±η", lambda: np.abs(np.abs(run("L10", 1).update) - 0.01).max(), high=1e-06),
    Check("L10", "first step / η", lambda: np.abs(run("L10", 0).update[0]).max() / 0.01, 0.999999999, 1.000000001),
    Check("L10", "PyTorch: first step / η", lambda: np.abs(run("L10", 2).update[0]).max() / 0.01, 9.999, 10.001),
    Check("L11", "α = 0.5: η/σ on plateau 1", lambda: rate_of(0, 0, 2), 0.6),
    Check("L11", "α = 0.5: η/σ on the slope", lambda: rate_of(0, 3.2, 5.8), high=0.05),
    Check("L11", "α = 0.5: η/σ on plateau 2", lambda: rate_of(0, 6.5, 12), 0.9),
    Check("L11", "α = 0.5: longest step", lambda: run("L11", 0).update[:, 0].max(), high=0.12),
    Check("L11", "α = 0.9: longest step", lambda: run("L11", 1).update[:, 0].max(), high=0.26),
    Check("L11", "Adagrad: longest step", lambda: run("L11", 2).update[:, 0].max(), 0.35),
    Check("L11", "GD: longest step", lambda: run("L11", 3).update[:, 0].max(), 0.9),
    Check("L11", "plateau 2: stride α = 0.5 / Adagrad", lambda: stride_of(0, 6.5, 12) / stride_of(2, 6.5, 12), 4),
    Check("L12", "Adam: first step is ±η", lambda: np.abs(np.abs(run("L12", 0).update[0]) - 1).max(), high=1e-09),
    Check("L12", "Adam: steps to distance < 1", lambda: first(distance(run("L12", 0), BEST_LINE) < 1), high=2000),
    Check("L12", "Adam: final distance", lambda: distance(run("L12", 0), BEST_LINE)[-1], high=0.001),
    Check("L12", "RMSProp never settles", lambda: distance(run("L12", 1), BEST_LINE)[-200:].min(), 0.69, 0.72),
    Check("L13", "w of points 1 to 3", lambda: np.abs(run("L13", 0).b[1:4] - [-3, -2.09, -1.27]).max(), high=0.02),
    Check("L13", "turning point: largest b", lambda: run("L13", 0).a[:700].max(), -114.0, -113.6),
    Check("L13", "bursts in 6,000 updates", lambda: sum(burst.begin < 6000 for burst in bursts(run("L13", 0))), 7),
    Check("L13", "bursts in 100,000 updates", lambda: len(bursts(run("L13", 0))), 50),
    Check("L13", "burst 1: lower tip's w", lambda: bursts(run("L13", 0))[0].lowest_w, -1.46, -1.39),
    Check("L13", "burst 1: tip's b", lambda: bursts(run("L13", 0))[0].lowest_b, -172.2, -171.4),
    Check("L13", "burst 2: lower tip's w", lambda: bursts(run("L13", 0))[1].lowest_w, -1.09, -1.01),
    Check("L13", "burst 2: tip's b", lambda: bursts(run("L13", 0))[1].lowest_b, -185.5, -184.7),
    Check("L13", "burst 3: lower tip's w", lambda: bursts(run("L13", 0))[2].lowest_w, -0.84, -0.74),
    Check(
        "L13",
        "burst 1: height / before",
        lambda: bursts(run("L13", 0))[0].height / bursts(run("L13", 0))[0].before,
        100,
    ),
    Check("L13", "bursts 2 to 8: each smaller than the last", fading, 1),
    Check("L13", "burst 1 fades", afterglow, high=0.05),
    Check("L13", "σ_w decays: t = 20 / t = 700", lambda: run("L13", 0).sigma[20, 1] / run("L13", 0).sigma[700, 1], 3),
    Check(
        "L13", "σ_w jumps: t = 760 / t = 700", lambda: run("L13", 0).sigma[760, 1] / run("L13", 0).sigma[700, 1], 1.2
    ),
    Check("L13", "S first exceeds 2 at step", lambda: 50 + first(run("L13", 0).sharpness[50:715] > 2), 300, 714),
    Check("L13", "final distance", lambda: distance(run("L13", 0), BEST_LINE)[-1], high=3.5),
    Check(
        "L14", "w of points 1 to 4", lambda: np.abs(run("L14", 0).b[1:5] - [-3, -2.35, -1.86, -1.45]).max(), high=0.02
    ),
    Check("L14", "bursts", lambda: len(bursts(run("L14", 0), 0.05)), high=0),
    Check("L14", "largest overshoot of w", lambda: run("L14", 0).b.max() - BEST_LINE[1], high=0.01),
    Check("L14", "final distance", lambda: distance(run("L14", 0), BEST_LINE)[-1], high=0.1),
    Check(
        "L14", "PyTorch's path apart by", lambda: np.abs(run("L14", 0).theta - run("L14", 1).theta).max(), high=0.001
    ),
    Check("L14", "largest S after step 50", lambda: run("L14", 0).sharpness[50:].max(), high=2),
]
