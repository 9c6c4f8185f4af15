"""The menus of optimizers and schedules: grouped, searched by typing, explained, and driven by keys alone."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.optimizers import GROUPS, Optimizer, optimizers
from engine.rates import Phase
from engine.scenario import Gradient
from engine.schedules import Schedule, schedules
from gui.language import apply_language
from gui.panels.choices import Choice, optimizer_choices, schedule_choices
from gui.panels.chooser import Chooser
from gui.panels.chooser_popup import HEIGHT, ChooserPopup
from gui.panels.setup import SetupPanel
from gui.session import Session

from .hands import editor, settle

Key = Qt.Key
Left = Qt.MouseButton.LeftButton
OWN = Optimizer("Mine_2", "What I made.", "me", "m = g\nsigma = 1\n", lr=0.125)


def opened(chooser: Chooser, key: Key = Key.Key_Return) -> ChooserPopup:
    chooser.setFocus()
    QTest.keyClick(chooser, key)
    assert chooser.popup.isVisible()
    return chooser.popup


def test_every_optimizer_and_schedule_is_offered_in_the_order_of_the_groups() -> None:
    choices = optimizer_choices(optimizers())
    assert {choice.key for choice in choices} == set(optimizers())
    groups = [optimizers()[choice.key].group for choice in choices]
    assert groups == sorted(groups, key=GROUPS.index)
    assert {choice.key for choice in schedule_choices(schedules())} == set(schedules())
    adam = next(choice for choice in choices if choice.key == "Adam")
    assert (
        adam.defaults.replace("\u00a0", " ") == "η 0.001 · β₁ 0.9 · β₂ 0.999 · ε 1×10⁻⁸"
        and "torch.optim.Adam" in adam.reference
    )


def test_a_search_looks_at_names_first_and_at_descriptions_too() -> None:
    choice = Choice("NAdam", "NAdam", "Adam with Nesterov's look ahead", "PyTorch")
    assert [choice.rank(text) for text in ("", "nad", "ADAM", "look nesterov", "lion")] == [0, 0, 1, 2, None]


def test_the_list_opens_on_what_is_in_use_and_a_key_picks_another(panel: SetupPanel, session: Session) -> None:
    chooser = editor(panel).optimizer
    popup = opened(chooser)
    assert popup.list.key() == "SGD" and popup.title.text() == "SGD" and popup.doc.text() == optimizers()["SGD"].doc
    QTest.keyClick(popup.search, Key.Key_Up)
    highlighted = popup.list.key()
    assert highlighted == popup.list.keys[popup.list.keys.index("SGD") - 1]
    assert popup.doc.text() == optimizers()[highlighted].doc
    QTest.keyClick(popup.search, Key.Key_Return)
    assert not popup.isVisible() and chooser.hasFocus()
    assert session.scenario.runs[0].optimizer == highlighted
    session.undo_stack.undo()
    assert chooser.key() == "SGD"


def test_typing_searches_and_enter_takes_the_best(panel: SetupPanel, session: Session) -> None:
    popup = opened(editor(panel).optimizer, Key.Key_L)
    assert popup.search.text() == "l"
    QTest.keyClicks(popup.search, "bf")
    assert popup.list.keys == ["LBFGS"] and popup.list.key() == "LBFGS"
    popup.search.clear()
    assert popup.list.key() == "SGD" and len(popup.list.keys) == len(optimizers())
    QTest.keyClicks(popup.search, "nesterov look")
    assert popup.list.key() == "NAdam" and "Adan" in popup.list.keys
    QTest.keyClick(popup.search, Key.Key_Down)
    QTest.keyClick(popup.search, Key.Key_Enter)
    assert session.scenario.runs[0].optimizer == "Adan"


def test_a_search_in_vain_says_so_and_picks_nothing(panel: SetupPanel, session: Session) -> None:
    popup = opened(editor(panel).optimizer)
    QTest.keyClicks(popup.search, "no such thing")
    assert popup.list.keys == [] and popup.title.text() == "Nothing fits “no such thing”"
    for key in (Key.Key_Down, Key.Key_PageUp, Key.Key_Return, Key.Key_Tab):
        QTest.keyClick(popup.search, key)
    assert popup.isVisible() and popup.search.hasFocus()
    QTest.keyClick(popup.search, Key.Key_Escape)
    assert not popup.isVisible()
    assert session.scenario.runs[0].optimizer == "SGD" and session.undo_stack.count() == 0


def test_no_key_in_the_list_is_a_shortcut_of_the_window(panel: SetupPanel) -> None:
    pressed: list[str] = []
    for name in ("Space", "F", "Home", "Left", "Ctrl+Down"):
        QShortcut(name, panel).activated.connect(lambda name=name: pressed.append(name))
    popup = opened(editor(panel).optimizer)
    QTest.keyClicks(popup.search, "f a")
    for key in (Key.Key_Left, Key.Key_Home):
        QTest.keyClick(popup.search, key)
    QTest.keyClick(popup.search, Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert popup.search.text() == "f a" and popup.search.cursorPosition() == 0 and pressed == []
    QTest.keyClick(popup.search, Key.Key_Escape)
    QTest.keyClick(editor(panel).optimizer, Key.Key_Space)
    assert pressed == ["Space"] and not popup.isVisible()


def test_keys_go_by_pages_and_to_both_ends(panel: SetupPanel) -> None:
    popup = opened(editor(panel).optimizer)
    keys, control = popup.list.keys, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(popup.search, Key.Key_Home, control)
    assert popup.list.key() == keys[0]
    QTest.keyClick(popup.search, Key.Key_PageDown)
    assert popup.list.key() == keys[popup.list.page] and popup.list.page > 8
    QTest.keyClick(popup.search, Key.Key_End, control)
    assert popup.list.key() == keys[-1]
    QTest.keyClick(popup.search, Key.Key_Down)
    assert popup.list.key() == keys[-1]
    QTest.keyClick(popup.search, Key.Key_F4)
    assert not popup.isVisible()


def test_the_mouse_highlights_and_picks_but_not_a_heading(panel: SetupPanel, session: Session, qtbot: QtBot) -> None:
    chooser = editor(panel).optimizer
    qtbot.mouseClick(chooser, Left)
    popup, view = chooser.popup, chooser.popup.list
    qtbot.waitUntil(popup.isVisible)
    view.scrollToTop()
    heading, entry = (view.visualRect(view.model().index(row, 0)).center() for row in (0, 3))
    QTest.mouseClick(view.viewport(), Left, pos=heading)
    assert popup.isVisible() and view.key() == "SGD"
    QTest.mouseMove(view.viewport(), entry)
    assert view.key() == view.keys[2] == popup.title.text()
    QTest.mouseClick(view.viewport(), Left, pos=entry)
    assert not popup.isVisible() and session.scenario.runs[0].optimizer == view.keys[2]


def test_the_list_stays_on_the_screen_and_the_field_is_seen(panel: SetupPanel) -> None:
    screen = panel.screen().availableGeometry()
    for place in (QPoint(0, 0), QPoint(0, screen.height() - 200)):
        panel.move(place)
        settle()
        chooser = editor(panel).optimizer
        popup = opened(chooser)
        assert popup.height() == HEIGHT and screen.top() <= popup.y() and popup.geometry().right() <= screen.right()
        assert not popup.geometry().contains(chooser.mapToGlobal(QPoint(2, 2)))
        QTest.keyClick(popup.search, Key.Key_Escape)


def test_what_is_of_ones_own_stands_under_its_heading(panel: SetupPanel, session: Session) -> None:
    rate = Schedule("MyRate", "Mine too.", "me", "lr/(t + 1)")
    session.change(replace(session.scenario, optimizers=(OWN,), schedules=(rate,)), "own")
    popup = opened(editor(panel).optimizer)
    QTest.keyClicks(popup.search, "your own")
    assert popup.list.keys == ["Mine_2"] and popup.title.text() == "Mine_2"
    QTest.keyClick(popup.search, Key.Key_Return)
    run = session.scenario.runs[0]
    assert (run.optimizer, run.lr) == ("Mine_2", 0.125)
    assert panel.cards[0].title.text() == "Mine_2, η = 0.125"
    session.change_run(0, lambda run: replace(run, schedule=(Phase("Constant", {}),)), "schedule")
    popup = opened(editor(panel).schedule.rows[0].main.choice)
    QTest.keyClicks(popup.search, "myrate")
    QTest.keyClick(popup.search, Key.Key_Return)
    assert session.scenario.runs[0].schedule == (Phase("MyRate", {}),)


def test_an_optimizer_that_cannot_be_used_is_refused_beside_the_menu(panel: SetupPanel, session: Session) -> None:
    session.change_run(0, lambda run: replace(run, gradient=Gradient(maximize=True)), "climb")
    popup = opened(editor(panel).optimizer)
    QTest.keyClicks(popup.search, "bfgs")
    QTest.keyClick(popup.search, Key.Key_Return)
    assert "cannot climb" in editor(panel).refusal.text() and editor(panel).refusal.isVisible()
    assert editor(panel).optimizer.key() == session.scenario.runs[0].optimizer == "SGD"
    session.change_run(0, lambda run: replace(run, gradient=Gradient()), "descend")
    assert editor(panel).refusal.isHidden()


def test_the_list_follows_the_language(panel: SetupPanel, qapp: QApplication) -> None:
    try:
        apply_language(qapp, "zh_CN")
        popup = opened(editor(panel).optimizer)
        assert popup.doc.text() != optimizers()["SGD"].doc
        QTest.keyClick(popup.search, Key.Key_Escape)
    finally:
        apply_language(qapp, "en")


def test_no_form_is_wider_than_the_panel(panel: SetupPanel, session: Session) -> None:
    editor(panel).gradient.disclosure.setChecked(True)
    for name in optimizers():
        session.set_optimizer(0, name, "another")
        settle()
        assert panel.area.widget().width() <= panel.area.viewport().width(), name
    for name in schedules():
        phases = (Phase(name, {}, 5), Phase(name, {}, chained=(Phase(name, {}),)))
        assert session.change_run(0, lambda run, phases=phases: replace(run, schedule=phases), "another") == []
        settle()
        assert panel.area.widget().width() <= panel.area.viewport().width(), name
