"""`make screenshots`: the gallery of the README, six scenes in both languages and both themes."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings

from gui.i18n import LANGUAGES
from gui.theme import THEMES

from .driving import lesson, open_window, wait_done, wait_until

SIZE = (1280, 720)
SCENES = {"L01": 60, "L04": 5, "L09": 900, "L13": 1890, "L17": 4000, "L18b": 300}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as settings:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, settings)
        for language in LANGUAGES:
            for theme in THEMES:
                for scene, step in SCENES.items():
                    window = open_window(lesson(scene), theme, language, SIZE)
                    window.session.seek(step)
                    wait_until(lambda s=window.session, step=step: (s.tick(), s.status.position == step)[1])  # type: ignore[misc]
                    wait_until(lambda s=window.session: (s.tick(), not s.status.working)[1])  # type: ignore[misc]
                    _rest(0.4)
                    wait_done(window)
                    window.grab().save(str(folder / f"{scene}-{language}-{theme}.png"), "PNG", 0)
                    window.close()
                    print(f"{scene} {language} {theme}")


def _rest(seconds: float) -> None:
    import time

    until = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > until)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
