"""The surface as a relief: heights on a grid, the triangles between them, and the height of any place on these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .heights import Heights

Array = NDArray[np.float64]
Rect = tuple[float, float, float, float]

TALL = 0.95  # height of the box whose ground is [−1, 1]²
SIDE_MOST = 255  # points per side: indices of all points fit into 16 bits


@dataclass(frozen=True, eq=False)
class Relief:
    """A sampled surface in the box [−1, 1]² × [0, TALL].

    Attributes:
        rect: (left, right, bottom, top) of the ground in data coordinates.
        losses: on a grid that spans `rect`, shape (rows, columns), row 0 at the bottom.
        scale: from loss to height.
        z: heights in the box, shape (rows, columns); NaN where L is not finite.
    """

    rect: Rect
    losses: Array
    scale: Heights
    z: Array

    @property
    def gaps(self) -> bool:
        """Whether L is not finite somewhere."""
        return bool(np.isnan(self.z).any())

    def to_box(self, points: Array) -> Array:
        """Ground coordinates in the box of points in data coordinates, shape (n, 2)."""
        left, right, bottom, top = self.rect
        with np.errstate(over="ignore", invalid="ignore"):
            scaled: Array = (points[:, :2] - (left, bottom)) * (2.0 / (right - left), 2.0 / (top - bottom)) - 1.0
        return scaled

    def to_data(self, x: float, y: float) -> tuple[float, float]:
        """Data coordinates of a place on the ground of the box."""
        left, right, bottom, top = self.rect
        return left + (x + 1.0) / 2 * (right - left), bottom + (y + 1.0) / 2 * (top - bottom)

    def z_at(self, ground: Array) -> Array:
        """Height on the triangles at places on the ground, shape (n, 2); NaN in gaps and outside."""
        rows, columns = self.z.shape
        with np.errstate(invalid="ignore"):
            u, v = (ground[:, 0] + 1.0) / 2 * (columns - 1), (ground[:, 1] + 1.0) / 2 * (rows - 1)
            inside = (u >= 0) & (u <= columns - 1) & (v >= 0) & (v <= rows - 1)
        u, v = np.where(inside, u, 0.0), np.where(inside, v, 0.0)
        c, r = np.minimum(u.astype(np.int64), columns - 2), np.minimum(v.astype(np.int64), rows - 2)
        du, dv = u - c, v - r
        z = self.z
        z00, z10, z01, z11 = z[r, c], z[r, c + 1], z[r + 1, c], z[r + 1, c + 1]
        lower = z00 + du * (z10 - z00) + dv * (z11 - z10)
        upper = z00 + dv * (z01 - z00) + du * (z11 - z01)
        heights: Array = np.where(inside, np.where(du >= dv, lower, upper), np.nan)
        return heights

    def placed(self, points: Array) -> Array:
        """Points of the surface over points in data coordinates, shape (n, 2) → (n, 3) in the box."""
        ground = self.to_box(points)
        return np.column_stack([ground, self.z_at(ground)])

    def vertices(self) -> NDArray[np.float32]:
        """x, y, z, ∂z/∂x, ∂z/∂y and band of each point of the grid, shape (rows · columns, 6)."""
        rows, columns = self.z.shape
        x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
        along_y, along_x = np.gradient(self.z, 2 / (rows - 1), 2 / (columns - 1))
        parts = (x, y, self.z, along_x, along_y, self.scale.band_of(self.losses))
        rows_of: NDArray[np.float32] = np.nan_to_num(np.stack(parts, axis=-1).reshape(-1, 6)).astype(np.float32)
        return rows_of

    def rim(self) -> NDArray[np.float32]:
        """Its four sides as pieces (x, y, z, 0, x', y', z', 0), shape (n, 8), without those in gaps."""
        x, y = np.meshgrid(*(np.linspace(-1.0, 1.0, count) for count in reversed(self.z.shape)))
        grid = np.stack([x, y, self.z, np.zeros_like(x)], axis=-1)
        sides = (grid[0], grid[-1], grid[:, 0], grid[:, -1])
        pieces = np.concatenate([np.hstack([side[:-1], side[1:]]) for side in sides]).astype(np.float32)
        whole: NDArray[np.float32] = pieces[~np.isnan(pieces).any(axis=1)]
        return whole

    def triangles(self) -> NDArray[np.uint16]:
        """Three points each, as places in `vertices`, shape (n, 3); those that touch a gap are left out."""
        rows, columns = self.z.shape
        at = np.arange(rows * columns).reshape(rows, columns)
        a, b, c, d = (at[r, q].ravel() for r in (np.s_[:-1], np.s_[1:]) for q in (np.s_[:-1], np.s_[1:]))
        both = np.concatenate([np.column_stack([a, b, d]), np.column_stack([a, d, c])]).astype(np.uint16)
        whole: NDArray[np.uint16] = both[~np.isnan(self.z.ravel())[both].any(axis=1)]
        return whole


def relief(rect: Rect, losses: Array, scale: Heights) -> Relief:
    """The relief of losses on a grid, at most `SIDE_MOST` points a side."""
    return Relief(rect, losses, scale, TALL * scale.of(losses))
