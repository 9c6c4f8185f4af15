"""The camera: what it projects it finds again, the box is whole in sight, and it goes neither below nor inside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.space.camera import FARTHEST, FLATTEST, NEAREST, STEEPEST, Camera
from gui.space.relief import TALL

SIZES = ((240.0, 200.0), (640.0, 480.0), (1200.0, 420.0), (300.0, 700.0))
cameras = st.builds(
    Camera,
    azimuth=st.floats(-180, 180),
    elevation=st.floats(FLATTEST, STEEPEST),
    zoom=st.floats(NEAREST, FARTHEST),
)
places = st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, TALL))
sizes = st.sampled_from(SIZES)


@given(camera=cameras, size=sizes, place=places)
def test_the_ray_through_a_points_pixel_meets_the_point(
    camera: Camera, size: tuple[float, float], place: tuple[float, float, float]
) -> None:
    (x, y), point = camera.project(np.array([place]), size)[0], np.array(place)
    if not np.isfinite([x, y]).all():
        return  # behind the eye
    origin, way = camera.ray(x, y, size)
    assert np.linalg.norm(np.cross(point - origin, way)) == pytest.approx(0, abs=1e-8)
    assert float((point - origin) @ way) > 0


@given(camera=cameras, size=sizes, place=places)
def test_pixels_are_those_of_the_matrix_that_the_graphics_processor_gets(
    camera: Camera, size: tuple[float, float], place: tuple[float, float, float]
) -> None:
    clip = camera.matrix(size) @ (*place, 1.0)
    if clip[3] <= 1e-6:
        return
    expected = ((clip[0] / clip[3] + 1) / 2 * size[0], (1 - clip[1] / clip[3]) / 2 * size[1])
    assert camera.project(np.array([place]), size)[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("azimuth", range(-180, 180, 30))
def test_the_whole_box_is_in_sight_however_it_is_turned(size: tuple[float, float], azimuth: float) -> None:
    corners = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (0, TALL)], dtype=float)
    pixels = Camera(azimuth=azimuth).project(corners, size)
    assert (pixels >= 0).all() and (pixels <= size).all()


@given(camera=cameras, x=st.floats(-1000, 1000), y=st.floats(-1000, 1000), factor=st.floats(0.01, 100))
def test_the_eye_stays_above_the_ground_and_at_a_distance(camera: Camera, x: float, y: float, factor: float) -> None:
    moved = camera.orbited(x, y).zoomed(factor)
    assert FLATTEST <= moved.elevation <= STEEPEST and NEAREST <= moved.zoom <= FARTHEST
    assert moved.place((640.0, 480.0))[2] > 0


def test_turning_there_and_back_changes_nothing() -> None:
    there = Camera().orbited(150, 10)
    assert there != Camera() and there.orbited(-150, -10).azimuth == pytest.approx(Camera().azimuth)


def test_what_is_dragged_stays_under_the_pointer() -> None:
    size, camera = (640.0, 480.0), Camera()
    target = np.array([camera.target])
    before, after = camera.project(target, size)[0], camera.panned(40, -25, size).project(target, size)[0]
    assert after - before == pytest.approx((40, -25), abs=1e-6)
