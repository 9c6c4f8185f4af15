"""The examples of CONTRIBUTING.md are complete: each works as one file in its folder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import surfaces
from engine import optimizers, schedules
from engine.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = {
    Path(name): text
    for name, text in re.findall(
        r"```toml\n# (\S+\.toml)\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL
    )
}


def folder_with(example: str, tmp_path: Path) -> Path:
    """A copy of the example's folder with the example in it."""
    (path,) = [path for path in EXAMPLES if path.parent.name == example]
    folder = tmp_path / example
    shutil.copytree(ROOT / path.parent, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / path.name).write_text(EXAMPLES[path], encoding="utf-8")
    return folder


def test_an_optimizer_is_one_file(tmp_path: Path) -> None:
    found = optimizers.read_optimizers(folder_with("optimizers", tmp_path))
    assert set(found) == {*optimizers.optimizers(), "SignGD"}
    m, sigma, g = np.zeros(2), np.zeros(2), np.array([-3.0, 0.25])
    found["SignGD"].compiled(1.0, 0.1, np.zeros(2), g, np.array([0.0]), np.zeros((1, 2)), m, sigma)
    assert (m.tolist(), sigma.tolist()) == ([-1.0, 1.0], [1.0, 1.0])


def test_a_schedule_is_one_file(tmp_path: Path) -> None:
    found = schedules.read_schedules(folder_with("schedules", tmp_path))
    rates = np.empty(300)
    found["HalvingLR"].compiled(0, 0.8, np.array([100.0]), rates)
    assert rates[[0, 99, 100, 299]].tolist() == [0.8, 0.8, 0.4, 0.2]


def test_a_surface_is_one_file(tmp_path: Path) -> None:
    entry = surfaces.read_catalogue(folder_with("catalogue", tmp_path))["tilted_bowl"]
    assert (entry.axes, entry.start, entry.minima) == (("x", "y"), (2.0, 2.0), (("-tilt/2", "0"),))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("doc = ", "dok = ", "zz.toml: unknown entry 'dok'; did you mean 'doc'?"),
        ("default", "defualt", "zz.toml: beta: unknown entry 'defualt'; did you mean 'default'?"),
        ('reference = "Bernstein et al. 2018"\n', "", "zz.toml: reference is missing"),
        ("lr = 0.01", "lr 0.01", "line 4, column 4"),
        ("sign(exp_avg)", "sgn(exp_avg)", "zz.toml: line 2, column 5: unknown function 'sgn'"),
        ("sigma = 1\n", "", "does not assign sigma"),
        ('"SignGD"', '"Adam"', "the name 'Adam' is that of optimizers/adam.toml already"),
        ("default = 0.0", "default = 2.0", "zz.toml: beta: beta = 2 is out of range"),
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = folder_with("optimizers", tmp_path)
    text = (folder / "sign_gd.toml").read_text(encoding="utf-8")
    (folder / "sign_gd.toml").unlink()
    assert old in text
    (folder / "zz.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        optimizers.read_optimizers(folder)
    assert words in str(caught.value)
