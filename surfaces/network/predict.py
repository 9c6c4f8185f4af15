"""What a network answers: its output at any inputs, in plain NumPy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .codes import ACTIVATION, BATCH, EPS, GELU, LAYERS, NONE, NORM, POINTS, SIZES, SKIP, TANH

Array = NDArray[np.float64]
_erf = np.vectorize(math.erf, otypes=[np.float64])


def sizes(parameters: Array) -> list[int]:
    """How many inputs, hidden neurons in each layer, and outputs there are."""
    found: list[int] = parameters[SIZES : SIZES + int(parameters[LAYERS]) + 1].astype(np.int64).tolist()
    return found


def data_points(parameters: Array) -> tuple[Array, Array]:
    """The data that the loss stands on: inputs, shape (inputs, points), and targets, shape (points,)."""
    points, inputs = int(parameters[POINTS]), int(parameters[SIZES])
    at = SIZES + int(parameters[LAYERS]) + 1
    found = parameters[at : at + (inputs + 1) * points].reshape(inputs + 1, points)
    return found[:-1], found[-1]


def predict(theta: Array, parameters: Array, inputs: Array) -> Array:
    """The output (of a classifier the logit of label 1) at `inputs`, shape (inputs, m); the result has shape (m,).

    Batch normalisation takes mean and variance of all data points, as the loss over all of them does.
    """
    widths = sizes(parameters)
    layers = len(widths) - 1
    kind, norm, skip = int(parameters[ACTIVATION]), int(parameters[NORM]), parameters[SKIP] != 0.0
    known = data_points(parameters)[0]
    count = known.shape[1] if norm == BATCH else 0
    values = np.hstack([known[:, :count], inputs])
    at = 0
    for i, (width, after) in enumerate(zip(widths[:-1], widths[1:], strict=True), start=1):
        weight = theta[at : at + after * width].reshape(after, width)
        at += after * width
        z = weight @ values + theta[at : at + after, None]
        at += after
        if i == layers:
            answer: Array = z[0, count:]
            return answer
        if norm != NONE:
            part, axis = (z[:, :count], 1) if norm == BATCH else (z, 0)
            centred = z - part.mean(axis, keepdims=True)
            gamma, beta = theta[at : at + after, None], theta[at + after : at + 2 * after, None]
            z = gamma * centred / np.sqrt(part.var(axis, keepdims=True) + EPS) + beta
            at += 2 * after
        h = np.tanh(z) if kind == TANH else _gelu(z) if kind == GELU else np.maximum(z, 0.0)
        values = values + h if skip and i > 1 and after == width else h
    raise ValueError("a network has at least one layer")


def _gelu(z: Array) -> Array:
    found: Array = 0.5 * z * (1.0 + _erf(z * math.sqrt(0.5)))
    return found
