"""What can be fitted to a person's own data points, and which columns that needs."""

from __future__ import annotations

from collections.abc import Sequence

from engine.scenario import SurfaceConfig
from surfaces import find_entry
from surfaces.data.layout import value
from surfaces.data.reading import Preview
from surfaces.entry import Entry, catalogue

MODELS = (
    "linear_regression",
    "linear_regression_two",
    "robust_regression",
    "logistic_regression",
    "logistic_regression_two",
)


def stands_on_data(entry: Entry) -> bool:
    """Whether an entry can be had with other data points."""
    return entry.kind in {catalogue()[name].kind for name in MODELS}


def model_of(surface: SurfaceConfig) -> str:
    """The model that fits what is shown now: of the same kind, with as many features."""
    if surface.formula:
        return MODELS[0]
    entry = find_entry(surface)
    for name in MODELS:
        other = catalogue()[name]
        if (other.kind, len(roles(name))) == (entry.kind, 2 if entry.axes[0] == "b" else 3):
            return name
    return MODELS[0]


def fitting(model: str, columns: int) -> str:
    """The model, or with so few columns in the file the one of its kind that needs one feature less."""
    simpler = model.removesuffix("_two")
    return simpler if len(roles(model)) > columns >= len(roles(simpler)) else model


def roles(model: str) -> tuple[str, ...]:
    """The columns that a model needs."""
    return ("x", "y") if catalogue()[model].axes[0] == "b" else ("x₁", "x₂", "y")


def labelled(model: str) -> bool:
    """Whether y tells two classes apart."""
    return catalogue()[model].kind == "logistic_regression"


def guess_columns(preview: Preview, decimal: str, model: str) -> list[int]:
    """Likely columns: the first ones that hold numbers, and for y the last one, or the last one of two classes."""
    columns = list(range(len(preview.names)))
    cells = {k: [row[k].strip() for _, row in preview.rows if k < len(row) and row[k].strip()] for k in columns}
    numbers = [k for k in columns if _mostly(cells[k], decimal)]
    y = (numbers or columns)[-1]
    if labelled(model):
        two = [k for k in columns if len(set(cells[k])) == 2]
        y = (two or [y])[-1]
    features = [k for k in (*numbers, *columns) if k != y]
    wanted = len(roles(model)) - 1
    chosen = list(dict.fromkeys(features))[:wanted]
    return [*chosen, *[y] * (wanted - len(chosen)), y]


def _mostly(cells: Sequence[str], decimal: str) -> bool:
    return 2 * sum(value(cell, decimal) is not None for cell in cells) > len(cells)
