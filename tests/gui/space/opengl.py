"""The 3-D view as drawn by a real OpenGL; `test_opengl` runs this on a display of its own."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.scenario import SurfaceConfig
from gui.look import run_colour
from gui.main_window import MainWindow
from gui.space.camera import Camera
from gui.space.picking import hidden
from gui.space.relief import TALL
from gui.space.scene import Shot
from gui.space.stage import Stage
from gui.space.view import SpaceView

from ...driving import lesson, wait_done, wait_until
from .conftest import Open

NONE = Qt.KeyboardModifier.NoModifier
SIZE = (1100, 700)
LEFT = Qt.MouseButton.LeftButton


def view_of(window: MainWindow) -> SpaceView:
    view = window.space.view
    assert view is not None
    return view


def settle(view: SpaceView) -> None:
    """Wait until the picture is of what there is to be seen now, and a fine one."""

    def done() -> bool:
        view.session.tick()
        asked, picture = view._asked, view.stage.picture
        assert not view.missing, view.missing
        return bool(
            view.canvas.worker.idle
            and picture
            and picture.shot is asked
            and asked.fine
            and asked.camera == view.stage.camera
            and asked.step == view.session.shown_step
        )

    wait_until(done)


def pixels(image: QImage) -> NDArray[np.uint8]:
    """Red, green and blue, shape (height, width, 3)."""
    rgb = image.convertToFormat(QImage.Format.Format_RGBA8888)
    table = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine() // 4, 4)
    return table[:, : rgb.width(), :3].copy()


def taken(view: SpaceView, shot: Shot) -> NDArray[np.uint8]:
    """The picture of any shot."""
    assert view.studio is not None
    view.studio.ask(shot)
    wait_until(lambda: bool(view.studio and view.studio.result and view.studio.result.shot is shot))
    picture = view.studio.result
    assert picture and picture.image
    return pixels(picture.image)


def with_view(window: MainWindow) -> MainWindow:
    """The window with the 3-D view instead of the canvas, drawn."""
    window.space.show_at("instead")
    settle(view_of(window))
    return window


@pytest.fixture
def window(opened: Open) -> MainWindow:
    return with_view(opened(lesson("L01"), size=SIZE))


def at_pixel(view: SpaceView, x: float, y: float) -> QPoint:
    """Where (x, y) of the surface is seen on the stage."""
    assert view.stage.picture
    shot = view.stage.picture.shot
    at = shot.camera.project(shot.relief.placed(np.array([(x, y)])), shot.size)[0]
    return QPoint(round(at[0]), round(at[1]))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_place_has_the_canvas_colour(opened: Open, theme: str) -> None:
    window = with_view(opened(lesson("L09"), theme, size=SIZE))
    view = view_of(window)
    assert view.stage.picture and view._look
    unlit = replace(view._look, shades=(0.0, 0.0), contour=(0, 0, 0, 0), rim=(0, 0, 0, 0))
    field = window.canvas.worker.result
    assert field is not None
    for camera in (Camera(), Camera(azimuth=100, elevation=70), Camera(azimuth=20, elevation=50, zoom=0.6)):
        shot = replace(view.stage.picture.shot, camera=camera, look=unlit, paths=())
        image = taken(view, shot)
        relief, checked = shot.relief, 0
        rows, columns = np.meshgrid(range(10, 150, 4), range(10, 150, 4))
        left, right, bottom, top = relief.rect
        x = left + (right - left) * columns.ravel() / (relief.z.shape[1] - 1)
        y = bottom + (top - bottom) * rows.ravel() / (relief.z.shape[0] - 1)
        placed = relief.placed(np.column_stack([x, y]))
        seen = ~hidden(relief, camera.place(shot.size), placed, lift=0.01)
        everywhere = relief.scale.band_of(relief.losses)
        bands = everywhere[rows.ravel(), columns.ravel()]
        steep = np.hypot(*np.gradient(everywhere))[rows.ravel(), columns.ravel()]
        middle = (np.abs(bands % 1 - 0.5) < 0.25) & (steep < 0.2)  # so that what a pixel off shows is the same
        losses = relief.losses[rows.ravel(), columns.ravel()]
        expected = field.loss_colours(losses)[:, :3].astype(int)
        for k in np.flatnonzero(seen & middle):
            u, v = camera.project(placed[k : k + 1], shot.size)[0]
            if 3 <= u < shot.width - 3 and 3 <= v < shot.height - 3:
                near = image[int(v) - 2 : int(v) + 3, int(u) - 2 : int(u) + 3].reshape(-1, 3).astype(int)
                assert np.abs(near - expected[k]).max(axis=1).min() <= 3, (camera, x[k], y[k])
                checked += 1
        assert checked > 25


def test_gaps_stay_open_and_are_named(opened: Open) -> None:
    logarithm = replace(lesson("L01"), surface=SurfaceConfig(formula="log(x)+y^2"), start=(1.5, 0.5), window=None)
    window = with_view(opened(logarithm, size=SIZE))
    view = view_of(window)
    assert view.note.isVisible() and "not finite" in view.note.text()
    assert view.stage.picture and view._look
    above = Camera(elevation=89.9, azimuth=-90)
    nothing = (0.0, 0.0, 0.0, 0.0)
    shot = replace(view.stage.picture.shot, camera=above, paths=(), ticks=((), (), ()), numbers=([], [], []))
    image = taken(view, replace(shot, look=replace(view._look, edge=view._look.ground, rim=nothing)))
    ground = np.round(np.array(view._look.ground[:3]) * 255)
    relief = shot.relief
    for x, open_ in ((0.2, True), (0.8, False)):  # of the window's width; log is defined on its right half
        place = np.array([[2 * x - 1, 0.5, 0.3 * TALL]])
        u, v = above.project(place, shot.size)[0]
        assert (np.abs(image[int(v), int(u)] - ground).max() <= 1) == open_, relief.rect


def test_paths_and_heads_stand_where_the_step_says(window: MainWindow) -> None:
    view, session = view_of(window), window.session
    colour = np.array(run_colour(0).getRgb()[:3])

    def coloured() -> int:
        assert view.stage.picture and view.stage.picture.image
        near = np.abs(pixels(view.stage.picture.image).astype(int) - colour).max(axis=2) < 12
        return int(near.sum())

    counts = []
    for step in (0, 10, 60):
        session.seek(step)
        wait_until(lambda step=step: (session.tick(), session.shown_step == step)[1])  # type: ignore[misc]
        settle(view)
        counts.append(coloured())
        head = at_pixel(view, *(float(value) for value in session.runs[0].row(step)[:2]))
        shown = pixels(view.stage.grab().toImage())[head.y(), head.x()].astype(int)
        assert np.abs(shown - colour).max() < 12, step
    assert counts[0] < counts[1] < counts[2]


def test_mouse_and_keys_move_the_eye(window: MainWindow) -> None:
    view = view_of(window)
    stage: Stage = view.stage
    start = window.session.scenario.start
    QTest.mousePress(stage, LEFT, NONE, QPoint(200, 200))
    for x in range(200, 300, 20):
        QTest.mouseMove(stage, QPoint(x, 210))
    QTest.mouseRelease(stage, LEFT, NONE, QPoint(280, 210))
    turned = stage.camera
    assert turned.azimuth == pytest.approx(Camera().azimuth - 0.4 * 80)
    assert turned.elevation == pytest.approx(Camera().elevation + 0.4 * 10)
    settle(view)
    assert window.session.scenario.start == start  # a drag is no click
    at, still = QPointF(200, 200), Qt.ScrollPhase.NoScrollPhase
    up = QPoint(0, 120)
    wheel = QWheelEvent(at, stage.mapToGlobal(at), QPoint(), up, Qt.MouseButton.NoButton, NONE, still, False)
    QApplication.sendEvent(stage, wheel)
    assert stage.camera.zoom < 1
    view.header.reset_button.click()
    assert stage.camera == Camera()
    here = window.session.shown_step
    stage.clearFocus()
    stage.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(stage, Qt.Key.Key_Left)
    QTest.keyClick(stage, Qt.Key.Key_Up)
    QTest.keyClick(stage, Qt.Key.Key_Plus)
    assert stage.camera.azimuth < Camera().azimuth and stage.camera.elevation > Camera().elevation
    assert stage.camera.zoom < 1 and window.session.shown_step == here
    QTest.keyClick(stage, Qt.Key.Key_0)
    assert stage.camera == Camera()
    settle(view)


def test_turning_holds_up_the_window_no_longer_than_a_frame(window: MainWindow) -> None:
    view, spent = view_of(window), []
    for _ in range(20):
        began = time.thread_time()
        view.stage.move_to(view.stage.camera.orbited(5, 0))
        view.stage.repaint()
        spent.append(time.thread_time() - began)
        QTest.qWait(5)
    assert statistics.median(spent) < 0.016
    settle(view)


def test_a_click_starts_there_and_a_double_click_only_resets(window: MainWindow) -> None:
    view, session = view_of(window), window.session
    before = session.scenario
    where = (-6.0, 3.5)
    QTest.mouseClick(view.stage, LEFT, NONE, at_pixel(view, *where))
    wait_done(window)
    assert session.scenario.start == pytest.approx(where, abs=0.06)
    session.undo_stack.undo()
    assert session.scenario == before
    settle(view)
    QTest.mouseMove(view.stage, QPoint(220, 240))
    at = at_pixel(view, *where)
    QTest.mouseClick(view.stage, LEFT, Qt.KeyboardModifier.ShiftModifier, at)
    assert len(session.scenario.runs) == len(before.runs) + 1
    session.undo_stack.undo()
    settle(view)
    view.stage.move_to(view.stage.camera.orbited(30, 0))
    settle(view)
    QTest.mouseClick(view.stage, LEFT, NONE, QPoint(300, 250))
    QTest.mouseDClick(view.stage, LEFT, NONE, QPoint(300, 250))
    assert view.stage.camera == Camera() and session.scenario == before
    QTest.mouseClick(view.stage, LEFT, NONE, QPoint(3, 3))  # beside the surface
    assert session.scenario == before


def test_pointing_shows_the_step_of_a_path_to_all(window: MainWindow) -> None:
    view, session = view_of(window), window.session
    step = session.runs[0].computed // 2
    x, y = (float(value) for value in session.runs[0].row(step)[:2])
    QTest.mouseMove(view.stage, at_pixel(view, x, y))
    assert view.readout.isVisible() and session.hovered is not None
    shown = session.runs[0].row(session.shown_step)
    assert at_pixel(view, *(float(value) for value in shown[:2])).x() == pytest.approx(at_pixel(view, x, y).x(), abs=12)
    settle(view)
    QTest.mouseMove(view.stage, at_pixel(view, 3.0, 4.0))
    assert session.hovered is None
    x, y, loss = (float(part.split(" = ")[1].replace("−", "-")) for part in view.readout.text().split("   ")[:3])
    assert (x, y) == pytest.approx((3.0, 4.0), abs=0.05) and session.simulator
    assert loss == pytest.approx(session.simulator.surface.at((x, y))[0], rel=1e-3)


def test_heights_are_chosen_and_said(window: MainWindow) -> None:
    view = view_of(window)
    seen = []
    for mode in ("linear", "log", "levels"):
        view.header.choices[mode].trigger()
        settle(view)
        assert view.header.heights.text().lower() != "" and window.settings.space_heights == mode
        assert view.stage.picture and view.stage.picture.image and view.stage.picture.shot.relief.scale.mode == mode
        seen.append(pixels(view.stage.picture.image))
    assert not np.array_equal(seen[0], seen[1]) and not np.array_equal(seen[1], seen[2])


def test_it_follows_the_surface_and_the_theme(window: MainWindow) -> None:
    view = view_of(window)
    window.use_theme("light")
    wait_until(lambda: bool(view.stage.picture and view.stage.picture.shot.look.ground[0] > 0.9))
    window.session.set_surface(SurfaceConfig(formula="x^2 - y^2"), "Change the surface")
    wait_done(window)
    settle(view)
    assert view.stage.picture
    relief = view.stage.picture.shot.relief
    saddle = relief.placed(np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]))[:, 2]
    assert saddle[2] < saddle[0] < saddle[1]
