"""Planes through a network's parameters that are worked out from a run: in the background, as it takes a moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from engine.errors import ConfigError
from engine.scenario import SurfaceConfig
from surfaces import find_entry
from surfaces.network import Plane, plane_of

from ..newest import Newest

if TYPE_CHECKING:
    from engine.wide import WideRun


MOST = 1024  # places of the path that principal components are made of; of more, evenly spread ones
FARTHEST = 1e100  # a parameter beyond is no longer on any plane: the loss there is infinite


class Order(NamedTuple):
    """What a plane is made of: the surface, whose options say which plane; the run; all runs to be seen on it."""

    config: SurfaceConfig
    run: WideRun
    runs: tuple[WideRun, ...]


class Cut(NamedTuple):
    """A plane, and the index of the run that it is made of."""

    plane: Plane
    run: int


class NoCut:
    """None can be made of the run: it does not move, or goes off at once."""


def spread(run: WideRun, most: int = MOST) -> NDArray[np.float64]:
    """At most `most` of a run's θ, evenly spread from the first to the last that is not off; shape (k, n)."""
    kept, n, last = run.snapshots.kept, len(run.wide.names), run.computed
    places = np.unique(np.linspace(0, kept.count - 1, min(most, kept.count)).round().astype(np.int64)).tolist()
    end = [run.theta_at(last)] if kept.step(places[-1]) < last else []
    thetas: NDArray[np.float64] = np.array([*(kept[k][:n] for k in places), *end])
    near: NDArray[np.float64] = thetas[(np.abs(thetas) < FARTHEST).all(axis=1)]
    return near


class CutWorker(Newest):
    """Makes the newest cut that is asked for, and sees the paths on it, which the window's thread then need not do."""

    result: Cut | NoCut | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("plane", parent)

    def _results(self, order: Order) -> Iterator[Cut | NoCut]:
        path = spread(order.run)
        try:
            plane = plane_of(find_entry(order.config), order.config, order.run.wide, path, self.abandoned)
        except ConfigError:
            yield NoCut()
            return
        if plane is not None:
            for run in order.runs:
                run.path(plane.centre, plane.directions, run.computed)
            yield Cut(plane, order.run.index)
