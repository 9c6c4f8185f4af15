"""The words of the window in the language a person chose: one catalogue of English text to translation."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from engine.errors import ConfigError

from .assets import ASSETS

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
_current = "en"


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text to its translation; empty for English itself."""
    path = ASSETS / "translations" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def language() -> str:
    """The language in use, a key of `LANGUAGES`."""
    return _current


def set_language(name: str) -> None:
    """Use `name` from now on; widgets are told by Qt's LanguageChange event, which the caller sends."""
    global _current
    _current = name if name in LANGUAGES else "en"


def tr(text: str, **values: object) -> str:
    """`text` in the language in use, its {placeholders} filled in. Call it with a literal, so that tests find it."""
    shown = catalogue(_current).get(text, text)
    return shown.format(**values) if values else shown


def tr_error(error: ConfigError) -> str:
    """What is wrong with a person's input, without the place: the message stands beside its field."""
    words = catalogue(_current)
    values = dict(error.values)
    for key in ("kind", "found"):  # our own words; all else is what a person wrote
        if isinstance(value := values.get(key), str):
            values[key] = words.get(value, value)
    return words.get(error.template, error.template).format(**values)


def pick(texts: str | Mapping[str, str]) -> str:
    """A text that a file brings in several languages, in the one in use, otherwise in English."""
    return texts if isinstance(texts, str) else texts.get(_current, texts.get("en", ""))
