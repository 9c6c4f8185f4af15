"""Native code of networks is compiled in a process of its own, once, and that can be cancelled."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from engine.errors import ConfigError
from surfaces.network import apart


@pytest.fixture(autouse=True)
def never_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delitem(sys.modules, "surfaces.network.section", raising=False)
    return tmp_path


def test_it_is_compiled_once(never_compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MODULES", ("json",))  # takes no time
    apart.compile_apart()
    assert len(list((never_compiled / "ravine" / "compiled").iterdir())) == 1
    monkeypatch.setattr(apart, "MODULES", ("no_module_of_this_name",))
    monkeypatch.setattr(apart.subprocess, "Popen", None)  # nobody asks for it
    apart.compile_apart()


def test_where_the_process_fails_nothing_is_claimed(never_compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MODULES", ("no_module_of_this_name",))
    apart.compile_apart()
    assert not (never_compiled / "ravine").exists() and not apart.running()


def test_it_can_be_cancelled(never_compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MODULES", ("time; time.sleep(60)",))
    errors: list[ConfigError] = []

    def compile_it() -> None:
        try:
            apart.compile_apart()
        except ConfigError as error:
            errors.append(error)

    thread = threading.Thread(target=compile_it)
    thread.start()
    while not apart.running():
        time.sleep(0.001)
    apart.cancel()
    thread.join(10)
    assert not thread.is_alive() and "cancelled" in str(errors[0]) and not apart.running()
    assert not (never_compiled / "ravine").exists()
