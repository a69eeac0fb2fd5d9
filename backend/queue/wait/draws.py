"""Random numbers of the forward simulation: the same for every change, and spread evenly.

Each column is a Latin hypercube over the replicas, so that a few dozen replicas are enough, and a ticket
that only moves up one place does not see its estimate jump about.
"""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
REPLICAS = 50
SEED = 20261125
_LEVELS = np.linspace(0.0005, 0.9995, 2000)
_NORMAL = np.array([NormalDist().inv_cdf(level) for level in _LEVELS])


BLOCK = 256  # columns are made in blocks, so that one person more does not change everybody's draws


def uniform(columns: int, salt: int) -> Array:
    """REPLICAS × columns numbers between 0 and 1."""
    return _uniform(1 + columns // BLOCK, salt)[:, :columns]


def normals(columns: int, salt: int) -> Array:
    """REPLICAS × columns standard normal deviates."""
    return _normals(1 + columns // BLOCK, salt)[:, :columns]


@lru_cache(maxsize=128)
def _uniform(blocks: int, salt: int) -> Array:
    return np.hstack([_block(number, salt) for number in range(blocks)])


@lru_cache(maxsize=128)
def _normals(blocks: int, salt: int) -> Array:
    return normal(_uniform(blocks, salt))


def _block(number: int, salt: int) -> Array:
    random = np.random.default_rng((SEED, salt, number))
    rows = np.argsort(random.random((REPLICAS, BLOCK)), axis=0)
    return np.asarray((rows + 0.5) / REPLICAS)


def normal(levels: Array) -> Array:
    """The standard normal deviates of these levels."""
    return np.interp(levels, _LEVELS, _NORMAL)


def above(floor: Array, salt: int) -> Array:
    """Normal deviates of those distributions that are known to lie above `floor` (one for each column)."""
    below = np.interp(floor, _NORMAL, _LEVELS)
    return normal(below + (1 - below) * uniform(len(floor), salt))
