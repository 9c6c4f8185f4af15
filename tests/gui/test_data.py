"""Data points of one's own, dropped on the window or opened: looked at, used, undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.scenario import SurfaceConfig
from gui.data.dialog import DataDialog
from gui.main_window import MainWindow
from gui.panels.choice_field import ChoiceField
from surfaces import find_entry
from tests.driving import lesson, open_window, wait_done, wait_until

Key = Qt.Key
LINE = "x,y\n" + "".join(f"{k},{1 + 2 * k}\n" for k in range(20))


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(lesson("L09"))
    yield made
    made.close()
    made.deleteLater()


def drop(target: QWidget, *paths: Path) -> bool:
    """Drop files on a widget as the window system does; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, copy = target.rect().center(), Qt.DropAction.CopyAction
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(where), copy, data, button, none)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(where), copy, data, button, none)
    QApplication.sendEvent(target, event)
    QApplication.processEvents()
    return event.isAccepted()


def shown(window: MainWindow) -> DataDialog:
    """The dialog, once it has read the file."""
    (dialog,) = (found for found in window.findChildren(DataDialog) if found.isVisible())
    wait_until(lambda: dialog.use.isEnabled() or bool(dialog.faults.text()))
    return dialog


def look_at(window: MainWindow, path: Path, text: str, encoding: str = "utf-8") -> DataDialog:
    path.write_bytes(text.encode(encoding))
    assert drop(window.canvas.plot.viewport(), path)
    return shown(window)


def choose(field: ChoiceField, key: str) -> None:
    """Choose by arrow keys."""
    field.setFocus()
    while field.key() != key:
        QTest.keyClick(field, Key.Key_Down if field.currentIndex() < field.findData(key) else Key.Key_Up)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def test_a_dropped_file_is_looked_at_used_and_undone(window: MainWindow, tmp_path: Path) -> None:
    before = window.session.scenario
    dialog = look_at(window, tmp_path / "line.csv", LINE)
    assert window.session.scenario is before
    assert dialog.table.rowCount() == 20 and dialog.status.text() == "20 rows"
    assert dialog.table.horizontalHeaderItem(1).text() == "y = y"
    click(dialog.use)
    wait_done(window)
    scenario = window.session.scenario
    assert scenario.surface.name == "linear_regression" and scenario.surface.data
    assert scenario.surface.data.columns[1][:3] == (1.0, 3.0, 5.0) and scenario.surface.data.label == "line.csv"
    left, right, bottom, top = scenario.window or (0, 0, 0, 0)
    assert left < 1.0 < right and bottom < 2.0 < top and scenario.start == (0.0, 0.0)
    assert window.setup.foundation.points.text() == "line.csv · 20 points: x, y"
    assert window.setup.foundation.steepness.text().startswith("condition number 464\n")
    simulator = window.session.simulator
    assert simulator and simulator.runs[0].row(0)[2] == pytest.approx(sum((1 + 2 * k) ** 2 for k in range(20)) / 20)
    window.session.undo_stack.undo()
    assert window.session.scenario == before


@pytest.mark.parametrize("part", ["setup", "plots", "side", "transport", "lesson_card"])
def test_a_file_can_be_dropped_on_every_part(window: MainWindow, tmp_path: Path, part: str) -> None:
    (tmp_path / "line.csv").write_text(LINE)
    assert drop(getattr(window, part), tmp_path / "line.csv")
    QTest.keyClick(shown(window), Key.Key_Escape)


def test_a_dropped_scene_is_opened_and_two_files_are_not(window: MainWindow, tmp_path: Path) -> None:
    window.files.save_path(tmp_path / "mine.toml")
    window.open_lesson(lesson("L13"))
    (tmp_path / "line.csv").write_text(LINE)
    assert drop(window.setup, tmp_path / "mine.toml", tmp_path / "line.csv")
    assert window.notice.isVisible() and "one file" in window.notice.text.text()
    assert window.session.scenario.id == "L13"
    assert drop(window.setup, tmp_path / "mine.toml")
    assert window.session.scenario.surface == lesson("L09").surface


def test_bad_cells_are_named_and_left_out_only_on_request(window: MainWindow, tmp_path: Path) -> None:
    dialog = look_at(window, tmp_path / "gaps.csv", LINE + "20,unknown\n,43\n")
    assert dialog.faults.text().split("\n") == [
        "row 22, column y: 'unknown' is no number",
        "row 23, column x: there is nothing",
    ]
    assert dialog.status.text() == "22 rows · 2 of them with a fault" and not dialog.use.isEnabled()
    before = window.session.scenario
    dialog.apply()  # as Enter would
    QTest.keyClick(dialog.leave_out, Key.Key_Space)
    assert dialog.leave_out.isChecked() and dialog.use.isEnabled()
    click(dialog.use)
    data = window.session.scenario.surface.data
    assert data and len(data.columns[0]) == 20 and window.session.scenario != before


def test_enter_does_nothing_while_there_are_faults(window: MainWindow, tmp_path: Path) -> None:
    before = window.session.scenario
    dialog = look_at(window, tmp_path / "gaps.csv", LINE + "20,unknown\n")
    QTest.keyClick(dialog, Key.Key_Return)
    dialog.apply()
    assert dialog.isVisible() and window.session.scenario is before
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible() and window.session.scenario is before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is no text but a binary file"),
        (b"x,y\n1,2\n", "needs at least two data points"),
        (b"x,y\n", "there is no row that can be used"),
        (b"x\n1\n2\n", "needs 2 columns, but there is only 1; is the separator right?"),
        (b'x,y\n1,"2\n' + b"3,4\n" * 60_000, "is no row of a table"),
        (b"x,y\n1e300,2\n2e300,3\n", "the numbers are so large that their squares overflow"),
    ],
)
def test_what_cannot_be_used_changes_nothing(window: MainWindow, tmp_path: Path, content: bytes, words: str) -> None:
    before = window.session.scenario
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    window.files.open_table(path)
    dialog = shown(window)
    assert words in dialog.faults.text() and not dialog.use.isEnabled()
    QTest.keyClick(dialog, Key.Key_Escape)
    assert window.session.scenario is before


def test_a_file_that_is_gone_is_said_to_be(window: MainWindow, tmp_path: Path) -> None:
    window.files.open_table(tmp_path / "none.csv")
    dialog = shown(window)
    assert "No such file" in dialog.faults.text()
    click(dialog.cancel)


def test_of_a_wide_table_few_rows_are_shown_at_once(window: MainWindow, tmp_path: Path) -> None:
    lines = [",".join(str(k * j % 17) for k in range(700)) for j in range(30)]
    dialog = look_at(window, tmp_path / "wide.csv", "\n".join(lines))
    assert (dialog.table.rowCount(), dialog.table.columnCount()) == (8, 700) and dialog.status.text() == "30 rows"
    click(dialog.cancel)


def test_separator_encoding_and_names_can_be_corrected(window: MainWindow, tmp_path: Path) -> None:
    text = "Größe;Gewicht\n1,5;2,5\n2,5;3,5\n4,0;1,0\n"
    dialog = look_at(window, tmp_path / "german.csv", text, "cp1252")
    fields = dialog.fields
    found = (fields.separator.key(), fields.decimal.key(), fields.encoding.key())
    assert found == (";", ",", "cp1252") or found == (";", ",", "gb18030")
    choose(fields.encoding, "cp1252")
    assert dialog.table.horizontalHeaderItem(0).text() == "x = Größe"
    choose(fields.separator, ",")
    wait_until(lambda: not dialog.use.isEnabled() and bool(dialog.faults.text()))
    choose(fields.separator, ";")
    choose(fields.decimal, ",")
    wait_until(dialog.use.isEnabled)
    QTest.keyClick(fields.names, Key.Key_Space)
    wait_until(lambda: "'Größe' is no number" in dialog.faults.text())
    QTest.keyClick(fields.names, Key.Key_Space)
    wait_until(dialog.use.isEnabled)
    choose(fields.columns[0], "1")
    assert "the columns must differ" in dialog.faults.text() and not dialog.use.isEnabled()
    choose(fields.columns[1], "0")
    wait_until(dialog.use.isEnabled)
    click(dialog.use)
    data = window.session.scenario.surface.data
    assert data and data.names == ("Gewicht", "Größe") and data.columns[1] == (1.5, 2.5, 4.0)


def test_words_are_labels_of_a_logistic_regression(window: MainWindow, tmp_path: Path) -> None:
    text = "hours,result\n1,fail\n2,pass\n3,fail\n4,pass\n5,pass\n"
    dialog = look_at(window, tmp_path / "exam.csv", text)
    assert not dialog.use.isEnabled()
    choose(dialog.fields.model, "logistic_regression")
    wait_until(dialog.use.isEnabled)
    assert dialog.status.text() == "5 rows · y = 0: fail, y = 1: pass"
    click(dialog.use)
    wait_done(window)
    data = window.session.scenario.surface.data
    assert data and data.columns[1] == (0.0, 1.0, 0.0, 1.0, 1.0)


def test_two_features(window: MainWindow, tmp_path: Path) -> None:
    rows = "".join(f"{k},{k * k},{3 * k - k * k}\n" for k in range(1, 9))
    dialog = look_at(window, tmp_path / "two.csv", "a,b,c\n" + rows)
    choose(dialog.fields.model, "linear_regression_two")
    wait_until(dialog.use.isEnabled)
    click(dialog.use)
    wait_done(window)
    assert window.session.scenario.surface.name == "linear_regression_two"
    left, right, bottom, top = window.session.scenario.window or (0, 0, 0, 0)
    assert left < 3 < right and bottom < -1 < top


def test_a_file_with_too_few_columns_for_two_features_gets_a_line(window: MainWindow, tmp_path: Path) -> None:
    window.open_lesson(lesson("N01"))
    dialog = look_at(window, tmp_path / "line.csv", LINE)
    assert dialog.fields.model.key() == "linear_regression" and dialog.use.isEnabled()
    choose(dialog.fields.model, "linear_regression_two")
    assert "needs 3 columns, but there are only 2" in dialog.faults.text() and not dialog.use.isEnabled()
    QTest.keyClick(dialog, Key.Key_Escape)


def test_a_long_file_shows_progress_and_can_be_given_up(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "1.25,2.5\n2.5,3.75\n" * 400_000)
    before = window.session.scenario
    window.files.open_table(path)
    (dialog,) = window.findChildren(DataDialog)
    wait_until(dialog.progress.isVisible)
    assert dialog.status.text() == "Reading …" and not dialog.use.isEnabled()
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible() and window.session.scenario is before


def test_of_too_many_rows_some_are_used_and_that_is_said(window: MainWindow, tmp_path: Path) -> None:
    rows = "".join(f"{k},{k % 7}\n" for k in range(100_001))
    dialog = look_at(window, tmp_path / "many.csv", "x,y\n" + rows)
    wait_until(dialog.use.isEnabled)
    wanted = "100,001 rows · 100,000 are used, spread evenly over the file: more cannot be".replace(",0", "\u202f0")
    assert dialog.status.text() == wanted
    QTest.keyClick(dialog, Key.Key_Escape)


def test_the_window_can_be_closed_while_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "1.25,2.5\n2.5,3.75\n" * 200_000)
    window = open_window(lesson("L09"))
    window.files.open_table(path)
    (dialog,) = window.findChildren(DataDialog)
    window.close()
    assert not dialog.isVisible()
    window.deleteLater()


def test_own_data_travel_in_the_scenario_file(window: MainWindow, tmp_path: Path) -> None:
    click(look_at(window, tmp_path / "line.csv", LINE).use)
    surface = window.session.scenario.surface
    window.files.save_path(tmp_path / "mine.toml")
    (tmp_path / "line.csv").unlink()
    window.open_lesson(lesson("L13"))
    assert window.files.open_path(tmp_path / "mine.toml")
    assert window.session.scenario.surface == surface


def test_back_to_the_built_in_points(window: MainWindow, tmp_path: Path) -> None:
    click(look_at(window, tmp_path / "line.csv", LINE).use)
    section = window.setup.foundation
    assert section.back.isVisible()
    section.back.setFocus()
    QTest.keyClick(section.back, Key.Key_Space)
    assert window.session.scenario.surface == SurfaceConfig("linear_regression")
    assert not section.back.isVisible() and section.points.text() == "100 points: father, son"
    assert window.session.scenario.window == find_entry(SurfaceConfig("linear_regression")).window
