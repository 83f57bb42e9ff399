"""A row filled from the sign-flip test of patients' changes: mean, limits, p and what is to be said about them."""

from __future__ import annotations

from dataclasses import replace

from costim.inference.paired.sign_flip_ranged import SignFlipBounds
from costim.inference.paired.signed_rank import compute_smallest_p
from costim.registry.effects import Effect
from costim.registry.flags import raised


def fill_by_sign_flips(row: Effect, found: SignFlipBounds) -> Effect:
    """One estimate as it is, else its bounds over every completion; limits, p and flags of either."""
    low, high = found.estimate
    one = low is not None and low == high
    flags = {
        "few_pairs": compute_smallest_p(found.n) >= 0.05,
        "p_at_floor": found.p == found.p_min,
        "level_unreachable": found.lower is None or found.upper is None,
        "all_changes_equal": found.n > 1 and found.lower is not None and found.lower == found.upper,
        "sign_patterns_drawn": found.seed is not None,
        "bounds_over_unknowns": not one,
        "largest_p": not one,
    }
    return replace(
        row,
        estimate=low if one else None,
        estimate_lower=None if one else low,
        estimate_upper=None if one else high,
        lower=found.lower,
        upper=found.upper,
        p=found.p,
        p_min=found.p_min,
        seed=found.seed,
        flags=(*row.flags, *raised(flags)),
    )
