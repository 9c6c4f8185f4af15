"""Numbers as good as random that depend on nothing but what they are made from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

_signature = types.uint64(types.uint64)


@njit(_signature, cache=True)
def mix(z: Any) -> Any:
    """The finaliser of SplitMix64 (Steele et al. 2014): a hash whose bits are as good as random."""
    z = z + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
