"""The menu of surfaces: the whole catalogue under headings, found by what it is called and by what it is good for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.scenario import SurfaceConfig
from gui.language import apply_language
from gui.panels.chooser_popup import ChooserPopup
from gui.panels.setup import SetupPanel
from gui.panels.surface_choices import OWN, heading, surface_choices
from gui.panels.surface_picture import surface_pictures
from gui.session import Session
from gui.theme import apply_theme
from surfaces import catalogue, known_points
from surfaces.entry import GROUPS

from ...surfaces.plain import plain, settings_of

Key = Qt.Key


def opened(panel: SetupPanel) -> ChooserPopup:
    panel.surface.choice.setFocus()
    QTest.keyClick(panel.surface.choice, Key.Key_Return)
    assert panel.surface.choice.popup.isVisible()
    return panel.surface.choice.popup


def test_every_surface_is_offered_once_in_the_order_of_the_groups() -> None:
    choices = surface_choices(catalogue())
    assert [choice.key for choice in choices] == [OWN, *catalogue()]
    groups = [catalogue()[choice.key].group for choice in choices[1:]]
    assert groups == sorted(groups, key=GROUPS.index)
    assert len({heading(group) for group in GROUPS}) == len(GROUPS)
    bowl = next(choice for choice in choices if choice.key == "rosenbrock")
    assert bowl.defaults.replace("\u00a0", " ") == "a 1 · b 100" and "Rosenbrock 1960" in bowl.reference


def test_the_list_opens_on_the_surface_in_use_and_explains_it(panel: SetupPanel) -> None:
    popup = opened(panel)
    entry = catalogue()["stuck_valley"]
    assert popup.list.key() == "stuck_valley" and popup.title.text() == entry.title
    assert popup.doc.text() == entry.doc and popup.reference.text() == entry.reference
    assert popup.list.keys == [OWN, *catalogue()]
    QTest.keyClick(popup.search, Key.Key_Escape)


@pytest.mark.parametrize(
    ("words", "first", "among"),
    [
        ("himm", "himmelblau", "himmelblau"),
        ("camel", "camel_6", "camel_3"),  # in the order of the menu, which is that of the titles
        ("condition number", "quadratic", "matyas"),
        ("jamil", "booth", "treccani"),
        ("saddles", "saddle", "monkey_saddle"),
    ],
)
def test_a_surface_is_found_by_name_description_reference_and_group(
    panel: SetupPanel, session: Session, words: str, first: str, among: str
) -> None:
    popup = opened(panel)
    QTest.keyClicks(popup.search, words)
    assert popup.list.key() == first and among in popup.list.keys
    QTest.keyClick(popup.search, Key.Key_Return)
    scenario, entry = session.scenario, catalogue()[first]
    assert scenario.surface.name == first and scenario.start == entry.start
    assert list(panel.surface.form.fields) == [parameter.name for parameter in entry.parameters]
    assert panel.surface.choice.currentText() == entry.title
    session.undo_stack.undo()
    assert session.scenario.surface.name == panel.surface.choice.key() == "stuck_valley"


def test_the_surfaces_are_called_and_found_in_chinese(panel: SetupPanel, qapp: QApplication) -> None:
    try:
        apply_language(qapp, "zh_CN")
        popup = opened(panel)
        popup.search.setText("猴鞍")  # as an input method commits it
        assert popup.list.key() == "monkey_saddle" and popup.title.text() == "猴鞍"
        assert popup.doc.text() != catalogue()["monkey_saddle"].doc
        QTest.keyClick(popup.search, Key.Key_Escape)
    finally:
        apply_language(qapp, "en")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_formula_has_its_picture_and_no_words_are_cut(
    panel: SetupPanel, qapp: QApplication, language: str
) -> None:
    try:
        apply_language(qapp, language)
        popup = opened(panel)
        for key in popup.list.keys:
            popup.list.highlight(key)
            QApplication.processEvents()
            assert popup.picture.isVisible() == (key != OWN and bool(catalogue()[key].formula)), key
            for part in (popup.title, popup.doc, popup.defaults, popup.reference):
                assert part.height() >= part.heightForWidth(part.width()), (key, part.text())
        QTest.keyClick(popup.search, Key.Key_Escape)
    finally:
        apply_language(qapp, "en")


@pytest.mark.parametrize("name", ["trid", "hosaki", "ravine"])
def test_a_picture_is_the_darker_the_lower_the_loss_and_the_right_way_up(qapp: QApplication, name: str) -> None:
    apply_theme(qapp, "dark")
    image = surface_pictures(catalogue())(name, 120, 80)
    assert image and (image.width(), image.height()) == (120, 80)
    left, right, bottom, top = catalogue()[name].window
    values, (crosses, _), seen = settings_of(name, 0)[0], known_points(SurfaceConfig(name)), []
    for column, row in np.random.default_rng(0).integers((0, 0), (120, 80), (200, 2)).tolist():
        x, y = left + column / 119 * (right - left), top - row / 79 * (top - bottom)
        if all(abs(x - a) > (right - left) / 20 or abs(y - b) > (top - bottom) / 10 for a, b in crosses):
            seen.append((plain(name, values)(x, y)[0], image.pixelColor(column, row).lightness()))
    lightness = [light for _, light in sorted(seen)]
    assert lightness == sorted(lightness) and lightness[0] < lightness[-1] - 50


def test_no_surface_makes_the_panel_wider(panel: SetupPanel, session: Session) -> None:
    for choice in surface_choices(catalogue())[1::7]:
        popup = opened(panel)
        popup.list.highlight(choice.key)
        QTest.keyClick(popup.search, Key.Key_Return)
        QApplication.processEvents()
        assert session.scenario.surface.name == choice.key
        assert panel.area.widget().width() <= panel.area.viewport().width(), choice.key
