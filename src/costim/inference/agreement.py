"""Agreement of readers on categories: percent, Cohen's kappa, Gwet's AC1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Agreement:
    """`agreed` of `n` units. A coefficient that is not defined (no unit, chance agreement of one) is None."""

    n: int
    agreed: int
    percent: float | None
    kappa: float | None
    ac1: float | None


def compute_agreement(first: Sequence[Hashable], second: Sequence[Hashable]) -> Agreement:
    """Agreement of two readers over the same units.

    kappa = (po - pe) / (1 - pe) with pe from the product of both readers' shares (Cohen 1960); AC1 with
    pe = sum of q(1 - q) / (K - 1) over the K categories that were used, q the mean share of a category (Gwet 2008).
    When both readers used one and the same category only, kappa is 0/0 and stays undefined; AC1 needs two categories.

    Args:
        first: category of each unit by the first reader.
        second: the same for the second reader, in the same order.

    Raises:
        ValueError: the readers do not have the same number of units.
    """
    if len(first) != len(second):
        raise ValueError(f"the readers have {len(first)} and {len(second)} units")
    n = len(first)
    if n == 0:
        return Agreement(0, 0, None, None, None)
    agreed = sum(a == b for a, b in zip(first, second, strict=True))
    one, two = Counter(first), Counter(second)
    categories = sorted(one.keys() | two.keys(), key=repr)
    # Whole numbers until the last division, so that chance agreement of exactly one is recognised.
    chance = sum(one[c] * two[c] for c in categories)
    kappa = None if chance == n * n else (n * agreed - chance) / (n * n - chance)
    return Agreement(n, agreed, 100 * agreed / n, kappa, _ac1(agreed / n, [one[c] + two[c] for c in categories], 2 * n))


def _ac1(observed: float, counts: Sequence[float], total: float) -> float | None:
    if len(counts) < 2:
        return None
    chance = sum(c / total * (1 - c / total) for c in counts) / (len(counts) - 1)
    return (observed - chance) / (1 - chance)


def compute_pairwise_agreement(ratings: Sequence[dict[str, Hashable]]) -> dict[tuple[str, str], Agreement]:
    """Agreement of every pair of readers over the units both have read.

    Args:
        ratings: one entry per unit, reader -> category; a reader who did not read the unit is absent.

    Returns:
        Pair of readers (in alphabetical order) -> agreement; pairs without a common unit have n = 0.
    """
    readers = sorted({reader for unit in ratings for reader in unit})
    found = {}
    for a, b in combinations(readers, 2):
        common = [(unit[a], unit[b]) for unit in ratings if a in unit and b in unit]
        found[a, b] = compute_agreement([x for x, _ in common], [y for _, y in common])
    return found


def compute_overall_agreement(ratings: Sequence[dict[str, Hashable]]) -> Agreement:
    """Agreement of all readers together.

    Percent: share of agreeing pairs of readings within units, each unit weighing the same. kappa: mean of the pairwise
    kappas (Light 1971), undefined when one of them is. AC1: Gwet's form for several readers with missing readings.
    """
    shared = [list(unit.values()) for unit in ratings if len(unit) >= 2]
    if not shared:
        return Agreement(0, 0, None, None, None)
    share = [sum(n * (n - 1) for n in Counter(unit).values()) / (len(unit) * (len(unit) - 1)) for unit in shared]
    observed = sum(share) / len(shared)
    kappas = [a.kappa for a in compute_pairwise_agreement(ratings).values()]
    defined = [k for k in kappas if k is not None]
    kappa = sum(defined) / len(defined) if defined and len(defined) == len(kappas) else None
    rated = [list(unit.values()) for unit in ratings if unit]
    categories = sorted({c for unit in rated for c in unit}, key=repr)
    shares = [sum(unit.count(c) / len(unit) for unit in rated) for c in categories]
    return Agreement(
        n=len(shared),
        agreed=sum(s == 1 for s in share),
        percent=100 * observed,
        kappa=kappa,
        ac1=_ac1(observed, shares, len(rated)),
    )
