"""Random numbers that belong to a patient and a name: the same whatever else is drawn, in whatever order.

The stream of a name is a Philox generator (Salmon 2011, doi 10.1145/2063384.2063405) whose key is made of seed and
name; the place of a patient in it is a counter. So patient 7 has the same clearance in a draw of ten and of a million,
in one piece or in many, and in every variant of a model that has a clearance: variants are compared in the same
patients. Raw output of Philox is fixed by its definition, that of `Generator.standard_normal` is not: normal deviates
are made here, by the inverse of the normal distribution function.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

_WORDS = 4
"""Numbers that one count of Philox4x64 gives."""


def uniform(seed: int, name: str, first: int, count: int, attempt: int = 0) -> NDArray[np.float64]:
    """Numbers strictly between 0 and 1.

    Args:
        seed: Of the whole draw, any integer.
        name: Of what is drawn.
        first: Number of the first patient, not below 0.
        count: How many patients.
        attempt: Counts the redraws of a patient; each has numbers of its own.

    Returns:
        (count,), patient `first` first.
    """
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    key = np.frombuffer(digest[:16], dtype="<u8").astype(np.uint64)
    skipped = first % _WORDS
    stream = np.random.Philox(key=key, counter=np.array([first // _WORDS, 0, 0, attempt], dtype=np.uint64))
    raw = np.asarray(stream.random_raw(count + skipped), dtype=np.uint64)[skipped:]
    return np.asarray(((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53)


def normal(seed: int, name: str, first: int, count: int, attempt: int = 0) -> NDArray[np.float64]:
    """Standard normal deviates; arguments as `uniform`."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniform(seed, name, first, count, attempt)), dtype=np.float64)
