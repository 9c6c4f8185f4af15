"""The native loop: the one update θ ← θ − (η/σ)·m, one row per step, and what a block of steps spans."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

from .hashing import mix
from .powers import BLOCK, fill
from .surface import LOSS_ONLY

COLUMNS = (
    *("theta_1", "theta_2", "loss", "grad_1", "grad_2", "grad_norm", "lr", "m_1", "m_2"),
    *("sigma_1", "sigma_2", "rate_1", "rate_2", "update_1", "update_2", "sharpness"),
)
THETA, LOSS, GRAD, GRAD_NORM, LR, M, SIGMA, RATE, UPDATE, SHARPNESS, STATE = 0, 2, 3, 5, 6, 7, 9, 11, 13, 15, 16

# How `advance` ended. QUANTITIES names what was no longer finite, or no rate at all.
GOES_ON, THETA_BAD, LOSS_BAD, GRAD_BAD, M_BAD, SIGMA_BAD, UPDATE_BAD, LR_BAD, BUFFER_BAD, OUTSIDE, UNDEFINED = range(11)
QUANTITIES = {
    **{THETA_BAD: "θ", LOSS_BAD: "loss", GRAD_BAD: "gradient", M_BAD: "m", SIGMA_BAD: "σ", UPDATE_BAD: "update"},
    **{LR_BAD: "η", BUFFER_BAD: "buffer"},
}

# Places in the vector `treatment`: what happens to a gradient before the optimizer sees it, and to θ besides.
NOISE, CLIP_VALUE, CLIP_NORM, MAXIMIZE, WEIGHT_DECAY, DECOUPLED_WEIGHT_DECAY = range(6)

_vector = types.float64[::1]
_matrix = types.float64[:, ::1]
SURFACE_TYPE = types.FunctionType(types.void(_vector, _vector, types.int64, _vector))
RULE_TYPE = types.FunctionType(types.void(types.float64, types.float64, types.float64, _vector, SURFACE_TYPE, _vector))
SCHEDULE_TYPE = types.FunctionType(types.void(types.float64, types.float64, types.float64, _vector, _vector, _vector))


@njit("void(i8, i8, i8, f8[::1])", cache=True)
def normals(seed: Any, run: Any, step: Any, out: Any) -> None:
    """Two independent N(0, 1) numbers (Box–Muller) that depend on nothing but seed, run and step."""
    z = mix(mix(mix(np.uint64(seed)) + np.uint64(run)) + np.uint64(step))
    u = (float(mix(z) >> np.uint64(11)) + 1.0) * 2.0**-53
    v = float(mix(z + np.uint64(1)) >> np.uint64(11)) * 2.0**-53
    radius = math.sqrt(-2.0 * math.log(u))
    out[0] = radius * math.cos(2.0 * math.pi * v)
    out[1] = radius * math.sin(2.0 * math.pi * v)


@njit("i8(i8, i8, i8, i8)", cache=True)
def drawn(seed: Any, run: Any, place: Any, points: Any) -> Any:
    """The data point at `place` of an endless stream that goes through all `points` in another order each time.

    A Feistel network over the next even power of two, walked until it lands on a point.
    """
    key = mix(mix(mix(np.uint64(seed)) + np.uint64(run)) + np.uint64(place // points))
    half = np.uint64(1)
    while (np.int64(1) << np.int64(half + half)) < points:
        half += np.uint64(1)
    mask = (np.uint64(1) << half) - np.uint64(1)
    x = np.uint64(place % points)
    while True:
        left, right = x >> half, x & mask
        for turn in range(4):
            left, right = right, left ^ (mix(key + np.uint64(turn + 1) * np.uint64(0x9E3779B9) + right) & mask)
        x = (left << half) | right
        if x < np.uint64(points):
            return np.int64(x)


@njit("f8(f8, f8)", cache=True)
def _norm(a: Any, b: Any) -> Any:
    """√(a² + b²); the slow, safe hypot only where the squares would overflow or vanish."""
    square = a * a + b * b
    return math.sqrt(square) if 1e-280 < square < 1e300 else math.hypot(a, b)


@njit("void(f8[::1], f8[::1], f8[::1])", cache=True, error_model="numpy")
def treat(treatment: Any, theta: Any, g: Any) -> None:
    """Make of the surface's gradient `g` (with its noise) the one that the optimizer sees, in place.

    Clipping by norm is torch.nn.utils.clip_grad_norm_'s: the factor min(1, limit/(‖g‖ + 1e−6)).
    """
    if treatment[CLIP_VALUE] < math.inf:
        for i in range(2):
            g[i] = min(max(g[i], -treatment[CLIP_VALUE]), treatment[CLIP_VALUE])
    if treatment[CLIP_NORM] < math.inf:
        factor = treatment[CLIP_NORM] / (_norm(g[0], g[1]) + 1e-6)
        if factor < 1.0:
            g[0] *= factor
            g[1] *= factor
    if treatment[MAXIMIZE] != 0.0:
        g[0], g[1] = -g[0], -g[1]
    if treatment[WEIGHT_DECAY] != 0.0:
        g[0] += treatment[WEIGHT_DECAY] * theta[0]
        g[1] += treatment[WEIGHT_DECAY] * theta[1]


@njit(types.int64(_vector, types.float64, _vector, _vector, _vector), cache=True)
def _unusable(theta: Any, loss: Any, g: Any, domain: Any, ended: Any) -> Any:
    """Why no update can be made from here: sets ended[1] to the value at fault."""
    far = abs(theta[0]) > 1e100 or abs(theta[1]) > 1e100
    for i in range(2):
        ended[1] = theta[i]
        if not math.isfinite(theta[i]):
            return THETA_BAD
    ended[1] = loss
    if not (domain[0] <= theta[0] <= domain[1] and domain[2] <= theta[1] <= domain[3]):
        return OUTSIDE
    if not math.isfinite(loss):
        return LOSS_BAD if math.isinf(loss) or far else UNDEFINED
    for i in range(2):
        ended[1] = g[i]
        if not math.isfinite(g[i]):
            return GRAD_BAD if math.isinf(g[i]) or far else UNDEFINED
    return GOES_ON  # each number is finite, only their sum is not


@njit("i8(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])", cache=True)
def _overflown(m: Any, sigma: Any, row: Any, buffers: Any, ended: Any) -> Any:
    """Which of m, σ, update and buffers is not finite: its value goes to ended[1], a buffer's number to ended[2]."""
    for i in range(2):
        for code, value in ((M_BAD, m[i]), (SIGMA_BAD, sigma[i]), (UPDATE_BAD, row[13 + i])):
            if not math.isfinite(value):
                ended[1] = value
                return code
    for j in range(buffers.size):
        if not math.isfinite(buffers[j]):
            ended[1], ended[2] = buffers[j], j // 2
            return BUFFER_BAD
    return GOES_ON  # each number is finite, only their sum is not


@njit(
    types.void(
        *(SURFACE_TYPE, _vector, _vector, types.int64[::1], types.int64, types.int64, types.int64, types.int64),
        *(types.int64, _vector, _vector),
    ),
    cache=True,
    error_model="numpy",
)
def look_at(
    surface: Any,
    theta: Any,
    parameters: Any,
    samples: Any,
    batch: Any,
    points: Any,
    seed: Any,
    run: Any,
    t: Any,
    look: Any,
    single: Any,
) -> None:
    """What the surface gives at step t: of the samples in turn, of a mini-batch out of all `points`, or of all."""
    if batch > 0:
        look[:] = 0.0
        for j in range(batch):
            surface(theta, parameters, drawn(seed, run, t * batch + j, points), single)
            for k in range(6):
                look[k] += single[k] / batch
    else:
        surface(theta, parameters, samples[t % samples.size] if samples.size else -1, look)


@njit("f8(f8, f8, f8, f8, f8)", cache=True, error_model="numpy")
def _sharpness(rate0: Any, rate1: Any, h00: Any, h01: Any, h11: Any) -> Any:
    """S = λmax(R^½HR^½), R = diag(η/σ), from both rates and the Hessian."""
    a, c = 0.5 * h00 * rate0, 0.5 * h11 * rate1
    square = (a - c) * (a - c) + h01 * h01 * (rate0 * rate1)
    if square < 1e300:
        return a + c + math.sqrt(square)
    return a + c + math.hypot(a - c, h01 * math.sqrt(rate0) * math.sqrt(rate1))


@njit(types.void(_vector, _vector, types.float64, _vector, _vector, _matrix), cache=True)
def span(row: Any, theta: Any, step: Any, low: Any, high: Any, marks: Any) -> None:
    """Widen what a block of steps spans by one row, and its `marks`: where θ_1 and θ_2 were least and largest."""
    for k in range(STATE):
        if row[k] < low[k] or low[k] != low[k]:  # a NaN hides nothing
            low[k] = row[k]
        if row[k] > high[k] or high[k] != high[k]:
            high[k] = row[k]
    for i in range(2):
        if theta[i] < marks[2 * i, 1 + i]:
            marks[2 * i, 0], marks[2 * i, 1], marks[2 * i, 2] = step, theta[0], theta[1]
        if theta[i] > marks[2 * i + 1, 1 + i]:
            marks[2 * i + 1, 0], marks[2 * i + 1, 1], marks[2 * i + 1, 2] = step, theta[0], theta[1]


_advance_signature = types.int64(
    *(SURFACE_TYPE, RULE_TYPE, SCHEDULE_TYPE, _vector, _vector, _vector, _vector, types.int64[::1], types.int64[::1]),
    *(_vector, types.boolean, types.float64, types.int64, types.int64, types.int64, types.int64, types.int64),
    *(types.int64, types.int64, types.int64, _vector, _matrix, _vector),
    *(_matrix, _matrix, _matrix, types.float64[:, :, ::1], types.int64, types.int64, _vector),
)


@njit(_advance_signature, nogil=True, cache=True, error_model="numpy")
def advance(
    surface: Any,
    rule: Any,
    schedule: Any,
    parameters: Any,
    hyperparameters: Any,
    schedule_parameters: Any,
    treatment: Any,
    samples: Any,
    places: Any,
    domain: Any,
    scheduled: Any,
    lr: Any,
    momentum: Any,
    batch: Any,
    points: Any,
    seed: Any,
    run: Any,
    first: Any,
    phase_first: Any,
    count: Any,
    theta: Any,
    state: Any,
    schedule_state: Any,
    rows: Any,
    low: Any,
    high: Any,
    marks: Any,
    stride: Any,
    origin: Any,
    ended: Any,
) -> Any:
    """Make the rows first … first + count − 1 and the updates that belong to them.

    θ (2), the buffers `state` (k, 2) and `schedule_state` come in as they are before step `first` and are advanced in
    place. The schedule's phase began at step `phase_first`; without `scheduled` η is lr. `momentum` is the place of the
    hyper-parameter that it may set, or −1; `places` are those of which the rule is given the power of t. For `samples`,
    `batch` and `points` see `look_at`. Row t goes to rows[(t − origin) // stride] where stride divides t − origin; with
    a stride above 1, low, high and marks take in every row of their block. Returns how it ended, with step, value and,
    of a buffer, its number in `ended`.
    """
    w = np.empty(
        14 + hyperparameters.size + places.size + state.size
    )  # engine.language.compile.Work says what is where
    start, theta, g, look, m, sigma = theta, w[:2], w[2:4], w[4:10], w[10:12], w[12:14]
    h, powers = w[14 : 14 + hyperparameters.size], w[14 + hyperparameters.size :][: places.size]
    buffers = w[w.size - state.size :]
    theta[:], h[:], buffers[:] = start, hyperparameters, state.ravel()
    single, z, rate_of, bases = np.empty(6), np.empty(2), np.empty(2), h[places]
    table, block = np.empty((places.size, BLOCK)), -1
    rate_of[0] = lr
    row = np.empty(rows.shape[1])
    after = STATE + state.size
    skipped = (first - origin) % stride
    place = (first - origin) // stride
    code = GOES_ON
    for t in range(first, first + count):
        if skipped == stride:
            skipped = 0
            place += 1
        if batch > 0:
            look_at(surface, theta, parameters, samples, batch, points, seed, run, t, look, single)
        else:
            surface(theta, parameters, samples[t % samples.size] if samples.size else -1, look)
        g[0], g[1] = look[1], look[2]
        if treatment[NOISE] > 0.0:
            normals(seed, run, t, z)
            g[0] += treatment[NOISE] * z[0]
            g[1] += treatment[NOISE] * z[1]
        row[0], row[1], row[2] = theta[0], theta[1], look[0]
        row[3], row[4], row[5] = g[0], g[1], _norm(g[0], g[1])
        for j in range(buffers.size):
            row[STATE + j] = buffers[j]
        for j in range(schedule_state.size):
            row[after + j] = schedule_state[j]
        if scheduled:
            schedule(float(t - phase_first), lr, look[0], schedule_parameters, schedule_state, rate_of)
            if momentum >= 0:
                h[momentum] = rate_of[1] if rate_of[1] >= 0.0 else hyperparameters[momentum]
        eta = row[6] = rate_of[0]
        if places.size:
            if (t + 1) // BLOCK != block:
                block = (t + 1) // BLOCK
                fill(bases, block, table)
            for j in range(places.size):
                own = places[j] == momentum
                powers[j] = h[momentum] ** (t + 1.0) if own else table[j, (t + 1) % BLOCK]
        ended[0] = t
        usable = math.isfinite(theta[0] + theta[1] + look[0] + g[0] + g[1])
        if not (usable and domain[0] <= theta[0] <= domain[1] and domain[2] <= theta[1] <= domain[3]):
            code = _unusable(theta, look[0], g, domain, ended)
        if code == GOES_ON and not 0.0 <= eta < math.inf:
            code, ended[1] = LR_BAD, eta
        if code == GOES_ON:
            treat(treatment, theta, g)
            rule(t + 1.0, eta, lr, w, surface, parameters)
            if treatment[DECOUPLED_WEIGHT_DECAY] != 0.0:
                for i in range(2):
                    m[i] += treatment[DECOUPLED_WEIGHT_DECAY] * theta[i] * sigma[i]
            for i in range(2):
                rate = eta / sigma[i]
                row[7 + i], row[9 + i], row[11 + i] = m[i], sigma[i], rate
                row[13 + i] = 0.0 if m[i] == 0.0 else -(rate * m[i])
            # A parameter that never had a gradient takes no part in S.
            idle0, idle1 = m[0] == 0.0 and sigma[0] == 0.0, m[1] == 0.0 and sigma[1] == 0.0
            if idle0 or idle1:
                row[15] = 0.0 if idle0 and idle1 else row[12] * look[5] if idle0 else row[11] * look[3]
            else:
                row[15] = _sharpness(row[11], row[12], look[3], look[4], look[5])
            total = m[0] + m[1] + sigma[0] + sigma[1] + row[13] + row[14]
            for j in range(buffers.size):
                total += buffers[j]
            if not math.isfinite(total):
                code = _overflown(m, sigma, row, buffers, ended)
        else:
            row[7:16] = np.nan
        if skipped == 0:
            for j in range(row.size):
                rows[place, j] = row[j]
        if stride > 1:
            if skipped == 0:
                low[place], high[place] = row[:STATE], row[:STATE]
                for j in range(4):
                    marks[place, j, 0], marks[place, j, 1], marks[place, j, 2] = t, theta[0], theta[1]
            else:
                span(row, theta, float(t), low[place], high[place], marks[place])
        if code != GOES_ON:
            break
        skipped += 1
        theta[0] += row[13]
        theta[1] += row[14]
    start[:] = theta
    state[:] = buffers.reshape(state.shape)
    return code


@njit(types.void(SURFACE_TYPE, _vector, _vector, _vector, _matrix), nogil=True, cache=True, error_model="numpy")
def sample_grid(surface: Any, parameters: Any, xs: Any, ys: Any, losses: Any) -> None:
    """L on a grid: losses[r, c] is the loss at (xs[c], ys[r])."""
    theta, look = np.empty(2), np.empty(6)
    for r in range(ys.size):
        for c in range(xs.size):
            theta[0], theta[1] = xs[c], ys[r]
            surface(theta, parameters, LOSS_ONLY, look)
            losses[r, c] = look[0]


@njit(
    types.void(SCHEDULE_TYPE, types.float64, _vector, _vector, types.int64, _vector),
    nogil=True,
    cache=True,
    error_model="numpy",
)
def sample_schedule(schedule: Any, lr: Any, parameters: Any, state: Any, first: Any, rates: Any) -> None:
    """η at the steps first, first + 1, … of a phase, with `state` as it is before `first`; there is no loss."""
    out = np.empty(2)
    for k in range(rates.size):
        schedule(float(first + k), lr, math.nan, parameters, state, out)
        rates[k] = out[0]


@njit(types.void(SURFACE_TYPE, _vector, _matrix, _vector), nogil=True, cache=True, error_model="numpy")
def losses_at(surface: Any, parameters: Any, thetas: Any, losses: Any) -> None:
    """L at many points: losses[k] at (thetas[0, k], thetas[1, k])."""
    theta, look = np.empty(2), np.empty(6)
    for k in range(losses.size):
        theta[0], theta[1] = thetas[0, k], thetas[1, k]
        surface(theta, parameters, LOSS_ONLY, look)
        losses[k] = look[0]
