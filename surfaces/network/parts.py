"""How the pieces of native code are compiled, which only other native code calls: quickly, as a person waits for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

SUMS = ("contract", "reassoc")  # a sum may be taken in any order, and a product joined to it
JOINED = ("contract",)

# numba compiles a piece anew for each literal number that it is called with; these are no literals to it.
ZERO, ONE, MISSING = np.int64(0), np.int64(1), np.int64(-1)
NO, YES = np.bool_(False), np.bool_(True)


def part(*allowed: str, inline: bool = False) -> Any:
    """The decorator of a piece; `allowed` are LLVM's fast-math flags. It can not be called from Python."""
    return njit(
        fastmath=set(allowed),
        error_model="numpy",
        forceinline=inline,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
    )
