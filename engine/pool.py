"""Buffers that nobody looks at any more, for whoever needs one of the same size next."""

from __future__ import annotations

import sys
import threading

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Pool:
    """Buffers for the rows of trajectories and for snapshots.

    While a start is dragged, each frame needs one of some 16 MB; the first touch of fresh memory costs more than
    computing all of its rows. At most `limit` buffers of at least `least` rows are kept.
    """

    def __init__(self, limit: int = 24, least: int = 2**14) -> None:
        self._buffers: list[Array] = []
        self._limit, self._least = limit, least
        self._lock = threading.Lock()

    def take(self, rows: int, columns: int) -> Array:
        """A buffer of this shape; what is in it has no meaning."""
        if rows < self._least:
            return np.empty((rows, columns))
        with self._lock:
            for k in range(len(self._buffers)):
                # Every view of a buffer refers to it; without any, list and argument are its only two holders.
                if self._buffers[k].shape == (rows, columns) and sys.getrefcount(self._buffers[k]) == 2:
                    return self._buffers[k]
            fresh = np.empty((rows, columns))
            self._buffers = [b for b in self._buffers if sys.getrefcount(b) > 3][-self._limit + 1 :] + [fresh]
            return fresh
