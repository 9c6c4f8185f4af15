"""What is remembered comes back; what cannot be read does no harm."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings

from gui import settings
from gui.settings import Settings


def test_settings_come_back_as_they_were() -> None:
    mine = Settings("zh_CN", "light", True, True, "AAA=", (300, 700, 280), "/home", ("sigma",))
    settings.save(mine)
    assert settings.load() == mine


@pytest.mark.parametrize(
    "stored",
    ["", "no json", "[1, 2]", '{"theme": 3, "columns": "wide", "hidden_plots": [1]}', '{"language": "tlh", "x": 1}'],
)
def test_what_cannot_be_read_falls_back(stored: str) -> None:
    QSettings("Ravine", "Ravine").setValue("settings", stored)
    loaded = settings.load()
    assert (loaded.theme, loaded.columns, loaded.hidden_plots) == ("dark", (), ())
    assert loaded.language in ("en", "zh_CN")
