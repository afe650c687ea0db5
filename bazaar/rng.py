"""Seeded streams: the same seed and the same names give the same numbers, whatever was drawn before."""

import hashlib

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.object_]


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator of its own for (seed, names)."""
    digest = hashlib.sha256("|".join([str(seed), *map(str, names)]).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def number(seed: int, *names: str | int) -> int:
    """A stable 63-bit number for (seed, names)."""
    digest = hashlib.sha256("|".join([str(seed), *map(str, names)]).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
