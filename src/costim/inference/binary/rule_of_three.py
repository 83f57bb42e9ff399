"""None of n: how large the share may still be."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from costim.inference.binary.share import check_level


@dataclass(frozen=True, slots=True)
class RuleOfThree:
    """`upper` is the exact one-sided limit; `approximation` what the rule of three says, 3/n at a level of 0.95."""

    n: int
    upper: float
    approximation: float
    level: float


def compute_rule_of_three(n: int, *, level: float = 0.95) -> RuleOfThree:
    """The largest share at which none of n is seen with a probability of at least 1 - level.

    Args:
        n: subjects, none of whom was counted; at least 1.
        level: level of the one-sided limit.

    Returns:
        The exact limit 1 - (1 - level)^(1/n), and -log(1 - level) / n beside it, which is always the larger one and
        for few subjects useless (above 1 for n below 3).

    Raises:
        ValueError: n < 1, or the level is not between 0 and 1.

    Source: Hanley & Lippman-Hand, JAMA 1983;249:1743-1745.
    """
    if n < 1 or n != int(n):
        raise ValueError(f"the rule of three needs a whole number of at least 1 subject, found {n}")
    check_level(level)
    return RuleOfThree(n, 1 - (1 - level) ** (1 / n), -log(1 - level) / n, level)
