"""The user's own optimizers and schedules on disk: kept, found again, refused where they are faulty, never run."""

from __future__ import annotations

import errno
import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from engine import library
from engine.errors import ConfigError
from engine.optimizers import Optimizer, make_optimizer, optimizers
from engine.scenario_dump import dump_own
from engine.schedules import Schedule, make_schedule

SIGN = make_optimizer({"name": "My sign", "doc": "d", "reference": "", "rule": "m = sign(g)\nsigma = 1", "lr": 0.1})
FALL = make_schedule({"name": "Falling", "doc": "d", "reference": "", "formula": "lr/(1 + t)"})


def save(entry: Optimizer | Schedule) -> Path:
    return (library.OPTIMIZERS if isinstance(entry, Optimizer) else library.SCHEDULES).save(entry)


def delete(entry: Optimizer) -> None:
    library.OPTIMIZERS.delete(entry)


def write(kind: str, name: str, text: str) -> Path:
    path = library.data_folder() / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_saved_is_found_again_and_deleted() -> None:
    assert library.own_optimizers() == ({}, []) and library.own_schedules() == ({}, [])
    path = save(SIGN)
    assert path.name == "my_sign.toml" and library.own_optimizers() == ({"My sign": SIGN}, [])
    save(FALL)
    assert library.own_schedules()[0] == {"Falling": FALL}
    louder = replace(SIGN, rule="m = 2*sign(g)\nsigma = 1")
    assert save(louder) == path and library.own_optimizers()[0] == {"My sign": louder}
    delete(louder)
    assert library.own_optimizers() == ({}, [])


def test_every_built_in_one_survives_the_way_through_a_file() -> None:
    for name, optimizer in optimizers().items():
        own = replace(optimizer, name=f"My {name}", group="own")
        save(own)
        assert library.own_optimizers()[0][own.name] == own


def test_a_faulty_file_is_named_and_hides_no_other() -> None:
    save(SIGN)
    write("optimizers", "broken.toml", 'name = "B"\ndoc = ""\nreference = ""\nrule = """\nm = h\nsigma = 1\n"""\n')
    write("optimizers", "adam.toml", 'name = "Adam"\ndoc = ""\nreference = ""\nrule = "m = g"\n')
    write("optimizers", "text.toml", "import os")
    found, faults = library.own_optimizers()
    assert found == {"My sign": SIGN}
    said = [str(fault) for fault in faults]
    assert any("broken.toml:5:5: rule: unknown name 'h'" in text for text in said)
    assert any("adam.toml" in text for text in said) and any(
        "text.toml" in text and "not TOML" in text for text in said
    )


def test_a_name_that_is_built_in_is_refused() -> None:
    write("optimizers", "adam.toml", dump_own(replace(SIGN, name="Adam")))
    found, (fault,) = library.own_optimizers()
    assert found == {} and "the name 'Adam' is taken" in str(fault)
    with pytest.raises(ConfigError, match="the name 'Adam' is taken"):
        save(replace(SIGN, name="Adam"))


def test_a_name_that_no_menu_can_show_is_refused() -> None:
    for k, name in enumerate(("", " x", "3", "a\nb", "x" * 61)):
        write("optimizers", f"{k}.toml", dump_own(replace(SIGN, name=name)))
    found, faults = library.own_optimizers()
    assert found == {} and len(faults) == 5


def test_a_file_stands_among_those_of_ones_own_whatever_it_says() -> None:
    write("optimizers", "mine.toml", dump_own(replace(SIGN, group="torch")))
    assert library.own_optimizers()[0] == {"My sign": SIGN}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_pipes_and_huge_files_are_not_read() -> None:
    save(SIGN)
    os.mkfifo(library.data_folder() / "optimizers" / "pipe.toml")
    write("optimizers", "huge.toml", "#" * (library.LARGEST_FILE + 1))
    found, faults = library.own_optimizers()
    assert found == {"My sign": SIGN} and len(faults) == 2
    assert save(SIGN).name == "my_sign.toml"


def test_a_folder_that_is_none_hides_nothing() -> None:
    write("schedules", "falling.toml", dump_own(FALL))
    (library.data_folder() / "optimizers").write_text("")
    assert library.own_optimizers() == ({}, []) and library.own_schedules()[0] == {"Falling": FALL}
    with pytest.raises(OSError):
        save(SIGN)


def test_a_user_without_a_home_has_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", nowhere)
    assert library.own_optimizers() == ({}, [])
    with pytest.raises(OSError):
        save(SIGN)


def test_a_save_that_fails_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(SIGN)

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(replace(SIGN, rule="m = g\nsigma = 1"))
    monkeypatch.undo()
    assert tomllib.loads(path.read_text())["rule"] == SIGN.rule and [p.name for p in path.parent.iterdir()] == [
        path.name
    ]


def test_names_that_look_alike_get_files_of_their_own() -> None:
    first = save(replace(SIGN, name="a b"))
    second = save(replace(SIGN, name="a-b"))
    assert first != second and set(library.own_optimizers()[0]) == {"a b", "a-b"}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_written_says_so() -> None:
    save(SIGN)
    folder = library.data_folder() / "optimizers"
    folder.chmod(0o500)
    with pytest.raises(PermissionError):
        save(replace(SIGN, name="other"))
    folder.chmod(0o700)
    assert isinstance(library.own_optimizers()[0]["My sign"], Optimizer)
