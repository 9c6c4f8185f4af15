"""Telling a run of many parameters from others, without loading the native code that only those need."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from engine.run import Run

if TYPE_CHECKING:
    from engine.wide import WideRun


def is_wide(run: Run | None) -> TypeGuard[WideRun]:
    """Whether a run trains more parameters than the two that a surface shows."""
    return run is not None and run.surface.wide is not None
