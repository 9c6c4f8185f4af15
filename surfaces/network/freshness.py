"""Native code on disk that notices when its sources change."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

SOURCES = ("codes", "elementary", "rows", "mlp", "tangent", "section")


@cache
def version() -> str:
    """A digest of the sources of all native code here.

    numba's disk cache sees the file of a function alone, not those of the functions that it calls, but it does see what
    a function closes over: one that closes over this text is compiled anew when any of the files changes.
    """
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in SOURCES)).hexdigest()[:16]
