"""The thread in which pictures are taken, so that a slow driver never holds up the window."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

from ..canvas.newest import Newest
from .painter import NoOpenGL, Painter
from .scene import Picture, Shot

WITHOUT = ("offscreen", "minimal", "linuxfb", "vnc")  # Qt's platforms that have no OpenGL


class Studio(Newest):
    """Takes the newest shot that is asked for; once there is no OpenGL, it stays so."""

    result: Picture | None

    def __init__(self, parent: QObject | None = None) -> None:
        self._surface = QOffscreenSurface()  # has to be made, and to go, in the window's thread
        self._platform = QGuiApplication.platformName()
        if self._platform not in WITHOUT:
            self._surface.create()
        self._painter = Painter(self._surface)
        self._missing = ""
        super().__init__("3-D view", parent)

    def _results(self, request: Shot) -> Iterator[Picture]:
        yield self._taken(request)

    def _taken(self, shot: Shot) -> Picture:
        if not self._missing:
            try:
                if self._platform in WITHOUT:
                    raise NoOpenGL(self._platform)
                return self._painter.shoot(shot)
            except NoOpenGL as error:
                self._missing = str(error)
            except Exception as error:  # whatever a driver does: the rest of the window goes on
                traceback.print_exc()
                self._missing = f"{type(error).__name__}: {error}"
        return Picture(shot, None, missing=self._missing)

    def _work(self) -> None:
        super()._work()
        self._painter.close()

    def close(self) -> None:
        """End the thread, give back what it held, and wait for it."""
        super().close()
        self._surface.destroy()


class StudioHere(Studio):
    """Takes pictures in the window's thread, for drivers that can do so nowhere else."""

    def _work(self) -> None:
        """The thread has nothing to do."""

    def ask(self, request: Shot, subject: object = None) -> None:
        self._request = request
        QTimer.singleShot(0, self, self._take)

    def _take(self) -> None:
        request, self._request = self._request, None
        if request is not None and not self._closed:
            self.result = self._taken(request)
            self.ready.emit()

    def close(self) -> None:
        self._painter.close()
        super().close()


def studio(parent: QObject) -> Studio:
    """The one that the driver allows."""
    return Studio(parent) if QOpenGLContext.supportsThreadedOpenGL() else StudioHere(parent)
