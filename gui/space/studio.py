"""The thread in which pictures are taken, so that a slow driver never holds up the window."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

from ..newest import Newest
from .gl import NoOpenGL
from .painter import Painter
from .scene import Picture, Shot


class Studio(Newest):
    """Takes the newest shot that is asked for; once there is no OpenGL, it stays so."""

    result: Picture | None

    def __init__(self, parent: QObject | None = None) -> None:
        self._surface = QOffscreenSurface()  # has to be made, and to go, in the window's thread
        self._missing = "" if QOpenGLContext.supportsThreadedOpenGL() else "no OpenGL outside of the window's thread"
        if not self._missing:
            self._surface.create()
        self._painter = Painter(self._surface)
        super().__init__("3-D view", parent)

    def _results(self, request: Shot) -> Iterator[Picture]:
        if not self._missing:
            try:
                yield self._painter.shoot(request)
                return
            except NoOpenGL as error:
                self._missing = str(error)
            except Exception as error:  # whatever a driver does: the rest of the window goes on
                traceback.print_exc()
                self._missing = f"{type(error).__name__}: {error}"
        yield Picture(request, None, missing=self._missing)

    def _work(self) -> None:
        super()._work()
        self._painter.close()

    def close(self) -> None:
        """End the thread, give back what it held, and wait for it."""
        super().close()
        self._surface.destroy()
