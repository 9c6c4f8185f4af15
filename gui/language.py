"""Switching the language of everything that is open, Qt's own words included, without a restart."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from .i18n import set_language

_qt_words: QTranslator | None = None


def apply_language(app: QApplication, name: str) -> None:
    """Use the language `name` (a key of `i18n.LANGUAGES`) from now on; every open window is told."""
    global _qt_words
    set_language(name)
    if _qt_words is not None:
        app.removeTranslator(_qt_words)
        _qt_words = None
    translator = QTranslator(app)
    if translator.load(f"qtbase_{name}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
        _qt_words = translator
    for window in app.topLevelWidgets():  # Qt passes the event on to all children
        QApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
