"""The plane that is shown of a network once it has been trained for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.declaration import check_values, chosen
from engine.errors import ConfigError
from engine.projection import project
from engine.scenario import SurfaceConfig
from engine.surface import Surface, Wide

from .architecture import Network
from .planes import never, principal_components, random_directions

if TYPE_CHECKING:  # it asks here what a network declares
    from ..entry import Entry

Array = NDArray[np.float64]
Window = tuple[float, float, float, float]
COMPONENTS = ("PC 1", "PC 2")
WINDOW: Window = (-1.5, 1.5, -1.5, 1.5)
MARGIN, NARROWEST = 0.25, 0.05  # of the longer side of what a path spans


def choices(entry: Entry, config: SurfaceConfig) -> tuple[dict[str, str], dict[str, float]]:
    """All choices and numbers, those of the entry where the scenario has none."""
    if config.data:
        raise ConfigError("a network learns the built-in data that its option names", "surface.data")
    names = [parameter.name for parameter in entry.parameters]
    values = check_values(entry.parameters, config.parameters, "surface.parameters")
    return chosen(entry.options, config.options), dict(zip(names, values, strict=True))


class Plane(NamedTuple):
    """A plane θ = centre + a·d1 + b·d2 of a network's parameters.

    Attributes:
        surface: the loss on it.
        centre: shape (n,).
        directions: shape (2, n).
        shares: of principal components, the share of the path's variance along each; None of other planes.
        window: (left, right, bottom, top) that it is natural to look at.
    """

    surface: Surface
    centre: Array
    directions: Array
    shares: tuple[float, float] | None
    window: Window


def plane_of(
    entry: Entry, config: SurfaceConfig, wide: Wide, path: Array, stopped: Callable[[], bool] = never
) -> Plane | None:
    """The plane that the option `plane` asks for.

    Args:
        entry, config: of the network.
        wide: its loss as `build` has made it.
        path: θ at steps of the run, shape (k, n).
        stopped: asked now and then.

    Returns:
        None where it was stopped.

    Raises:
        ConfigError: for principal components of a path that does not move, and for the end of an empty one.
    """
    from .section import plane_surface  # native code is loaded only where a network is wanted

    options, parameters = choices(entry, config)
    choice = options["plane"]
    shares, window = None, WINDOW
    if choice == "pca":
        found = principal_components(path, stopped)
        if found is None:
            return None
        centre, directions, shares = found.centre, found.directions, (float(found.shares[0]), float(found.shares[1]))
        window = window_of(project(path, centre, directions)[:, :2])
    elif choice == "random at end":
        if not len(path):
            raise ConfigError("a path that is nowhere has no end; let it run first")
        centre = path[-1].copy()
        parts = Network.of(options, parameters).parts
        directions = random_directions(centre, parts, int(parameters["plane_seed"]))
    else:
        centre, directions = wide.origin, wide.directions
    surface = plane_surface(wide, centre, directions)
    if shares:
        surface = replace(surface, axes=COMPONENTS)
    return Plane(surface, centre, directions, shares, window)


def window_of(places: Array) -> Window:
    """What `places`, shape (k, 2), span, and a margin around it."""
    low, high = places.min(axis=0), places.max(axis=0)
    longest = float(np.max(high - low))
    half = np.maximum((high - low) / 2, NARROWEST * longest) + MARGIN * longest
    (left, bottom), (right, top) = (low + high) / 2 - half, (low + high) / 2 + half
    return float(left), float(right), float(bottom), float(top)
