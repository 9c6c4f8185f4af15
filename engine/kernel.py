"""The native loop: the one update θ ← θ − (η/σ)·m, one row per step, and the same for many starts at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

COLUMNS = (
    *("theta_1", "theta_2", "loss", "grad_1", "grad_2", "grad_norm", "lr", "m_1", "m_2"),
    *("sigma_1", "sigma_2", "rate_1", "rate_2", "update_1", "update_2", "sharpness"),
)
THETA, LOSS, GRAD, GRAD_NORM, LR, M, SIGMA, RATE, UPDATE, SHARPNESS, STATE = 0, 2, 3, 5, 6, 7, 9, 11, 13, 15, 16

# How `advance` ended; the first three and the last three name the quantity that is no longer finite.
GOES_ON, THETA_BAD, LOSS_BAD, GRAD_BAD, M_BAD, SIGMA_BAD, UPDATE_BAD, OUTSIDE, UNDEFINED = range(9)
QUANTITIES = {THETA_BAD: "θ", LOSS_BAD: "loss", GRAD_BAD: "gradient", M_BAD: "m", SIGMA_BAD: "σ", UPDATE_BAD: "update"}

_vector = types.float64[::1]
_matrix = types.float64[:, ::1]
_surface = types.FunctionType(types.void(_vector, _vector, types.int64, _vector))
_rule = types.FunctionType(
    types.void(types.float64, types.float64, _vector, _vector, _vector, _matrix, _vector, _vector)
)
_mix_signature = types.uint64(types.uint64)


@njit(_mix_signature, cache=True)
def _mix(z: Any) -> Any:
    """The finaliser of SplitMix64 (Steele et al. 2014): a hash whose bits are as good as random."""
    z = z + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit("void(i8, i8, i8, f8[::1])", cache=True)
def normals(seed: Any, run: Any, step: Any, out: Any) -> None:
    """Two independent N(0, 1) numbers (Box–Muller) that depend on nothing but seed, run and step."""
    z = _mix(_mix(_mix(np.uint64(seed)) + np.uint64(run)) + np.uint64(step))
    u = (float(_mix(z) >> np.uint64(11)) + 1.0) * 2.0**-53
    v = float(_mix(z + np.uint64(1)) >> np.uint64(11)) * 2.0**-53
    radius = math.sqrt(-2.0 * math.log(u))
    out[0] = radius * math.cos(2.0 * math.pi * v)
    out[1] = radius * math.sin(2.0 * math.pi * v)


@njit("f8(f8, f8)", cache=True)
def _norm(a: Any, b: Any) -> Any:
    """√(a² + b²); the slow, safe hypot only where the squares would overflow or vanish."""
    square = a * a + b * b
    return math.sqrt(square) if 1e-280 < square < 1e300 else math.hypot(a, b)


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


@njit("f8(f8, f8[::1], f8[::1], f8[::1])", cache=True, error_model="numpy")
def _sharpness(eta: Any, out: Any, m: Any, sigma: Any) -> Any:
    """S = η·λmax(D^−½HD^−½), D = diag(σ); a parameter that never had a gradient (σ = m = 0) takes no part in it."""
    idle0, idle1 = sigma[0] == 0.0 and m[0] == 0.0, sigma[1] == 0.0 and m[1] == 0.0
    if idle0 or idle1:
        return 0.0 if idle0 and idle1 else eta * out[3] / sigma[0] if idle1 else eta * out[5] / sigma[1]
    d0, d1 = 1.0 / math.sqrt(sigma[0]), 1.0 / math.sqrt(sigma[1])
    a, b, c = out[3] * d0 * d0, out[4] * d0 * d1, out[5] * d1 * d1
    return eta * (0.5 * (a + c) + _norm(0.5 * (a - c), b))


_advance_signature = types.int64(
    *(_surface, _rule, _vector, _vector, _vector, types.int64[::1], types.float64, types.int64, types.int64),
    *(_vector, types.int64, _vector, _matrix, _matrix, types.int64, types.int64, _vector),
)


@njit(_advance_signature, nogil=True, cache=True, error_model="numpy")
def advance(
    surface: Any,
    rule: Any,
    parameters: Any,
    hyperparameters: Any,
    lrs: Any,
    samples: Any,
    noise: Any,
    seed: Any,
    run: Any,
    domain: Any,
    first: Any,
    theta: Any,
    state: Any,
    rows: Any,
    stride: Any,
    offset: Any,
    ended: Any,
) -> Any:
    """Make the rows first … first + len(lrs) − 1 and the updates that belong to them.

    θ (2) and the buffers `state` (k, 2) come in as they are before step `first` and are advanced in place. Row t goes
    to rows[t // stride − offset] where stride divides t. Returns how it ended; `ended` then holds (step, value).
    """
    out, g, m, sigma, z = np.empty(6), np.empty(2), np.empty(2), np.empty(2), np.empty(2)
    scratch = np.empty(rows.shape[1])
    skipped = first % stride
    place = first // stride - offset
    for k in range(lrs.size):
        t = first + k
        row = rows[place] if skipped == 0 else scratch
        skipped += 1
        if skipped == stride:
            skipped = 0
            place += 1
        eta = lrs[k]
        surface(theta, parameters, samples[t % samples.size] if samples.size else -1, out)
        g[0], g[1] = out[1], out[2]
        if noise > 0.0:
            normals(seed, run, t, z)
            g[0] += noise * z[0]
            g[1] += noise * z[1]
        row[0], row[1], row[2] = theta[0], theta[1], out[0]
        row[3], row[4], row[5] = g[0], g[1], _norm(g[0], g[1])
        row[6] = eta
        for j in range(state.shape[0]):
            row[16 + 2 * j], row[17 + 2 * j] = state[j, 0], state[j, 1]
        ended[0] = t
        usable = math.isfinite(theta[0] + theta[1] + out[0] + g[0] + g[1])
        if not (usable and domain[0] <= theta[0] <= domain[1] and domain[2] <= theta[1] <= domain[3]):
            code = _unusable(theta, out[0], g, domain, ended)
            if code != GOES_ON:
                row[7:16] = np.nan
                return code
        rule(t + 1.0, eta, theta, g, hyperparameters, state, m, sigma)
        for i in range(2):
            rate = eta / sigma[i]
            row[7 + i], row[9 + i], row[11 + i] = m[i], sigma[i], rate
            row[13 + i] = 0.0 if m[i] == 0.0 else -(rate * m[i])
        row[15] = _sharpness(eta, out, m, sigma)
        if not math.isfinite(m[0] + m[1] + sigma[0] + sigma[1] + row[13] + row[14]):
            for i in range(2):
                for code, value in ((M_BAD, m[i]), (SIGMA_BAD, sigma[i]), (UPDATE_BAD, row[13 + i])):
                    if not math.isfinite(value):
                        ended[1] = value
                        return code
        theta[0] += row[13]
        theta[1] += row[14]
    return GOES_ON


_ensemble_signature = types.void(
    *(_surface, _rule, _vector, _vector, _vector, types.int64[::1], _vector, types.float64, types.int64, types.int64),
    *(_vector, types.int64, types.float64[:, :, ::1], types.float64[:, :, ::1]),
)


@njit(_ensemble_signature, nogil=True, cache=True, error_model="numpy")
def ensemble(
    surface: Any,
    rule: Any,
    parameters: Any,
    hyperparameters: Any,
    lrs: Any,
    samples: Any,
    domain: Any,
    noise: Any,
    seed: Any,
    first_run: Any,
    start: Any,
    buffers: Any,
    thetas: Any,
    sigmas: Any,
) -> None:
    """Many runs from one start that differ in their noise alone: θ and σ of each at each step.

    `thetas` and `sigmas` have shape (runs, steps + 1, 2); noise is that of run `first_run`, `first_run` + 1, …
    After a run has left the domain or is no longer finite, its values are NaN.
    """
    out, g, m, sigma, z = np.empty(6), np.empty(2), np.empty(2), np.empty(2), np.empty(2)
    theta, state = np.empty(2), np.empty((buffers, 2))
    for j in range(thetas.shape[0]):
        theta[:] = start
        state[:] = 0.0
        for t in range(lrs.size):
            inside = domain[0] <= theta[0] <= domain[1] and domain[2] <= theta[1] <= domain[3]
            if not (inside and math.isfinite(theta[0] + theta[1])):
                thetas[j, t:] = np.nan
                sigmas[j, t:] = np.nan
                break
            surface(theta, parameters, samples[t % samples.size] if samples.size else -1, out)
            normals(seed, first_run + j, t, z)
            g[0], g[1] = out[1] + noise * z[0], out[2] + noise * z[1]
            rule(t + 1.0, lrs[t], theta, g, hyperparameters, state, m, sigma)
            for i in range(2):
                thetas[j, t, i], sigmas[j, t, i] = theta[i], sigma[i]
                if m[i] != 0.0:
                    theta[i] -= (lrs[t] / sigma[i]) * m[i]


@njit(types.void(_surface, _vector, _vector, _vector, _matrix), nogil=True, cache=True, error_model="numpy")
def sample_grid(surface: Any, parameters: Any, xs: Any, ys: Any, losses: Any) -> None:
    """L on a grid: losses[r, c] is the loss at (xs[c], ys[r])."""
    theta, out = np.empty(2), np.empty(6)
    for r in range(ys.size):
        for c in range(xs.size):
            theta[0], theta[1] = xs[c], ys[r]
            surface(theta, parameters, -1, out)
            losses[r, c] = out[0]
