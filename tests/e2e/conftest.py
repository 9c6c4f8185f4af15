"""Windows that are closed after the test, whatever became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from engine.scenario import Scenario
from gui.main_window import MainWindow

from ..driving import open_window

Open = Callable[[Scenario], MainWindow]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    windows: list[MainWindow] = []

    def start(scenario: Scenario) -> MainWindow:
        windows.append(open_window(scenario))
        return windows[-1]

    yield start
    for window in windows:
        window.close()
        window.deleteLater()
