"""`make screenshots`: the gallery of the README, six scenes and twelve surfaces in both languages and themes."""

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
from gui.theme import THEMES

from .driving import lesson, open_window, wait_until
from .surface_sheet import sheet

SIZE = (1280, 720)
SCENES = {"L01": 60, "L04": 5, "L09": 900, "L13": 1890, "L17": 4000, "L18b": 300}


def picture(scene: str, language: str, theme: str) -> QImage:
    """The window on a scene at the step that the gallery shows."""
    window = open_window(lesson(scene), theme, language, SIZE)
    session, step = window.session, SCENES[scene]
    session.seek(step)
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
                sheet(language, theme).save(str(folder / f"surfaces-{language}-{theme}.png"), "PNG", 0)
                print(f"surfaces {language} {theme}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
