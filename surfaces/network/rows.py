"""The pieces that forward and backward passes are made of, on rows of one number for each data point.

Every quantity of a neuron is one row of `work`, and only its first m places are used.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from .codes import BATCH, EPS, RELU, TANH
from .elementary import normal, tanh

SUMS = {"contract", "reassoc"}  # a sum may be taken in any order, and a product joined to it


@njit(fastmath=SUMS, error_model="numpy")
def fill(work: Any, target: Any, count: Any, m: Any, values: Any, at: Any) -> None:
    """Row p of the target becomes values[at + p], or 0 where `at` is negative."""
    for p in range(count):
        value = values[at + p] if at >= 0 else 0.0
        for k in range(m):
            work[target + p, k] = value


@njit(fastmath=SUMS, error_model="numpy")
def add_product(
    matrix: Any, at: Any, by_p: Any, by_q: Any, work: Any, source: Any, inputs: Any, target: Any, outputs: Any, m: Any
) -> None:
    """Add to row p of the target Σ_q matrix[at + p·by_p + q·by_q] · row q of the source."""
    for p in range(0, outputs - 1, 2):
        first, second = at + p * by_p, at + (p + 1) * by_p
        y, z = work[target + p], work[target + p + 1]
        for q in range(0, inputs - 3, 4):
            a0, a1 = matrix[first + q * by_q], matrix[first + (q + 1) * by_q]
            a2, a3 = matrix[first + (q + 2) * by_q], matrix[first + (q + 3) * by_q]
            b0, b1 = matrix[second + q * by_q], matrix[second + (q + 1) * by_q]
            b2, b3 = matrix[second + (q + 2) * by_q], matrix[second + (q + 3) * by_q]
            x0, x1, x2, x3 = work[source + q], work[source + q + 1], work[source + q + 2], work[source + q + 3]
            for k in range(m):
                y[k] += (a0 * x0[k] + a1 * x1[k]) + (a2 * x2[k] + a3 * x3[k])
                z[k] += (b0 * x0[k] + b1 * x1[k]) + (b2 * x2[k] + b3 * x3[k])
        for q in range(inputs - inputs % 4, inputs):
            a, b, x = matrix[first + q * by_q], matrix[second + q * by_q], work[source + q]
            for k in range(m):
                y[k] += a * x[k]
                z[k] += b * x[k]
    if outputs % 2:
        p = outputs - 1
        y = work[target + p]
        for q in range(inputs):
            a, x = matrix[at + p * by_p + q * by_q], work[source + q]
            for k in range(m):
                y[k] += a * x[k]


@njit(fastmath=SUMS, error_model="numpy")
def add_outer(g: Any, at: Any, work: Any, left: Any, outputs: Any, right: Any, inputs: Any, m: Any) -> None:
    """Add to g[at + p·inputs + q] the scalar product of row p on the left with row q on the right."""
    for p in range(0, outputs - 1, 2):
        first, second = at + p * inputs, at + (p + 1) * inputs
        y, z = work[left + p], work[left + p + 1]
        for q in range(0, inputs - 3, 4):
            x0, x1, x2, x3 = work[right + q], work[right + q + 1], work[right + q + 2], work[right + q + 3]
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = 0.0
            for k in range(m):
                a0 += y[k] * x0[k]
                a1 += y[k] * x1[k]
                a2 += y[k] * x2[k]
                a3 += y[k] * x3[k]
                b0 += z[k] * x0[k]
                b1 += z[k] * x1[k]
                b2 += z[k] * x2[k]
                b3 += z[k] * x3[k]
            g[first + q] += a0
            g[first + q + 1] += a1
            g[first + q + 2] += a2
            g[first + q + 3] += a3
            g[second + q] += b0
            g[second + q + 1] += b1
            g[second + q + 2] += b2
            g[second + q + 3] += b3
        for q in range(inputs - inputs % 4, inputs):
            x = work[right + q]
            a0 = b0 = 0.0
            for k in range(m):
                a0 += y[k] * x[k]
                b0 += z[k] * x[k]
            g[first + q] += a0
            g[second + q] += b0
    if outputs % 2:
        p = outputs - 1
        y = work[left + p]
        for q in range(inputs):
            x = work[right + q]
            a0 = 0.0
            for k in range(m):
                a0 += y[k] * x[k]
            g[at + p * inputs + q] += a0


@njit(fastmath=SUMS, error_model="numpy")
def scalar_product(work: Any, one: Any, other: Any, m: Any) -> Any:
    """Σ_k of a row times another."""
    total = 0.0
    for k in range(m):
        total += work[one, k] * work[other, k]
    return total


@njit(fastmath=SUMS, error_model="numpy")
def total(work: Any, row: Any, m: Any) -> Any:
    """Σ_k of a row."""
    found = 0.0
    for k in range(m):
        found += work[row, k]
    return found


@njit(error_model="numpy")
def copy_rows(work: Any, source: Any, target: Any, count: Any, m: Any) -> None:
    """The rows of the target become those of the source."""
    for j in range(count):
        for k in range(m):
            work[target + j, k] = work[source + j, k]


@njit(error_model="numpy")
def add_rows(work: Any, source: Any, target: Any, count: Any, m: Any) -> None:
    """Add the rows of the source to those of the target."""
    for j in range(count):
        for k in range(m):
            work[target + j, k] += work[source + j, k]


@njit(error_model="numpy")
def multiply_rows(work: Any, source: Any, target: Any, count: Any, m: Any) -> None:
    """Multiply the rows of the target by those of the source."""
    for j in range(count):
        for k in range(m):
            work[target + j, k] *= work[source + j, k]


@njit(fastmath=SUMS, error_model="numpy")
def scale_and_shift(values: Any, at: Any, work: Any, source: Any, target: Any, count: Any, m: Any) -> None:
    """Row j of the target becomes γ_j · row j of the source + β_j; γ stands at values[at], β after it."""
    for j in range(count):
        gamma, beta = values[at + j], values[at + count + j]
        for k in range(m):
            work[target + j, k] = gamma * work[source + j, k] + beta


@njit(fastmath={"contract"}, error_model="numpy")
def activate(kind: Any, work: Any, values: Any, slopes: Any, bends: Any, count: Any, m: Any) -> None:
    """Rows u become f(u), f′(u) and, where `bends` is not negative, f″(u). ReLU has slope 0 at 0, as in torch."""
    for j in range(count):
        f, slope = work[values + j], work[slopes + j]
        if kind == TANH:
            for k in range(m):
                f[k] = tanh(f[k])
                slope[k] = 1.0 - f[k] * f[k]
            if bends >= 0:
                for k in range(m):
                    work[bends + j, k] = -2.0 * f[k] * slope[k]
        elif kind == RELU:
            for k in range(m):
                slope[k] = 1.0 if f[k] > 0.0 else 0.0
                f[k] = 0.0 if f[k] < 0.0 else f[k]
            if bends >= 0:
                for k in range(m):
                    work[bends + j, k] = 0.0
        else:
            if bends >= 0:
                for k in range(m):
                    _, density = normal(f[k])
                    work[bends + j, k] = density * (2.0 - f[k] * f[k])
            for k in range(m):
                u = f[k]
                part, density = normal(u)
                slope[k] = part + u * density
                f[k] = u * part


@njit(fastmath=SUMS, error_model="numpy")
def normalise(kind: Any, work: Any, z: Any, count: Any, m: Any, inverse: Any, spare: Any) -> None:
    """Rows z become (z − mean)/√(variance + eps), over the points (batch) or over the neurons (layer).

    `inverse` takes 1/√(variance + eps), one for each neuron or each point; `spare` is a row to work on.
    """
    if kind == BATCH:
        for j in range(count):
            x = work[z + j]
            mean = total(work, z + j, m) / m
            for k in range(m):
                x[k] -= mean
            inverse[j] = 1.0 / math.sqrt(scalar_product(work, z + j, z + j, m) / m + EPS)
            for k in range(m):
                x[k] *= inverse[j]
        return
    mean_row = work[spare]
    for k in range(m):
        mean_row[k] = 0.0
        inverse[k] = 0.0
    for j in range(count):
        for k in range(m):
            mean_row[k] += work[z + j, k]
    for k in range(m):
        mean_row[k] /= count
    for j in range(count):
        x = work[z + j]
        for k in range(m):
            x[k] -= mean_row[k]
            inverse[k] += x[k] * x[k]
    for k in range(m):
        inverse[k] = 1.0 / math.sqrt(inverse[k] / count + EPS)
    for j in range(count):
        x = work[z + j]
        for k in range(m):
            x[k] *= inverse[k]


@njit(fastmath=SUMS, error_model="numpy")
def normalise_change(kind: Any, work: Any, v: Any, xhat: Any, count: Any, m: Any, inverse: Any, spare: Any) -> None:
    """Rows v become J·v = (v − mean(v) − x̂·mean(x̂·v))·inverse, J the Jacobian of `normalise`; J is symmetric.

    `spare` and the row after it are worked on.
    """
    if kind == BATCH:
        for j in range(count):
            x, y, scale = work[v + j], work[xhat + j], inverse[j]
            mean = total(work, v + j, m) / m
            along = scalar_product(work, v + j, xhat + j, m) / m
            for k in range(m):
                x[k] = (x[k] - mean - y[k] * along) * scale
        return
    means, alongs = work[spare], work[spare + 1]
    for k in range(m):
        means[k] = 0.0
        alongs[k] = 0.0
    for j in range(count):
        x, y = work[v + j], work[xhat + j]
        for k in range(m):
            means[k] += x[k]
            alongs[k] += x[k] * y[k]
    share = 1.0 / count
    for j in range(count):
        x, y = work[v + j], work[xhat + j]
        for k in range(m):
            x[k] = (x[k] - means[k] * share - y[k] * (alongs[k] * share)) * inverse[k]
