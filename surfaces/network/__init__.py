"""A real network: its loss over all its parameters, and on a plane of them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.surface import Surface, Wide

from .architecture import OPTIONS, PARAMETERS, Network
from .planes import random_directions

__all__ = ["OPTIONS", "PARAMETERS", "Network", "network"]


def network(options: Mapping[str, str], parameters: Mapping[str, float]) -> Surface:
    """The loss of a network on the plane of two random filter-normalised directions through its initial weights.

    The native code is compiled the first time, which takes many seconds.

    Args:
        options: choices out of `OPTIONS`.
        parameters: numbers out of `PARAMETERS`.

    Raises:
        ConfigError: as `Network.of`.
    """
    made = Network.of(options, parameters)
    from .mlp import loss  # native code is loaded only where a network is wanted
    from .section import plane_surface

    origin = made.initial()
    directions = random_directions(origin, made.parts, int(parameters.get("plane_seed", 0)))
    wide = Wide(loss, made.parameters(), made.names, origin, directions, made.points)
    return plane_surface(wide, origin, directions)
