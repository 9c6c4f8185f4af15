"""How a person wants the surface shown: levels, colours, shading, labels and arrows."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ..settings import Settings
from .colours import MAPS, SLATE
from .levels import QUANTILE, SPACINGS

NO_ARROWS, DESCENT, UPDATE = ARROWS = ("off", "descent", "update")


@dataclass(frozen=True)
class Style:
    """What the View menu offers for the surface.

    Attributes:
        levels: one of `levels.SPACINGS`.
        typed: the losses of spacing 'typed', ascending.
        colours: one of `colours.MAPS`.
        shading: light from the upper left.
        labels: numbers on the contour lines.
        arrows: of `ARROWS`: none, −∇L, or the update that the selected run would make.
    """

    levels: str = QUANTILE
    typed: tuple[float, ...] = ()
    colours: str = SLATE
    shading: bool = False
    labels: bool = False
    arrows: str = NO_ARROWS


KEPT = {  # field of Style → of Settings
    **{"levels": "levels", "typed": "typed_levels", "colours": "colour_map", "shading": "hill_shading"},
    **{"labels": "contour_labels", "arrows": "surface_arrows"},
}


def style_of(settings: Settings) -> Style:
    """The style that is remembered; what is unknown falls back to its default."""
    kept = Style(**{field: getattr(settings, key) for field, key in KEPT.items()})
    known = {"levels": SPACINGS if kept.typed else SPACINGS[:-1], "colours": tuple(MAPS), "arrows": ARROWS}
    return Style(**{k: v for k, v in asdict(kept).items() if k not in known or v in known[k]})


def to_remember(style: Style) -> dict[str, object]:
    """The settings that keep a style."""
    return {key: getattr(style, field) for field, key in KEPT.items()}
