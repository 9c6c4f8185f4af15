"""The native losses over two weights: of prediction and target, summed over the rows (u, v, y) of the data.

A prediction is θ₁·u + θ₂·v: u is 1 for a line with a bias, otherwise the first feature. `HEAD` numbers stand before the
columns u, v, y: what loss and derivatives are divided by, and what the function needs besides. A sample k below the
number of rows gives the gradient of that row alone, with loss and Hessian of all; k + rows gives the gradient alone.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from engine.language.compile import SURFACE_SIGNATURE

HEAD = 10
LOSS_BY, SLOPE_BY, CODE, SCALE = range(4)  # places in the head; the first two are divisors
MINIMUM, LEAST, TRIANGLE = 4, 6, 7  # of `quadratic`: θ (2), the sum of squares there, R11, R12, R22
ABSOLUTE, HUBER, LOG_COSH, CAUCHY, TUKEY, LOGISTIC = range(6)


@njit(SURFACE_SIGNATURE, nogil=True, cache=True, error_model="numpy")
def squares(theta: Any, data: Any, sample: Any, out: Any) -> None:
    """The squares (y − θ₁·u − θ₂·v)², in one loop over the rows in their order.

    The lecture's bursts are seeded by the round-off of this very order of operations.
    """
    n = (data.size - HEAD) // 3
    b, w = theta[0], theta[1]
    loss = grad_b = grad_w = h_bb = h_bw = h_ww = 0.0
    first, last = (0, n) if sample < n else (sample - n, sample - n + 1)
    for k in range(first, last):
        u, x = data[HEAD + k], data[HEAD + n + k]
        r = data[HEAD + 2 * n + k] - b * u - w * x
        loss += r * r
        h_bb += 2.0 * u * u
        h_bw += 2.0 * u * x
        h_ww += 2.0 * x * x
        if sample < 0 or sample == k or sample >= n:
            grad_b = grad_b - 2.0 * r * u
            grad_w = grad_w - 2.0 * r * x
    if sample < 0:
        grad_b, grad_w = grad_b / data[SLOPE_BY], grad_w / data[SLOPE_BY]
    out[1], out[2] = grad_b, grad_w
    if sample < n:
        out[0] = loss / data[LOSS_BY]
        out[3], out[4], out[5] = h_bb / data[SLOPE_BY], h_bw / data[SLOPE_BY], h_ww / data[SLOPE_BY]


@njit(SURFACE_SIGNATURE, nogil=True, cache=True, error_model="numpy")
def quadratic(theta: Any, data: Any, sample: Any, out: Any) -> None:
    """The same squares in a time that does not grow with the rows: their sum is S* + ‖R(θ − θ*)‖², X = QR."""
    n = (data.size - HEAD) // 3
    if sample < n:
        r11, r12, r22 = data[TRIANGLE], data[TRIANGLE + 1], data[TRIANGLE + 2]
        d0, d1 = theta[0] - data[MINIMUM], theta[1] - data[MINIMUM + 1]
        a, b = r11 * d0 + r12 * d1, r22 * d1
        out[0] = (data[LEAST] + (a * a + b * b)) / data[LOSS_BY]
        out[1], out[2] = 2.0 * r11 * a / data[SLOPE_BY], 2.0 * (r12 * a + r22 * b) / data[SLOPE_BY]
        out[3], out[4] = 2.0 * r11 * r11 / data[SLOPE_BY], 2.0 * r11 * r12 / data[SLOPE_BY]
        out[5] = 2.0 * (r12 * r12 + r22 * r22) / data[SLOPE_BY]
    if sample >= 0:
        k = sample % n
        u, x = data[HEAD + k], data[HEAD + n + k]
        r = data[HEAD + 2 * n + k] - theta[0] * u - theta[1] * x
        out[1], out[2] = -2.0 * r * u, -2.0 * r * x


@njit("UniTuple(f8, 3)(i8, f8, f8)", cache=True, error_model="numpy")
def robust(code: Any, r: Any, c: Any) -> Any:
    """Loss of a residual, with its first and second derivative by it; at a kink 0, as torch has it."""
    if code == ABSOLUTE:
        return abs(r), float((r > 0.0) - (r < 0.0)), 0.0
    if code == HUBER:
        if abs(r) <= c:
            return 0.5 * r * r, r, 1.0
        return c * (abs(r) - 0.5 * c), math.copysign(c, r), 0.0
    z = r / c
    if code == LOG_COSH:  # c²·ln cosh(r/c)
        size = abs(z)
        less = math.expm1(-2.0 * size)
        slope = math.copysign(-less / (2.0 + less), z)  # tanh z
        value = -0.5 * math.log1p(-slope * slope) if size < 1.0 else size + math.log1p(1.0 + less) - math.log(2.0)
        return c * c * value, c * slope, 1.0 - slope * slope
    q = z * z
    if code == CAUCHY:  # ½c²·ln(1 + (r/c)²)
        return 0.5 * c * c * math.log1p(q), r / (1.0 + q), (1.0 - q) / ((1.0 + q) * (1.0 + q))
    if q <= 1.0:  # Tukey's biweight, c²/6·(1 − (1 − (r/c)²)³)
        return c * c / 6.0 * q * (3.0 - 3.0 * q + q * q), r * (1.0 - q) * (1.0 - q), (1.0 - q) * (1.0 - 5.0 * q)
    return c * c / 6.0, 0.0, 0.0


@njit("UniTuple(f8, 3)(f8, f8)", cache=True, error_model="numpy")
def logistic(p: Any, y: Any) -> Any:
    """Cross-entropy of σ(p) and a label y in {0, 1}, with its derivatives by p."""
    sign = 1.0 - 2.0 * y
    z = sign * p
    e = math.exp(-abs(z))
    wrong = 1.0 / (1.0 + e) if z > 0.0 else e / (1.0 + e)  # σ(z), the share given to the other label
    return max(z, 0.0) + math.log1p(e), sign * wrong, e / ((1.0 + e) * (1.0 + e))


@njit(SURFACE_SIGNATURE, nogil=True, cache=True, error_model="numpy")
def curved(theta: Any, data: Any, sample: Any, out: Any) -> None:
    """Every other loss, by the code in the head."""
    n = (data.size - HEAD) // 3
    code, c = int(data[CODE]), data[SCALE]
    loss = g0 = g1 = h00 = h01 = h11 = 0.0
    first, last = (0, n) if sample < n else (sample - n, sample - n + 1)
    for k in range(first, last):
        u, v, y = data[HEAD + k], data[HEAD + n + k], data[HEAD + 2 * n + k]
        if code == LOGISTIC:
            value, slope, curve = logistic(theta[0] * u + theta[1] * v, y)
        else:
            value, slope, curve = robust(code, y - theta[0] * u - theta[1] * v, c)
            slope = -slope
        loss += value
        h00 += curve * u * u
        h01 += curve * u * v
        h11 += curve * v * v
        if sample < 0 or sample == k or sample >= n:
            g0 += slope * u
            g1 += slope * v
    if sample < 0:
        g0, g1 = g0 / data[SLOPE_BY], g1 / data[SLOPE_BY]
    out[1], out[2] = g0, g1
    if sample < n:
        out[0] = loss / data[LOSS_BY]
        out[3], out[4], out[5] = h00 / data[SLOPE_BY], h01 / data[SLOPE_BY], h11 / data[SLOPE_BY]
