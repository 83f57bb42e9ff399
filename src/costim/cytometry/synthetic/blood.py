"""Ordinary blood: how many of the recorded cells are of which kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from costim.cytometry.synthetic.cells import kinds_of

B_SUBSETS: Mapping[str, float] = MappingProxyType(
    {
        "naive_b": 0.62,
        "unswitched_memory_b": 0.13,
        "switched_memory_b": 0.17,
        "double_negative_b": 0.065,
        "plasmablasts": 0.015,
    }
)
"""Shares of the B cells."""
OTHERS: Mapping[str, float] = MappingProxyType(
    {"naive_cd4_t": 0.24, "memory_cd4_t": 0.25, "cd8_t": 0.29, "nk": 0.10, "monocytes": 0.12}
)
"""Shares of the cells that are no B cells."""


def blood_cells(
    total: int,
    *,
    b_cells: int | None = None,
    b_subsets: Mapping[str, float] = B_SUBSETS,
    others: Mapping[str, float] = OTHERS,
) -> dict[str, int]:
    """Single living cells of each kind, adding up to a total exactly.

    Args:
        total: Cells in all.
        b_cells: B cells among them; a tenth of the total if not given.
        b_subsets: Shares of the B cells; scaled to add up to 1.
        others: Shares of the other cells; scaled to add up to 1.

    Returns:
        Kind -> number, as `SampleSpec.cells` takes them.

    Raises:
        ValueError: More B cells than cells, a negative number, or shares that add up to nothing.
    """
    wanted = round(total / 10) if b_cells is None else b_cells
    if not 0 <= wanted <= total:
        raise ValueError(f"{wanted} B cells of {total} cells: expected between 0 and the total")
    unknown = set(b_subsets) - set(kinds_of("b_cells"))
    if unknown:
        raise ValueError(f"b_subsets has {sorted(unknown)}, expected {list(kinds_of('b_cells'))}")
    return {**apportioned(wanted, b_subsets), **apportioned(total - wanted, others)}


def apportioned(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers in the given proportions that add up to a total: the largest remainders are rounded up.

    Raises:
        ValueError: A share below 0, or none above it.
    """
    weight = sum(shares.values())
    if weight <= 0 or min(shares.values()) < 0:
        raise ValueError(f"shares {dict(shares)}: expected numbers of at least 0, not all of them 0")
    exact = {name: total * share / weight for name, share in shares.items()}
    whole = {name: int(value) for name, value in exact.items()}
    left = total - sum(whole.values())
    first = sorted(exact, key=lambda name: (whole[name] - exact[name], name))[:left]
    return {name: number + (name in first) for name, number in whole.items()}
