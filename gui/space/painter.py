"""Draws shots with OpenGL into images, without a window: what is missing shows before anything depends on it."""

from __future__ import annotations

import math
import re
import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QMatrix4x4, QOffscreenSurface, QOpenGLContext, QOpenGLFunctions, QVector2D, QVector3D
from PySide6.QtGui import QVector4D as Four
from PySide6.QtOpenGL import (
    QOpenGLBuffer,
    QOpenGLFramebufferObject,
    QOpenGLFramebufferObjectFormat,
    QOpenGLTexture,
    QOpenGLVertexArrayObject,
)
from shiboken6 import VoidPtr

from . import shaders, walls
from .drape import drape
from .gl import NoOpenGL, attributes, fill, new_buffer, program_of, put_ribbons, two_triangles
from .relief import Relief
from .scene import Colour, Picture, Shot

Points = NDArray[np.float64]

OLDEST = (2, 1)
SAMPLES = 4
UNSIGNED_SHORT, TRIANGLES, VERSION = 0x1403, 0x0004, 0x1F02
COLOUR_BIT, DEPTH_BIT, DEPTH_TEST, BLEND, MULTISAMPLE = 0x4000, 0x0100, 0x0B71, 0x0BE2, 0x809D
LEQUAL, GREATER = 0x0203, 0x0204
SOURCE_ALPHA, REST_ALPHA, ONE = 0x0302, 0x0303, 1
LIGHT = np.array([-0.42, -0.30, 0.86]) / math.dist((-0.42, -0.30, 0.86), (0, 0, 0))
LIFT = 0.011  # of the clip depth: a line on the surface lies so much nearer to the eye
VEIL = 0.22  # opacity of what lies behind the surface
NEARER = 2e-3  # so much nearer still is what is past
CORNERS = 2**14  # pieces whose corners can be counted in 16 bits
NOTHING = (0.0, 0.0, 0.0, 0.0)


class Painter:
    """Owns a context and all in it. Its methods are called from one thread; `surface` is made in the window's."""

    def __init__(self, surface: QOffscreenSurface) -> None:
        self._surface = surface
        self._context: QOpenGLContext | None = None
        self._relief: Relief | None = None
        self._triangles = 0
        self._draped: dict[int, tuple[Points, QOpenGLBuffer, int]] = {}  # by the identity of a path's points
        self._under: Relief | None = None
        self._target: QOpenGLFramebufferObject | None = None

    def shoot(self, shot: Shot) -> Picture:
        """The picture of a shot; the first takes longer.

        Raises:
            NoOpenGL: if there is none to draw with.
        """
        began = time.perf_counter()
        if self._context is None:
            self._begin()
        assert self._context is not None
        if not self._context.makeCurrent(self._surface):
            raise NoOpenGL("lost OpenGL context")
        image = self._draw(shot)
        return Picture(shot, image, time.perf_counter() - began)

    def close(self) -> None:
        """Give back all that is held on the graphics processor."""
        if self._context is None or not self._context.makeCurrent(self._surface):
            return
        self._forget(list(self._draped))
        for part in (self._vertices, self._indices, self._rim, self._loose, self._corners, self._colours, self._array):
            part.destroy()
        self._target = None
        del self._land, self._line
        self._context.doneCurrent()
        self._context = None

    # What is there once --------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        context = QOpenGLContext()
        if not self._surface.isValid() or not context.create() or not context.makeCurrent(self._surface):
            raise NoOpenGL("no OpenGL context")
        self._gl: QOpenGLFunctions = context.functions()
        version = str(self._gl.glGetString(VERSION))  # the context's format may be what was asked for
        if not (found := re.match(r"(\d+)\.(\d+)", version)) or tuple(map(int, found.groups())) < OLDEST:
            raise NoOpenGL(f"OpenGL {version}")
        self._land = program_of(shaders.SURFACE_VERTEX, shaders.SURFACE_FRAGMENT)
        self._line = program_of(shaders.LINE_VERTEX, shaders.LINE_FRAGMENT)
        self._array = QOpenGLVertexArrayObject()
        self._array.create()
        self._vertices = new_buffer(QOpenGLBuffer.Type.VertexBuffer)
        self._indices = new_buffer(QOpenGLBuffer.Type.IndexBuffer)
        self._rim = new_buffer(QOpenGLBuffer.Type.VertexBuffer)
        self._rim_pieces = 0
        self._loose = new_buffer(QOpenGLBuffer.Type.VertexBuffer)
        self._corners = new_buffer(QOpenGLBuffer.Type.IndexBuffer)
        fill(self._corners, two_triangles(CORNERS))
        self._colours = QOpenGLTexture(QOpenGLTexture.Target.Target2D)
        self._table = b""
        self._context = context

    def _aim(self, shot: Shot) -> QOpenGLFramebufferObject:
        size = QSize(max(round(shot.width * shot.ratio), 1), max(round(shot.height * shot.ratio), 1))
        samples = SAMPLES if shot.fine else 0
        if self._target is None or self._target.size() != size or (self._target.format().samples() > 0) != shot.fine:
            kind = QOpenGLFramebufferObjectFormat()
            kind.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            kind.setSamples(samples)
            self._target = QOpenGLFramebufferObject(size, kind)
            if not self._target.isValid():
                self._target = None
                raise NoOpenGL(f"{size.width()} × {size.height()}")
        return self._target

    # A picture -----------------------------------------------------------------------------------------------------

    def _draw(self, shot: Shot) -> QImage:
        target, gl = self._aim(shot), self._gl
        target.bind()
        self._array.bind()
        gl.glViewport(0, 0, target.width(), target.height())
        gl.glClearColor(*shot.look.ground)
        gl.glClear(COLOUR_BIT | DEPTH_BIT)
        gl.glEnable(DEPTH_TEST)
        gl.glEnable(MULTISAMPLE)
        gl.glDepthFunc(LEQUAL)
        gl.glBlendFuncSeparate(SOURCE_ALPHA, REST_ALPHA, ONE, REST_ALPHA)
        matrix = QMatrix4x4(*shot.camera.matrix(shot.size).ravel().tolist())
        self._draw_surface(shot, matrix)
        self._draw_lines(shot, matrix)
        self._array.release()
        gl.glFinish()  # waits without holding Python's lock, which toImage would
        target.release()
        return target.toImage().convertToFormat(QImage.Format.Format_RGB32)

    def _draw_surface(self, shot: Shot, matrix: QMatrix4x4) -> None:
        if shot.relief is not self._relief:
            self._relief = shot.relief
            self._rim_pieces = put_ribbons(self._rim, shot.relief.rim())
            fill(self._vertices, shot.relief.vertices())
            triangles = shot.relief.triangles()
            self._triangles = triangles.size
            fill(self._indices, triangles)
        if not self._triangles:
            return
        if (table := shot.look.table.tobytes()) != self._table:
            self._table = table
            self._colours.destroy()
            image = QImage(shot.look.table.copy().data, 256, 1, 1024, QImage.Format.Format_RGBA8888)
            self._colours.setData(image, QOpenGLTexture.MipMapGeneration.DontGenerateMipMaps)
            self._colours.setMinMagFilters(QOpenGLTexture.Filter.Nearest, QOpenGLTexture.Filter.Nearest)
            self._colours.setWrapMode(QOpenGLTexture.WrapMode.ClampToEdge)
        program = self._land
        program.bind()
        program.setUniformValue(program.uniformLocation("matrix"), matrix)
        program.setUniformValue(program.uniformLocation("light"), QVector3D(*LIGHT.tolist()))
        program.setUniformValue(program.uniformLocation("contour"), Four(*shot.look.contour))
        program.setUniformValue(program.uniformLocation("shades"), QVector2D(*shot.look.shades))
        program.setUniformValue1f(program.uniformLocation("bands"), float(shot.relief.scale.bands))
        program.setUniformValue1f(program.uniformLocation("thickness"), shot.ratio)
        program.setUniformValue1i(program.uniformLocation("colours"), 0)
        self._colours.bind(0)
        self._vertices.bind()
        attributes(program, (("place", 3), ("slope", 2), ("band", 1)))
        self._indices.bind()
        self._gl.glDrawElements(TRIANGLES, self._triangles, UNSIGNED_SHORT, VoidPtr(0))  # type: ignore[arg-type]  # an offset
        self._indices.release()
        self._vertices.release()
        program.release()

    def _draw_lines(self, shot: Shot, matrix: QMatrix4x4) -> None:
        program, look, gl = self._line, shot.look, self._gl
        program.bind()
        program.setUniformValue(program.uniformLocation("matrix"), matrix)
        pixels = QVector2D(shot.width * shot.ratio, shot.height * shot.ratio)
        program.setUniformValue(program.uniformLocation("pixels"), pixels)
        for pieces, colour in (
            (walls.grid(shot.camera, shot.size, shot.ticks), look.wall),
            (walls.edges(shot.camera, shot.size), look.edge),
        ):
            strokes = put_ribbons(self._loose, pieces)
            self._stroke(strokes, self._loose, (colour, colour), 0.6 * shot.ratio, (0.0, 0.0), 0.0)
        self._stroke(self._rim_pieces, self._rim, (look.rim, look.rim), 0.5 * shot.ratio, (LIFT / 2, 0.0), 0.0)
        self._drape(shot)
        parts = [(path, *self._draped[id(path.points)][1:]) for path in shot.paths]
        for order, (path, buffer, count) in enumerate(parts):
            colours = (path.colour, path.ahead if shot.ahead else NOTHING)
            bias = (LIFT + 1e-4 * order, NEARER)
            self._stroke(count, buffer, colours, path.width * shot.ratio, bias, shot.step)
        gl.glEnable(BLEND)
        gl.glDepthFunc(GREATER)
        gl.glDepthMask(False)
        for path, buffer, count in parts:
            veiled = (*path.colour[:3], VEIL)
            self._stroke(count, buffer, (veiled, NOTHING), path.width * shot.ratio, (LIFT, 0.0), shot.step)
        gl.glDepthMask(True)
        gl.glDepthFunc(LEQUAL)
        gl.glDisable(BLEND)
        program.release()

    def _drape(self, shot: Shot) -> None:
        """Buffers of all paths on this relief; those that are no longer needed are given back."""
        if self._under is not shot.relief:
            self._forget(list(self._draped))
            self._under = shot.relief
        known = {id(path.points): path.points for path in shot.paths}
        self._forget([key for key, (points, _, _) in self._draped.items() if known.get(key) is not points])
        for key, points in known.items():
            if key not in self._draped:
                buffer = new_buffer(QOpenGLBuffer.Type.VertexBuffer)
                self._draped[key] = (points, buffer, put_ribbons(buffer, drape(points, shot.relief)))

    def _forget(self, keys: list[int]) -> None:
        for key in keys:
            self._draped.pop(key)[1].destroy()

    def _stroke(
        self,
        count: int,
        buffer: QOpenGLBuffer,
        colours: tuple[Colour, Colour],
        width: float,
        bias: tuple[float, float],
        now: float,
    ) -> None:
        """Draw `count` pieces: up to the step `now` in the first colour, then in the second; `width` is half of it."""
        if not count:
            return
        program = self._line
        program.setUniformValue(program.uniformLocation("colour"), Four(*colours[0]))
        program.setUniformValue(program.uniformLocation("ahead"), Four(*colours[1]))
        program.setUniformValue(program.uniformLocation("bias"), QVector2D(*bias))
        program.setUniformValue1f(program.uniformLocation("width"), width)
        program.setUniformValue1f(program.uniformLocation("now"), now)
        buffer.bind()
        attributes(program, (("first", 4), ("last", 4), ("corner", 2)))
        for begin in range(0, count, CORNERS):  # 16 bits reach so far
            if begin:
                attributes(program, (("first", 4), ("last", 4), ("corner", 2)), begin * 160)
            self._corners.bind()
            self._gl.glDrawElements(TRIANGLES, 6 * min(CORNERS, count - begin), UNSIGNED_SHORT, VoidPtr(0))  # type: ignore[arg-type]  # an offset
        self._corners.release()
        buffer.release()
