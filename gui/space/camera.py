"""From where the relief is looked at: an orbit around the box, and what that makes of points and pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .relief import TALL

Array = NDArray[np.float64]
Place = tuple[float, float, float]

FIELD = 0.46  # radians of the view's height
AZIMUTH, ELEVATION = -62.0, 38.0
STEEPEST, FLATTEST = 90.0, 4.0
NEAREST, FARTHEST = 0.3, 2.5
ROOM = (54.0, 26.0)  # pixels left free at the sides, and above and below, for the numbers of the axes
MIDDLE = (0.0, 0.0, 0.36 * TALL)


@dataclass(frozen=True)
class Camera:
    """Angles in degrees; `zoom` is the distance as a multiple of the one from which the whole box is seen."""

    azimuth: float = AZIMUTH
    elevation: float = ELEVATION
    zoom: float = 1.0
    target: Place = MIDDLE

    def orbited(self, azimuth: float, elevation: float) -> Camera:
        """Turned by angles."""
        raised = min(max(self.elevation + elevation, FLATTEST), STEEPEST)
        return replace(self, azimuth=(self.azimuth + azimuth + 180.0) % 360.0 - 180.0, elevation=raised)

    def zoomed(self, factor: float) -> Camera:
        """Nearer for factors below 1."""
        return replace(self, zoom=min(max(self.zoom * factor, NEAREST), FARTHEST))

    def panned(self, dx: float, dy: float, size: tuple[float, float]) -> Camera:
        """Moved so that what is at the target moves by (dx, dy) pixels of a view of `size`."""
        right, up, _ = self._axes()
        unit = 2 * math.tan(FIELD / 2) * self._distance(size) / size[1]
        moved = np.array(self.target) + unit * (dy * up - dx * right)
        x, y, z = np.clip(moved, (-1.2, -1.2, -0.4), (1.2, 1.2, TALL + 0.4)).tolist()
        return replace(self, target=(x, y, z))

    def place(self, size: tuple[float, float]) -> Array:
        """Where the eye is, for a view of `size` pixels."""
        eye: Array = np.array(self.target) + self._distance(size) * self._axes()[2]
        return eye

    def matrix(self, size: tuple[float, float]) -> Array:
        """From the box to clip coordinates, shape (4, 4), acting on columns."""
        right, up, back = self._axes()
        turned = np.eye(4)
        turned[:3, :3] = (right, up, back)
        turned[:3, 3] = -turned[:3, :3] @ self.place(size)
        distance = self._distance(size)
        reach = 2.2 + math.dist(self.target, MIDDLE)  # the box lies within
        near, far = max(distance - reach, 0.05), distance + reach
        focal = 1 / math.tan(FIELD / 2)
        lens = np.zeros((4, 4))
        lens[0, 0], lens[1, 1] = focal * size[1] / size[0], focal
        lens[2, 2:] = (far + near) / (near - far), 2 * far * near / (near - far)
        lens[3, 2] = -1.0
        seen: Array = lens @ turned
        return seen

    def project(self, points: Array, size: tuple[float, float]) -> Array:
        """Points of the box in pixels from the top left, shape (n, 3) → (n, 2); NaN behind the eye."""
        clip = np.column_stack([points, np.ones(len(points))]) @ self.matrix(size).T
        with np.errstate(divide="ignore", invalid="ignore"):
            seen = np.where(clip[:, 3:] > 1e-6, clip[:, :2] / clip[:, 3:], np.nan)
        return np.column_stack([(seen[:, 0] + 1) / 2 * size[0], (1 - seen[:, 1]) / 2 * size[1]])

    def ray(self, x: float, y: float, size: tuple[float, float]) -> tuple[Array, Array]:
        """The eye, and the unit vector from it through a pixel."""
        right, up, back = self._axes()
        unit = math.tan(FIELD / 2)
        across = (2 * x / size[0] - 1) * unit * size[0] / size[1]
        way = across * right + (1 - 2 * y / size[1]) * unit * up - back
        return self.place(size), way / np.linalg.norm(way)

    def _distance(self, size: tuple[float, float]) -> float:
        return self.zoom * _fitting(size)

    def _axes(self) -> tuple[Array, Array, Array]:
        """Unit vectors to the right, up, and towards the eye."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        back = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
        right = np.array([-math.sin(a), math.cos(a), 0.0])
        return right, np.cross(back, right), back


@cache
def _fitting(size: tuple[float, float]) -> float:
    """The distance from which the box, however turned, fits into a view with room for the axes."""
    angles = np.linspace(0, 2 * math.pi, 24, endpoint=False)
    e = math.radians(ELEVATION)
    limits = [max(1 - 2 * room / length, 0.3) for room, length in zip(ROOM, size, strict=True)]
    unit = math.tan(FIELD / 2)
    needed = 0.0
    for z in (0.0, TALL):
        x, y, up = 1.36 * np.cos(angles), 1.36 * np.sin(angles), z - MIDDLE[2]
        towards = x * math.cos(e) + up * math.sin(e)
        tall = up * math.cos(e) - x * math.sin(e)
        across = np.abs(y) / (unit * limits[0] * size[0] / size[1])
        needed = max(needed, float((towards + np.maximum(across, np.abs(tall) / (unit * limits[1]))).max()))
    return needed
