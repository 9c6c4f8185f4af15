"""Losses that are no formulas: what each kind of catalogue entry is built of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from engine.scenario import SurfaceConfig
from engine.surface import Surface

from . import network
from .data import place, regression
from .entry import Entry

Points = list[tuple[float, float]]


class Kind(NamedTuple):
    """The functions of one kind; all raise a ConfigError for data that cannot be used.

    `build` gives the surface with its compiled function, `outline` the same without it, quickly; `minima` the known
    minima at this configuration; `place` the entry with the window and start that suit the configuration; `carry` where
    points of one configuration lie in another with the same data.
    """

    build: Callable[[Entry, SurfaceConfig], Surface]
    outline: Callable[[Entry, SurfaceConfig], Surface]
    minima: Callable[[Entry, SurfaceConfig], Points]
    place: Callable[[Entry, SurfaceConfig], Entry] = lambda entry, config: entry
    carry: Callable[[Entry, SurfaceConfig, SurfaceConfig, Sequence[tuple[float, float]]], Points] = (
        lambda entry, before, after, points: list(points)
    )


REGRESSION = Kind(regression.build, regression.outline, regression.minima, place.placed, place.carried)
KINDS = {
    **dict.fromkeys(("linear_regression", "robust_regression", "logistic_regression"), REGRESSION),
    "network": Kind(network.build, network.outline, network.minima),
}
