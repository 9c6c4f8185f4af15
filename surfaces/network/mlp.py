"""The loss of a multilayer perceptron and its gradient by all parameters: one native function for every architecture.

θ is laid out as torch's nn.Sequential of nn.Linear, norm and activation has its parameters: for each layer W (out, in)
row by row, b, and for a hidden layer with a norm γ and β. A hidden layer is h ← act(norm(W·h + b)), with a skip
connection h ← h + act(norm(W·h + b)) where it is as wide as the hidden layer before it.

The rows of `work` (see `rows`), m data points long: the inputs, the targets; for each hidden layer groups of as many
rows as it has neurons: values h, slopes act′, normalised values x̂, bends act″; the output; two sets of derivatives;
spare rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from engine.surface import WIDE_SIGNATURE

from .codes import ACTIVATION, BATCH, LAYERS, LOSS, NONE, NORM, POINTS, SIZES, SKIP, SQUARES
from .elementary import exp_negative, log1p_unit
from .freshness import version
from .rows import (
    activate,
    add_outer,
    add_product,
    add_rows,
    copy_rows,
    fill,
    multiply_rows,
    normalise,
    normalise_change,
    scalar_product,
    scale_and_shift,
    total,
)

GROUPS, SPARE = 4, 6  # groups of rows for each hidden layer, and spare rows
BLOCK = 128  # points that go through all layers together: their rows stay in the nearest cache


@njit(error_model="numpy")
def shape(parameters: Any, batch: Any) -> Any:
    """(points, points at a time, widest layer, number of hidden neurons); `batch` is the size of the batch, 0: all."""
    layers = int(parameters[LAYERS])
    widest = hidden = 0
    for i in range(layers + 1):
        width = int(parameters[SIZES + i])
        widest = max(widest, width)
        hidden += width if 0 < i < layers else 0
    size = batch if batch else int(parameters[POINTS])
    return size, size if parameters[NORM] == BATCH else min(size, BLOCK), widest, hidden


@njit(error_model="numpy")
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


@njit(error_model="numpy")
def forward(theta: Any, parameters: Any, work: Any, inverse: Any, out: Any, spare: Any, m: Any, curved: Any) -> Any:
    """Fill the rows from the inputs to `out`, the output; with act″ if `curved`. Returns where the last W stands."""
    layers = int(parameters[LAYERS])
    kind, norm, skip = int(parameters[ACTIVATION]), int(parameters[NORM]), parameters[SKIP] != 0.0
    source, width, at = 0, int(parameters[SIZES]), 0
    row = width + 1
    for i in range(1, layers):
        count = int(parameters[SIZES + i])
        bias, xhat = at + count * width, row + 2 * count
        z = row if norm == NONE else xhat
        fill(work, z, count, m, theta, bias)
        add_product(theta, at, width, 1, work, source, width, z, count, m)
        at = bias + count
        if norm != NONE:
            normalise(norm, work, z, count, m, inverse[i], spare)
            scale_and_shift(theta, at, work, xhat, row, count, m)
            at += 2 * count
        activate(kind, work, row, row + count, row + 3 * count if curved else -1, count, m)
        if skip and i > 1 and count == width:
            add_rows(work, source, row, count, m)
        source, width = row, count
        row += GROUPS * count
    fill(work, out, 1, m, theta, at + width)
    add_product(theta, at, width, 1, work, source, width, out, 1, m)
    return at


@njit(fastmath={"contract", "reassoc"}, error_model="numpy")
def output_loss(kind: Any, work: Any, output: Any, target: Any, m: Any) -> Any:
    """The summed loss of the points; the output's row becomes its derivative by the output."""
    loss = 0.0
    z, y = work[output], work[target]
    if kind == SQUARES:
        for k in range(m):
            loss += (z[k] - y[k]) * (z[k] - y[k])
            z[k] = 2.0 * (z[k] - y[k])
    else:
        for k in range(m):
            e = exp_negative(-abs(z[k]))
            loss += (0.0 if z[k] < 0.0 else z[k]) - z[k] * y[k] + log1p_unit(e)
            z[k] = (e if z[k] < 0.0 else 1.0) / (1.0 + e) - y[k]
    return loss


@njit(error_model="numpy")
def backward(
    theta: Any, parameters: Any, work: Any, inverse: Any, out: Any, spare: Any, m: Any, at: Any, g: Any
) -> None:
    """Add to g what these points give to it, from the derivative by the output, which row `out` holds."""
    layers, norm, skip = int(parameters[LAYERS]), int(parameters[NORM]), parameters[SKIP] != 0.0
    width = int(parameters[SIZES + layers - 1])
    source = out - GROUPS * width if layers > 1 else 0
    add_outer(g, at, work, out, 1, source, width, m)
    g[at + width] += total(work, out, m)
    back, other = out + 1, out + 1 + (spare - out - 1) // 2
    fill(work, back, width, m, theta, -1)
    add_product(theta, at, 1, width, work, out, 1, back, width, m)
    for i in range(layers - 1, 0, -1):
        count, row, width = width, source, int(parameters[SIZES + i - 1])
        source = row - GROUPS * width if i > 1 else 0
        at -= count * (width + (1 if norm == NONE else 3))
        bias = at + count * width
        if skip and i > 1 and count == width:
            copy_rows(work, back, other, count, m)
        else:
            fill(work, other, width, m, theta, -1)
        multiply_rows(work, row + count, back, count, m)
        if norm != NONE:
            for j in range(count):
                g[bias + count + j] += scalar_product(work, back + j, row + 2 * count + j, m)
                g[bias + 2 * count + j] += total(work, back + j, m)
                for k in range(m):
                    work[back + j, k] *= theta[bias + count + j]
            normalise_change(norm, work, back, row + 2 * count, count, m, inverse[i], spare)
        add_outer(g, at, work, back, count, source, width, m)
        for j in range(count):
            g[bias + j] += total(work, back + j, m)
        if i > 1:
            add_product(theta, at, 1, width, work, back, count, other, width, m)
        back, other = other, back


def _compiled(version: str) -> Any:
    @njit(WIDE_SIGNATURE, nogil=True, cache=True, error_model="numpy")
    def loss(theta: Any, parameters: Any, batch: Any, g: Any) -> Any:
        """The mean loss over the batch (all points where it is empty), and its gradient into g.

        Squares: mean of (z − y)². Cross-entropy: mean of log(1 + eᶻ) − y·z for labels y of 0 or 1, z the one logit.
        Batch normalisation takes mean and biased variance of the batch, as torch does in training. An empty g
        is left alone: the loss by itself takes a bit more than half of the time.
        """
        len(version)
        size, block, widest, hidden = shape(parameters, batch.size)
        inputs = int(parameters[SIZES])
        out = inputs + 1 + GROUPS * hidden
        spare = out + 1 + 2 * widest
        work, inverse = np.empty((spare + SPARE, block)), np.empty((int(parameters[LAYERS]), max(widest, block)))
        g[:] = 0.0
        result = 0.0
        for start in range(0, size, block):
            m = min(block, size - start)
            gather(parameters, batch, start, m, work)
            last = forward(theta, parameters, work, inverse, out, spare, m, False)
            result += output_loss(int(parameters[LOSS]), work, out, inputs, m)
            if g.size:
                for k in range(m):
                    work[out, k] /= size
                backward(theta, parameters, work, inverse, out, spare, m, last, g)
        return result / size

    return loss


loss: Any = _compiled(version())
