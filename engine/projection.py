"""Points of many parameters as seen in a plane: where they fall on it, and how far from it they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from .snapshots import Kept

Array = NDArray[np.float64]
PLANES = 4  # whose projections are kept
_matrix = types.float64[:, ::1]


@njit(
    types.void(_matrix, types.float64[::1], _matrix, _matrix, types.int64, types.int64, _matrix),
    nogil=True,
    cache=True,
    error_model="numpy",
    fastmath={"reassoc", "contract"},
)
def _project(snapshots: Any, centre: Any, directions: Any, inverse: Any, first: Any, stride: Any, out: Any) -> None:
    """Rows (a, b, step, distance): snapshot k, which begins with θ, belongs to step first + k·stride.

    a and b are those of the nearest point of the plane (least squares): its directions may have any length and angle.
    """
    n = centre.size
    for k in range(snapshots.shape[0]):
        a = b = square = 0.0
        for i in range(n):
            x = snapshots[k, i] - centre[i]
            a += x * inverse[0, i]
            b += x * inverse[1, i]
        for i in range(n):
            left = snapshots[k, i] - centre[i] - a * directions[0, i] - b * directions[1, i]
            square += left * left
        out[k, 0], out[k, 1], out[k, 2], out[k, 3] = a, b, first + k * stride, np.sqrt(square)


def project(thetas: Array, centre: Array, directions: Array) -> Array:
    """(a, b, distance) of the place on the plane that is nearest to each θ; shape (k, 3) for `thetas` of shape (k, n).

    The plane is θ = centre + a·directions[0] + b·directions[1]; its directions may have any length and angle.
    """
    thetas, centre, directions = (np.ascontiguousarray(part, dtype=np.float64) for part in (thetas, centre, directions))
    points = np.empty((len(thetas), 4))
    _project(thetas, centre, directions, _inverse(directions), 0, 1, points)
    return points[:, [0, 1, 3]]


def _inverse(directions: Array) -> Array:
    """The rows that give a and b of what they are multiplied with, shape (2, n)."""
    return np.ascontiguousarray(np.linalg.pinv(directions).T)


@dataclass(frozen=True, eq=False)
class _Plane:
    """Points (a, b, step, distance) of the first `count` snapshots in a plane; those never change."""

    key: bytes
    first: int
    stride: int
    count: int
    points: Array


class Projections:
    """The projections of a run's snapshots on the planes that were asked for last. Any thread may ask."""

    def __init__(self) -> None:
        self._planes: tuple[_Plane, ...] = ()

    def of(self, kept: Kept, centre: Array, directions: Array) -> Array:
        """(a, b, step, distance) of each snapshot, shape (k, 4); only those that are new are projected."""
        centre, directions = (np.ascontiguousarray(part, dtype=np.float64) for part in (centre, directions))
        key = centre.tobytes() + directions.tobytes()
        known = [plane for plane in self._planes if plane.key == key]
        plane = known[0] if known else _Plane(key, kept.first, kept.stride, 0, np.empty((0, 4)))
        if (
            plane.first != kept.first
            or plane.stride > kept.stride
            or plane.count > kept.count * (kept.stride // plane.stride)
        ):
            plane = _Plane(key, kept.first, kept.stride, 0, np.empty((0, 4)))
        points = plane.points[: plane.count : kept.stride // plane.stride]
        done = len(points)
        if plane.stride == kept.stride and len(plane.points) >= kept.count:
            points = plane.points
        else:
            grown = np.empty((max(kept.count, 2 * done), 4))
            grown[:done] = points
            points = grown
        inverse, k = _inverse(directions) if done < kept.count else directions, done
        while k < kept.count:
            block = kept.block(k)
            part = points[k : k + len(block)]
            _project(block, centre, directions, inverse, kept.step(k), kept.stride, part)
            k += len(block)
        plane = _Plane(key, kept.first, kept.stride, kept.count, points)
        self._planes = (plane, *(other for other in self._planes if other.key != key))[:PLANES]
        return points[: kept.count]
