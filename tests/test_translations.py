"""Every visible word is translated, nothing stale is kept, and placeholders match."""

import string

import pytest

from gui.i18n import catalogue

from .words import needed

CATALOGUE = catalogue("zh_CN")


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_word_is_translated() -> None:
    assert sorted(needed() - set(CATALOGUE)) == []


def test_no_translation_is_stale() -> None:
    assert sorted(set(CATALOGUE) - needed()) == []


@pytest.mark.parametrize("text", CATALOGUE)
def test_a_translation_has_the_same_placeholders(text: str) -> None:
    assert _fields(CATALOGUE[text]) == _fields(text)


@pytest.mark.parametrize("text", CATALOGUE)
def test_a_translation_is_not_empty(text: str) -> None:
    assert CATALOGUE[text].strip()
