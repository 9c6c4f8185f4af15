"""Planes of a network: filter-normalised directions, principal components, and the exact surface on a plane."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import ConfigError
from engine.projection import project
from engine.scenario import SurfaceConfig
from engine.surface import LOSS_ONLY
from surfaces import build, find_entry
from surfaces.network import Network, network, plane_of
from surfaces.network.planes import principal_components, random_directions
from surfaces.network.views import window_of

OPTIONS = {"activation": "gelu", "normalisation": "layer", "skip": "yes"}
PARAMETERS = {"width": 6.0, "depth": 3.0, "points": 60.0}


def test_each_filter_is_as_long_as_the_networks() -> None:
    made = Network.of(OPTIONS, PARAMETERS)
    theta = made.initial()
    directions = random_directions(theta, made.parts, 4)
    for part in made.parts:
        place = slice(part.start, part.start + part.size)
        for direction in directions:
            if part.filters:
                rows, wanted = direction[place].reshape(part.shape), theta[place].reshape(part.shape)
                np.testing.assert_allclose(np.linalg.norm(rows, axis=1), np.linalg.norm(wanted, axis=1))
            else:
                assert not direction[place].any()
    assert not np.array_equal(directions, random_directions(theta, made.parts, 5))


def test_the_plane_is_exact() -> None:
    surface = network(OPTIONS, PARAMETERS)
    wide = surface.wide
    assert wide is not None
    a, b, h = 0.3, -0.4, 1e-4
    g = np.empty(len(wide.origin))
    theta = wide.origin + a * wide.directions[0] + b * wide.directions[1]
    value = wide.function(theta, wide.parameters, np.empty(0, np.int64), g)
    look = surface.at((a, b))
    assert look[0] == pytest.approx(value, rel=1e-14)
    np.testing.assert_allclose(look[1:3], wide.directions @ g, rtol=1e-12)
    for step, (first, second) in (((h, 0.0), (3, 4)), ((0.0, h), (4, 5))):
        right, left = surface.at((a + step[0], b + step[1])), surface.at((a - step[0], b - step[1]))
        np.testing.assert_allclose(look[[first, second]], (right - left)[1:3] / (2 * h), rtol=1e-6, atol=1e-7)
    alone = np.empty(6)
    surface.function(np.array([a, b]), surface.parameters, LOSS_ONLY, alone)
    assert alone[0] == look[0] and np.isnan(alone[1:]).all()


@pytest.mark.parametrize(("count", "n"), [(300, 40), (40, 300), (3, 10), (2, 5), (500, 2)])
def test_principal_components_are_those_of_the_whole_decomposition(count: int, n: int) -> None:
    rng = np.random.default_rng(count)
    path = np.cumsum(rng.standard_normal((count, n)) * np.geomspace(1, 0.1, n), axis=0) + 5.0
    found = principal_components(path)
    assert found is not None
    _, lengths, components = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(found.centre, path.mean(axis=0))
    np.testing.assert_allclose(found.shares, (lengths**2 / np.sum(lengths**2))[:2], atol=1e-12)
    for mine, other in list(zip(found.directions, components, strict=False))[: min(2, count - 1)]:
        assert abs(mine @ other) == pytest.approx(1.0, abs=1e-8)
        assert mine[np.argmax(np.abs(mine))] > 0


def test_a_path_at_rest_has_none_and_a_search_can_be_stopped() -> None:
    with pytest.raises(ConfigError, match="does not move"):
        principal_components(np.ones((5, 3)))
    assert principal_components(np.random.default_rng(0).standard_normal((50, 20)), lambda: True) is None


def test_principal_components_of_a_path_that_diverges() -> None:
    """Their squares are beyond the largest number."""
    path = np.random.default_rng(0).standard_normal((12, 30)) * 10.0 ** np.arange(12)[:, None]
    near, far = (principal_components(part) for part in (path, path * 1e150))
    assert near is not None and far is not None
    np.testing.assert_allclose(far.directions, near.directions, atol=1e-9)
    np.testing.assert_allclose(far.shares, near.shares, atol=1e-12)


def test_the_plane_that_the_option_asks_for() -> None:
    parameters = {"width": 4.0, "depth": 1.0, "points": 20.0}
    start = build(SurfaceConfig("network", parameters=parameters)).wide
    assert start is not None
    path = start.origin + np.cumsum(np.random.default_rng(2).standard_normal((80, len(start.origin))), axis=0)
    found = {}
    for choice in ("random", "random at end", "pca"):
        config = SurfaceConfig("network", parameters=parameters, options={"plane": choice})
        plane = plane_of(find_entry(config), config, start, path)
        assert plane is not None
        found[choice] = plane
        wide = plane.surface.wide
        assert wide is not None and np.array_equal(wide.origin, plane.centre)
        value = start.function(plane.centre, start.parameters, np.empty(0, np.int64), np.empty(0))
        assert plane.surface.at((0.0, 0.0))[0] == pytest.approx(value, rel=1e-14)
    np.testing.assert_array_equal(found["random"].centre, start.origin)
    np.testing.assert_array_equal(found["random at end"].centre, path[-1])
    pca = found["pca"]
    assert found["random"].shares is None and pca.shares is not None and 0.5 < sum(pca.shares) < 1.0
    left, right, bottom, top = pca.window
    places = project(path, pca.centre, pca.directions)
    assert left < places[:, 0].min() < places[:, 0].max() < right
    assert bottom < places[:, 1].min() < places[:, 1].max() < top
    # What is left of the path's variance lies off the plane.
    total = np.sum((path - path.mean(axis=0)) ** 2)
    assert np.sum(places[:, 2] ** 2) / total == pytest.approx(1 - sum(pca.shares), rel=1e-9)


def test_a_straight_path_has_a_window_with_two_sides() -> None:
    left, right, bottom, top = window_of(np.column_stack([np.linspace(0, 10, 5), np.zeros(5)]))
    assert right - left == pytest.approx(15.0) and top - bottom == pytest.approx(6.0)
