"""The surface's picture: colours, lines, numbers on them, light, and coarse passes of costly surfaces."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from numba import njit
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from engine.language.compile import SURFACE_SIGNATURE
from engine.scenario import SurfaceConfig
from engine.surface import Surface
from gui.app import make_app
from gui.canvas import sampling
from gui.canvas.colours import GREY, MAPS, ramp
from gui.canvas.contours import contour_lines
from gui.canvas.field import PLAIN, UNDEFINED, Field, draw, sample
from gui.canvas.labels import level_texts
from gui.canvas.levels import LINEAR, LOG, QUANTILE, SPACINGS, TYPED
from gui.canvas.sampling import Pass, axes_of, evaluate, passes, upsample
from gui.canvas.worker import FieldWorker, Request
from gui.theme import THEMES
from surfaces import build

from ..driving import wait_until

pytestmark = pytest.mark.usefixtures("app")
RECT = (-2.0, 2.0, -1.0, 3.0)
BOWL = SurfaceConfig(formula="x^2 + y^2")


@pytest.fixture(scope="module")
def app() -> QApplication:
    return make_app([])


def picture(formula: str, rect: sampling.Rect = RECT, **style: object) -> Field:
    return sample(build(SurfaceConfig(formula=formula)), rect, 200, 160, replace(PLAIN, **style))  # type: ignore[arg-type]


def lightness(rgb: np.ndarray) -> np.ndarray:
    """CIE 1976 L* of sRGB colours 0 … 255."""
    c = rgb / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    y = linear @ (0.2126, 0.7152, 0.0722)
    return np.where(y > (6 / 29) ** 3, 116 * np.cbrt(y) - 16, y * (29 / 3) ** 3)


def without_red_or_green(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB as deuteranopes see it (Machado, Oliveira & Fernandes 2009, severity 1)."""
    matrix = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    seen: np.ndarray = (rgb / 255) ** 2.2 @ np.array(matrix).T
    return 255 * np.clip(seen, 0, 1) ** (1 / 2.2)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", MAPS)
def test_every_map_grows_evenly_lighter_or_darker(name: str, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is read in grey, and by people who see fewer colours."""
    monkeypatch.setattr("gui.theme._current", THEMES[theme])
    colours = ramp(name)
    for seen in (colours, without_red_or_green(colours)):
        steps = np.diff(lightness(seen)[:: 255 // 17])
        steps = steps * np.sign(steps.sum())
        assert (steps > 0).all()
        assert steps.max() < 4 * np.median(steps)
    assert np.ptp(lightness(colours)) > 25


def test_grey_has_no_hue_of_its_own() -> None:
    colours = ramp(GREY)
    assert np.ptp(colours - np.array(QColor("#808080").getRgb()[:3]), axis=1).max() < 12


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("smooth", [False, True])
def test_one_function_colours_all_views(spacing: str, smooth: bool) -> None:
    field = picture("x^2 + y^2 + log(x + 1.9)", levels=spacing, typed=(0.5, 1.0, 4.0) if spacing == TYPED else ())
    rgba = field.loss_colours(field.losses, smooth)
    defined = np.isfinite(field.losses)
    assert (rgba[defined, 3] == 255).all() and (rgba[~defined, 3] < 255).all() and (~defined).any()
    if not smooth:
        packed = rgba[..., 0].astype(np.uint32) << 16 | rgba[..., 1].astype(np.uint32) << 8 | rgba[..., 2]
        assert (packed[defined] == field.image[defined] & 0xFFFFFF).all()
    else:  # a loss in the middle of a band has the band's own colour, and neighbours hardly differ
        low, high = field.levels[1], field.levels[2]
        middle = np.array([low + (high - low) / 2])
        assert np.abs(field.loss_colours(middle, True).astype(int) - field.loss_colours(middle)).max() <= 1


def test_typed_levels_keep_their_colours_at_any_zoom() -> None:
    typed = (0.01, 0.1, 1.0, 10.0)
    wide = picture("x^2 + y^2", (-5.0, 5.0, -5.0, 5.0), levels=TYPED, typed=typed)
    near = picture("x^2 + y^2", (0.1, 0.2, 0.1, 0.2), levels=TYPED, typed=typed)
    losses = np.array([0.005, 0.05, 0.5, 5.0, 50.0])
    assert (wide.loss_colours(losses) == near.loss_colours(losses)).all()


@pytest.mark.parametrize(
    "formula", ["(1 - x)^2 + 100*(y - x^2)^2", "x^y + abs(x)/max(y, x)", "where(x > 0, log(x), y^2.5)", "tanh(x/y)^2"]
)
def test_losses_are_those_of_the_readout_to_the_last_bit(formula: str) -> None:
    """Though only the loss is computed, without its derivatives."""
    surface = build(SurfaceConfig(formula=formula))
    losses = evaluate(surface, RECT, Pass(21, 25))
    xs, ys = axes_of(RECT, (21, 25))
    wanted = [[surface.at((x, y))[0] for x in xs.tolist()] for y in ys.tolist()]
    assert np.array_equal(losses, wanted, equal_nan=True)  # type: ignore[arg-type]


def test_lines_lie_where_the_loss_is_the_level() -> None:
    """Circles of the right radius."""
    xs, ys = axes_of((-2.0, 2.0, -2.0, 2.0), (201, 201))
    losses = xs[None, :] ** 2 + ys[:, None] ** 2
    levels = [0.25, 1.0, 2.25]
    for level, points in zip(levels, contour_lines(xs, ys, losses, levels), strict=True):
        points = points[~np.isnan(points[:, 0])]
        assert len(points) > 100
        assert np.hypot(*points.T) == pytest.approx(math.sqrt(level), abs=1e-3)


def test_no_line_is_drawn_along_a_pole() -> None:
    """1/x jumps from −∞ to ∞ at 0, and is as large as no level there."""
    xs, ys = axes_of((-2.0, 2.0, -2.0, 2.0), (200, 200))
    losses = 1 / xs[None, :] + 0.0 * ys[:, None]
    levels = np.linspace(-4, 4, 9)
    for level, points in zip(levels, contour_lines(xs, ys, losses, levels), strict=True):
        points = points[~np.isnan(points[:, 0])]
        if level:
            assert points[:, 0] == pytest.approx(1 / level, abs=0.01)
        else:
            assert not len(points)


def test_what_is_not_finite_is_veiled_and_has_no_line_around_it() -> None:
    field = picture("sqrt(x) + exp(800*(y - 2))")
    x, y = np.meshgrid(*axes_of(RECT, field.losses.shape))
    undefined = (x < 0) | (y > 2 + 709.78 / 800)
    assert (field.bands[undefined] == UNDEFINED).mean() > 0.99
    assert (field.bands[~undefined] == UNDEFINED).mean() < 0.01
    for path in field.contours:
        assert path.isEmpty() or path.boundingRect().left() > -0.02


@pytest.mark.parametrize("spacing", [QUANTILE, LINEAR, LOG])
def test_numbers_stand_on_the_lines_that_they_name(spacing: str) -> None:
    field = sample(build(SurfaceConfig("rosenbrock")), RECT, 600, 500, replace(PLAIN, levels=spacing, labels=True))
    texts = level_texts(field.levels)
    surface = build(SurfaceConfig("rosenbrock"))
    pixel = 4 / 499
    assert len(field.labels) >= 5
    for label in field.labels:
        assert label.text == texts[label.level] and -90 <= label.angle <= 90
        loss, gx, gy = surface.at((label.x, label.y))[:3]
        off = abs(loss - field.levels[label.level]) / math.hypot(gx, gy)
        assert off < 3 * pixel
    for k, one in enumerate(field.labels):
        for other in field.labels[:k]:
            assert max(abs(one.x - other.x), abs(one.y - other.y)) > 30 * pixel


def test_light_comes_from_the_upper_left() -> None:
    plain = picture("x^2 + y^2", (-2.0, 2.0, -2.0, 2.0))
    lit = picture("x^2 + y^2", (-2.0, 2.0, -2.0, 2.0), shading=True)

    def change(row: int, column: int) -> float:
        one, other = QColor(int(plain.image[row, column])), QColor(int(lit.image[row, column]))
        return other.lightnessF() - one.lightnessF()

    top, bottom, left, right = 130, 30, 40, 160  # row 0 is at the bottom
    assert change(bottom, right) > 0.02 and change(top, left) < -0.01
    assert lit.levels.tolist() == plain.levels.tolist() and (lit.bands == plain.bands).all()


# Costly surfaces ----------------------------------------------------------------------------------------------------


@njit(SURFACE_SIGNATURE, nogil=True, error_model="numpy")
def _slow(theta, parameters, sample, look):  # type: ignore[no-untyped-def]
    total = 0.0
    for k in range(int(parameters[0])):
        total += math.sin(theta[0] + k) ** 2 * 1e-9
    look[:] = 0.0
    look[0] = theta[0] ** 2 + theta[1] ** 2 + total


SLOW = Surface(_slow, np.array([4_000.0]))  # some 50 µs, as a small network


def test_passes_go_from_coarse_to_what_time_allows() -> None:
    assert passes(1e-8, 500, 400) == [Pass(400, 500)]
    for cost in (1e-6, 1e-5, 1e-4, 1e-3):
        grids = passes(cost, 800, 600)
        sizes = [grid.rows * grid.columns for grid in grids]
        assert sizes == sorted(sizes) and sizes[-1] <= 800 * 600
        assert sum(sizes) * cost <= sampling.BUDGET * 1.5 * sampling._threads(cost)
        assert sizes[0] * cost <= max(0.03, cost * 25 * 25) * sampling._threads(cost)


def test_a_coarse_pass_is_a_smooth_picture_of_the_same_surface() -> None:
    xs, ys = axes_of(RECT, (40, 50))
    losses = xs[None, :] ** 2 - xs[None, :] * ys[:, None]
    fx, fy = axes_of(RECT, (321, 401))
    wanted = fx[None, :] ** 2 - fx[None, :] * fy[:, None]
    assert np.abs(upsample(losses, 321, 401) - wanted).max() < 0.01


def test_a_costly_surface_is_shown_at_once_then_finer_and_can_be_abandoned() -> None:
    worker = FieldWorker()
    seen: list[Field] = []
    worker.ready.connect(lambda: seen.append(worker.result))
    colours = ramp("slate")

    def ask(rect: sampling.Rect) -> None:
        worker.request(Request(SLOW, rect, 300, 240, PLAIN, colours, 0))

    try:
        began = time.perf_counter()
        ask((-1.0, 1.0, -1.0, 1.0))
        assert time.perf_counter() - began < 0.01
        wait_until(lambda: len(seen) >= 2)
        assert not seen[0].sharp and seen[1].losses.size > seen[0].losses.size
        assert seen[0].rect == (-1.0, 1.0, -1.0, 1.0)
        middle = seen[0].bands[seen[0].bands.shape[0] // 2]
        assert len(set(middle.tolist())) > 8  # bands, though few losses are known
        ask((3.0, 4.0, 3.0, 4.0))
        asked = len(seen)
        wait_until(lambda: seen[-1].rect == (3.0, 4.0, 3.0, 4.0))
        assert sum(field.rect[0] == -1.0 for field in seen[asked:]) <= 1
    finally:
        began = time.perf_counter()
        worker.close()
    assert time.perf_counter() - began < 1.0


def test_a_change_of_looks_alone_samples_nothing_again() -> None:
    worker = FieldWorker()
    surface = build(BOWL)
    first = Request(surface, RECT, 300, 240, PLAIN, ramp("slate"), 0)
    try:
        worker.request(first)
        wait_until(lambda: worker.result is not None and worker.idle)
        losses = worker.result.losses  # type: ignore[union-attr]
        worker.request(first._replace(style=replace(PLAIN, levels=LOG, shading=True), colours=ramp("viridis")))
        wait_until(lambda: worker.result.style.levels == LOG)  # type: ignore[union-attr]
        assert worker.result.losses is losses  # type: ignore[union-attr]
    finally:
        worker.close()


def test_evaluation_stops_when_it_is_cancelled() -> None:
    began = time.perf_counter()
    assert evaluate(SLOW, RECT, Pass(500, 500), 5e-5, lambda: time.perf_counter() - began > 0.1) is None
    assert time.perf_counter() - began < 2.0


def test_the_picture_of_few_losses_has_as_many_pixels_as_asked_for() -> None:
    losses = evaluate(build(BOWL), RECT, Pass(20, 30))
    assert losses is not None
    field = draw(losses, RECT, Pass(240, 300), PLAIN, ramp("slate"), sharp=False)
    assert field.image.shape == field.bands.shape == (240, 300)
    assert losses is field.losses and not field.sharp
