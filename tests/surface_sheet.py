"""Twelve surfaces of the catalogue on one sheet, each with the paths of three optimizers: a picture for the README."""

from __future__ import annotations

import time

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from engine.scenario import RunConfig, Scenario, SurfaceConfig
from gui.i18n import tr
from gui.theme import theme as look
from surfaces import catalogue

from .driving import open_window, wait_until

WINDOW, TILE, HEAD, COLUMNS, STEPS = (1280, 720), (420, 390), 30, 4, 600
# name → the rates of SGD, of SGD with momentum and of Adam
SHOWN = {
    "himmelblau": (0.01, 0.003, 0.1),
    "beale": (0.003, 0.001, 0.05),
    "rosenbrock": (0.001, 0.0005, 0.05),
    "camel_6": (0.02, 0.01, 0.05),
    "rastrigin": (0.001, 0.0005, 0.1),
    "drop_wave": (0.002, 0.002, 0.05),
    "spiral_valley": (0.05, 0.02, 0.1),
    "ravine": (0.05, 0.01, 0.05),
    "saddle_wave": (0.05, 0.02, 0.05),
    "local_and_global": (0.01, 0.01, 0.05),
    "langermann": (0.001, 0.0005, 0.03),
    "monkey_saddle": (0.02, 0.005, 0.03),
}


def sheet(language: str, theme: str) -> QImage:
    """The sheet, four canvases side by side."""
    tiles = [tile(name, language, theme) for name in SHOWN]
    rows = -(-len(tiles) // COLUMNS)
    image = QImage(COLUMNS * TILE[0], rows * (TILE[1] + HEAD), QImage.Format.Format_RGB32)
    image.fill(QColor(look().ground))
    painter = QPainter(image)
    painter.setPen(QColor(look().text))
    for k, (name, canvas) in enumerate(zip(SHOWN, tiles, strict=True)):
        x, y = k % COLUMNS * TILE[0], k // COLUMNS * (TILE[1] + HEAD)
        head = QRect(x, y, TILE[0], HEAD)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, tr(catalogue()[name].title))
        painter.drawImage(QRect(x, y + HEAD, *TILE), canvas)
    painter.end()
    return image


def tile(name: str, language: str, theme: str) -> QImage:
    """The canvas on a surface after the last step."""
    plain, heavy, adam = SHOWN[name]
    momentum = RunConfig("SGD", heavy, hyperparameters={"momentum": 0.9})
    runs = (RunConfig("SGD", plain), momentum, RunConfig("Adam", adam))
    scene = Scenario(SurfaceConfig(name), catalogue()[name].start, runs, steps=STEPS)
    window = open_window(scene, theme, language, WINDOW)
    session = window.session
    session.seek(STEPS)
    wait_until(lambda: (session.tick(), session.status.position == STEPS and not session.status.working)[1])
    still = time.monotonic() + 0.5
    wait_until(lambda: time.monotonic() > still)
    window.canvas.show_help(False)
    image = window.canvas.grab().toImage()
    window.close()
    window.deleteLater()
    return image.scaled(*TILE, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
