"""The options of a surface in the setup, and what they do to start, window, seed and mini-batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.scenario import Gradient, SurfaceConfig
from gui.main_window import MainWindow
from tests.driving import lesson, open_window, wait_done

from .test_data import choose, click, look_at

Key = Qt.Key


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(lesson("L09"))
    yield made
    made.close()
    made.deleteLater()


def test_features_move_the_mountain_and_the_start_with_it(window: MainWindow) -> None:
    """The start makes the same predictions, the window is around it and the minimum; one undo brings all back."""
    window.open_lesson(lesson("N01"))
    session, section = window.session, window.setup.foundation
    session.set_start((1.0, 0.5), "move")
    before = session.scenario
    assert section.steepness.text().startswith("condition number 42000\n")
    choose(section.options.fields["features"], "standardised")
    after = session.scenario
    assert after.surface.options == {"features": "standardised"}
    assert after.start == pytest.approx((1.0 * 2**0.5, 0.5 * 20_000**0.5))
    assert section.steepness.text().startswith("condition number 1.86\ngradient descent: η < 0.769")
    left, right, bottom, top = after.window or (0, 0, 0, 0)
    for x, y in (after.start, (3 * 2**0.5, 0.02 * 20_000**0.5)):
        assert left < x < right and bottom < y < top
    wait_done(window)
    shown_window = window.canvas.visible_window()
    assert shown_window[0] <= left and shown_window[1] >= right
    choose(section.options.fields["features"], "raw")
    assert session.scenario.surface.options == {}
    while session.scenario != before:
        assert session.undo_stack.canUndo()
        session.undo_stack.undo()
    assert section.options.fields["features"].key() == "raw"


def test_loss_and_reduction_keep_start_and_window(window: MainWindow) -> None:
    session = window.session
    session.set_surface(SurfaceConfig("robust_regression"), "show")
    before, options = session.scenario, window.setup.foundation.options
    assert list(options.fields) == ["loss", "reduction", "features"]
    choose(options.fields["loss"], "tukey")
    choose(options.fields["reduction"], "sum")
    after = session.scenario
    assert after.surface.options == {"loss": "tukey", "reduction": "sum"}
    assert (after.start, after.window) == (before.start, before.window)


def test_an_option_that_the_data_do_not_allow_is_explained(window: MainWindow, tmp_path: Path) -> None:
    click(look_at(window, tmp_path / "same.csv", "x,y\n5,1\n5,2\n5,4\n").use)
    before, options = window.session.scenario, window.setup.foundation.options
    field = options.fields["features"]
    field.setFocus()
    QTest.keyClick(field, Key.Key_End)
    assert "'x' has the same value everywhere" in field.accessibleDescription()
    assert field.key() == "raw" and window.session.scenario is before


def test_surfaces_without_options_and_data_show_neither(window: MainWindow) -> None:
    assert window.setup.foundation.isHidden()
    window.session.set_surface(SurfaceConfig("logistic_separable"), "show")
    assert window.setup.foundation.isVisible()
    assert window.setup.foundation.steepness.text() == "no minimum: the loss falls for ever"


def test_the_seed_is_there_where_mini_batches_are(window: MainWindow) -> None:
    session, numbers = window.session, window.setup.numbers
    session.set_surface(SurfaceConfig("cars"), "show")
    assert "seed" not in numbers.fields
    session.change_run(0, lambda run: replace(run, gradient=Gradient(batch_size=10)), "batches")
    numbers.fields["seed"].number.setFocus()
    QTest.keyClicks(numbers.fields["seed"].number, "7")
    QTest.keyClick(numbers.fields["seed"].number, Key.Key_Return)
    assert session.scenario.seed in (7, 70)
    session.set_surface(SurfaceConfig("rosenbrock"), "show")
    assert session.scenario.surface.name == "rosenbrock" and session.scenario.runs[0].gradient.batch_size == 0


def test_home_and_end_go_through_the_list_and_not_through_time(window: MainWindow) -> None:
    window.open_lesson(lesson("N01"))
    wait_done(window)
    travelled: list[str] = []
    for name in ("go_home", "go_to_end"):
        setattr(window.session, name, lambda name=name: travelled.append(name))
    field = window.setup.foundation.options.fields["features"]
    field.setFocus()
    QTest.keyClick(field, Key.Key_End)
    assert field.key() == field.itemData(field.count() - 1) != "raw"
    QTest.keyClick(field, Key.Key_Home)
    assert field.key() == "raw" and travelled == []
