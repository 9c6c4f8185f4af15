"""The numbers of the three axes: where they stand in the box, and on which edges they can be read."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..numbers import round_step, show
from .camera import Camera
from .heights import LINEAR, LOG, Heights
from .relief import TALL, Rect
from .scene import Numbers
from .walls import LOW, Ticks, behind

Array = NDArray[np.float64]
WANTED = 5
AWAY, NAME_AWAY, NAME_ABOVE = 15.0, 42.0, 22.0  # pixels from an edge to its numbers and its name
CLEAR = 17.0  # pixels from one line of numbers to the next
SHORT = 44.0  # pixels: an edge that looks shorter has no numbers


class Label(NamedTuple):
    """Words around a point in pixels; `name`: of an axis, not a number."""

    x: float
    y: float
    words: str
    name: bool = False


def nice(low: float, high: float, wanted: int = WANTED) -> list[float]:
    """Round numbers in [low, high], about `wanted`, in steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / wanted
    if not 0 < rough < math.inf:
        return []
    step = round_step(rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, min(last, first + 20) + 1)]


def ticks(rect: Rect, heights: Heights) -> tuple[Ticks, Numbers]:
    """Where the numbers of x, y and L stand in the box, and the numbers."""
    places: list[tuple[float, ...]] = []
    words: list[list[str]] = []
    for low, high in (rect[:2], rect[2:]):
        values = nice(low, high)
        places.append(tuple(2 * (value - low) / (high - low) - 1 for value in values))
        words.append([show(value) for value in values])
    losses = _losses(heights)
    places.append(tuple(float(z) * TALL for z in heights.of(np.array(losses))))
    words.append([show(value, 3) for value in losses])
    return (places[0], places[1], places[2]), (words[0], words[1], words[2])


def _losses(heights: Heights) -> list[float]:
    if heights.ceiling <= heights.floor:
        return [heights.floor]
    if heights.mode == LINEAR:
        return nice(heights.floor, heights.ceiling)
    if heights.mode == LOG:
        return [heights.loss_at(k / (WANTED - 1)) for k in range(WANTED)]
    inner = heights.knots[(heights.knots > heights.floor) & (heights.knots < heights.ceiling)]
    losses = [heights.floor, *inner.tolist(), heights.ceiling]
    chosen = np.unique(np.linspace(0, len(losses) - 1, min(WANTED, len(losses))).round().astype(int))
    return [losses[k] for k in chosen]


def labels(
    camera: Camera,
    size: tuple[float, float],
    places: Ticks,
    words: Numbers,
    names: tuple[str, str, str],
) -> list[Label]:
    """Numbers and names beside the front edges of the ground and the outermost upright edge."""
    wall_x, wall_y = behind(camera, size)
    middle = camera.project(np.array([[0.0, 0.0, TALL / 2], [0.0, 0.0, LOW]]), size)
    upright = [(wall_x, -wall_y), (-wall_x, wall_y)]
    lefts = [camera.project(np.array([[x, y, 0.0]]), size)[0, 0] for x, y in upright]
    side = upright[int(np.argmin(lefts))]
    edges: tuple[tuple[Callable[[float], tuple[float, float, float]], tuple[float, float], Array], ...] = (
        (lambda t: (t, -wall_y, LOW), (-1.0, 1.0), middle[1]),
        (lambda t: (-wall_x, t, LOW), (-1.0, 1.0), middle[1]),
        (lambda t: (*side, t), (0.0, TALL), middle[0]),
    )
    found: list[Label] = []
    for (at, (low, high), centre), own, numbers, name in zip(edges, places, words, names, strict=True):
        ends = camera.project(np.array([at(low), at(high), at((low + high) / 2)]), size)
        length = math.dist(ends[0], ends[1])
        if not length >= SHORT:  # also where it is behind the eye
            continue
        way = _outwards(ends[0], ends[1], centre)
        points = camera.project(np.array([at(t) for t in own]).reshape(-1, 3), size)
        upwards = name == names[2]
        for point, number in zip(points, numbers, strict=True):
            at = point + AWAY * way * _wide(way, number)
            if all(abs(at[1] - other.y) >= CLEAR or abs(at[0] - other.x) >= _room(number, other) for other in found):
                found.append(Label(float(at[0]), float(at[1]), number))
        tip = ends[1] + AWAY * way * 0.6 + (0.0, -NAME_ABOVE) if upwards else ends[2] + NAME_AWAY * way
        found.append(Label(float(tip[0]), float(tip[1]), name, True))
    return found


def _room(words: str, other: Label) -> float:
    return 3.6 * (len(words) + len(other.words)) + 8.0


def _wide(way: Array, words: str) -> float:
    """Long numbers beside an edge stand farther away from it than below it."""
    return 1.0 + abs(float(way[0])) * 0.2 * max(len(words) - 2, 0)


def _outwards(a: Array, b: Array, centre: Array) -> Array:
    """The unit vector in pixels across the edge from a to b, away from `centre`."""
    along = (b - a) / math.dist(a, b)
    across = np.array([along[1], -along[0]])
    return across if float(across @ ((a + b) / 2 - centre)) >= 0 else -across
