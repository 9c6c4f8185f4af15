"""Window and start of a loss on data points, where features or data are not those of the catalogue's file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from engine.declaration import chosen
from engine.errors import ConfigError
from engine.scenario import SurfaceConfig

from ..entry import Entry
from .minimum import Pair
from .regression import Task, centre, task
from .rows import RAW

MARGIN = 1.3  # of the window, times the way from its middle to the start
Window = tuple[float, float, float, float]


def placed(entry: Entry, config: SurfaceConfig) -> Entry:
    """The entry with a window around the minimum that contains the start; its own where nothing differs.

    The start makes the same predictions as the entry's own start on the features as they are; on other data all
    weights begin at 0. Data that cannot be used leave the entry as it is.
    """
    features = chosen(entry.options, config.options).get("features", RAW)
    usual = chosen(entry.options, {}).get("features", RAW)
    if config.data in (None, entry.data) and features == usual:
        return entry
    try:
        asked = task(entry, config)
        asked = asked._replace(loss="logistic" if asked.loss == "logistic" else "squares", reduction="mean", c=1.0)
        start, window = _place(asked, entry.start if config.data in (None, entry.data) else (0.0, 0.0))
    except ConfigError:
        return entry
    return replace(entry, start=start, window=window)


def carried(entry: Entry, before: SurfaceConfig, after: SurfaceConfig, points: Sequence[Pair]) -> list[Pair]:
    """Where `points` lie after the features were changed: there they make the same predictions.

    Raises:
        ConfigError: for data that cannot be used.
    """
    old, new = task(entry, before), task(entry, after)
    return [_from_raw(new, _to_raw(old, point)) for point in points]


def _to_raw(asked: Task, point: Pair) -> Pair:
    """The weights that make the same predictions of the features as they are."""
    shift, scale = asked.rows.shift, asked.rows.scale
    first, second = point[0] / scale[0], point[1] / scale[1]
    return (first - second * shift[1] if len(asked.data.columns) == 2 else first), second


def _from_raw(asked: Task, raw: Pair) -> Pair:
    shift, scale = asked.rows.shift, asked.rows.scale
    first = raw[0] + raw[1] * shift[1] if len(asked.data.columns) == 2 else raw[0]
    return first * scale[0], raw[1] * scale[1]


@lru_cache(maxsize=16)
def _place(asked: Task, raw_start: Pair) -> tuple[Pair, Window]:
    start = _from_raw(asked, raw_start)
    return start, natural_window(asked, start)


def natural_window(asked: Task, start: Pair) -> Window:
    """(left, right, bottom, top): the minimum in the middle, the start inside.

    Width by height is the geometric mean of two pictures: one in which a unit is as long on both axes, and one in which
    the curvatures look alike; so a ravine looks like one, but not like a line.
    """
    middle, table = centre(asked), asked.rows
    u, v = float(table.u @ table.u), float(table.v @ table.v)
    wide = (v / u) ** 0.125 if u > 0.0 and v > 0.0 else 1.0
    reach = max(abs(start[0] - middle[0]) / wide, abs(start[1] - middle[1]) * wide) * MARGIN
    if not (reach > 1e-12 * max(map(abs, middle)) and math.isfinite(reach)):
        reach = 1.0
    across, up = reach * wide, reach / wide
    return middle[0] - across, middle[0] + across, middle[1] - up, middle[1] + up
