"""A real network: its loss over all its parameters, and on a plane of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.errors import ConfigError
from engine.scenario import SurfaceConfig
from engine.surface import Surface, Wide

from .apart import compile_apart
from .architecture import OPTIONS, PARAMETERS, Network
from .planes import AXES, random_directions
from .views import Plane, choices, plane_of

if TYPE_CHECKING:  # it asks here what a network declares
    from ..entry import Entry

__all__ = ["OPTIONS", "PARAMETERS", "Network", "Plane", "build", "minima", "network", "outline", "plane_of"]


def network(options: Mapping[str, str], parameters: Mapping[str, float]) -> Surface:
    """The loss of a network on the plane of two random filter-normalised directions through its initial weights.

    The native code is compiled the first time on a machine, in a process of its own, which takes half a minute.

    Args:
        options: choices out of `OPTIONS`; `plane` is of no matter here: `plane_of` finds the plane of a path.
        parameters: numbers out of `PARAMETERS`.

    Raises:
        ConfigError: as `Network.of`, for a watched weight that the network does not have, or if compiling is cancelled.
    """
    wide = _wide(options, parameters)
    compile_apart()
    from .mlp import loss  # native code is loaded only where a network is wanted
    from .section import plane_surface

    return plane_surface(replace(wide, function=loss), wide.origin, wide.directions)


def build(entry: Entry, config: SurfaceConfig) -> Surface:
    """As `network`, of a catalogue entry."""
    return network(*choices(entry, config))


def outline(entry: Entry, config: SurfaceConfig) -> Surface:
    """The same without its functions."""
    wide = _wide(*choices(entry, config))
    return Surface(None, wide.parameters, AXES, samples=wide.samples, wide=wide)


def minima(entry: Entry, config: SurfaceConfig) -> list[tuple[float, float]]:
    """None are known."""
    return []


def _wide(options: Mapping[str, str], parameters: Mapping[str, float]) -> Wide:
    made = Network.of(options, parameters)
    number = {parameter.name: int(parameters.get(parameter.name, parameter.default)) for parameter in PARAMETERS}
    for name in ("watch_1", "watch_2"):
        if number[name] >= made.count:
            template = "{name} = {value} is out of range; this network has the weights 0 … {last}"
            where = f"surface.parameters.{name}"
            raise ConfigError(template, where, name=name, value=number[name], last=made.count - 1)
    return replace(_outlined(made, number["plane_seed"]), watched=(number["watch_1"], number["watch_2"]))


@lru_cache(maxsize=4)
def _outlined(made: Network, plane_seed: int) -> Wide:
    origin = made.initial()
    directions = random_directions(origin, made.parts, plane_seed)
    return Wide(None, made.parameters(), made.names, origin, directions, made.points)
