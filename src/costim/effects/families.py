"""Holm's correction within the families the plan declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costim.inference.families.holm import compute_holm
from costim.registry.effects import Effect


def adjust_families(effects: Sequence[Effect]) -> list[Effect]:
    """Fill `p_adjusted` of signed-rank rows that share a family; other rows pass unchanged.

    A member without a p-value (no pairs) was not tested and does not count.
    """
    members: dict[str, list[int]] = {}
    for i, row in enumerate(effects):
        if row.method == "signed_rank" and row.family and row.p is not None:
            members.setdefault(row.family, []).append(i)
    adjusted: dict[int, float] = {}
    for places in members.values():
        adjusted |= zip(places, compute_holm([effects[i].p or 0.0 for i in places]), strict=True)
    return [replace(row, p_adjusted=adjusted[i]) if i in adjusted else row for i, row in enumerate(effects)]
