"""The words of the strips, in the language in use."""

from __future__ import annotations

from dataclasses import dataclass

from ..i18n import tr


@dataclass(frozen=True, slots=True)
class StripWords:
    """`title` stands on the strip, `name` in menus and for screen readers, `hint` in its tooltip."""

    title: str
    name: str
    hint: str


def strip_words(wide: bool) -> dict[str, StripWords]:
    """The words of each strip by its key; `wide`: of runs with many parameters."""
    spread = tr("over all parameters: the median, dashed the quartiles, the band from the least to the largest")
    return {
        "loss": StripWords(
            tr("loss"),
            tr("Plot of the loss"),
            tr("the loss L at each step, on a log scale unless it is negative somewhere"),
        ),
        "gradient": StripWords("‖g‖", tr("Plot of ‖g‖"), tr("the length of the gradient at each step, on a log scale")),
        "sigma": StripWords(
            "σ",
            tr("Plot of σ"),
            f"{tr('what the gradient of each parameter is divided by, on a log scale')}; {spread}"
            if wide
            else tr(
                "what the gradient of each parameter is divided by, on a log scale; the band holds 90 % of all runs"
            ),
        ),
        "rate": StripWords(
            "η, η/σ",
            tr("Plot of η and η/σ"),
            tr("the learning rate and what is left of it for each parameter, on a log scale")
            + (f"; {spread}" if wide else ""),
        ),
        "stability": StripWords(
            tr("stability S"),
            tr("Plot of the stability S"),
            tr("S = η·λmax(D^−½ H D^−½): above the dashed limit, a step is too long for the curvature"),
        ),
    }


def mouse_words() -> str:
    """What mouse and keys do on all strips."""
    return tr(
        "Click or drag: travel in time.  Wheel, + and −: zoom.  Shift-drag: pan.  Double click, 0: all steps.\n"
        "Right click: choose the plots.  Double click on the title: enlarge."
    )
