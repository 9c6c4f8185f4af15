"""The box around the relief: a ground and the two walls behind it, with a grid at the numbers of the axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .camera import Camera
from .relief import TALL

Ticks = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
LOW = -0.03  # the ground lies a little below the lowest place


def behind(camera: Camera, size: tuple[float, float]) -> tuple[float, float]:
    """x and y of the two walls that are farther from the eye."""
    x, y, _ = camera.place(size)
    return (-1.0 if x > 0 else 1.0), (-1.0 if y > 0 else 1.0)


def grid(camera: Camera, size: tuple[float, float], ticks: Ticks) -> NDArray[np.float32]:
    """Thin lines on ground and walls, as pieces (x, y, z, 0, x', y', z', 0), shape (n, 8)."""
    wall_x, wall_y = behind(camera, size)
    lines: list[tuple[float, ...]] = []
    for x in ticks[0]:
        lines += [(x, -1, LOW, x, 1, LOW), (x, wall_y, LOW, x, wall_y, TALL)]
    for y in ticks[1]:
        lines += [(-1, y, LOW, 1, y, LOW), (wall_x, y, LOW, wall_x, y, TALL)]
    for z in ticks[2]:
        lines += [(-1, wall_y, z, 1, wall_y, z), (wall_x, -1, z, wall_x, 1, z)]
    return _pieces(lines)


def edges(camera: Camera, size: tuple[float, float]) -> NDArray[np.float32]:
    """The edges of the ground and of the walls, as `grid`."""
    x, y = behind(camera, size)
    lines: list[tuple[float, ...]] = [(-1, -1, LOW, 1, -1, LOW), (-1, 1, LOW, 1, 1, LOW)]
    lines += [(-1, -1, LOW, -1, 1, LOW), (1, -1, LOW, 1, 1, LOW)]
    lines += [(x, y, LOW, x, y, TALL), (x, -y, LOW, x, -y, TALL), (-x, y, LOW, -x, y, TALL)]
    lines += [(-1, y, TALL, 1, y, TALL), (x, -1, TALL, x, 1, TALL)]
    return _pieces(lines)


def _pieces(lines: list[tuple[float, ...]]) -> NDArray[np.float32]:
    ends = np.array(lines, dtype=np.float32).reshape(-1, 2, 3)
    return np.concatenate([ends, np.zeros((len(ends), 2, 1), np.float32)], axis=2).reshape(-1, 8)
