"""Random numbers of a simulated study: one stream per purpose, so that switching a bias on changes nothing else."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """Random numbers for one purpose.

    Args:
        seed: Of the study, at least 0.
        purpose: Words and numbers that name it; other words give independent numbers.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *(number(p) for p in purpose)])))


def seed_for(seed: int, *purpose: str | int) -> int:
    """A whole number for functions that take a seed of their own."""
    return int(stream(seed, *purpose).integers(0, 2**31 - 1))


def number(word: str | int) -> int:
    """A word as a number, the same on every machine."""
    return word if isinstance(word, int) else crc32(word.encode())
