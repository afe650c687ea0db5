"""Explicit randomness: the same as_of and capability draw the same numbers."""

import hashlib
from datetime import datetime

import numpy as np

from ml.core.as_of import format_as_of


def seed(capability: str, as_of: datetime, purpose: str = "") -> int:
    """A 31-bit seed: for libraries that take an int."""
    text = f"{capability}|{format_as_of(as_of)}|{purpose}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") & 0x7FFFFFFF


def generator(capability: str, as_of: datetime, purpose: str = "") -> np.random.Generator:
    """A numpy generator seeded from capability, as_of and purpose."""
    return np.random.default_rng(seed(capability, as_of, purpose))
