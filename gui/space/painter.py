"""Draws shots with OpenGL into images, without a window: what is missing shows before anything depends on it."""

from __future__ import annotations

import math
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
    QOpenGLShader,
    QOpenGLShaderProgram,
    QOpenGLTexture,
    QOpenGLVertexArrayObject,
)
from shiboken6 import VoidPtr

from . import shaders, walls
from .drape import drape
from .relief import Relief
from .scene import Colour, Picture, Shot

Points = NDArray[np.float64]

OLDEST = (2, 1)
SAMPLES = 4
FLOAT, UNSIGNED_SHORT, TRIANGLES = 0x1406, 0x1403, 0x0004
COLOUR_BIT, DEPTH_BIT, DEPTH_TEST, BLEND, MULTISAMPLE = 0x4000, 0x0100, 0x0B71, 0x0BE2, 0x809D
LEQUAL, GREATER = 0x0203, 0x0204
SOURCE_ALPHA, REST_ALPHA, ONE = 0x0302, 0x0303, 1
LIGHT = np.array([-0.42, -0.30, 0.86]) / math.dist((-0.42, -0.30, 0.86), (0, 0, 0))
LIFT = 0.011  # of the clip depth: a line on the surface lies so much nearer to the eye
VEIL = 0.22  # opacity of what lies behind the surface
FOREVER = 3e38


class NoOpenGL(Exception):
    """There is no OpenGL, or too old a one; the text says what was found."""


class Painter:
    """Owns a context and all that is in it. Its methods are called from one thread; `surface` is made in the window's."""

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
            raise NoOpenGL("makeCurrent")
        image = self._draw(shot)
        return Picture(shot, image, time.perf_counter() - began)

    def close(self) -> None:
        """Give back all that is held on the graphics processor."""
        if self._context is None or not self._context.makeCurrent(self._surface):
            return
        self._forget(list(self._draped))
        for part in (self._vertices, self._indices, self._loose, self._colours, self._array):
            part.destroy()
        self._target = None
        del self._land, self._line
        self._context.doneCurrent()
        self._context = None

    # What is there once --------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        context = QOpenGLContext()
        if not self._surface.isValid() or not context.create() or not context.makeCurrent(self._surface):
            raise NoOpenGL("context")
        version = (context.format().majorVersion(), context.format().minorVersion())
        if context.isOpenGLES() or version < OLDEST:
            kind = "OpenGL ES" if context.isOpenGLES() else "OpenGL"
            raise NoOpenGL(f"{kind} {version[0]}.{version[1]}")
        self._gl: QOpenGLFunctions = context.functions()
        self._land = _program(shaders.SURFACE_VERTEX, shaders.SURFACE_FRAGMENT)
        self._line = _program(shaders.LINE_VERTEX, shaders.LINE_FRAGMENT)
        self._array = QOpenGLVertexArrayObject()
        self._array.create()
        self._vertices = _buffer(QOpenGLBuffer.Type.VertexBuffer)
        self._indices = _buffer(QOpenGLBuffer.Type.IndexBuffer)
        self._loose = _buffer(QOpenGLBuffer.Type.VertexBuffer)
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
            _fill(self._vertices, shot.relief.vertices())
            triangles = shot.relief.triangles()
            self._triangles = triangles.size
            _fill(self._indices, triangles)
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
        _attributes(program, (("place", 3), ("slope", 2), ("band", 1)))
        self._indices.bind()
        self._gl.glDrawElements(TRIANGLES, self._triangles, UNSIGNED_SHORT, VoidPtr(0))
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
            count = _fill(self._loose, _ribbons(pieces))
            self._stroke(self._loose, count, colour, 1.1 * shot.ratio, 0.0, (-FOREVER, FOREVER))
        self._drape(shot)
        parts = [(path, *self._draped[id(path.points)][1:]) for path in shot.paths]
        for order, (path, buffer, count) in enumerate(parts):
            width, bias = path.width * shot.ratio, LIFT + 1e-4 * order
            if shot.ahead:
                self._stroke(buffer, count, path.ahead, width, bias, (shot.step, FOREVER))
            self._stroke(buffer, count, path.colour, width, bias + 2e-3, (-FOREVER, shot.step))
        gl.glEnable(BLEND)
        gl.glDepthFunc(GREATER)
        gl.glDepthMask(False)
        for path, buffer, count in parts:
            veiled = (*path.colour[:3], VEIL)
            self._stroke(buffer, count, veiled, path.width * shot.ratio, LIFT, (-FOREVER, shot.step))
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
                buffer = _buffer(QOpenGLBuffer.Type.VertexBuffer)
                self._draped[key] = (points, buffer, _fill(buffer, _ribbons(drape(points, shot.relief))))

    def _forget(self, keys: list[int]) -> None:
        for key in keys:
            self._draped.pop(key)[1].destroy()

    def _stroke(
        self,
        buffer: QOpenGLBuffer,
        count: int,
        colour: Colour,
        width: float,
        bias: float,
        span: tuple[float, float],
    ) -> None:
        if not count:
            return
        program = self._line
        program.setUniformValue(program.uniformLocation("colour"), Four(*colour))
        program.setUniformValue(program.uniformLocation("span"), QVector2D(*span))
        program.setUniformValue1f(program.uniformLocation("width"), width)
        program.setUniformValue1f(program.uniformLocation("bias"), bias)
        buffer.bind()
        _attributes(program, (("first", 4), ("last", 4), ("corner", 2)))
        self._gl.glDrawArrays(TRIANGLES, 0, count)
        buffer.release()


def _program(vertex: str, fragment: str) -> QOpenGLShaderProgram:
    program = QOpenGLShaderProgram()
    for kind, text in ((QOpenGLShader.ShaderTypeBit.Vertex, vertex), (QOpenGLShader.ShaderTypeBit.Fragment, fragment)):
        if not program.addShaderFromSourceCode(kind, "#version 120\n" + text):
            raise NoOpenGL(program.log())
    if not program.link():
        raise NoOpenGL(program.log())
    return program


def _buffer(kind: QOpenGLBuffer.Type) -> QOpenGLBuffer:
    buffer = QOpenGLBuffer(kind)
    if not buffer.create():
        raise NoOpenGL("buffer")
    return buffer


def _fill(buffer: QOpenGLBuffer, values: NDArray[np.generic]) -> int:
    """Put values into a buffer; returns the number of rows."""
    data = values.tobytes()
    buffer.bind()
    buffer.allocate(data, len(data))
    buffer.release()
    return len(values)


def _attributes(program: QOpenGLShaderProgram, parts: tuple[tuple[str, int], ...]) -> None:
    """Say how the rows of the bound buffer are to be read: floats, one part after the other."""
    stride, offset = 4 * sum(size for _, size in parts), 0
    for name, size in parts:
        at = program.attributeLocation(name)
        if at >= 0:  # one that a compiler found no use for is gone
            program.enableAttributeArray(at)
            program.setAttributeBuffer(at, FLOAT, offset, size, stride)
        offset += 4 * size


def _ribbons(pieces: NDArray[np.float32]) -> NDArray[np.float32]:
    """Two triangles for each piece: its ends and a corner, shape (6 · n, 10)."""
    corners = np.array([(0, -1), (1, -1), (1, 1), (0, -1), (1, 1), (0, 1)], dtype=np.float32)
    return np.hstack([np.repeat(pieces, 6, axis=0), np.tile(corners, (len(pieces), 1))])
