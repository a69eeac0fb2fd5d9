"""Random numbers of the forward simulation: the same for every change, and spread evenly.

Each column is a Latin hypercube over the replicas, so that a few dozen replicas are enough, and a ticket
that only moves up one place does not see its estimate jump about.
"""

from functools import lru_cache
from math import erfc, log, sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
REPLICAS = 50
SEED = 20261125
_DEVIATES = np.linspace(-6.0, 6.0, 2401)
_TAILS = np.array([-log(erfc(z / sqrt(2)) / 2) for z in _DEVIATES.tolist()])  # exact far out, unlike levels
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
    return np.interp(-np.log1p(-levels), _TAILS, _DEVIATES)


def above(floor: Array, salt: int) -> Array:
    """Normal deviates of those distributions that are known to lie above `floor` (one for each column)."""
    beyond = np.interp(floor, _DEVIATES, _TAILS)
    return np.interp(beyond - np.log1p(-uniform(len(floor), salt)), _TAILS, _DEVIATES)
