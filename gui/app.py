"""Starts the window; where there is no screen, plays the first scene without one and leaves a picture and a table."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from engine import lessons
from engine.check import load_checked
from engine.errors import ConfigError
from engine.export import export
from engine.scenario import Scenario
from engine.scenario_file import ScenarioError
from surfaces import outline

from . import settings as settings_store
from .assets import ASSETS
from .files import last_session
from .i18n import tr
from .language import apply_language
from .main_window import MainWindow
from .theme import apply_theme, load_fonts

OUT = Path("out")
GC_MS = 2000


def run(file: str | None) -> int:
    """Open the window on a scenario file, a lesson, or where the last session ended; returns the exit status."""
    _name()
    screen = _has_display()
    if not screen and not file:
        file = "L01"
    try:
        scenario = _first_scenario(file)
    except (ScenarioError, ConfigError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    if not screen:
        return _without_display(scenario)
    app = make_app([sys.argv[0]])
    settings = settings_store.load()
    apply_language(app, settings.language)
    apply_theme(app, settings.theme)
    window = MainWindow(scenario, lessons.load_all(ASSETS / "lessons"), settings)
    gc.freeze()  # what is there now stays; later collections need not look at it
    if file and Path(file).exists():
        window.files.path = Path(file)
    sys.excepthook = _report(window)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    window.show()
    return app.exec()


def make_app(arguments: list[str]) -> QApplication:
    """The application with fonts, Qt's own words and garbage collection set up."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    _name()
    app = QApplication(arguments)
    app.setDesktopFileName("ravine")
    load_fonts()
    # Automatic collection could run in the engine's thread and destroy widgets there.
    gc.disable()
    timer = QTimer(app)
    timer.timeout.connect(lambda: gc.collect())
    timer.start(GC_MS)
    return app


def _name() -> None:
    """Settings and the last session lie in folders of this name."""
    QCoreApplication.setApplicationName("Ravine")
    QCoreApplication.setOrganizationName("Ravine")


def _first_scenario(file: str | None) -> Scenario:
    if file:
        path = Path(file)
        found = path if path.exists() or path.suffix == ".toml" else lessons.find(ASSETS / "lessons", file)
        return load_checked(found, outline)
    try:
        return load_checked(last_session(), outline)
    except (OSError, ScenarioError):
        return lessons.load_all(ASSETS / "lessons")[0]


def _report(window: MainWindow) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        window.notice.say(tr("Something went wrong inside Ravine: {reason}", reason=f"{kind.__name__}: {error}"), True)

    return hook


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _without_display(scenario: Scenario) -> int:
    """Play a scene on Qt's offscreen platform; the picture of the window and the rows go to `out/`."""
    print("There is no display: the scene is played without one.")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = make_app([sys.argv[0]])
    apply_theme(app, "dark")
    window = MainWindow(scenario, lessons.load_all(ASSETS / "lessons"), settings_store.Settings(language="en"), False)
    window.resize(1440, 860)
    window.show()
    settle(window, 30.0)
    OUT.mkdir(exist_ok=True)
    picture, table = OUT / "ravine.png", OUT / "trajectory.csv"
    window.grab().save(str(picture))
    simulator = window.session.simulator
    assert simulator is not None
    export(simulator, table)
    window.close()
    print(f"The window: {picture}\nThe trajectory: {table}")
    return 0


def settle(window: MainWindow, seconds: float) -> None:
    """Let the window work until everything is computed and drawn, at most for `seconds`."""
    app = QApplication.instance()
    assert app is not None
    until = time.monotonic() + seconds
    quiet = 0
    while time.monotonic() < until and quiet < 25:
        app.processEvents()
        session = window.session
        done = session.current and not session.status.working and window.canvas.worker.result is not None
        quiet = quiet + 1 if done else 0
        time.sleep(0.02)
