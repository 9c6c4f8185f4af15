"""How the pieces of native code are compiled, which only other native code calls: quickly, as a person waits for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

SUMS = ("contract", "reassoc")  # a sum may be taken in any order, and a product joined to it
JOINED = ("contract",)

# numba compiles a piece anew for each literal number that it is called with; these are no literals to it.
ZERO: Any = np.int64(0)
ONE: Any = np.int64(1)
MISSING: Any = np.int64(-1)
NO: Any = np.bool_(False)
YES: Any = np.bool_(True)


def part(*allowed: str, inline: bool = False) -> Any:
    """The decorator of a piece; `allowed` are LLVM's fast-math flags. It can not be called from Python."""
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    options |= {"fastmath": set(allowed), "error_model": "numpy", "forceinline": inline}
    return njit(**options)
