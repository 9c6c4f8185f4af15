"""Driving the real window as a person does: with mouse and key events, and waiting until it has done its work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine import lessons
from engine.runner import LOOK_AHEAD
from engine.scenario import Scenario
from gui.app import make_app
from gui.assets import ASSETS
from gui.language import apply_language
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.theme import apply_theme

LESSONS = lessons.load_all(ASSETS / "lessons")


def lesson(lesson_id: str) -> Scenario:
    """A lesson's scene by its id."""
    return next(scene for scene in LESSONS if scene.id == lesson_id)


def open_window(
    scenario: Scenario, theme: str = "dark", language: str = "en", size: tuple[int, int] = (1440, 860)
) -> MainWindow:
    """A shown window on `scenario`, with everything computed and drawn."""
    app = make_app([])
    apply_language(app, language)
    apply_theme(app, theme)
    window = MainWindow(scenario, LESSONS, replace(Settings(), language=language, theme=theme))
    window.resize(*size)
    window.show()
    wait_done(window)
    return window


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Let the window work until `condition` holds."""
    app = QApplication.instance()
    assert app is not None
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "the window did not get there in time"
        app.processEvents()
        time.sleep(0.001)


def wait_done(window: MainWindow) -> None:
    """Wait until the scenario in use is computed (as far as it is looked ahead) and drawn."""
    session = window.session

    def done() -> bool:
        session.tick()
        status = session.status
        ahead = min(status.reach, LOOK_AHEAD) if session.look_ahead else 0
        drawn = window.canvas.worker.result is not None
        return session.current and session.up_to_date and status.computed >= ahead and drawn

    wait_until(done)
    for _ in range(3):
        QApplication.processEvents()


def place(window: MainWindow, x: float, y: float) -> QPoint:
    """Where (x, y) of the surface lies on the canvas's viewport."""
    scene = window.canvas.box.mapViewToScene(QPointF(x, y))
    return window.canvas.plot.mapFromScene(scene)


def click(window: MainWindow, x: float, y: float, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Click on the canvas at (x, y) of the surface."""
    QTest.mouseClick(window.canvas.plot.viewport(), Qt.MouseButton.LeftButton, keys, place(window, x, y))
    QApplication.processEvents()


def drag(window: MainWindow, points: list[tuple[float, float]], each: Callable[[], None] = lambda: None) -> None:
    """Press at the first of the points of the surface, move through the others, release at the last."""
    viewport = window.canvas.plot.viewport()
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    places = [place(window, *point) for point in points]
    QTest.mousePress(viewport, button, none, places[0])
    for at in places[1:]:
        QTest.mouseMove(viewport, at)
        QApplication.processEvents()
        each()
    QTest.mouseRelease(viewport, button, none, places[-1])
    QApplication.processEvents()


def press(window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key while the canvas has the focus."""
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, key, keys)
    QApplication.processEvents()


def wheel(window: MainWindow, at: QPoint, turn: int) -> None:
    """Turn the wheel over a place of the canvas's viewport, by so many eighths of a degree."""
    viewport = window.canvas.plot.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(0, 0),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)
