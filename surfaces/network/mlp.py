"""The loss of a multilayer perceptron and its gradient by all parameters: one native function for every architecture.

θ is laid out as torch's nn.Sequential of nn.Linear, norm and activation has its parameters: for each layer W (out, in) row
by row, b, and for a hidden layer with a norm γ and β. A hidden layer is h ← act(norm(W·h + b)), with a skip connection
h ← h + act(norm(W·h + b)) where it is as wide as the hidden layer before it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from engine.surface import WIDE_SIGNATURE

from .rows import (
    BATCH,
    NONE,
    activate,
    add_outer,
    add_product,
    fill,
    normalise,
    normalise_change,
    scalar_product,
    total,
)

# Places in `parameters`: number of linear layers, then sizes[0 … layers], then X (inputs, points), then Y (points).
LAYERS, ACTIVATION, NORM, SKIP, LOSS, POINTS, SIZES = range(7)
SQUARES, CROSS_ENTROPY = range(2)
BLOCK = 128  # points that go through all layers together: their rows stay in the nearest cache


@njit("UniTuple(i8, 2)(f8[::1])", error_model="numpy")
def shape(parameters: Any) -> Any:
    """(widest layer, sum of the widths of the hidden layers)."""
    layers = int(parameters[LAYERS])
    widest = hidden = 0
    for i in range(layers + 1):
        width = int(parameters[SIZES + i])
        widest = max(widest, width)
        hidden += width if 0 < i < layers else 0
    return widest, hidden


@njit("void(f8[::1], i8[::1], i8, i8, f8[:, ::1])", error_model="numpy")
def gather(parameters: Any, batch: Any, start: Any, m: Any, work: Any) -> None:
    """Put m data points from place `start` of the batch into the first rows, the targets into the row after them."""
    points, inputs = int(parameters[POINTS]), int(parameters[SIZES])
    data = SIZES + int(parameters[LAYERS]) + 1
    for i in range(inputs + 1):
        if batch.size == 0:
            for k in range(m):
                work[i, k] = parameters[data + i * points + start + k]
        else:
            for k in range(m):
                work[i, k] = parameters[data + i * points + batch[start + k]]


@njit("f8(i8, f8[:, ::1], i8, i8, i8)", fastmath={"contract"}, error_model="numpy")
def output_loss(kind: Any, work: Any, output: Any, target: Any, m: Any) -> Any:
    """The summed loss of the points; the output's row becomes its derivative by the output."""
    loss = 0.0
    for k in range(m):
        z, y = work[output, k], work[target, k]
        if kind == SQUARES:
            loss += (z - y) * (z - y)
            work[output, k] = 2.0 * (z - y)
        else:
            e = math.exp(-abs(z))
            loss += max(z, 0.0) - z * y + math.log1p(e)
            work[output, k] = (1.0 if z >= 0.0 else e) / (1.0 + e) - y
    return loss


@njit(WIDE_SIGNATURE, nogil=True, cache=True, error_model="numpy")
def loss(theta: Any, parameters: Any, batch: Any, g: Any) -> Any:
    """The mean loss over the batch (all points where it is empty), and its gradient into g.

    Squares: mean of (z − y)². Cross-entropy: mean of log(1 + eᶻ) − y·z for labels y of 0 or 1, z the one logit.
    Batch normalisation takes mean and biased variance of the batch, as torch does in training. For rows and `work`: see
    `rows`. Row by row: the points, their targets; for each hidden layer its values, slopes f′, normalised values; the
    output; two sets of derivatives; two spare rows.
    """
    layers, inputs = int(parameters[LAYERS]), int(parameters[SIZES])
    kind, norm, skip = int(parameters[ACTIVATION]), int(parameters[NORM]), parameters[SKIP] != 0.0
    widest, hidden = shape(parameters)
    size = batch.size if batch.size else int(parameters[POINTS])
    block = size if norm == BATCH else min(size, BLOCK)
    out = inputs + 1 + 3 * hidden
    delta, other, spare = out + 1, out + 1 + widest, out + 1 + 2 * widest
    work = np.empty((spare + 2, block))
    inverse = np.empty((layers, max(widest, block)))
    g[:] = 0.0
    result = 0.0
    for start in range(0, size, block):
        m = min(block, size - start)
        gather(parameters, batch, start, m, work)
        at, source, width = 0, 0, inputs
        row = inputs + 1
        for i in range(1, layers):
            after = int(parameters[SIZES + i])
            bias, slopes, xhat = at + after * width, row + after, row + 2 * after
            z = row if norm == NONE else xhat
            fill(work, z, after, m, theta, bias)
            add_product(theta, at, width, 1, work, source, width, z, after, m)
            at = bias + after
            if norm != NONE:
                normalise(norm, work, z, after, m, inverse[i], spare)
                for j in range(after):
                    gamma, beta = theta[at + j], theta[at + after + j]
                    for k in range(m):
                        work[row + j, k] = gamma * work[xhat + j, k] + beta
                at += 2 * after
            activate(kind, work, row, slopes, -1, after, m)
            if skip and i > 1 and after == width:
                for j in range(after):
                    for k in range(m):
                        work[row + j, k] += work[source + j, k]
            source, width = row, after
            row += 3 * after
        fill(work, out, 1, m, theta, at + width)
        add_product(theta, at, width, 1, work, source, width, out, 1, m)
        result += output_loss(int(parameters[LOSS]), work, out, inputs, m)
        for k in range(m):
            work[out, k] /= size
        # Backwards: `back` are the derivatives by what layer i has put out, or by its W·h + b
        add_outer(g, at, work, out, 1, source, width, m)
        g[at + width] += total(work, out, m)
        fill(work, delta, width, m, theta, -1)
        add_product(theta, at, 1, width, work, out, 1, delta, width, m)
        back, spared = delta, other
        for i in range(layers - 1, 0, -1):
            after, width = width, int(parameters[SIZES + i - 1])
            row = source
            slopes, xhat = row + after, row + 2 * after
            source = 0 if i == 1 else row - 3 * width
            at -= after * (width + 1) + (2 * after if norm != NONE else 0)
            bias = at + after * width
            through = skip and i > 1 and after == width
            if i > 1:
                if through:
                    for j in range(after):
                        for k in range(m):
                            work[spared + j, k] = work[back + j, k]
                else:
                    fill(work, spared, width, m, theta, -1)
            for j in range(after):
                for k in range(m):
                    work[back + j, k] *= work[slopes + j, k]
            if norm != NONE:
                for j in range(after):
                    gamma = theta[bias + after + j]
                    g[bias + after + j] += scalar_product(work, back + j, xhat + j, m)
                    g[bias + 2 * after + j] += total(work, back + j, m)
                    for k in range(m):
                        work[back + j, k] *= gamma
                normalise_change(norm, work, back, xhat, after, m, inverse[i], spare)
            add_outer(g, at, work, back, after, source, width, m)
            for j in range(after):
                g[bias + j] += total(work, back + j, m)
            if i > 1:
                add_product(theta, at, 1, width, work, back, after, spared, width, m)
            back, spared = spared, back
    return result / size
