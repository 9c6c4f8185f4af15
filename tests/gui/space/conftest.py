"""Windows that are closed after the test, and with them the threads that draw."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gui.main_window import MainWindow

from ...driving import open_window

Open = Callable[..., MainWindow]


def studios() -> int:
    """How many threads draw 3-D views."""
    return sum(thread.name == "3-D view" for thread in threading.enumerate())


@pytest.fixture
def opened(qapp: QApplication) -> Iterator[Open]:
    """Opens a window on a scenario."""
    windows: list[MainWindow] = []

    def start(*args: object, **options: object) -> MainWindow:
        windows.append(open_window(*args, **options))  # type: ignore[arg-type]
        return windows[-1]

    yield start
    for window in windows:
        window.close()
        window.deleteLater()
    assert not studios()
