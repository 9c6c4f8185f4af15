"""Snapshots of all parameters of a run at a stride that doubles when there is no more room."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Of all runs together; while the stride doubles, half as much again is in use for a moment.
ALL_BYTES = 2**28 * 2 // 3
BLOCK_BYTES = 2**20  # snapshots lie in blocks of about so much, as memory that is not touched costs nothing
MAX_BLOCK = 1024  # snapshots


@dataclass(frozen=True, eq=False)
class Kept:
    """The snapshots of one moment: number k belongs to step first + k·stride. Never changed once it is published."""

    blocks: tuple[Array, ...]
    per_block: int
    stride: int
    count: int
    first: int

    def step(self, k: int) -> int:
        return self.first + k * self.stride

    def before(self, step: int) -> int:
        """The number of the last snapshot that is not after `step`."""
        return min((step - self.first) // self.stride, self.count - 1)

    def __getitem__(self, k: int) -> Array:
        snapshot: Array = self.blocks[k // self.per_block][k % self.per_block]
        return snapshot

    def block(self, k: int) -> Array:
        """Those of the block in which number k lies, from k on."""
        whole = self.blocks[k // self.per_block]
        begin = k % self.per_block
        return whole[begin : min(self.per_block, begin + self.count - k)]


@dataclass
class Room:
    """Where snapshots go: that of step t to rows[(t − origin) // stride]; there is a place up to step `last`."""

    rows: Array
    stride: int
    origin: int
    last: int


@dataclass
class Snapshots:
    """Written by one thread; `kept` is replaced as a whole, so that any thread may read it.

    Args:
        width: numbers of one snapshot.
        limit: bytes that they may take.
        first: the step of the first.
    """

    width: int
    limit: int = ALL_BYTES
    first: int = 0
    kept: Kept = field(init=False)

    def __post_init__(self) -> None:
        size = 8 * max(1, self.width)
        self.capacity = max(4, self.limit // size)
        per_block = max(2, min(MAX_BLOCK, BLOCK_BYTES // size, self.capacity // 2))
        self.kept = Kept((), per_block - per_block % 2, 1, 0, self.first)

    @property
    def bytes(self) -> int:
        """What the blocks take."""
        return sum(block.nbytes for block in self.kept.blocks)

    def room(self, step: int) -> Room:
        """Where the snapshots from `step` on go; the steps up to `step` − 1 have theirs."""
        kept = self.kept
        k = -((self.first - step) // kept.stride)  # the next to come
        if k >= self.capacity:
            kept = self._thinned()
            k = -((self.first - step) // kept.stride)
        if k // kept.per_block >= len(kept.blocks):
            fresh = np.empty((kept.per_block, self.width))
            kept = Kept((*kept.blocks, fresh), kept.per_block, kept.stride, kept.count, kept.first)
        self.kept = kept
        block = k // kept.per_block
        origin = kept.step(block * kept.per_block)
        places = min(kept.per_block, self.capacity - block * kept.per_block)
        return Room(kept.blocks[block][:places], kept.stride, origin, origin + places * kept.stride - 1)

    def publish(self, last: int) -> None:
        """Let readers see the snapshots up to step `last`."""
        kept = self.kept
        count = (last - self.first) // kept.stride + 1
        self.kept = Kept(kept.blocks, kept.per_block, kept.stride, count, kept.first)

    def _thinned(self) -> Kept:
        """Every second of them."""
        old = self.kept
        blocks = []
        for k in range(0, len(old.blocks), 2):
            fresh = np.empty((old.per_block, self.width))
            for part, block in enumerate(old.blocks[k : k + 2]):
                half = old.per_block // 2
                fresh[part * half : (part + 1) * half] = block[::2]
            blocks.append(fresh)
        return Kept(tuple(blocks), old.per_block, 2 * old.stride, (old.count + 1) // 2, old.first)
