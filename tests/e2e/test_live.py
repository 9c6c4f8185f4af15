"""The trajectory is live: while a learning rate is dragged, whole paths follow; one drag is one step of undo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.panels.sliders import LogSlider

from ..driving import wait_done, wait_until
from .conftest import Open

SCENE = Scenario(SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Adam", 0.001),), steps=100_000)


def test_dragging_a_learning_rate_redraws_whole_paths(opened: Open) -> None:
    window = opened(SCENE)
    session = window.session
    slider = next(
        s for s in window.setup.findChildren(LogSlider) if s.isVisible() and s.accessibleName().startswith("lr")
    )
    rates: set[float] = set()
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    parts = QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle
    handle = slider.style().subControlRect(*parts, slider).center()
    QTest.mousePress(slider, button, none, handle)
    for k in range(1, 12):
        QTest.mouseMove(slider, handle + QPoint(2 * k, 0))
        QApplication.processEvents()
        wait_done(window)
        run = session.runs[0]
        assert run.config.lr == session.scenario.runs[0].lr
        assert run.computed == 100_000 or run.end is not None
        assert window.canvas.paths[0]._view is run.trajectory.view
        rates.add(run.config.lr)
    QTest.mouseRelease(slider, button, none, handle + QPoint(22, 0))
    assert len(rates) >= 5
    session.undo_stack.undo()
    wait_done(window)
    assert session.scenario.runs[0].lr == 0.001


def test_an_old_result_never_replaces_a_newer_scenario(opened: Open) -> None:
    window = opened(SCENE)
    session = window.session
    for k in range(30):
        session.set_start((-1.5 + 0.01 * k, 1.0), "Move start", "storm")
    wait_done(window)
    assert session.runs[0].start == (-1.5 + 0.01 * 29, 1.0)
    assert session.current
    wait_until(lambda: session.status.computed == 100_000)
