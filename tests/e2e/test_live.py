"""The trajectory is live: while a learning rate is dragged, whole paths follow; one drag is one step of undo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.panels.inputs import LogSlider

from ..driving import open_window, wait_done, wait_until

SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.001),), steps=100_000)


def test_dragging_a_learning_rate_redraws_whole_paths() -> None:
    window = open_window(SCENE)
    session = window.session
    slider = next(
        s for s in window.setup.findChildren(LogSlider) if s.isVisible() and s.accessibleName().startswith("lr")
    )
    rates: set[float] = set()
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    middle = slider.height() // 2
    handle = round(slider.width() * (slider.value() - slider.minimum()) / (slider.maximum() - slider.minimum()))
    QTest.mousePress(slider, button, none, QPoint(handle, middle))
    for k in range(1, 12):
        QTest.mouseMove(slider, QPoint(handle + 2 * k, middle))
        QApplication.processEvents()
        wait_done(window)
        run = session.runs[0]
        assert run.config.lr == session.scenario.runs[0].lr
        assert run.computed == 100_000 or run.end is not None
        assert window.canvas.paths[0]._view is run.trajectory.view
        rates.add(run.config.lr)
    QTest.mouseRelease(slider, button, none, QPoint(handle + 22, middle))
    assert len(rates) >= 5
    session.undo_stack.undo()
    wait_done(window)
    assert session.scenario.runs[0].lr == 0.001
    window.close()
    window.deleteLater()


def test_an_old_result_never_replaces_a_newer_scenario() -> None:
    window = open_window(SCENE)
    session = window.session
    for k in range(30):
        session.set_start((-1.5 + 0.01 * k, 1.0), "Move start", "storm")
    wait_done(window)
    assert session.runs[0].start == (-1.5 + 0.01 * 29, 1.0)
    assert session.status.generation == session._generation
    wait_until(lambda: session.status.computed == 100_000)
    window.close()
    window.deleteLater()
