"""What the window remembers from one start to the next: one JSON text, as QSettings itself loses types."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from PySide6.QtCore import QLocale, QSettings

from .i18n import LANGUAGES


@dataclass(frozen=True)
class Settings:
    """The user's choices. `geometry` and `columns` are Qt's own state, as base64 text and pixel widths."""

    language: str = ""
    theme: str = "dark"
    help_seen: bool = False
    lesson_collapsed: bool = False
    geometry: str = ""
    columns: tuple[int, ...] = ()
    folder: str = ""
    hidden_plots: tuple[str, ...] = ()
    space: str = "off"
    space_heights: str = "levels"
    levels: str = "quantile"
    typed_levels: tuple[float, ...] = ()
    colour_map: str = "slate"
    hill_shading: bool = False
    contour_labels: bool = False
    surface_arrows: str = "off"


def store() -> QSettings:
    """Where the text is kept. (QSettings takes no notice of its default format unless it is told to.)"""
    return QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, "Ravine", "Ravine")


def load() -> Settings:
    """The settings of the last time; whatever cannot be read falls back to its default."""
    text = store().value("settings", "{}")
    try:
        stored = json.loads(str(text))
    except ValueError:
        stored = {}
    known = {field.name: type(getattr(Settings(), field.name)) for field in fields(Settings)}
    values = {key: value for key, value in stored.items() if key in known} if isinstance(stored, dict) else {}
    for key, kind in (("columns", int), ("hidden_plots", str), ("typed_levels", float)):
        if isinstance(items := values.get(key), list) and all(isinstance(item, kind) for item in items):
            values[key] = tuple(items)
    settings = Settings(**{key: value for key, value in values.items() if isinstance(value, known[key])})
    if settings.language in LANGUAGES:
        return settings
    chinese = QLocale.system().language() == QLocale.Language.Chinese
    return Settings(**(asdict(settings) | {"language": "zh_CN" if chinese else "en"}))


def save(settings: Settings) -> None:
    """Remember `settings`."""
    kept = store()
    kept.setValue("settings", json.dumps(asdict(settings)))
    kept.sync()
