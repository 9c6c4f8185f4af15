"""Where a ray meets the relief."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .relief import TALL, Relief

Array = NDArray[np.float64]

SAMPLES, HALVINGS = 700, 24
SIGHTS = 160  # places between a point and the eye


def meet(relief: Relief, origin: Array, way: Array) -> tuple[float, float, float] | None:
    """The first point of the surface on a ray, in the box, as the eye sees it; None beside the surface and in gaps."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        a = (np.array([-1.0, -1.0, -1e-9]) - origin) / way
        b = (np.array([1.0, 1.0, TALL + 1e-9]) - origin) / way
    enter = max(float(np.nanmax(np.minimum(a, b))), 0.0)
    leave = float(np.nanmin(np.maximum(a, b)))
    if not enter < leave:
        return None
    t = np.linspace(enter, leave, SAMPLES)
    above = _above(relief, origin, way, t)
    signs = np.sign(above)
    crossed = np.flatnonzero((signs[:-1] * signs[1:] <= 0) & np.isfinite(above[:-1]) & np.isfinite(above[1:]))
    if not crossed.size:
        return None
    k = int(crossed[0])
    low, high, side = float(t[k]), float(t[k + 1]), signs[k]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if np.sign(_above(relief, origin, way, np.array([middle]))[0]) == side:
            low = middle
        else:
            high = middle
    x, y, z = (origin + (low + high) / 2 * way).tolist()
    return x, y, z


def hidden(relief: Relief, eye: Array, points: Array, lift: float = 0.03) -> NDArray[np.bool_]:
    """Which of the points of the surface, shape (n, 3), lie behind the surface for the eye; `lift` raises them."""
    raised = points + (0.0, 0.0, lift)
    share = np.linspace(0.0, 1.0, SIGHTS)[None, :, None]
    line = raised[:, None, :] + share * (eye - raised)[:, None, :] * 0.6
    z = relief.z_at(line.reshape(-1, 3)[:, :2]).reshape(len(points), SIGHTS)
    with np.errstate(invalid="ignore"):
        below = line[:, :, 2] < z
    return np.asarray(below.any(axis=1), dtype=np.bool_)


def _above(relief: Relief, origin: Array, way: Array, t: Array) -> Array:
    line = origin + t[:, None] * way
    above: Array = line[:, 2] - relief.z_at(line[:, :2])
    return above
