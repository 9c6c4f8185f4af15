"""What every picture by OpenGL needs: programs, buffers, and lines as ribbons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtOpenGL import QOpenGLBuffer, QOpenGLShader, QOpenGLShaderProgram

FLOAT = 0x1406


class NoOpenGL(Exception):
    """There is no OpenGL, or too old a one; the text says what was found."""


def program_of(vertex: str, fragment: str) -> QOpenGLShaderProgram:
    program = QOpenGLShaderProgram()
    for kind, text in ((QOpenGLShader.ShaderTypeBit.Vertex, vertex), (QOpenGLShader.ShaderTypeBit.Fragment, fragment)):
        if not program.addShaderFromSourceCode(kind, "#version 120\n" + text):
            raise NoOpenGL(program.log())
    if not program.link():
        raise NoOpenGL(program.log())
    return program


def new_buffer(kind: QOpenGLBuffer.Type) -> QOpenGLBuffer:
    buffer = QOpenGLBuffer(kind)
    if not buffer.create():
        raise NoOpenGL("buffer")
    return buffer


def fill(buffer: QOpenGLBuffer, values: NDArray[np.generic]) -> None:
    """Put values into a buffer."""
    data = values.tobytes()
    buffer.bind()
    buffer.allocate(data, len(data))
    buffer.release()


def attributes(program: QOpenGLShaderProgram, parts: tuple[tuple[str, int], ...], offset: int = 0) -> None:
    """Say how the rows of the bound buffer are to be read from `offset` bytes on: floats, one part after the other."""
    stride = 4 * sum(size for _, size in parts)
    for name, size in parts:
        at = program.attributeLocation(name)
        if at >= 0:  # one that a compiler found no use for is gone
            program.enableAttributeArray(at)
            program.setAttributeBuffer(at, FLOAT, offset, size, stride)
        offset += 4 * size


def put_ribbons(buffer: QOpenGLBuffer, pieces: NDArray[np.float32]) -> int:
    """Four rows for each piece, its ends and a corner; returns the number of pieces."""
    corners = np.array([(0, -1), (1, -1), (1, 1), (0, 1)], dtype=np.float32)
    fill(buffer, np.hstack([np.repeat(pieces, 4, axis=0), np.tile(corners, (len(pieces), 1))]))
    return len(pieces)


def two_triangles(count: int) -> NDArray[np.uint16]:
    """The corners of so many ribbons, as places of rows."""
    return (4 * np.arange(count)[:, None] + (0, 1, 2, 0, 2, 3)).astype(np.uint16).ravel()
