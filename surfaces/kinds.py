"""Losses that are no formulas: what each kind of catalogue entry is built of."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from engine.scenario import SurfaceConfig
from engine.surface import Surface

from . import network, regression
from .entry import Entry

Points = list[tuple[float, float]]


class Kind(NamedTuple):
    """The functions of one kind; all raise a ConfigError for data that cannot be used.

    `build` gives the surface with its compiled function, `outline` the same without it, quickly; `minima` the known
    minima at this configuration.
    """

    build: Callable[[Entry, SurfaceConfig], Surface]
    outline: Callable[[Entry, SurfaceConfig], Surface]
    minima: Callable[[Entry, SurfaceConfig], Points]


KINDS = {
    "linear_regression": Kind(regression.build, regression.outline, regression.minima),
    "network": Kind(network.build, network.outline, network.minima),
}
