"""The native loop for n parameters: as `kernel.advance`, with snapshots of all of them besides the rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

from .hashing import mix
from .kernel import (
    BUFFER_BAD,
    CLIP_NORM,
    CLIP_VALUE,
    DECOUPLED_WEIGHT_DECAY,
    GOES_ON,
    GRAD_BAD,
    LOSS_BAD,
    LR_BAD,
    M_BAD,
    MAXIMIZE,
    NOISE,
    SCHEDULE_TYPE,
    SIGMA_BAD,
    STATE,
    THETA_BAD,
    UPDATE_BAD,
    WEIGHT_DECAY,
    drawn,
    span,
)
from .language.vectors import WIDE_TYPE, add_up, norm, put
from .quantiles import quantiles

# What a row holds besides, after buffers and schedule state: these, and then the quantiles.
MORE = ("clip_factor", "update_norm")

_vector = types.float64[::1]
_matrix = types.float64[:, ::1]
_indices = types.int64[::1]
RULE_TYPE = types.FunctionType(
    types.void(
        *(types.float64,) * 4,
        *(_vector, _vector, _vector, _matrix, _matrix, _vector, _vector, _matrix, WIDE_TYPE, _vector, _indices),
    )
)


@njit(types.void(types.int64, types.int64, types.int64, types.float64, _vector), cache=True)
def add_noise(seed: Any, run: Any, step: Any, deviation: Any, g: Any) -> None:
    """Add independent N(0, deviation²) numbers that depend on nothing but seed, run, step and place.

    The first two are those of `kernel.normals`.
    """
    z = mix(mix(mix(np.uint64(seed)) + np.uint64(run)) + np.uint64(step))
    for i in range(0, g.size, 2):
        u = (float(mix(z + np.uint64(i)) >> np.uint64(11)) + 1.0) * 2.0**-53
        v = float(mix(z + np.uint64(i + 1)) >> np.uint64(11)) * 2.0**-53
        radius = math.sqrt(-2.0 * math.log(u))
        g[i] += deviation * (radius * math.cos(2.0 * math.pi * v))
        if i + 1 < g.size:
            g[i + 1] += deviation * (radius * math.sin(2.0 * math.pi * v))


@njit(types.float64(_vector, _vector, _vector), nogil=True, cache=True, error_model="numpy")
def treat(treatment: Any, theta: Any, g: Any) -> Any:
    """As `kernel.treat`, for n parameters; returns the factor by which the whole gradient was clipped."""
    factor = 1.0
    if treatment[CLIP_VALUE] < math.inf:
        for i in range(g.size):
            g[i] = min(max(g[i], -treatment[CLIP_VALUE]), treatment[CLIP_VALUE])
    if treatment[CLIP_NORM] < math.inf:
        factor = min(1.0, treatment[CLIP_NORM] / (norm(g) + 1e-6))
        if factor < 1.0:
            for i in range(g.size):
                g[i] *= factor
    if treatment[MAXIMIZE] != 0.0:
        for i in range(g.size):
            g[i] = -g[i]
    if treatment[WEIGHT_DECAY] != 0.0:
        for i in range(g.size):
            g[i] += treatment[WEIGHT_DECAY] * theta[i]
    return factor


@njit(types.int64(_vector), cache=True)
def _bad(a: Any) -> Any:
    """The place of the first number that is not finite, or −1."""
    finite = True
    for i in range(a.size):
        finite &= abs(a[i]) < math.inf
    if finite:
        return -1
    for i in range(a.size):
        if not math.isfinite(a[i]):
            return i
    return -1


@njit(types.int64(_vector, types.float64, _vector, types.float64, _vector), cache=True)
def _unusable(theta: Any, loss: Any, g: Any, eta: Any, ended: Any) -> Any:
    """Why no update can be made from here: sets ended[1] to the value at fault."""
    i = _bad(theta)
    if i >= 0:
        ended[1] = theta[i]
        return THETA_BAD
    if not math.isfinite(loss):
        ended[1] = loss
        return LOSS_BAD
    i = _bad(g)
    if i >= 0:
        ended[1] = g[i]
        return GRAD_BAD
    if not 0.0 <= eta < math.inf:
        ended[1] = eta
        return LR_BAD
    return GOES_ON


@njit(types.int64(_vector, _vector, _vector, _matrix, _vector), cache=True)
def _overflown(m: Any, sigma: Any, update: Any, state: Any, ended: Any) -> Any:
    """Which of m, σ, update and buffers is not finite: its value goes to ended[1], a buffer's number to ended[2]."""
    i = _bad(m)
    if i >= 0:
        ended[1] = m[i]
        return M_BAD
    i = _bad(sigma)
    if i >= 0:
        ended[1] = sigma[i]
        return SIGMA_BAD
    i = _bad(update)
    if i >= 0:
        ended[1] = update[i]
        return UPDATE_BAD
    for k in range(state.shape[0]):
        i = _bad(state[k])
        if i >= 0:
            ended[1], ended[2] = state[k, i], k
            return BUFFER_BAD
    return GOES_ON


_advance_signature = types.int64(
    *(WIDE_TYPE, RULE_TYPE, SCHEDULE_TYPE, _vector, _vector, _vector, _vector, _indices, _indices),
    *(types.boolean, types.float64, types.int64, types.int64, types.int64, types.int64, types.int64),
    *(types.int64, types.int64, types.int64, types.int64, _vector, _matrix, _vector),
    *(_matrix, _matrix, _matrix, types.float64[:, :, ::1], types.int64, types.int64),
    *(_matrix, types.int64, types.int64, _vector),
)


@njit(_advance_signature, nogil=True, cache=True, error_model="numpy")
def advance(
    function: Any,
    rule: Any,
    schedule: Any,
    parameters: Any,
    hyperparameters: Any,
    schedule_parameters: Any,
    treatment: Any,
    samples: Any,
    watched: Any,
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
    work_rows: Any,
    start: Any,
    state: Any,
    schedule_state: Any,
    rows: Any,
    low: Any,
    high: Any,
    marks: Any,
    stride: Any,
    origin: Any,
    kept: Any,
    kept_stride: Any,
    kept_origin: Any,
    ended: Any,
) -> Any:
    """Make the rows first … first + count − 1 and the updates that belong to them, as `kernel.advance`.

    θ `start` (n), the buffers `state` (k, n) and `schedule_state` are advanced in place. Rows hold the numbers of the
    two `watched` parameters, the loss and ‖g‖ of all, and after buffers and schedule state `MORE` and the quantiles;
    where `rows` has no place, none are made. θ, buffers and schedule state before step t go to
    kept[(t − kept_origin) // kept_stride] where kept_stride divides t − kept_origin and `kept` has that place. The rule
    gets `work_rows` rows of n numbers to work with.
    """
    n, buffers = start.size, state.shape[0]
    theta, before, after = np.empty(n), np.empty((buffers, n)), np.empty((buffers, n))
    put(start, theta)
    for k in range(buffers):
        put(state[k], before[k])
    g, m, sigma, update, room = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(2 * n)
    work, h = np.empty((work_rows, n)), np.empty(hyperparameters.size)
    put(hyperparameters, h)
    drawn_points = np.empty(batch if batch > 0 else min(samples.size, 1), dtype=np.int64)
    rate_of, row, theta_2 = np.empty(2), np.empty(rows.shape[1]), np.empty(2)
    rate_of[0] = lr
    behind = STATE + 2 * buffers
    extra = behind + schedule_state.size
    recorded = rows.shape[0] > 0
    code = GOES_ON
    for t in range(first, first + count):
        if batch > 0:
            for j in range(batch):
                drawn_points[j] = drawn(seed, run, t * batch + j, points)
        elif samples.size:
            drawn_points[0] = samples[t % samples.size]
        loss = function(theta, parameters, drawn_points, g)
        if treatment[NOISE] > 0.0:
            add_noise(seed, run, t, treatment[NOISE], g)
        skipped, place = (t - origin) % stride, (t - origin) // stride
        size = norm(g)
        if recorded:
            row[2], row[5] = loss, size
            for i in range(2):
                w = watched[i]
                row[i], row[3 + i], theta_2[i] = theta[w], g[w], theta[w]
                for k in range(buffers):
                    row[STATE + 2 * k + i] = before[k, w]
            for j in range(schedule_state.size):
                row[behind + j] = schedule_state[j]
        kept_place = (t - kept_origin) // kept_stride
        if (t - kept_origin) % kept_stride == 0 and kept_place < kept.shape[0]:
            snapshot = kept[kept_place]
            put(theta, snapshot)
            for k in range(buffers):
                put(before[k], snapshot[n * (k + 1) :])
            put(schedule_state, snapshot[n * (buffers + 1) :])
        if scheduled:
            schedule(float(t - phase_first), lr, loss, schedule_parameters, schedule_state, rate_of)
            if momentum >= 0:
                h[momentum] = rate_of[1] if rate_of[1] >= 0.0 else hyperparameters[momentum]
        eta = row[6] = rate_of[0]
        ended[0] = t
        if not (math.isfinite(add_up(theta) + loss + size) and 0.0 <= eta < math.inf):
            code = _unusable(theta, loss, g, eta, ended)
        for j in range(7, STATE):
            row[j] = math.nan
        for j in range(extra, row.size):
            row[j] = math.nan
        if code == GOES_ON:
            factor = treat(treatment, theta, g)
            rule(t + 1.0, eta, lr, loss, h, theta, g, before, after, m, sigma, work, function, parameters, drawn_points)
            if treatment[DECOUPLED_WEIGHT_DECAY] != 0.0:
                for i in range(n):
                    m[i] += treatment[DECOUPLED_WEIGHT_DECAY] * theta[i] * sigma[i]
            for i in range(n):
                rate = eta / sigma[i]
                update[i] = 0.0 if m[i] == 0.0 else -(rate * m[i])
            code = _overflown(m, sigma, update, after, ended)
            if recorded:
                for i in range(2):
                    w = watched[i]
                    row[7 + i], row[9 + i], row[11 + i], row[13 + i] = m[w], sigma[w], eta / sigma[w], update[w]
                row[extra], row[extra + 1] = factor, norm(update)
                if code == GOES_ON and skipped == 0:
                    quantiles(eta, m, sigma, room, row[extra + 2 :])
        if recorded:
            if skipped == 0:
                put(row, rows[place])
            if stride > 1:
                if skipped == 0:
                    put(row[:STATE], low[place])
                    put(row[:STATE], high[place])
                    for j in range(4):
                        marks[place, j, 0], marks[place, j, 1], marks[place, j, 2] = t, theta_2[0], theta_2[1]
                else:
                    span(row, theta_2, float(t), low[place], high[place], marks[place])
        if code != GOES_ON:
            break
        before, after = after, before
        for i in range(n):
            theta[i] += update[i]
    put(theta, start)
    for k in range(buffers):
        put(before[k], state[k])
    return code
