"""What becomes of starts, window and runs when the surface under them is another one, or has other options."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.check import faults
from engine.scenario import Pair, RunConfig, Scenario, SurfaceConfig
from surfaces import carried, find_entry, outline

from .. import changes

Window = tuple[float, float, float, float]
MARGIN = 1.1


def on_surface(scenario: Scenario, surface: SurfaceConfig) -> Scenario:
    """`scenario` on `surface`: another one brings its own window and start. One with faults is put in as it is."""
    old = scenario.surface
    after = replace(scenario, surface=surface)
    now, before = ((config.name, config.axes, config.declared.name, config.data) for config in (surface, old))
    moved = now != before
    if moved or surface.formula != old.formula:
        after = changes.without_lesson(after)
    if not (moved or surface.options != old.options) or faults(replace(after, runs=()), outline):
        return after
    if not moved:
        return _with_options(after, old)
    entry = find_entry(surface)
    start = entry.start if surface.name or surface.declared.start else scenario.start
    runs = runs_on_surface(scenario.runs, outline(surface).samples)
    return replace(after, window=entry.window, start=start, runs=runs)


def runs_on_surface(runs: Iterable[RunConfig], samples: int) -> tuple[RunConfig, ...]:
    """Runs on another surface of so many data points: places were on the other; a batch larger than all is all."""
    return tuple(
        replace(
            run,
            start=None,
            sample_order=(),
            events=changes.for_surface(run.events),
            gradient=run.gradient if run.gradient.batch_size <= samples else replace(run.gradient, batch_size=0),
        )
        for run in runs
    )


def _with_options(after: Scenario, old: SurfaceConfig) -> Scenario:
    """`after`, whose surface has other options than `old`: starts where they mean the same, and the window for that.

    Where window and start do not depend on the options, they stay as they are.
    """
    entry = find_entry(after.surface)
    if after.surface.options.get("plane") != old.options.get("plane"):  # of a network: another plane, another window
        return replace(after, window=None)
    if entry.window == find_entry(old).window:
        return after
    starts = [after.start, *(run.start for run in after.runs if run.start)]
    moved = dict(zip(starts, carried(old, after.surface, starts), strict=True))
    runs = tuple(
        replace(run, start=run.start and moved[run.start], events=changes.for_surface(run.events)) for run in after.runs
    )
    return replace(after, start=moved[after.start], runs=runs, window=_around(entry.window, moved.values()))


def _around(window: Window, points: Iterable[Pair]) -> Window:
    """The window, or one about its middle that holds all `points`."""
    left, right, bottom, top = window
    middle, half = ((left + right) / 2, (bottom + top) / 2), ((right - left) / 2, (top - bottom) / 2)
    reach = max(max(abs(point[i] - middle[i]) / half[i] for i in range(2)) for point in points)
    if reach <= 1.0:
        return window
    across, up = half[0] * reach * MARGIN, half[1] * reach * MARGIN
    return middle[0] - across, middle[0] + across, middle[1] - up, middle[1] + up
