"""Native code is compiled the first time in a process of its own: here it would hold the GIL for half a minute."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numba

from engine.errors import ConfigError

from .freshness import version

ROOT = Path(__file__).parents[2]
MODULES = ("engine.wide", "surfaces.network.section", "surfaces.network.curvature")
_lock = threading.Lock()
_process: subprocess.Popen[bytes] | None = None
_cancelled = False


def compile_apart() -> None:
    """Have compiled what is not on the disk yet; returns at once where it was compiled before.

    Where that process fails, importing compiles here.

    Raises:
        ConfigError: if it was cancelled.
    """
    global _process, _cancelled
    mark = _mark()
    if "surfaces.network.section" in sys.modules or mark.exists():
        return
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {', '.join(MODULES)}"
    with _lock:
        _cancelled = False
        _process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    status = _process.wait()
    with _lock:
        _process = None
    if _cancelled:
        raise ConfigError("the network's code was not compiled: cancelled", "surface")
    if status == 0:
        try:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
        except OSError:
            pass  # next time it is looked at again, which takes a second


def running() -> bool:
    """Whether it is being compiled now."""
    return _process is not None


def cancel() -> None:
    """Stop compiling."""
    global _cancelled
    with _lock:
        if _process is not None:
            _cancelled = True
            _process.kill()


def _mark() -> Path:
    """A file that says that it was compiled: for these sources, this numba and this Python."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    python = f"{sys.implementation.cache_tag}-numba-{numba.__version__}"
    return home / "ravine" / "compiled" / f"{version()}-{python}{str(ROOT).replace(os.sep, '_')}"
