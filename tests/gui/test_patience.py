"""While native code is compiled the canvas says so, and the window can be used."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import gui.dispatch
from engine.errors import ConfigError
from engine.scenario import SurfaceConfig
from engine.surface import Surface
from gui.main_window import MainWindow
from surfaces import build
from surfaces.network import apart
from tests.driving import lesson, open_window, wait_done, wait_until


class Slow:
    """Builds Beale's surface as slowly as one likes."""

    def __init__(self) -> None:
        self.go, self.cancelled = threading.Event(), False

    def __call__(self, config: SurfaceConfig) -> Surface:
        if config.name == "beale":
            self.go.wait(30)
            if self.cancelled:
                raise ConfigError("cancelled")
        return build(config)

    def cancel(self) -> None:
        self.cancelled = True
        self.go.set()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(gui.dispatch, "build", made)
    return made


@pytest.fixture
def window(slow: Slow) -> Iterator[MainWindow]:
    made = open_window(lesson("L09"))
    yield made
    slow.go.set()
    made.close()
    made.deleteLater()


def test_it_is_said_until_it_is_done(window: MainWindow, slow: Slow) -> None:
    patience = window.canvas.patience
    window.session.set_surface(SurfaceConfig("beale"), "show")
    wait_until(patience.isVisible)
    assert patience.text.text() == "The surface is compiled…" and not patience.button.isVisible()
    slow.go.set()
    wait_done(window)
    wait_until(patience.isHidden)


def test_compiling_a_network_can_be_cancelled(window: MainWindow, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "running", lambda: True)
    patience = window.canvas.patience
    patience.button.clicked.connect(slow.cancel)
    window.session.set_surface(SurfaceConfig("beale"), "show")
    wait_until(patience.isVisible)
    assert "The network's code is compiled" in patience.text.text()
    QTest.mouseClick(patience.button, Qt.MouseButton.LeftButton)
    wait_until(patience.isHidden)
    assert "cancelled" in window.notice.text.text()
    window.session.undo_stack.undo()
    wait_done(window)
    assert window.session.runs[0].computed > 0
