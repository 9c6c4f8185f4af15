"""`make screenshots`: the gallery of the README, scenes, a 3-D view and twelve surfaces, in both languages and themes.

The 3-D view needs OpenGL, which the offscreen platform has where there is an X server: `xvfb-run -a make screenshots`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage

from gui.i18n import LANGUAGES
from gui.main_window import MainWindow
from gui.theme import THEMES

from .driving import lesson, open_window, wait_until
from .surface_sheet import sheet

SIZE = (1280, 720)
SCENES = {"L01": 60, "L01b": 400, "L04": 5, "L09": 900, "L13": 1890, "L17": 4000, "L18b": 300}
RELIEF = "L11"  # the scene of the 3-D view


def measured(window: MainWindow) -> bool:
    """Whether all that is worked out about a network in the background is there."""
    plane, feed = window.session.plane, window.plots.feed
    return not plane.wide or (not plane.waiting and feed.spectra.share >= 1.0 and window.side.network.worker.idle)


def relief(language: str, theme: str) -> QImage | None:
    """The 3-D view beside the canvas; None where there is no OpenGL."""
    window = open_window(lesson(RELIEF), theme, language, SIZE)
    window.canvas.show_help(False)
    window.space.show_at("beside")
    view = window.space.view
    assert view is not None
    wait_until(lambda: bool(view.missing) or view.settled, 60)
    image = None if view.missing else window.grab().toImage()
    window.close()
    window.deleteLater()
    return image


def picture(scene: str, language: str, theme: str) -> QImage:
    """The window on a scene at the step that the gallery shows."""
    window = open_window(lesson(scene), theme, language, SIZE)
    session, step = window.session, SCENES[scene]
    window.canvas.show_help(False)
    session.seek(step)
    wait_until(lambda: measured(window), 60)
    wait_until(lambda: (session.tick(), session.status.position == step and not session.status.working)[1])
    still = time.monotonic() + 0.5  # formulas are typeset once the step has stood still for a moment
    wait_until(lambda: time.monotonic() > still)
    image = window.grab().toImage()
    window.close()
    window.deleteLater()
    return image


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as settings:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, settings)
        for language in LANGUAGES:
            for theme in THEMES:
                for scene in SCENES:
                    image = picture(scene, language, theme).convertToFormat(QImage.Format.Format_RGB32)
                    image.save(str(folder / f"{scene}-{language}-{theme}.png"), "PNG", 0)
                    print(f"{scene} {language} {theme}")
                if image := relief(language, theme):
                    image.convertToFormat(QImage.Format.Format_RGB32).save(
                        str(folder / f"relief-{language}-{theme}.png"), "PNG", 0
                    )
                    print(f"relief {language} {theme}")
                else:
                    print("no OpenGL here, so no picture of the 3-D view: try xvfb-run -a make screenshots")
            sheet(language, "dark").save(str(folder / f"surfaces-{language}-dark.png"), "PNG", 0)
            print(f"surfaces {language} dark")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
