"""Critical points in the window: found, listed, clicked, started from, cancelled, by mouse and keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import gui.critical_worker
from engine import kernel
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.surface import Surface
from gui.main_window import MainWindow
from surfaces import build
from surfaces.critical import DEGENERATE, MAXIMUM, MINIMUM, SADDLE, Findings, Window, find_critical

from ..driving import click, open_window, place, press, wait_done, wait_until

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
HILLS = "cos(x) + cos(y)"
WINDOW = (-4.0, 4.0, -4.0, 4.0)


def scene(formula: str = HILLS, window: Window = WINDOW, lr: float = 0.1) -> Scenario:
    return Scenario(
        surface=SurfaceConfig(formula=formula), window=window, start=(1.0, 0.5), steps=200, runs=(RunConfig("SGD", lr),)
    )


@pytest.fixture
def window() -> Iterator[MainWindow]:
    made = open_window(scene())
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def found(window: MainWindow) -> MainWindow:
    press(window, Key.Key_K)
    wait_found(window)
    return window


def wait_found(window: MainWindow) -> None:
    critical = window.critical
    wait_until(lambda: critical.findings is not None and not critical.working and not critical._soon.isActive())
    QApplication.processEvents()


def mouse(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Left, Qt.KeyboardModifier.NoModifier, at if at is not None else widget.rect().center())
    QApplication.processEvents()


def row_centre(window: MainWindow, row: int) -> QPoint:
    table = window.side.critical.table
    table.scrollTo(table.points.index(row, 0))
    return table.visualRect(table.points.index(row, 1)).center()


def texts(window: MainWindow, row: int) -> list[str]:
    model = window.side.critical.table.points
    return [model.data(model.index(row, column)) for column in range(model.columnCount())]


def index_of(window: MainWindow, x: float, y: float) -> int:
    k = window.critical.near((x, y))
    assert k is not None
    return k


def test_a_key_finds_lists_and_hides_them(window: MainWindow) -> None:
    panel, action = window.side.critical, window.actions_by_name["critical"]
    assert window.side.stack.currentWidget() is window.side.inspector and not action.isChecked()
    press(window, Key.Key_K)
    wait_found(window)
    assert window.side.stack.currentWidget() is panel and action.isChecked()
    assert window.critical.findings is not None
    assert window.critical.findings.counts == {MINIMUM: 4, MAXIMUM: 1, SADDLE: 4}
    assert panel.summary.text() == "minima 4  ·  maxima 1  ·  saddles 4"
    assert panel.table.points.rowCount() == 9
    assert texts(window, 0)[0] == "minimum" and texts(window, 8) == ["maximum", "0", "0", "2", "−1", "−1"]
    press(window, Key.Key_K)
    assert window.critical.points == () and panel.table.points.rowCount() == 0 and not action.isChecked()


def test_the_panel_s_own_button_finds_and_hides(window: MainWindow) -> None:
    panel = window.side.critical
    window.side.show_panel(panel)
    assert panel.main_button.text() == "Find" and panel.message.isVisible()
    mouse(panel.main_button)
    wait_found(window)
    assert panel.main_button.text() == "Hide" and len(window.critical.points) == 9
    mouse(panel.main_button)
    assert window.critical.points == () and panel.message.isVisible()


def test_a_click_on_a_mark_selects_its_row_and_moves_no_start(found: MainWindow) -> None:
    before = found.session.scenario
    for x, y in ((0.0, np.pi), (np.pi, -np.pi), (0.0, 0.0)):
        click(found, x, y)
        point = found.critical.point
        assert point is not None and point.place == pytest.approx((x, y), abs=1e-9)
        assert found.side.critical.table.currentIndex().row() == found.critical.selected
        assert found.session.scenario is before
    assert "v₁" in found.side.critical.detail.text() and "‖g‖" in found.side.critical.detail.text()


def test_a_click_beside_the_marks_still_sets_the_start(found: MainWindow) -> None:
    click(found, 1.5, -1.0)
    assert found.session.scenario.start == pytest.approx((1.5, -1.0), abs=0.03)


def test_a_double_click_on_a_mark_does_not_zoom(found: MainWindow) -> None:
    shown = found.canvas.visible_window()
    QTest.mouseDClick(found.canvas.plot.viewport(), Left, Qt.KeyboardModifier.NoModifier, place(found, -np.pi, np.pi))
    assert found.canvas.visible_window() == shown


def test_a_click_on_a_row_marks_the_point_on_the_canvas(found: MainWindow) -> None:
    def pixels() -> bytes:
        QApplication.processEvents()
        return bytes(found.canvas.grab().toImage().constBits())

    plain = pixels()
    mouse(found.side.critical.table.viewport(), row_centre(found, 8))
    assert found.critical.selected == 8
    assert pixels() != plain
    found.critical.select(None)
    assert pixels() == plain


def test_arrow_keys_go_through_the_list_and_enter_starts_there(found: MainWindow) -> None:
    table, session = found.side.critical.table, found.session
    mouse(table.viewport(), row_centre(found, 0))
    for _ in range(5):
        QTest.keyClick(table, Key.Key_Down)
    assert found.critical.selected == 5
    QTest.keyClick(table, Key.Key_Return)
    point = found.critical.point
    assert point is not None and session.scenario.start == point.place and point.kind == SADDLE
    wait_done(found)
    assert session.runs[0].row(100)[kernel.THETA] == pytest.approx(point.place[0], abs=1e-9)  # no gradient: it stays
    assert len(found.critical.points) == 9 and found.critical.selected == 5
    session.undo_stack.undo()
    assert session.scenario.start == (1.0, 0.5)


def test_starting_beside_a_saddle_leads_down_to_a_minimum(found: MainWindow) -> None:
    found.critical.select(index_of(found, 0.0, np.pi))
    mouse(found.side.critical.beside)
    start = found.session.scenario.start
    assert abs(start[0]) == pytest.approx(0.16) and start[1] == pytest.approx(np.pi)
    wait_done(found)
    row = found.session.runs[0].row(200)
    assert (abs(row[kernel.THETA]), row[kernel.THETA + 1]) == pytest.approx((np.pi, np.pi), abs=1e-4)
    found.session.undo_stack.undo()
    assert found.session.scenario.start == (1.0, 0.5)


def test_a_run_with_its_own_start_keeps_its_own(window: MainWindow) -> None:
    click(window, -1.0, -1.0, Qt.KeyboardModifier.ShiftModifier)
    assert window.session.selected == 1
    wait_done(window)
    press(window, Key.Key_K)
    wait_found(window)
    window.critical.select(index_of(window, 0.0, 0.0))
    mouse(window.side.critical.start)
    scenario = window.session.scenario
    assert scenario.runs[1].start == pytest.approx((0.0, 0.0)) and scenario.start == (1.0, 0.5)


def test_they_follow_the_window_and_the_surface(found: MainWindow) -> None:
    found.critical.select(index_of(found, 0.0, 0.0))
    found.canvas.zoom(0.5)
    wait_until(lambda: len(found.critical.points) == 1)
    point = found.critical.point
    assert point is not None and point.kind == MAXIMUM  # it stays selected
    found.canvas.zoom(2.0)
    wait_until(lambda: len(found.critical.points) == 9)
    found.session.open(scene("(1 - x*y)^2", (-2.0, 2.0, -2.0, 2.0)), "Open")
    assert found.critical.points == () or found.session.current
    wait_done(found)
    wait_until(lambda: bool(found.critical.points) and not found.critical.working)
    assert found.critical.findings is not None
    assert set(found.critical.findings.counts) == {SADDLE, DEGENERATE}
    assert "degenerate" in found.side.critical.summary.text()
    assert "spread evenly" in found.side.critical.detail.text()
    assert found.critical.selected is None


def test_where_there_is_none_it_says_so() -> None:
    window = open_window(scene("x + 2*y"))
    press(window, Key.Key_K)
    wait_found(window)
    panel = window.side.critical
    assert panel.message.isVisible() and "No gradient vanishes" in panel.message.text()
    assert not panel.start.isVisible()
    window.close()
    window.deleteLater()


def test_the_language_changes_at_once(found: MainWindow) -> None:
    found.use_language("zh_CN")
    QApplication.processEvents()
    try:
        assert found.side.critical.summary.text() == "极小值点 4  ·  极大值点 1  ·  鞍点 4"
        assert texts(found, 8)[0] == "极大值点"
        assert [found.side.strip.tabText(k) for k in (0, 1)] == ["检查器", "临界点"]
    finally:
        found.use_language("en")


# A search that takes long --------------------------------------------------------------------------------------------


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every search takes a minute unless it is ended; gives the shares that were reported."""
    shares: list[float] = []

    def find(surface: Surface, window: Window, report: Callable[[float], bool]) -> Findings | None:
        for k in range(6000):
            shares.append(k / 6000)
            if not report(k / 6000):
                return None
            time.sleep(0.01)
        return find_critical(surface, window)

    monkeypatch.setattr(gui.critical_worker, "find_critical", find)
    return shares


def test_progress_shows_cancel_ends_it_and_it_can_be_asked_again(
    window: MainWindow, slow: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, critical = window.side.critical, window.critical
    press(window, Key.Key_K)
    wait_until(lambda: panel.progress.value() > 0)
    assert panel.main_button.text() == "Cancel" and critical.working
    mouse(panel.main_button)
    assert not critical.working and panel.progress.value() == 0
    assert panel.main_button.text() == "Find again" and "ended before" in panel.message.text()
    wait_until(lambda: _is_still(slow))  # the thread has stopped
    monkeypatch.setattr(gui.critical_worker, "find_critical", find_critical)
    mouse(panel.main_button)
    wait_found(window)
    assert len(critical.points) == 9 and panel.main_button.text() == "Hide"


def _is_still(shares: list[float]) -> bool:
    before = len(shares)
    time.sleep(0.05)
    return len(shares) == before


def test_a_newer_search_ends_the_one_before(window: MainWindow, slow: list[float]) -> None:
    press(window, Key.Key_K)
    wait_until(lambda: len(slow) > 3)
    window.canvas.zoom(0.5)
    wait_until(lambda: slow.count(0.0) == 2)


def test_the_window_stays_alive_meanwhile_and_its_end_ends_the_search(window: MainWindow, slow: list[float]) -> None:
    press(window, Key.Key_K)
    wait_until(lambda: len(slow) > 3)
    before = time.monotonic()
    press(window, Key.Key_Right)
    window.close()
    assert time.monotonic() - before < 5
    assert _is_still(slow)


def test_a_search_that_breaks_leaves_the_thread_alive(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*args: object, **others: object) -> None:
        raise MemoryError

    monkeypatch.setattr(gui.critical_worker, "find_critical", broken)
    press(window, Key.Key_K)
    wait_until(lambda: not window.critical.working)
    assert window.side.critical.main_button.text() == "Find again"
    monkeypatch.setattr(gui.critical_worker, "find_critical", find_critical)
    mouse(window.side.critical.main_button)
    wait_found(window)
    assert len(window.critical.points) == 9
    assert "MemoryError" in capfd.readouterr().err


# What the list says --------------------------------------------------------------------------------------------------


def test_the_list_holds_what_the_surface_says(found: MainWindow) -> None:
    surface = build(found.session.scenario.surface)
    for k, point in enumerate(found.critical.points):
        loss, *_ = surface.at(point.place)
        assert texts(found, k)[3] == str(round(float(loss))).replace("-", "−")
        hint = found.side.critical.table.points.data(
            found.side.critical.table.points.index(k, 0), Qt.ItemDataRole.ToolTipRole
        )
        assert repr(point.place[0]) in hint and "v₂" in hint


def test_numbers_in_the_list_are_never_cut(found: MainWindow) -> None:
    found.session.open(scene("(x-0.00012345)^2*12345.678 + (y+1234.5678)^2*1e-7", (-0.01, 0.01, -2e3, 2e3)), "Open")
    wait_done(found)
    wait_until(lambda: len(found.critical.points) == 1)
    table = found.side.critical.table
    for column in range(1, 6):
        text = texts(found, 0)[column]
        assert table.fontMetrics().horizontalAdvance(text) + 6 <= table.columnWidth(column), text
