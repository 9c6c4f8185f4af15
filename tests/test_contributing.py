"""The examples of CONTRIBUTING.md are complete: each works as one file in its folder, and does what the guide says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tomlkit

import surfaces
from engine import lessons, optimizers, schedules
from engine.errors import ConfigError
from engine.rates import Phase, Rates
from engine.scenario import RunConfig, Scenario, SurfaceConfig
from engine.scenario_file import ScenarioError
from engine.simulator import Simulator

from . import test_lessons
from .engine import references
from .engine.test_optimizers import check_steps

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = {
    Path(name): text for name, text in re.findall(r"```toml\n# (\S+\.toml)\n(.*?)```", GUIDE, re.DOTALL)
}  # fmt: skip


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the folder of that name with the guide's example in it."""
    (path,) = [path for path in EXAMPLES if path.parent.name == request.param]
    copy = tmp_path / request.param
    shutil.copytree(ROOT / path.parent, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (copy / path.name).write_text(EXAMPLES[path], encoding="utf-8")
    return copy


def within(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("folder", [name], indirect=True)


@within("optimizers")
def test_an_optimizer_is_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = optimizers.read_optimizers(folder)
    assert set(found) == {*optimizers.optimizers(), "Signum"}
    monkeypatch.setattr(optimizers, "optimizers", lambda: found)
    scene = Scenario(
        SurfaceConfig("rosenbrock"), (-1.5, 2.0), (RunConfig("Signum", 0.25, hyperparameters={"beta": 0.0}),), steps=40
    )
    simulator = Simulator(scene, surfaces.build)
    simulator.advance_to(40)
    rows = simulator.runs[0].rows(0, 39)
    g, lr, m, sigma, update = (rows[:, k : k + w] for k, w in ((3, 2), (6, 1), (7, 2), (9, 2), (13, 2)))
    assert (update == -(lr / sigma) * m).all() and (update == -0.25 * np.sign(g)).all()
    assert np.array_equal(rows[1:, :2], (rows[:, :2] + update)[:-1])


@within("optimizers")
def test_its_reference_agrees_with_it(folder: Path) -> None:
    (source,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    names = dict(vars(references))
    exec(source, names)
    check_steps(optimizers.read_optimizers(folder)["Signum"], (names["signum"], names["signum"]))


@within("schedules")
def test_a_schedule_is_one_file(folder: Path) -> None:
    halving = schedules.read_schedules(folder)["HalvingLR"]
    rates = Rates(0.8, (Phase("HalvingLR", {"period": 100}),), (halving,)).at(0, 300)
    assert rates[[0, 99, 100, 299]].tolist() == [0.8, 0.8, 0.4, 0.2]


@within("catalogue")
def test_a_surface_is_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = surfaces.read_catalogue(folder)
    monkeypatch.setattr(surfaces, "catalogue", lambda: found)
    config = SurfaceConfig("tilted_bowl", parameters={"tilt": 3.0})
    assert surfaces.build(config).at((2.0, 1.0)).tolist() == [11.0, 7.0, 2.0, 2.0, 0.0, 2.0]
    assert surfaces.known_points(config) == ([(-1.5, 0.0)], [])


@within("lessons")
def test_a_lesson_is_one_file(folder: Path) -> None:
    assert lessons.find(folder, "x01").name == "X01_two_rates.toml"
    lesson = lessons.load_all(folder)[-1]
    assert lesson.id == "X01"
    test_lessons.test_all_that_a_lesson_names_exists(lesson)
    test_lessons.test_the_window_shows_every_start(lesson)
    test_lessons.test_runs_can_be_told_apart(lesson)
    for language in test_lessons.LANGUAGES:
        test_lessons.test_texts_are_complete(lesson, language)
    simulator = Simulator(lesson, surfaces.build)
    simulator.advance_to(50)
    slow, fast = (float(np.hypot(*run.row(50)[:2])) for run in simulator.runs)
    assert fast < slow


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("optimizers", optimizers.read_optimizers),
        ("schedules", schedules.read_schedules),
        ("catalogue", surfaces.read_catalogue),
        ("lessons", lessons.load_all),
    ],
)
def test_the_guide_names_every_required_field(kind: str, read: Callable[[Path], object], tmp_path: Path) -> None:
    """Without a field that the guide calls required the example does not load; without any other it does."""
    (path,) = [path for path in EXAMPLES if path.parent.name == kind]
    sentence = re.split(r"[.:;]\s", GUIDE.split(EXAMPLES[path])[0].split("Required are ")[-1])[0]
    named = set(re.findall(r"`(\w+)`", sentence))
    required = set()
    for key in tomlkit.parse(EXAMPLES[path]):
        document = tomlkit.parse(EXAMPLES[path])
        del document[key]
        folder = tmp_path / key
        folder.mkdir()
        (folder / path.name).write_text(tomlkit.dumps(document), encoding="utf-8")
        try:
            read(folder)
        except (ConfigError, ScenarioError) as error:
            assert key in str(error)
            if f"{key} is missing" in str(error) or f"{key}.en is missing" in str(error):
                required.add(key)
    assert required == named - {"en", "zh_CN", "label"}
