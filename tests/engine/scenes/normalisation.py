"""Features of different size, normalised or not: how round the loss is, and how long gradient descent takes."""

from __future__ import annotations

import numpy as np

import surfaces
from surfaces.data.rows import rows

from . import Array, Check, distance, eigenvalues, first, run, scenario


def condition(scene: str) -> float:
    low, high = eigenvalues(scene, 0.0, 0.0)
    return float(high / low)


def steps_to_a_thousandth(scene: str) -> int:
    """Updates until the distance from the minimum is a thousandth of what it was."""
    ((minimum,), _) = surfaces.known_points(scenario(scene).surface)
    away = distance(run(scene, 0), minimum)
    return first(away < 1e-3 * away[0])


def units(scene: str) -> Array:
    """What the next layer sees of the two hidden units, shape (256, 2)."""
    config = scenario(scene).surface
    data = surfaces.find_entry(config).data
    assert data
    return rows(data, config.options["features"], False).design


CHECKS = [
    Check("N01", "condition number, raw", lambda: condition("N01"), 1e4),
    Check("N01", "condition number, normalised", lambda: condition("N01b"), high=3),
    Check("N01", "steps with the best single rate, raw", lambda: steps_to_a_thousandth("N01"), 1e5, 1.5e5),
    Check("N01", "steps with the best single rate, normalised", lambda: steps_to_a_thousandth("N01b"), high=10),
    Check("N02", "condition number of the next layer's loss, raw", lambda: condition("N02"), 1000),
    Check("N02", "condition number of the next layer's loss, normalised", lambda: condition("N02b"), high=1.5),
    Check("N02", "largest mean of a unit", lambda: np.abs(units("N02b").mean(axis=0)).max(), high=1e-12),
    Check("N02", "largest error of a deviation", lambda: np.abs(units("N02b").std(axis=0) - 1).max(), high=1e-12),
    Check("N02b", "steps with η = 0.5", lambda: steps_to_a_thousandth("N02b"), 1, 2),
    Check("N02b", "steps without", lambda: steps_to_a_thousandth("N02"), 12000, 12500),
]
