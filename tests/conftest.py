"""No test needs a screen, touches a person's settings, or leaves a window behind."""

import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import settings
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication

# The same examples in every run; `--hypothesis-profile=default` looks for others.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")
BETWEEN = 3.0  # seconds
COLLECTED = [0.0]


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """Garbage is collected in this thread, as the application does: in another, a widget would be destroyed there."""
    gc.disable()
    yield
    if time.monotonic() - COLLECTED[-1] > BETWEEN:
        gc.collect()
        COLLECTED[:] = [time.monotonic()]


@pytest.fixture(autouse=True)
def no_leaked_windows() -> Iterator[None]:
    yield
    if isinstance(app := QApplication.instance(), QApplication):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
        assert [window for window in app.topLevelWidgets() if window.isVisible()] == []
