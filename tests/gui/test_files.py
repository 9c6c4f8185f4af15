"""Open, save, export: whole files or the old ones, and messages that name the fault."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from engine.scenario_file import load
from gui.files import last_session
from gui.main_window import MainWindow

from ..driving import click, lesson, open_window, press, wait_done, wait_until


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(lesson("L09"))
    yield made
    made.close()
    made.deleteLater()


def complaint(window: MainWindow) -> str:
    """The text of the message box that is open; closes it."""
    (box,) = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    text = f"{box.text()}\n{box.informativeText()}"
    box.close()
    return text


def test_what_is_saved_opens_again_as_it_was(window: MainWindow, tmp_path: Path) -> None:
    click(window, 0.5, 1.5)
    saved = window.session.scenario
    window.files.save_path(tmp_path / "mine.toml")
    assert not window.isWindowModified()
    window.open_lesson(lesson("L13"))
    assert window.files.open_path(tmp_path / "mine.toml")
    opened = window.session.scenario
    assert (opened.start, opened.runs, opened.surface, opened.steps) == (
        saved.start,
        saved.runs,
        saved.surface,
        saved.steps,
    )
    assert opened.window == pytest.approx(window.canvas.visible_window())
    assert "mine.toml" in window.windowTitle()


def test_a_broken_file_is_explained_and_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('format = 1\nstart = [0, 0]\n[surface]\nname = "rosenbrok"\n[[runs]]\noptimizer = "Adam"\nlr = 1\n')
    before = window.session.scenario
    assert not window.files.open_path(path)
    text = complaint(window)
    assert "broken.toml:4:1" in text and "did you mean 'rosenbrock'?" in text
    assert window.session.scenario == before
    assert not window.files.open_path(tmp_path / "missing.toml")
    assert "missing.toml" in complaint(window)


def test_saving_where_it_cannot_be_leaves_the_old_file(window: MainWindow, tmp_path: Path) -> None:
    window.files.save_path(tmp_path / "no such folder" / "mine.toml")
    assert "mine.toml" in complaint(window)


def test_a_lesson_never_overwrites_the_file_that_was_open(window: MainWindow, tmp_path: Path) -> None:
    window.files.save_path(tmp_path / "mine.toml")
    window.session.open(lesson("L13"), "Open")
    assert window.files.path is None
    assert load(tmp_path / "mine.toml").runs == lesson("L09").runs


def test_export_writes_every_row(window: MainWindow, tmp_path: Path) -> None:
    window.session.open(replace(lesson("L08"), id=""), "Open")
    wait_done(window)
    path = tmp_path / "rows.csv"
    window.files.export_path(path)
    wait_until(lambda: path.exists() and window.notice.isVisible())
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 31
    assert float(rows[5]["theta_1"]) == float(window.session.runs[0].row(5)[0])


def test_a_picture_of_the_window(window: MainWindow, tmp_path: Path) -> None:
    window.files.save_picture_path(tmp_path / "window.png")
    assert (tmp_path / "window.png").stat().st_size > 20_000


def test_the_last_session_is_kept_on_closing(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("gui.main_window.last_session", lambda: tmp_path / "last" / "session.toml")
    click(window, 0.25, 0.75)
    start = window.session.scenario.start
    window.close()
    assert load(tmp_path / "last" / "session.toml").start == start
    assert last_session().name == "last-session.toml"


def test_ctrl_s_asks_where_the_first_time(window: MainWindow) -> None:
    from PySide6.QtWidgets import QFileDialog

    press(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = [dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible()]
    dialog.close()
