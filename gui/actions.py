"""Every command of the window, readable as one table: menu, words, keys, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from .own.open import write_own

if TYPE_CHECKING:
    from .main_window import MainWindow

FILE, EDIT, RUN, VIEW, LESSONS, HELP = "&File", "&Edit", "&Run", "&View", "&Lessons", "&Help"
LEVELS, MAP, ARROWS = "Contour levels", "Colour map", "Arrows"
Keys = QKeySequence.StandardKey


@dataclass(frozen=True)
class Command:
    """A row of the table; `text` is English and is translated when shown, '-' is a line.

    `sub`: the menu within `menu` that it stands in. Of the names that begin with the same word one is checked.
    """

    menu: str
    text: str
    do: Callable[[MainWindow], None]
    keys: tuple[str | Keys, ...] = ()
    icon: str = ""
    checkable: bool = False
    name: str = ""
    sub: str = ""
    tip: str = ""


def _look(sub: str, text: str, field: str, value: object, tip: str) -> Command:
    """One of the ways to show the surface."""
    return Command(
        VIEW, text, lambda w: w.surface_menu.choose(**{field: value}), (), "", True, f"{field} {value}", sub, tip
    )


def _line(menu: str) -> Command:
    return Command(menu, "-", lambda window: None)


COMMANDS: tuple[Command, ...] = (
    Command(FILE, "Open…", lambda w: w.files.open(), (Keys.Open,), "open-folder"),
    Command(FILE, "Open data…", lambda w: w.files.open_data(), ("Ctrl+D",)),
    Command(FILE, "Save", lambda w: w.files.save(), (Keys.Save,), "save"),
    Command(FILE, "Save as…", lambda w: w.files.save_as(), ("Ctrl+Shift+S",)),
    _line(FILE),
    Command(FILE, "Export trajectory…", lambda w: w.files.export(), ("Ctrl+E",)),
    Command(FILE, "Save picture…", lambda w: w.files.save_picture(), ("Ctrl+P",)),
    _line(FILE),
    Command(FILE, "Quit", lambda w: w.quit(), (Keys.Quit,)),
    Command(EDIT, "Undo", lambda w: w.session.undo_stack.undo(), (Keys.Undo,), "undo", name="undo"),
    Command(EDIT, "Redo", lambda w: w.session.undo_stack.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", name="redo"),
    _line(EDIT),
    Command(EDIT, "Add run", lambda w: w.add_run(), ("Ctrl+N",), "plus"),
    Command(EDIT, "Remove run", lambda w: w.remove_run(), ("Ctrl+Backspace",), "trash"),
    Command(EDIT, "Your own optimizer…", lambda w: write_own(w.session, "optimizer", w), ("Ctrl+Shift+O",)),
    Command(EDIT, "Your own schedule…", lambda w: write_own(w.session, "schedule", w), ("Ctrl+Shift+L",)),
    Command(EDIT, "Your own surface…", lambda w: write_own(w.session, "surface", w), ("Ctrl+Shift+F",)),
    _line(EDIT),
    Command(EDIT, "Next run", lambda w: w.session.select(w.session.selected + 1), ("Ctrl+Down",)),
    Command(EDIT, "Previous run", lambda w: w.session.select(w.session.selected - 1), ("Ctrl+Up",)),
    Command(RUN, "Run or pause", lambda w: w.toggle(), ("Space",), "play"),
    Command(RUN, "Step", lambda w: w.session.step(1), ("Right",), "step-forward"),
    Command(RUN, "Step back", lambda w: w.session.step(-1), ("Left",), "step-back"),
    Command(RUN, "10 steps", lambda w: w.session.step(10), ("Shift+Right",)),
    Command(RUN, "10 steps back", lambda w: w.session.step(-10), ("Shift+Left",)),
    Command(RUN, "To the start", lambda w: w.session.go_home(), ("Home",), "skip-start"),
    Command(RUN, "To the end", lambda w: w.session.go_to_end(), ("End",), "skip-end"),
    _line(RUN),
    Command(RUN, "Faster", lambda w: w.scale_speed(10), ("Ctrl+Right",)),
    Command(RUN, "Slower", lambda w: w.scale_speed(0.1), ("Ctrl+Left",)),
    _line(RUN),
    Command(
        RUN,
        "Change from here on",
        lambda w: w.session.set_from_here(not w.session.from_here),
        ("C",),
        "",
        True,
        "from here",
    ),
    Command(RUN, "Next change", lambda w: w.session.events.go_on(), ("N",)),
    Command(RUN, "Previous change", lambda w: w.session.events.go_back(), ("Shift+N",)),
    Command(RUN, "Remove the change here", lambda w: w.session.events.remove_here(), ("Ctrl+Delete",)),
    _line(RUN),
    Command(RUN, "Show the path ahead", lambda w: w.toggle_ahead(), ("Ctrl+H",), "eye", True, "ahead"),
    Command(VIEW, "Fit", lambda w: w.canvas.fit(), ("F",), "fit"),
    Command(VIEW, "Zoom in", lambda w: w.canvas.zoom(0.8), ("Ctrl++", "Ctrl+="), "zoom-in"),
    Command(VIEW, "Zoom out", lambda w: w.canvas.zoom(1.25), (Keys.ZoomOut,), "zoom-out"),
    Command(VIEW, "Arrows and ellipse at the head", lambda w: w.toggle_arrows(), ("Ctrl+R",), "", True, "arrows"),
    Command(VIEW, "3-D view beside the canvas", lambda w: w.toggle_space("beside"), (), "", True, "space beside"),
    Command(VIEW, "3-D view instead of the canvas", lambda w: w.toggle_space("instead"), (), "", True, "space instead"),
    Command(VIEW, "3-D view: beside, instead, off", lambda w: w.space.cycle(), ("Ctrl+3",)),
    _line(VIEW),
    _look(LEVELS, "Equal areas (quantiles)", "levels", "quantile", "shows a ravine and a plateau alike"),
    _look(
        LEVELS, "Equal steps (linear)", "levels", "linear", "dense lines mean a steep slope, as on a map of mountains"
    ),
    _look(LEVELS, "Equal factors (logarithmic)", "levels", "log", "shows the floor of a ravine close to its minimum"),
    Command(
        *(VIEW, "Typed losses…", lambda w: w.surface_menu.type_levels(), ("Ctrl+L",), "", True, "levels typed", LEVELS),
        tip="a colour stands for the same loss at any zoom",
    ),
    Command(VIEW, "Next contour levels", lambda w: w.surface_menu.next("levels"), ("L",), sub=LEVELS),
    _look(MAP, "Slate", "colours", "slate", "one hue, so that the paths stand out most"),
    _look(MAP, "Grey", "colours", "grey", "for printing in black and white"),
    _look(MAP, "Viridis", "colours", "viridis", "even steps to the eye, also without colour vision"),
    _look(MAP, "Cividis (colour-blind safe)", "colours", "cividis", "looks the same with red-green blindness"),
    _look(MAP, "Blue to yellow (colour-blind safe)", "colours", "CET-CBL1", "even steps with red-green blindness"),
    _look(MAP, "Red to blue (safe for tritanopia)", "colours", "CET-CBTL2", "even steps with blue blindness"),
    Command(VIEW, "Next colour map", lambda w: w.surface_menu.next("colours"), ("P",), sub=MAP),
    _look(ARROWS, "None", "arrows", "off", "the surface alone"),
    _look(ARROWS, "Descent, −∇L", "arrows", "descent", "where the surface goes down, everywhere"),
    _look(ARROWS, "Update of the selected run, Δθ", "arrows", "update", "where its optimizer would step, everywhere"),
    Command(VIEW, "Next arrows", lambda w: w.surface_menu.next("arrows"), ("A",), sub=ARROWS),
    Command(
        *(VIEW, "Hill-shading", lambda w: w.surface_menu.turn("shading"), ("H",), "", True, "shading"),
        tip="light from the upper left",
    ),
    Command(
        *(VIEW, "Numbers on contour lines", lambda w: w.surface_menu.turn("labels"), ("B",), "", True, "labels"),
        tip="the loss on each line, where there is room",
    ),
    _line(VIEW),
    Command(VIEW, "Critical points", lambda w: w.toggle_critical(), ("K",), "", True, "critical"),
    Command(VIEW, "Local model", lambda w: w.local_model.set_on(not w.local_model.on), ("M",), "", True, "model"),
    Command(VIEW, "Local model follows the run", lambda w: w.local_model.pin(None), ("Shift+M",), name="model follows"),
    Command(VIEW, "Lesson text", lambda w: w.toggle_lesson(), ("Ctrl+T",), "book", True, "lesson"),
    _line(VIEW),
    Command(VIEW, "Dark", lambda w: w.use_theme("dark"), (), "moon", True, "theme dark"),
    Command(VIEW, "Light", lambda w: w.use_theme("light"), (), "sun", True, "theme light"),
    _line(VIEW),
    Command(VIEW, "English", lambda w: w.use_language("en"), (), "", True, "language en"),
    Command(VIEW, "简体中文", lambda w: w.use_language("zh_CN"), (), "", True, "language zh_CN"),
    _line(VIEW),
    Command(VIEW, "Full screen", lambda w: w.toggle_full_screen(), ("F11",), "maximize"),
    Command(HELP, "Keyboard and mouse", lambda w: w.show_keys(), ("F1",)),
    Command(HELP, "About Ravine", lambda w: w.show_about()),
)
