"""The setup panel on a session with the first lesson."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gui.panels.setup import SetupPanel
from gui.session import Session

from .hands import lesson


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session(lesson("L01"))
    yield session
    session.close()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> SetupPanel:
    panel = SetupPanel(session)
    qtbot.addWidget(panel)
    panel.resize(272, 640)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel
