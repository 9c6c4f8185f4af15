"""The relief: heights between points, what a pixel points at, what is hidden, and paths that lie on it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.scenario import SurfaceConfig
from gui.canvas.field import sample
from gui.space.camera import Camera
from gui.space.drape import MOST_PIECES, drape, thinned
from gui.space.ground import SIDE, relief_of
from gui.space.heights import LEVELS, MODES
from gui.space.picking import hidden, meet
from gui.space.relief import TALL
from surfaces import build

from .scenes import RECT, raised

SIZE = (640.0, 480.0)
PLANE = raised(lambda x, y: 2 * x - 3 * y)
HILL = raised(lambda x, y: np.exp(-8 * ((x - 1) ** 2 / 9 + (y - 2) ** 2)))
HALF = raised(lambda x, y: np.where(x < 1, np.nan, x + y))
inside = st.tuples(st.floats(-1.99, 3.99), st.floats(1.01, 2.99))


@given(inside)
def test_on_a_plane_heights_are_exact_between_the_points(at: tuple[float, float]) -> None:
    x, y = at
    losses = np.array([2 * x - 3 * y])
    assert PLANE.placed(np.array([at]))[0, 2] == pytest.approx(TALL * PLANE.scale.of(losses)[0], abs=1e-12)


@given(inside, st.floats(-180, 180), st.floats(30, 89))
def test_a_pixel_points_at_what_is_seen_there(at: tuple[float, float], azimuth: float, elevation: float) -> None:
    camera = Camera(azimuth, elevation)
    for relief in (PLANE, HILL):
        placed = relief.placed(np.array([at]))
        eye, way = camera.ray(*camera.project(placed, SIZE)[0], SIZE)
        x, y, z = placed[0]
        right, up = relief.z_at(np.array([(x + 1e-3, y), (x, y + 1e-3)]))
        normal = np.array([z - right, z - up, 1e-3])
        if not abs(way @ normal) > 0.3 * np.linalg.norm(normal):
            continue  # seen at too flat an angle to be pointed at
        met = meet(relief, eye, way)
        assert met is not None
        assert np.linalg.norm(met - eye) <= np.linalg.norm(placed[0] - eye) + 1e-3  # that, or what stands before it
        if relief is PLANE and elevation > 45:
            assert relief.to_data(*met[:2]) == pytest.approx(at, abs=1e-3)


def test_beside_the_surface_and_in_a_gap_there_is_nothing() -> None:
    camera = Camera(elevation=60)
    assert meet(PLANE, *camera.ray(2, 2, SIZE)) is None
    hole = np.array([[-0.9, 0.0, 0.0]])
    assert meet(HALF, *camera.ray(*camera.project(hole, SIZE)[0], SIZE)) is None


def test_behind_a_hill_one_is_hidden() -> None:
    eye = Camera(azimuth=0, elevation=8).place(SIZE)
    places = HILL.placed(np.array([(-0.5, 2.0), (2.5, 2.0), (1.0, 2.0)]))  # behind it, before it, on top
    assert hidden(HILL, eye, places).tolist() == [True, False, False]
    assert hidden(HILL, eye, places[:0]).tolist() == []


def test_gaps_have_no_triangles_and_everything_else_has() -> None:
    assert HALF.gaps and not PLANE.gaps
    rows, columns = PLANE.z.shape
    assert len(PLANE.triangles()) == 2 * (rows - 1) * (columns - 1)
    x = HALF.vertices()[HALF.triangles().ravel(), 0]
    assert HALF.to_data(float(x.min()), 0)[0] == pytest.approx(1, abs=0.1) and x.max() == 1
    assert len(PLANE.rim()) == 2 * (rows - 1 + columns - 1) > len(HALF.rim())


def test_a_path_lies_on_the_surface_and_ends_at_the_border() -> None:
    points = np.array([(-1.0, 2.0, 0.0), (3.0, 2.5, 1.0), (1e300, 2.5, 2.0), (np.nan, 0.0, 3.0)])
    pieces = drape(points, HILL).astype(float)
    for ends in (pieces[:, :4], pieces[:, 4:]):
        assert np.abs(HILL.z_at(ends[:, :2]) - ends[:, 2]).max() < 1e-4
        assert (np.abs(ends[:, :2]) <= 1).all() and (np.diff(ends[:, 3]) >= 0).all()
    assert pieces[0, :2] == pytest.approx(HILL.to_box(points[:1])[0], abs=1e-6)
    assert HILL.to_data(*pieces[-1, 4:6])[0] == pytest.approx(3.0, abs=1e-5)  # 1e300 cannot be told from the border


def test_a_crossing_of_the_window_is_cut_to_it() -> None:
    pieces = drape(np.array([(-5.0, 2.0, 0.0), (7.0, 2.0, 1.0)]), PLANE)
    assert pieces[:, 0].min() == -1 and pieces[:, 4].max() == 1
    assert not len(drape(np.array([(-5.0, 9.0, 0.0), (7.0, 9.0, 1.0)]), PLANE))
    assert not len(drape(np.empty((0, 3)), PLANE))


def test_in_gaps_there_is_no_path() -> None:
    pieces = drape(np.array([(-1.5, 2.0, 0.0), (3.5, 2.0, 1.0)]), HALF)
    assert len(pieces) and HALF.to_data(float(pieces[:, 0].min()), 0)[0] > 0.9


@pytest.mark.parametrize("pace", [1e-4, 0.05, 3.0])
def test_of_the_longest_path_there_is_no_more_than_can_be_drawn(pace: float) -> None:
    walk = np.cumsum(np.random.default_rng(0).normal(size=(131_072, 2)) * pace, axis=0)
    points = np.column_stack([np.abs(walk % (12, 4) - (6, 2)) + (-2, 1), np.arange(len(walk))])
    pieces = drape(points, HILL)
    assert 0 < len(pieces) <= 1.5 * MOST_PIECES
    kept = thinned(np.column_stack([HILL.to_box(points), points[:, 2]]))
    assert kept[0, 2] == 0 and kept[-1, 2] == len(points) - 1


@pytest.mark.parametrize("mode", MODES)
def test_the_canvas_field_becomes_a_relief_of_the_same_window(mode: str) -> None:
    surface = build(SurfaceConfig(formula="log(x)*y^2 + exp(x^3)"))
    field = sample(surface, (-1.0, 9.0, -2.0, 2.0), 300, 200)
    relief = relief_of(field, mode)
    assert relief is not None and relief.rect == field.rect and relief.z.shape == (SIDE, SIDE)
    assert relief.gaps  # log of what is below 0, and e^729
    for x, y in ((0.5, 1.0), (2.0, -1.0)):
        z = float(relief.placed(np.array([(x, y)]))[0, 2])
        assert z == pytest.approx(TALL * relief.scale.of(surface.at((x, y))[:1])[0], abs=0.02)


def test_where_nothing_is_finite_there_is_no_relief() -> None:
    surface = build(SurfaceConfig(formula="log(-1 - x^2)"))
    assert relief_of(sample(surface, RECT, 40, 30), LEVELS) is None
