"""The commands that say how the surface is shown, for the View menu and the colour bar's; what is chosen is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QAction

from ..settings import Settings
from .canvas import Canvas
from .colours import MAPS
from .levels import SPACINGS, TYPED
from .style import ARROWS, Style, style_of, to_remember
from .typed_levels import TypedLevels

CHOICES = {"levels": SPACINGS, "colours": tuple(MAPS), "arrows": ARROWS}
SWITCHES = ("shading", "labels")


class SurfaceMenu:
    """Puts choices into force and checks the actions that stand for them.

    Args:
        actions: by name: 'levels log', 'colours viridis', 'arrows off' …, 'shading' and 'labels'.
        remember: keeps settings.
    """

    def __init__(
        self,
        canvas: Canvas,
        actions: Mapping[str, QAction],
        settings: Settings,
        remember: Callable[..., None],
    ) -> None:
        self._canvas, self._actions, self._remember = canvas, actions, remember
        self._use(style_of(settings))

    @property
    def style(self) -> Style:
        return self._canvas.landscape.style

    def choose(self, **changes: Any) -> None:
        """Change the style."""
        self._use(replace(self.style, **changes))
        self._remember(**to_remember(self.style))

    def turn(self, switch: str) -> None:
        """Switch hill-shading or labels on or off."""
        self.choose(**{switch: not getattr(self.style, switch)})

    def next(self, field: str) -> None:
        """The next choice of a field, the first after the last; typed levels only where there are some."""
        choices = [c for c in CHOICES[field] if c != TYPED or self.style.typed]
        now = getattr(self.style, field)
        self.choose(**{field: choices[(choices.index(now) + 1) % len(choices)]})

    def type_levels(self) -> None:
        """Ask for losses; what is typed is shown at once."""
        self.show()  # the click has checked the action
        before = self.style
        dialog = TypedLevels(before.typed, self._canvas)
        dialog.typed.connect(lambda levels: self._use(replace(self.style, levels=TYPED, typed=levels)))
        dialog.accepted.connect(lambda: self._remember(**to_remember(self.style)))
        dialog.rejected.connect(lambda: self._use(replace(self.style, levels=before.levels, typed=before.typed)))
        dialog.check()
        dialog.open()

    def _use(self, style: Style) -> None:
        self._canvas.landscape.set_style(style)
        self.show()

    def show(self) -> None:
        """Check the actions of what is in force."""
        for field in CHOICES:
            self._actions[f"{field} {getattr(self.style, field)}"].setChecked(True)
        for switch in SWITCHES:
            self._actions[switch].setChecked(getattr(self.style, switch))
