"""The user's own optimizers and schedules on disk: kept, found again, refused where they are faulty, never run."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine import library
from engine.optimizers import Optimizer, make_optimizer, optimizers
from engine.schedules import make_schedule

SIGN = make_optimizer({"name": "My sign", "doc": "d", "reference": "", "rule": "m = sign(g)\nsigma = 1", "lr": 0.1})
FALL = make_schedule({"name": "Falling", "doc": "d", "reference": "", "formula": "lr/(1 + t)"})


def write(kind: str, name: str, text: str) -> Path:
    path = library.data_folder() / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_saved_is_found_again_and_deleted() -> None:
    assert library.own_optimizers() == ({}, []) and library.own_schedules() == ({}, [])
    path = library.save(SIGN)
    assert path.name == "my_sign.toml" and library.own_optimizers() == ({"My sign": SIGN}, [])
    library.save(FALL)
    assert library.own_schedules()[0] == {"Falling": FALL}
    louder = replace(SIGN, rule="m = 2*sign(g)\nsigma = 1")
    assert library.save(louder) == path and library.own_optimizers()[0] == {"My sign": louder}
    library.delete(louder)
    assert library.own_optimizers() == ({}, [])


def test_every_built_in_one_survives_the_way_through_a_file() -> None:
    for name, optimizer in optimizers().items():
        own = replace(optimizer, name=f"My {name}", group="own")
        library.save(own)
        assert library.own_optimizers()[0][own.name] == own


def test_a_faulty_file_is_named_and_hides_no_other() -> None:
    library.save(SIGN)
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
    library.save(replace(SIGN, name="Adam"))
    found, (fault,) = library.own_optimizers()
    assert found == {} and "the name 'Adam' is taken" in str(fault)


def test_names_that_look_alike_get_files_of_their_own() -> None:
    first = library.save(replace(SIGN, name="a b"))
    second = library.save(replace(SIGN, name="a-b"))
    assert first != second and set(library.own_optimizers()[0]) == {"a b", "a-b"}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_written_says_so() -> None:
    library.save(SIGN)
    folder = library.data_folder() / "optimizers"
    folder.chmod(0o500)
    with pytest.raises(PermissionError):
        library.save(replace(SIGN, name="other"))
    folder.chmod(0o700)
    assert isinstance(library.own_optimizers()[0]["My sign"], Optimizer)
