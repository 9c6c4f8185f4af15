"""Source text to a compiled function, with a cache on disk that survives the process.

Generated source is written from a syntax tree alone: it holds numbers and names of our own making, never a user's text.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

HEADER = (
    "import math\nimport numpy as np\nfrom numba import njit, types\n\n"
    "f8, vector, matrix = types.float64, types.float64[::1], types.float64[:, ::1]\n\n"
)
_lock = threading.Lock()


@cache
def cache_folder() -> Path:
    """The user's cache folder for compiled formulas; a temporary one where that cannot be written."""
    home = Path.home()
    if sys.platform == "darwin":
        base = home / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", home))
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    folder = base / "ravine" / f"formulas-{sys.version_info.major}.{sys.version_info.minor}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="ravine-"))


def imported(module: ModuleType, names: Sequence[str]) -> str:
    """The line of source that imports `names` from one of our modules.

    numba's disk cache does not see what is imported: the digest makes the text another one when the module changes.
    """
    digest = hashlib.sha256(Path(str(module.__file__)).read_bytes()).hexdigest()[:12]
    return f"from {module.__name__} import {', '.join(names)}  # {digest}\n\n"


def compile_source(source: str, name: str) -> Any:
    """Compile `source`, a module that defines the function `name`, or take it from the disk cache."""
    with _lock:  # window and engine thread may want the same formula at once
        return _compile(source, name)


@cache
def _compile(source: str, name: str) -> Any:
    text = HEADER + source
    digest = hashlib.sha256(text.encode()).hexdigest()[:24]
    path = cache_folder() / f"{name}_{digest}.py"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    spec = importlib.util.spec_from_file_location(f"ravine_{name}_{digest}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # numba finds cached code again by the name of its module
    spec.loader.exec_module(module)
    return getattr(module, name)
