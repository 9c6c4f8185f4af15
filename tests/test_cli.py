"""The command line as a teacher's script uses it: in a process of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from engine import library

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "surfaces" / "catalogue"
SCENE = """format = 1
title = "Adam with a warm-up on Rosenbrock"
steps = 1000
seed = 0
start = [-1.5, 2.0]
[surface]
name = "rosenbrock"
parameters = { a = 1.0, b = 100.0 }
[[runs]]
label = "Adam"
optimizer = "Adam"
lr = 0.01
hyperparameters = { beta1 = 0.9, beta2 = 0.999 }
schedule = [{ name = "LinearLR", steps = 100, start_factor = 0.01, total_iters = 100 },
            { name = "CosineAnnealingLR", T_max = 900 }]
"""
COLUMNS = (
    "run,step,theta_1,theta_2,loss,grad_1,grad_2,grad_norm,lr,m_1,m_2,sigma_1,sigma_2,"
    "rate_1,rate_2,update_1,update_2,sharpness,status"
)


def ravine(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "scene.toml"
    path.write_text(SCENE, encoding="utf-8")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_simulate_writes_rows_0_to_n_that_reproduce_the_run(scene: Path) -> None:
    done = ravine("simulate", str(scene))
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == COLUMNS
    table = rows(done.stdout)
    assert [int(row["step"]) for row in table] == list(range(1001))
    for now, after in zip(table, table[1:], strict=False):
        for i in ("1", "2"):
            assert float(now[f"theta_{i}"]) + float(now[f"update_{i}"]) == float(after[f"theta_{i}"])
            assert float(now[f"update_{i}"]) == -(float(now[f"rate_{i}"]) * float(now[f"m_{i}"]))
    assert (table[-1]["update_1"], table[-1]["update_2"]) == ("", "")
    assert float(table[0]["lr"]) == pytest.approx(0.0001)
    assert float(table[99]["lr"]) == pytest.approx(0.0001 + 0.0099 * 0.99)
    assert float(table[100]["lr"]) == pytest.approx(0.01)


def test_steps_and_files(scene: Path, tmp_path: Path) -> None:
    table, arrays = tmp_path / "rows.csv", tmp_path / "rows.npz"
    assert ravine("simulate", str(scene), "--steps", "7", "--out", str(table)).returncode == 0
    assert ravine("simulate", str(scene), "--steps", "7", "--out", str(arrays)).returncode == 0
    listed = rows(table.read_text(encoding="utf-8"))
    with np.load(arrays, allow_pickle=False) as loaded:
        data, columns = loaded["run_1"], list(loaded["columns"])
    assert len(listed) == len(data) == 8
    for name in ("theta_1", "loss", "sigma_2", "sharpness"):
        assert [float(row[name]) for row in listed] == list(data[:, columns.index(name)])


def test_a_lesson_by_its_id_and_divergence_in_the_status(tmp_path: Path) -> None:
    done = ravine("simulate", "l04")
    table = rows(done.stdout)
    assert table[-1]["status"] == "diverged" and table[-1]["loss"] == "inf" and table[-1]["sigma_1"] == ""
    assert "diverged at step 36: loss = inf" in done.stderr


def test_lists_are_complete_json() -> None:
    optimizers = json.loads(ravine("list", "optimizers", "--json").stdout)
    adam = next(entry for entry in optimizers if entry["name"] == "Adam")
    beta1 = adam["hyperparameters"][0]
    assert (beta1["name"], beta1["default"], beta1["low"], beta1["high"]) == ("beta1", 0.9, 0.0, 1.0)
    assert beta1["low_included"] and not beta1["high_included"] and beta1["doc"]
    lessons = list((ROOT / "assets" / "lessons").glob("*.toml"))
    assert len(json.loads(ravine("list", "lessons", "--json").stdout)) == len(lessons)
    for kind in ("surfaces", "schedules"):
        assert json.loads(ravine("list", kind, "--json").stdout)[0]["doc"]
        assert ravine("list", kind).stdout.strip()


def test_the_users_library_is_listed_and_simulated(tmp_path: Path) -> None:
    folder = library.data_folder()
    for kind, name, rest in (
        ("optimizers", "My sign", 'rule = "m = sign(g)\\nsigma = 1"'),
        ("surfaces", "My bowl", 'title = "T"\nformula = "k*x^2 + y^2"\naxes = ["x", "y"]\nwindow = [-1, 1, -1, 1]\n'
         'start = [1, 1]\nparameters = { k = { default = 2 } }'),
    ):  # fmt: skip
        (folder / kind).mkdir(parents=True)
        (folder / kind / "own.toml").write_text(f'name = "{name}"\ndoc = "D."\nreference = ""\n{rest}\n')
    (folder / "surfaces" / "faulty.toml").write_text("x")
    for kind, name in (("optimizers", "My sign"), ("surfaces", "My bowl")):
        done = ravine("list", kind)
        assert done.returncode == 0 and any(line.split("  ")[0] == name for line in done.stdout.splitlines())
        assert ("faulty.toml: this is not TOML" in done.stderr) == (kind == "surfaces")
    scene = tmp_path / "own.toml"
    scene.write_text(
        'format = 1\nstart = [1, 1]\nsteps = 2\n[surface]\nname = "My bowl"\nparameters = { k = 3 }\n'
        '[[runs]]\noptimizer = "My sign"\nlr = 0.25\n'
    )
    done = ravine("simulate", str(scene))
    assert done.returncode == 0 and done.stdout.splitlines()[2].split(",")[2:5] == ["0.75", "0.75", "2.25"]


def test_every_optimizer_and_schedule_can_be_simulated_and_is_listed_with_all_its_fields() -> None:
    for kind, needed in (
        ("optimizers", "rule group hyperparameters state limit lr"),
        ("schedules", "parameters state"),
    ):
        listed = json.loads(ravine("list", kind, "--json").stdout)
        assert len(listed) > 20 and all(set(f"name doc reference {needed}".split()) <= set(entry) for entry in listed)


def test_every_surface_is_listed_with_all_that_its_file_says() -> None:
    listed = {entry["name"]: entry for entry in json.loads(ravine("list", "surfaces", "--json").stdout)}
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in CATALOGUE.glob("*.toml")]
    assert set(listed) == {file["name"] for file in files} and len(files) >= 60
    for file in files:
        entry = listed[file["name"]]
        for key in file.keys() - {"parameters", "options", "domain", "data"}:
            assert entry[key] == file[key]
        assert (entry["data"] or {}).items() >= file.get("data", {}).items()
        for key in ("parameters", "options"):
            declared = {part["name"]: part["default"] for part in entry[key]}
            given = {
                name: part["default"] if isinstance(part, dict) else part for name, part in file.get(key, {}).items()
            }
            assert declared.items() >= given.items() and all(part["doc"] for part in entry[key])
            assert file.get("kind") == "network" or list(declared) == list(given)


def test_parquet_holds_what_the_csv_holds(scene: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    out, text = tmp_path / "rows.parquet", tmp_path / "rows.csv"
    assert ravine("simulate", str(scene), "--steps", "300", "--out", str(out)).returncode == 0
    ravine("simulate", str(scene), "--steps", "300", "--out", str(text))
    table, wanted = parquet.read_table(out).to_pylist(), rows(text.read_text(encoding="utf-8"))
    assert len(table) == len(wanted) == 301 and list(table[0]) == list(wanted[0])
    for mine, other in zip(table[:-1], wanted[:-1], strict=True):
        assert {key: repr(value) if isinstance(value, float) else str(value) for key, value in mine.items()} == other


def test_a_saved_state_goes_on_where_it_stood(scene: Path, tmp_path: Path) -> None:
    state, first, rest = tmp_path / "state.json", tmp_path / "first.csv", tmp_path / "rest.csv"
    ravine("simulate", str(scene), "--steps", "400", "--out", str(first), "--save-state", str(state))
    done = ravine("resume", str(state), "--steps", "1000", "--out", str(rest))
    assert done.returncode == 0, done.stderr
    whole = rows(ravine("simulate", str(scene)).stdout)
    assert rows(rest.read_text(encoding="utf-8")) == whole[401:]
    state.write_text("{", encoding="utf-8")
    broken = ravine("resume", str(state))
    assert broken.returncode == 2 and "this is not JSON" in broken.stderr


def test_a_batch_tells_where_each_start_ends(scene: Path, tmp_path: Path) -> None:
    done = ravine("batch", str(scene), "--grid", "4x3", "--steps", "200")
    table = rows(done.stdout)
    assert done.returncode == 0 and len(table) == 12 and "12 runs, 0 of them ended before step 200" in done.stderr
    assert {row["steps"] for row in table} == {"200"} and {row["ended"] for row in table} == {"0"}
    text = scene.read_text(encoding="utf-8").replace("[-1.5, 2.0]", f"[{table[5]['start_1']}, {table[5]['start_2']}]")
    scene.write_text(text, encoding="utf-8")
    (*_, last) = rows(ravine("simulate", str(scene), "--steps", "200").stdout)
    for name in ("theta_1", "theta_2", "loss"):
        assert float(last[name]) == pytest.approx(float(table[5][name]), rel=1e-9)
    out = tmp_path / "ends.npz"
    assert ravine("batch", str(scene), "--random", "50", "--steps", "20", "--out", str(out)).returncode == 0
    assert np.load(out)["theta_1"].shape == (50,)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--grid", "4"), "'4' is no grid; write it as in 100x80"),
        (("--random", "0"), "'0' is no number of starts"),
        (("--run", "2"), "--run: 2 is out of range; allowed: 1 to 1"),
        (("--out", "x.parquet"), "known: .csv, .npz"),
    ],
)
def test_bad_batches_are_refused(scene: Path, arguments: tuple[str, str], words: str) -> None:
    done = ravine("batch", str(scene), *arguments)
    assert done.returncode == 2 and words in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("rosenbrock", "rosenbrok", "7:1: surface.name", "did you mean 'rosenbrock'?"),
        ('"Adam"\nlr', '"Adem"\nlr', "11:1: runs[0].optimizer", "did you mean 'Adam'?"),
        ("beta1 = 0.9", "beta1 = 1.5", "13:21: runs[0].hyperparameters.beta1", "0 ≤ beta1 < 1"),
        ("lr = 0.01", 'lr = "fast"', "12:1: runs[0].lr", "must be a finite number, not 'fast'"),
        ("lr = 0.01", "lr = nan", "12:1: runs[0].lr", "must be a finite number"),
        ("format = 1", "format = 2", "1:1: format", "reads format = 1"),
        ("start = [-1.5, 2.0]", "start = [-1.5]", "5:1: start", "list of 2 numbers"),
        ("steps = 1000", "steps = 0", "3:1: steps", "allowed: 1 to"),
        ("LinearLR", "LinearRL", "14:15: runs[0].schedule[0].name", "did you mean"),
        ('name = "rosenbrock"', 'formula = "(a-x)^2 + "', "7:1: surface.formula", "found the end"),
        ('name = "rosenbrock"', 'formula = "a*log(-1 - b*x^2)"', "7:1: surface.formula", "no value is finite"),
        ("steps = 1000", "steps 1000", "3:7: this is not TOML", "Expected '='"),
    ],
)
def test_bad_input_is_named_with_line_and_column(scene: Path, old: str, new: str, place: str, words: str) -> None:
    assert old in SCENE
    scene.write_text(SCENE.replace(old, new, 1), encoding="utf-8")
    for command in ("check", "simulate") if old == "steps = 1000" else ("check",):  # they load in the same way
        done = ravine(command, str(scene))
        assert done.returncode == 2 and done.stdout == ""
        assert f"scene.toml:{place}" in done.stderr and words in done.stderr
        assert "Traceback" not in done.stderr


def test_every_fault_is_listed(scene: Path) -> None:
    text = (
        SCENE.replace("rosenbrock", "rosenbrok", 2)
        .replace("beta1 = 0.9", "beta1 = 7")
        .replace("T_max = 900", "T_max = 0")
    )
    scene.write_text(text, encoding="utf-8")
    assert len(ravine("check", str(scene)).stderr.strip().splitlines()) == 3


def test_missing_files_and_unknown_endings(scene: Path, tmp_path: Path) -> None:
    assert ravine("check", str(tmp_path / "none.toml")).returncode == 1
    assert ravine("simulate", "L99").returncode == 2
    done = ravine("simulate", str(scene), "--out", str(tmp_path / "rows.xls"))
    assert done.returncode == 2 and ".csv, .npz" in done.stderr
    assert ravine("simulate", str(scene), "--steps", "-5").returncode == 2


def test_tables_are_utf8_in_any_locale(tmp_path: Path) -> None:
    environment = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "HOME": str(tmp_path),
        "PATH": "/usr/bin",
    }
    command = [sys.executable, str(ROOT / "main.py"), "simulate", "L03"]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert done.returncode == 0
    assert "η = 10⁻⁷,0,-120.0,-4.0" in done.stdout.decode("utf-8")


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"'{sys.executable}' '{ROOT / 'main.py'}' simulate L13 | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == COLUMNS and "Traceback" not in done.stderr and "Broken" not in done.stderr


def test_a_byte_order_mark_is_no_fault_and_other_bytes_are_named(scene: Path) -> None:
    scene.write_bytes(b"\xef\xbb\xbf" + SCENE.encode())
    assert ravine("check", str(scene)).returncode == 0
    scene.write_bytes(SCENE.encode() + b"# caf\xe9\n")
    assert f"scene.toml:{SCENE.count(chr(10)) + 1}:6: this is not UTF-8 text" in ravine("check", str(scene)).stderr


def test_a_bad_target_is_refused_before_anything_is_computed(scene: Path, tmp_path: Path) -> None:
    done = ravine("simulate", str(scene), "--steps", "1000000000", "--out", str(tmp_path / "none" / "x.csv"))
    assert done.returncode == 1 and done.stderr == f"{tmp_path / 'none'}: there is no such folder\n"


def test_without_a_display_the_scene_is_played_and_nothing_is_remembered(scene: Path, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "QT_QPA_PLATFORM")}
    environment |= {
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
    }
    command = [sys.executable, str(ROOT / "main.py"), str(scene)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0 and "There is no display" in done.stdout, done.stderr
    assert (tmp_path / "out" / "ravine.png").stat().st_size > 20_000
    assert len(rows((tmp_path / "out" / "trajectory.csv").read_text(encoding="utf-8"))) == 1001
    assert not list(tmp_path.rglob("last-session.toml")) and not list(tmp_path.rglob("Ravine.conf"))


def test_the_command_line_does_not_import_qt(scene: Path) -> None:
    code = (
        "import sys, runpy; sys.argv = ['main.py', 'simulate', sys.argv[1], '--steps', '3']\n"
        "try: runpy.run_path('main.py', run_name='__main__')\nexcept SystemExit: pass\n"
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph', 'gui'))]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(scene)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
