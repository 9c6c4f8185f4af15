"""Colours, sizes and the style sheet: the one place that holds the look of the window."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from .assets import ASSETS

OKABE_ITO_DARK = ("#e69f00", "#56b4e9", "#009e73", "#d55e00", "#cc79a7", "#f0e442")
OKABE_ITO_LIGHT = ("#c98a00", "#0072b2", "#009e73", "#d55e00", "#cc79a7", "#4d4d4d")


@dataclass(frozen=True, slots=True)
class Theme:
    """Tokens of one theme; colours as #rrggbb, sizes in pixels."""

    name: str
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    error: str
    warning: str
    ramp: tuple[str, str]
    contour: str
    runs: tuple[str, ...]
    body: int = 13
    head: int = 11


DARK = Theme(
    name="dark",
    ground="#14171c",
    panel="#1b1f26",
    raised="#232831",
    line="#2e3540",
    text="#e6e9ef",
    dim="#98a2b3",
    accent="#4ea1ff",
    on_accent="#08131f",
    error="#ff8a80",
    warning="#f2b56b",
    ramp=("#10141b", "#688ab4"),
    contour="#ffffff26",
    runs=OKABE_ITO_DARK,
)
LIGHT = Theme(
    name="light",
    ground="#f4f5f7",
    panel="#ffffff",
    raised="#f0f2f5",
    line="#d9dee5",
    text="#1b2330",
    dim="#5b6575",
    accent="#1769d2",
    on_accent="#ffffff",
    error="#b3261e",
    warning="#9a5b00",
    ramp=("#ffffff", "#98aeca"),
    contour="#1b233026",
    runs=OKABE_ITO_LIGHT,
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
_current = DARK


def theme() -> Theme:
    """The theme in use."""
    return _current


def load_fonts() -> None:
    """Make the bundled fonts known, so that the window looks the same, and shows Chinese, on any machine."""
    for path in sorted((ASSETS / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))


def font_families() -> list[str]:
    """Families in the order in which a glyph is looked for."""
    chinese, latin = "Noto Sans CJK SC", "Inter"
    return [latin, chinese, "sans-serif"]


def apply_theme(app: QApplication, name: str) -> None:
    """Use the theme `name` from now on, in the whole application."""
    global _current
    before, _current = _current, THEMES.get(name, DARK)
    sheet = style_sheet(_current)
    if _current is before and app.styleSheet() == sheet and app.font().families() == font_families():
        return  # restyling every widget takes a third of a second
    if not app.styleSheet():  # each of these goes through all widgets
        app.setStyle("Fusion")
    font = QFont()
    font.setFamilies(font_families())
    font.setPixelSize(_current.body)
    if app.font() != font:
        app.setFont(font)
    app.setPalette(_palette(_current))
    app.setStyleSheet(sheet)


def _palette(t: Theme) -> QPalette:
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, colour in (
        (roles.Window, t.ground),
        (roles.WindowText, t.text),
        (roles.Base, t.raised),
        (roles.AlternateBase, t.panel),
        (roles.Text, t.text),
        (roles.PlaceholderText, t.dim),
        (roles.Button, t.raised),
        (roles.ButtonText, t.text),
        (roles.ToolTipBase, t.raised),
        (roles.ToolTipText, t.text),
        (roles.Highlight, t.accent),
        (roles.HighlightedText, t.on_accent),
        (roles.Link, t.accent),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.dim))
    return palette


@cache
def _scratch() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ravine-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _arrow(t: Theme) -> str:
    """A file with the arrow of a combo box in the theme's colour: a style sheet takes no image but from a file."""
    path = _scratch() / f"chevron-down-{t.name}.svg"
    text = (ASSETS / "icons" / "chevron-down.svg").read_text(encoding="utf-8")
    path.write_text(text.replace("currentColor", t.dim), encoding="utf-8")
    return path.as_posix()


def style_sheet(t: Theme) -> str:
    """The style sheet of a theme. Widgets choose a look by their `role` property."""
    return f"""
    * {{ font-size: {t.body}px; }}
    QMainWindow, QDialog {{ background: {t.ground}; }}
    QMenuBar {{ background: {t.ground}; color: {t.text}; padding: 2px 4px; }}
    QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.raised}; }}
    QMenu {{ background: {t.panel}; border: 1px solid {t.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 24px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
    QMenu::item:disabled {{ color: {t.dim}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
    QFrame[role="panel"] {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: 8px; }}
    QFrame[role="card"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 6px; }}
    QFrame[role="card"][selected="true"] {{ border: 1px solid {t.accent}; }}
    QLabel {{ background: transparent; }}
    QLabel[role="head"] {{ color: {t.dim}; font-size: {t.head}px; font-weight: 600; letter-spacing: 1px; }}
    QLabel[role="title"] {{ font-weight: 600; font-size: {t.body + 1}px; }}
    QLabel[role="dim"] {{ color: {t.dim}; }}
    QLabel[role="error"] {{ color: {t.error}; font-size: {t.head + 1}px; }}
    QLabel[role="strong"] {{ font-weight: 600; }}
    QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit {{
        background: {t.ground}; border: 1px solid {t.line}; border-radius: 5px; padding: 3px 6px;
        color: {t.text}; selection-background-color: {t.accent}; selection-color: {t.on_accent}; min-height: 18px; }}
    QFrame[role="card"] QLineEdit, QFrame[role="card"] QComboBox {{ background: {t.panel}; }}
    QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus {{ border: 1px solid {t.accent}; }}
    QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] {{ border: 1px solid {t.error}; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow {{ image: url("{_arrow(t)}"); width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{ background: {t.panel}; border: 1px solid {t.line}; outline: none;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QPushButton, QToolButton {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 5px;
        padding: 4px 10px; color: {t.text}; }}
    QPushButton:hover, QToolButton:hover {{ border-color: {t.dim}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {t.accent}; }}
    QPushButton:pressed, QToolButton:pressed, QToolButton:checked {{ background: {t.line}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {t.dim}; }}
    QPushButton[role="primary"] {{ background: {t.accent}; border-color: {t.accent}; color: {t.on_accent};
        font-weight: 600; }}
    QPushButton[role="primary"]:disabled {{ background: {t.raised}; border-color: {t.line}; color: {t.dim}; }}
    QToolButton[role="flat"] {{ background: transparent; border: 1px solid transparent; padding: 3px; }}
    QToolButton[role="flat"]:hover {{ background: {t.line}; }}
    QToolButton[role="flat"]:focus {{ border-color: {t.accent}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {t.line}; border-radius: 4px; min-height: 24px; }}
    QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {t.line}; border-radius: 4px; min-width: 24px; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: transparent; border: none; width: 0; height: 0; }}
    QSlider::groove:horizontal {{ height: 4px; background: {t.line}; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ height: 4px; background: {t.accent}; border-radius: 2px; }}
    QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -4px 0; border-radius: 6px;
        background: {t.accent}; border: 1px solid {t.panel}; }}
    QSlider::handle:horizontal:focus {{ border: 1px solid {t.text}; }}
    QSplitter::handle {{ background: transparent; }}
    QTableWidget {{ background: transparent; border: none; gridline-color: {t.line}; }}
    QHeaderView::section {{ background: transparent; color: {t.dim}; border: none; padding: 2px 6px; }}
    QCheckBox {{ background: transparent; spacing: 6px; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QProgressBar {{ border: none; background: {t.line}; border-radius: 2px; max-height: 4px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
    """
