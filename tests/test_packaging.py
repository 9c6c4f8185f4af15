"""The wheel: everything under the one name `ravine`, also beside a package that ships its own `engine`."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_everything_lies_under_one_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        entry_points = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"ravine"}
    assert "[gui_scripts]\nravine = ravine:main" in entry_points
    for needed in (
        "__init__.py",
        "engine/optimizers/adam.toml",
        "engine/schedules/50_noam.toml",
        "surfaces/catalogue/rosenbrock.toml",
        "gui/app.py",
        "assets/lessons/L13_adagrad_bursts.toml",
        "assets/translations/zh_CN.toml",
        "assets/icons/play.svg",
        "assets/fonts/Inter-Regular.otf",
    ):
        assert f"ravine/{needed}" in names


def test_installed_beside_a_foreign_engine(wheel: Path, tmp_path: Path) -> None:
    """The foreign package's `engine` neither hides ours nor is touched."""
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    foreign = site / "engine" / "__init__.py"
    foreign.parent.mkdir()
    foreign.write_text("raise ImportError('this is the foreign engine')\n", encoding="utf-8")
    libraries = next(Path(entry) for entry in sys.path if entry.endswith("site-packages"))
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    code = "import ravine, sys; sys.exit(ravine.main(['simulate', 'B01', '--steps', '3']))"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [tmp_path / "env" / "bin" / "python", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("run,step,theta_1")
