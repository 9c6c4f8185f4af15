"""Numbers on contour lines: along the line, upright, where it is straight and nothing else lies near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..numbers import show
from .sampling import Pass, Rect

Array = NDArray[np.float64]
SIZE = 10  # pixels of the letters
HEIGHT = 12.0
SPACING = 10.0  # pixels between two places at which a label is tried
APART = 70.0  # pixels between the middles of any two labels
AGAIN = 280.0  # pixels between two labels of one level
EDGE = 8.0
STRAIGHT = 0.97  # chord by arc
MARGIN = 8.0
MOST = 48  # labels
LINES, TRIES, KEPT = 6, 200, 12  # lines of a level, places along one, and candidates of it
DIGITS = 10
_EMS = {".": 0.3, "−": 0.66, "×": 0.66, "∞": 1.0}


class Label(NamedTuple):
    """`text` with its middle at (x, y) in data coordinates, turned by `angle` degrees clockwise on the screen.

    `level`: which of the field's levels it belongs to.
    """

    text: str
    x: float
    y: float
    angle: float
    level: int


def level_texts(levels: Sequence[float] | Array) -> list[str]:
    """Each level with the digits that it needs to be told from its neighbours, or that say it exactly."""
    values = [float(value) for value in levels]
    texts = []
    for k, value in enumerate(values):
        gaps = [abs(value - other) for other in values[max(0, k - 1) : k + 2] if other != value]
        near = 0.02 * min(gaps, default=abs(value))
        digits = next((d for d in range(2, DIGITS) if abs(float(f"{value:.{d - 1}e}") - value) <= near), DIGITS)
        exact = next((d for d in range(1, 5) if float(f"{value:.{d - 1}e}") == value), 0)
        texts.append(show(value, exact or digits))
    return texts


def width_of(text: str) -> float:
    """About how many pixels wide a number is."""
    return sum(SIZE * _EMS.get(c, 0.42 if c in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻" else 0.64) for c in text)


def place_labels(
    lines: Sequence[Array], levels: Array, bands: NDArray[np.uint8], rect: Rect, size: Pass
) -> tuple[Label, ...]:
    """Where numbers fit.

    Args:
        lines: of each level, as of `contours.contour_lines`.
        bands: of the pixels, to see whether another line runs through a label.
        size: in pixels of the screen; there may be fewer of `bands`.
    """
    scale = np.array([(size.columns - 1) / (rect[1] - rect[0]), (size.rows - 1) / (rect[3] - rect[2])])
    origin = np.array([rect[0], rect[2]])
    texts = level_texts(levels)
    found: list[_Candidate] = []
    for level, points in enumerate(lines):
        width = width_of(texts[level])
        for line, along in _long_lines((points - origin) * scale, 2 * (width + MARGIN)):
            found += _candidates(line, along, level, width, bands, size)
    placed = _chosen(sorted(found, key=lambda candidate: -candidate.score))
    return tuple(
        Label(texts[c.level], c.x / scale[0] + rect[0], c.y / scale[1] + rect[2], c.angle, c.level) for c in placed
    )


class _Candidate(NamedTuple):
    score: float
    x: float
    y: float
    angle: float
    width: float
    level: int


def _long_lines(points: Array, least: float) -> list[tuple[Array, Array]]:
    """The longest of the lines that NaNs part, with how far along each of their points lies."""
    if len(points) < 2:
        return []
    steps = np.nan_to_num(np.hypot(*np.diff(points, axis=0).T), nan=0.0)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    gaps = np.flatnonzero(np.isnan(points[:, 0]))
    begins, ends = np.append(0, gaps + 1), np.append(gaps, len(points))
    lengths = along[ends - 1] - along[np.minimum(begins, len(points) - 1)]
    longest = np.argsort(-lengths)[:LINES]
    return [
        (points[begins[k] : ends[k]], along[begins[k] : ends[k]] - along[begins[k]])
        for k in longest
        if lengths[k] >= least and ends[k] - begins[k] >= 2
    ]


def _candidates(
    line: Array, along: Array, level: int, width: float, bands: NDArray[np.uint8], size: Pass
) -> list[_Candidate]:
    """The best places of one line, in pixels with y upwards, at which a label of this width lies well."""
    span = width + MARGIN
    length = float(along[-1])
    middles = np.linspace(span / 2, length - span / 2, min(TRIES, int((length - span) / SPACING) + 1))

    def at(where: Array) -> Array:
        return np.stack([np.interp(where, along, line[:, 0]), np.interp(where, along, line[:, 1])], axis=-1)

    begin, middle, end = at(middles - span / 2), at(middles), at(middles + span / 2)
    chord = end - begin
    reach = np.hypot(*chord.T)
    straight = reach / span
    unit = chord / np.maximum(reach, 1e-9)[:, None]
    unit[(unit[:, 0] < 0) | ((unit[:, 0] == 0) & (unit[:, 1] < 0))] *= -1.0  # upright
    good = (straight >= STRAIGHT) & _free(middle, unit, span, level, bands, size)
    score = straight + 0.02 * np.abs(unit[:, 0]) + 0.02 * min(length / 600, 1.0)  # level and long lines are read best
    angles = -np.degrees(np.arctan2(unit[:, 1], unit[:, 0]))
    order = np.flatnonzero(good)[np.argsort(-score[good])]
    results: list[_Candidate] = []
    for k in order[: 4 * KEPT : 4] if len(order) > 4 * KEPT else order[:KEPT]:
        results.append(
            _Candidate(float(score[k]), float(middle[k, 0]), float(middle[k, 1]), float(angles[k]), width, level)
        )
    return results


def _free(
    middle: Array, unit: Array, span: float, level: int, bands: NDArray[np.uint8], size: Pass
) -> NDArray[np.bool_]:
    """Whether no other line runs through a label there, nor the border."""
    rarer = np.array([(bands.shape[1] - 1) / (size.columns - 1), (bands.shape[0] - 1) / (size.rows - 1)])
    beside = np.stack([-unit[:, 1], unit[:, 0]], axis=-1) * (HEIGHT / 2 + 1)
    shifts = [along * span * unit + side * beside for along in (-0.5, 0.0, 0.5) for side in (-1, 1)]
    places = middle + np.array(shifts)
    inside = (places >= EDGE) & (places < np.array([size.columns, size.rows]) - EDGE)
    column, row = np.moveaxis(np.round(places * rarer).astype(int), -1, 0)
    band = bands[np.clip(row, 0, bands.shape[0] - 1), np.clip(column, 0, bands.shape[1] - 1)]
    free: NDArray[np.bool_] = (inside.all(axis=2) & ((band == level) | (band == level + 1))).all(axis=0)
    return free


def _chosen(candidates: list[_Candidate]) -> list[_Candidate]:
    """The best of them that keep their distance."""
    placed: list[_Candidate] = []
    taken = np.empty((MOST, 4))
    for c in candidates:
        x, y, width, level = taken[: len(placed)].T
        needed = np.where(level == c.level, AGAIN, np.maximum(APART, (width + c.width) / 2 + HEIGHT))
        if (np.hypot(x - c.x, y - c.y) >= needed).all():
            taken[len(placed)] = c.x, c.y, c.width, c.level
            placed.append(c)
            if len(placed) == MOST:
                break
    return placed
