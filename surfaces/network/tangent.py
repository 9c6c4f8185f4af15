"""The exact product of the Hessian with a vector: the gradient's code differentiated along that vector.

R{·} is the derivative along v (Pearlmutter, 'Fast exact multiplication by the Hessian', 1994). The rows of `work` as in
`mlp`, and beyond `shift` the same rows once more for R of the values, R of act′, R of x̂ and R of the derivatives.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .codes import BATCH, CROSS_ENTROPY, LAYERS, LOSS, NONE, NORM, SIZES, SKIP
from .freshness import version
from .mlp import GROUPS, SPARE, forward, gather, output_loss, shape
from .rows import (
    SUMS,
    add_outer,
    add_product,
    add_rows,
    copy_rows,
    fill,
    multiply_rows,
    normalise_change,
    scalar_product,
    total,
)


@njit(fastmath=SUMS, error_model="numpy")
def inverse_change(
    norm: Any, work: Any, xhat: Any, change: Any, count: Any, m: Any, inverse: Any, changed: Any
) -> None:
    """R of 1/√(variance + eps), which is −inverse²·mean(x̂·R{z}); the rows `change` hold R{z}."""
    if norm == BATCH:
        for j in range(count):
            changed[j] = -inverse[j] * inverse[j] * scalar_product(work, xhat + j, change + j, m) / m
        return
    for k in range(m):
        changed[k] = 0.0
    for j in range(count):
        for k in range(m):
            changed[k] += work[xhat + j, k] * work[change + j, k]
    for k in range(m):
        changed[k] *= -inverse[k] * inverse[k] / count


@njit(fastmath=SUMS, error_model="numpy")
def normalise_bend(
    norm: Any,
    work: Any,
    e: Any,
    re: Any,
    xhat: Any,
    rxhat: Any,
    count: Any,
    m: Any,
    inverse: Any,
    changed: Any,
    spare: Any,
) -> None:
    """Rows e become J·e, rows `re`, which hold R{e}, become R{J·e} = R{J}·e + J·R{e}, J as in `normalise_change`."""
    if norm == BATCH:
        for j in range(count):
            along = scalar_product(work, xhat + j, e + j, m) / m
            bent = scalar_product(work, rxhat + j, e + j, m) / m
            normalise_change(norm, work, re + j, xhat + j, 1, m, inverse[j:], spare)
            normalise_change(norm, work, e + j, xhat + j, 1, m, inverse[j:], spare)
            ratio = changed[j] / inverse[j]
            for k in range(m):
                inner = work[rxhat + j, k] * along + work[xhat + j, k] * bent
                work[re + j, k] += ratio * work[e + j, k] - inverse[j] * inner
        return
    along_row, bent_row = work[spare + 2], work[spare + 3]
    for k in range(m):
        along_row[k] = 0.0
        bent_row[k] = 0.0
    for j in range(count):
        for k in range(m):
            along_row[k] += work[xhat + j, k] * work[e + j, k]
            bent_row[k] += work[rxhat + j, k] * work[e + j, k]
    normalise_change(norm, work, re, xhat, count, m, inverse, spare)
    normalise_change(norm, work, e, xhat, count, m, inverse, spare)
    share = 1.0 / count
    for j in range(count):
        for k in range(m):
            inner = work[rxhat + j, k] * along_row[k] + work[xhat + j, k] * bent_row[k]
            work[re + j, k] += changed[k] / inverse[k] * work[e + j, k] - inverse[k] * share * inner


@njit(fastmath=SUMS, error_model="numpy")
def forward_change(
    theta: Any, v: Any, parameters: Any, work: Any, inverse: Any, changed: Any, shift: Any, out: Any, m: Any
) -> None:
    """R of all that `forward` has filled, from the inputs to the output."""
    layers, norm, skip = int(parameters[LAYERS]), int(parameters[NORM]), parameters[SKIP] != 0.0
    source, width, at = 0, int(parameters[SIZES]), 0
    row = width + 1
    for i in range(1, layers):
        count = int(parameters[SIZES + i])
        bias, slopes, xhat, bends = at + count * width, row + count, row + 2 * count, row + 3 * count
        z = shift + (row if norm == NONE else xhat)
        fill(work, z, count, m, v, bias)
        add_product(v, at, width, 1, work, source, width, z, count, m)
        if i > 1:
            add_product(theta, at, width, 1, work, shift + source, width, z, count, m)
        at = bias + count
        if norm != NONE:
            inverse_change(norm, work, xhat, z, count, m, inverse[i], changed[i])
            normalise_change(norm, work, z, xhat, count, m, inverse[i], shift - SPARE)
            for j in range(count):
                gamma, r_gamma, r_beta = theta[at + j], v[at + j], v[at + count + j]
                for k in range(m):
                    work[shift + row + j, k] = gamma * work[z + j, k] + r_gamma * work[xhat + j, k] + r_beta
            at += 2 * count
        for j in range(count):
            for k in range(m):
                work[shift + slopes + j, k] = work[bends + j, k] * work[shift + row + j, k]
                work[shift + row + j, k] *= work[slopes + j, k]
        if skip and i > 1 and count == width:
            add_rows(work, shift + source, shift + row, count, m)
        source, width = row, count
        row += GROUPS * count
    fill(work, shift + out, 1, m, v, at + width)
    add_product(v, at, width, 1, work, source, width, shift + out, 1, m)
    if layers > 1:
        add_product(theta, at, width, 1, work, shift + source, width, shift + out, 1, m)


@njit(fastmath=SUMS, error_model="numpy")
def backward_change(
    theta: Any,
    v: Any,
    parameters: Any,
    work: Any,
    inverse: Any,
    changed: Any,
    shift: Any,
    out: Any,
    m: Any,
    product: Any,
) -> None:
    """Add R of what these points give to the gradient; row `out` and its R hold the derivative by the output."""
    layers, norm, skip = int(parameters[LAYERS]), int(parameters[NORM]), parameters[SKIP] != 0.0
    width = int(parameters[SIZES + layers - 1])
    at = theta.size - width - 1
    source = out - GROUPS * width if layers > 1 else 0
    add_outer(product, at, work, shift + out, 1, source, width, m)
    if layers > 1:
        add_outer(product, at, work, out, 1, shift + source, width, m)
    product[at + width] += total(work, shift + out, m)
    spare = shift - SPARE
    back, other = out + 1, out + 1 + (spare - out - 1) // 2
    fill(work, back, width, m, theta, -1)
    fill(work, shift + back, width, m, theta, -1)
    add_product(theta, at, 1, width, work, out, 1, back, width, m)
    add_product(theta, at, 1, width, work, shift + out, 1, shift + back, width, m)
    add_product(v, at, 1, width, work, out, 1, shift + back, width, m)
    for i in range(layers - 1, 0, -1):
        count, row, width = width, source, int(parameters[SIZES + i - 1])
        source = row - GROUPS * width if i > 1 else 0
        at -= count * (width + (1 if norm == NONE else 3))
        bias, slopes, xhat = at + count * width, row + count, row + 2 * count
        if skip and i > 1 and count == width:
            copy_rows(work, back, other, count, m)
            copy_rows(work, shift + back, shift + other, count, m)
        else:
            fill(work, other, width, m, theta, -1)
            fill(work, shift + other, width, m, theta, -1)
        for j in range(count):
            for k in range(m):
                work[shift + back + j, k] = (
                    work[shift + back + j, k] * work[slopes + j, k] + work[back + j, k] * work[shift + slopes + j, k]
                )
        multiply_rows(work, slopes, back, count, m)
        if norm != NONE:
            for j in range(count):
                by_gamma = scalar_product(work, shift + back + j, xhat + j, m)
                product[bias + count + j] += by_gamma + scalar_product(work, back + j, shift + xhat + j, m)
                product[bias + 2 * count + j] += total(work, shift + back + j, m)
                gamma, r_gamma = theta[bias + count + j], v[bias + count + j]
                for k in range(m):
                    work[shift + back + j, k] = gamma * work[shift + back + j, k] + r_gamma * work[back + j, k]
                    work[back + j, k] *= gamma
            normalise_bend(norm, work, back, shift + back, xhat, shift + xhat, count, m, inverse[i], changed[i], spare)
        add_outer(product, at, work, shift + back, count, source, width, m)
        for j in range(count):
            product[bias + j] += total(work, shift + back + j, m)
        if i > 1:
            add_outer(product, at, work, back, count, shift + source, width, m)
            add_product(theta, at, 1, width, work, back, count, other, width, m)
            add_product(theta, at, 1, width, work, shift + back, count, shift + other, width, m)
            add_product(v, at, 1, width, work, back, count, shift + other, width, m)
        back, other = other, back


def _compiled(version: str) -> Any:
    @njit("void(f8[::1], f8[::1], i8[::1], f8[::1], f8[::1])", nogil=True, cache=True, error_model="numpy")
    def hessian_vector(theta: Any, parameters: Any, batch: Any, v: Any, product: Any) -> None:
        """H·v into `product`, H the Hessian of `mlp.loss` over the batch (all points where it is empty); exact.

        Where ReLU has its kink, its second derivative counts as 0.
        """
        len(version)
        size, block, widest, hidden = shape(parameters, batch.size)
        layers, inputs = int(parameters[LAYERS]), int(parameters[SIZES])
        out = inputs + 1 + GROUPS * hidden
        spare = out + 1 + 2 * widest
        shift = spare + SPARE
        work = np.empty((shift + spare, block))
        inverse = np.empty((layers, max(widest, block)))
        changed = np.empty((layers, max(widest, block)))
        product[:] = 0.0
        for start in range(0, size, block):
            m = min(block, size - start)
            gather(parameters, batch, start, m, work)
            forward(theta, parameters, work, inverse, out, spare, m, True)
            forward_change(theta, v, parameters, work, inverse, changed, shift, out, m)
            output_loss(int(parameters[LOSS]), work, out, inputs, m)
            for k in range(m):
                if parameters[LOSS] == CROSS_ENTROPY:
                    chance = work[out, k] + work[inputs, k]
                    work[shift + out, k] *= chance * (1.0 - chance) / size
                else:
                    work[shift + out, k] *= 2.0 / size
                work[out, k] /= size
            backward_change(theta, v, parameters, work, inverse, changed, shift, out, m, product)

    return hessian_vector


hessian_vector: Any = _compiled(version())
