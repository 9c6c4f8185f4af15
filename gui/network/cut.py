"""Planes through a network's parameters that are worked out from a run: in the background, as it takes a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from engine.scenario import SurfaceConfig
from engine.snapshots import Kept
from engine.surface import Surface
from engine.wide import WideRun
from surfaces.network import directions_at
from surfaces.network.planes import principal_components
from surfaces.network.section import plane_surface

from ..newest import Newest

Array = NDArray[np.float64]
MOST = 1024  # snapshots that principal components are made of; of more, evenly spread ones


@dataclass(frozen=True, eq=False)
class Cut:
    """A plane θ = centre + a·d1 + b·d2 through the parameters, and the loss on it.

    Attributes:
        surface: the loss as a function of (a, b).
        shares: of the run's variance, along d1 and d2; None where the plane is not made of a run's path.
        run: whose path or end it goes through; None for the plane of the starts.
    """

    surface: Surface
    shares: tuple[float, float] | None = None
    run: int | None = None

    @property
    def centre(self) -> Array:
        assert self.surface.wide
        return self.surface.wide.origin

    @property
    def directions(self) -> Array:
        assert self.surface.wide
        return self.surface.wide.directions


class Order(NamedTuple):
    """What a cut is made of: the surface that says which kind it is, the run, and all runs to be seen on it."""

    config: SurfaceConfig
    principal: bool
    run: WideRun
    runs: tuple[WideRun, ...]


def spread(kept: Kept, n: int, most: int = MOST) -> Array:
    """At most `most` of a run's θ, evenly spread from the first to the last; shape (k, n)."""
    places = np.unique(np.linspace(0, kept.count - 1, min(most, kept.count)).round().astype(np.int64))
    return np.array([kept[k][:n] for k in places.tolist()])


def make_cut(order: Order) -> Cut | None:
    """Work it out; None where the path has no second point yet."""
    run, wide = order.run, order.run.wide
    if order.principal:
        thetas = spread(run.snapshots.kept, len(wide.names))
        if len(thetas) < 2 or not np.any(thetas != thetas[0]) or not np.isfinite(thetas).all():
            return None
        found = principal_components(thetas)
        shares = float(found.shares[0]), float(found.shares[1])
        return Cut(plane_surface(wide, found.centre, found.directions), shares, run.index)
    end = run.theta_at(run.computed)
    if not np.isfinite(end).all():
        return None
    return Cut(plane_surface(wide, end, directions_at(order.config, end)), None, run.index)


class CutWorker(Newest):
    """Makes the newest cut that is asked for, and sees the paths on it, which the window's thread then need not do."""

    result: Cut | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("plane", parent)

    def _results(self, order: Order) -> Iterator[Cut]:
        cut = make_cut(order)
        if cut is not None:
            for run in order.runs:
                run.path(cut.centre, cut.directions, run.computed)
            yield cut
