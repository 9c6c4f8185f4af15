"""Without OpenGL the 3-D view says so, and everything else works; it is not loaded before it is wanted."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import settings
from gui.main_window import MainWindow

from ...driving import click, lesson, wait_done, wait_until
from .conftest import Open, studios


def choose(window: MainWindow, place: str) -> None:
    """Take it from the View menu."""
    window.actions_by_name[f"space {place}"].trigger()
    QApplication.processEvents()


@pytest.fixture
def no_opengl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.space.studio.QOpenGLContext.supportsThreadedOpenGL", lambda: False)


def test_it_says_what_is_missing_and_the_rest_works(opened: Open, no_opengl: None) -> None:
    window = opened(lesson("L09"))
    choose(window, "instead")
    view = window.space.view
    assert view is not None and studios() == 1
    wait_until(lambda: view.empty.isVisible())
    assert "OpenGL" in view.empty.head.text() and "Everything else works" in view.empty.text.text()
    assert not view.stage.isVisible() and not view.header.heights.isVisible()
    assert window.canvas.isVisible()  # although the view was to stand in its place
    click(window, -1.0, 1.0)
    wait_done(window)
    assert window.session.scenario.start == pytest.approx((-1.0, 1.0), abs=0.02)
    window.session.seek(7)
    wait_until(lambda: (window.session.tick(), window.session.shown_step == 7)[1])
    view.header.close_button.click()
    QApplication.processEvents()
    assert window.space.view is None and window.canvas.isVisible() and not studios()


def test_the_choice_is_kept_and_taken_up_again(opened: Open, no_opengl: None) -> None:
    window = opened(lesson("L01"))
    assert window.space.view is None and window.space.place == "off"
    for place in ("beside", "instead", "off", "beside"):
        QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
        QApplication.processEvents()
        assert window.space.place == place == settings.load().space
        assert window.actions_by_name["space beside"].isChecked() == (place == "beside")
        assert studios() == (place != "off")
    window.close()
    assert not studios()  # the thread ends with the window
    again = MainWindow(window.session.scenario, [], settings.load())
    again.show()
    wait_until(lambda: again.space.view is not None)
    again.close()
    assert again.space.place == "beside"
    again.deleteLater()


def test_it_is_not_loaded_before_it_is_wanted() -> None:
    seen = "import sys, gui.main_window; print([m for m in sys.modules if m.startswith('gui.space')])"
    found = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['gui.space', 'gui.space.switch']"
