"""The lecture's scenes: what each lesson is there to show happens when this engine runs it."""

import math
from collections import Counter

import numpy as np
import pytest

from engine import lessons
from engine.simulator import End

from .scenes import LESSONS, Check, adaptive, networks, normalisation, plain, run, simulation, warmup

CHECKS = plain.CHECKS + networks.CHECKS + adaptive.CHECKS + warmup.CHECKS + normalisation.CHECKS
COUNTS = """L01 6, L01b 6, L02 7, L03 6, L04 9, L04b 6, L05 7, L06 5, L07 4, L08 4, L09 9, L10 4, L11 8, L12 4,
L13 16, L14 6,
L15 4, L16 5, L17 4, L18 7, L18b 4, L18c 4, L18d 5, L19 3, C01 9, M01 5, B01 7, N01 4, N02 4"""


def test_no_check_gets_lost() -> None:
    wanted = dict(item.split() for item in COUNTS.split(","))
    counts = Counter(check.scene for check in CHECKS)
    assert {scene: counts[scene] for scene in wanted} == {scene: int(count) for scene, count in wanted.items()}
    assert len({(check.scene, check.text) for check in CHECKS}) == len(CHECKS)
    assert set(counts) <= {lesson.id for lesson in lessons.load_all(LESSONS)}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.scene}: {check.text}")
def test_scene(check: Check) -> None:
    value = float(check.value())
    assert check.low <= value <= check.high


def test_l04_says_that_it_diverged() -> None:
    """The picture of a bouncing point is a run that overflows; the engine names the step and what overflowed."""
    (bouncing,) = simulation("L04").runs
    assert bouncing.end == End("diverged", 36, "loss", math.inf)
    assert bouncing.computed == 36 and bouncing.finished
    assert bouncing.status(36, bouncing.row(36)) == "diverged" and bouncing.status(35, bouncing.row(35)) == "running"
    assert np.isfinite(run("L04", 0).theta).all()


def test_m01_is_halted_where_the_surface_ends() -> None:
    ball = simulation("M01").runs[1]
    assert ball.end is not None and (ball.end.kind, ball.end.step) == ("left_domain", ball.computed)
    assert ball.row(ball.computed)[0] > 9.0 >= ball.row(ball.computed - 1)[0]
