"""What is remembered comes back; what cannot be read does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui import settings
from gui.settings import Settings


def test_settings_come_back_as_they_were() -> None:
    mine = Settings("zh_CN", "light", True, True, "AAA=", (300, 700, 280), "/home", ("sigma",))
    settings.save(mine)
    assert settings.load() == mine


def test_tests_do_not_touch_a_persons_own(tmp_path: Path) -> None:
    settings.save(Settings("en"))
    assert list(tmp_path.rglob("Ravine.ini"))


@pytest.mark.parametrize(
    "stored",
    ["", "no json", "[1, 2]", '{"theme": 3, "columns": "wide", "hidden_plots": [1]}', '{"language": "tlh", "x": 1}'],
)
def test_what_cannot_be_read_falls_back(stored: str) -> None:
    settings.store().setValue("settings", stored)
    loaded = settings.load()
    assert (loaded.theme, loaded.columns, loaded.hidden_plots) == ("dark", (), ())
    assert loaded.language in ("en", "zh_CN")
