"""Every schedule against what torch and transformers give: 300 steps to within 1e−14."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engine.schedules import schedules

from ..golden.schedules import FILE, TOLERANCE, cases, off

OURS = {"Constant", "InverseSqrtLR", "LinearWarmupLR", "WarmupInverseSqrtLR", "PiecewiseLR", "NoamLR"}


@pytest.fixture(scope="module")
def recorded() -> tuple[dict[str, Any], np.ndarray]:
    with np.load(FILE) as data:
        return json.loads(str(data["about"])), data["values"]


def test_what_was_recorded_is_what_is_asked_for(recorded: tuple[dict[str, Any], np.ndarray]) -> None:
    about, values = recorded
    assert about["cases"] == [repr(case) for case in cases()] and len(values) == len(cases())
    assert set(about["versions"]) == {"torch", "transformers"} and about["versions"]["torch"].startswith("2.13")


def test_every_schedule_of_a_library_is_held_against_it() -> None:
    assert not OURS & {case.name for case in cases()}
    assert {case.name for case in cases()} | OURS == set(schedules())


@pytest.mark.parametrize("k", range(len(cases())), ids=lambda k: f"{cases()[k].name}-{k}")
def test_as_the_library(k: int, recorded: tuple[dict[str, Any], np.ndarray]) -> None:
    assert off(cases()[k], tuple(recorded[1][k])) <= TOLERANCE
