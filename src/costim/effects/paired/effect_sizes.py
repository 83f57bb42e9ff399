"""Effect sizes of a paired change, each with its denominator in its name.

They are printed without limits: no interval of them that we tried keeps its level on readings like SLEDAI totals or
titres (docs/methods/effect-sizes.md, docs/calibration/paired.csv).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from math import isfinite

from costim.effects.changes import COMPLETIONS, Change, Changes, Span, enumerate_completions
from costim.effects.paired.question import PairedQuestion
from costim.inference.paired.effect_sizes import compute_rank_biserial, compute_standardized_change
from costim.inference.paired.signed_rank import Zeros
from costim.registry.effects import Effect


def estimate_effect_sizes(question: PairedQuestion) -> list[Effect]:
    """Matched-pairs rank-biserial correlation, g_av and d_z; positive when readings rise."""
    zeros = question.evidence.plan.variants.zeros
    biserial = replace(question.base, method="rank_biserial", variant=zeros, unit="")
    g_av, d_z = (replace(question.base, method=name, unit="") for name in ("g_av", "d_z"))
    changes = question.changes
    if not changes.rows:
        return [biserial, g_av, d_z]
    return [_rank_biserial(biserial, changes, zeros), *_standardized(g_av, d_z, changes)]


def _rank_biserial(row: Effect, changes: Changes, zeros: Zeros) -> Effect:
    completions = enumerate_completions(changes)
    if completions is None:
        return replace(row, flags=(*row.flags, "needs_exact_readings"))
    size = {"resolution": changes.resolution, "scale": changes.scale}
    values = [compute_rank_biserial(c, zeros=zeros, **size) for c in completions]
    zero = any(low == high == 0 for low, high in (r.change for r in changes.rows))
    return _filled(replace(row, flags=(*row.flags, "zeros_present")) if zero else row, values)


def _standardized(g_av: Effect, d_z: Effect, changes: Changes) -> list[Effect]:
    if len(changes.rows) < 3:
        return [replace(row, flags=(*row.flags, "few_for_spread")) for row in (g_av, d_z)]
    completions = _complete_readings(changes.rows, changes.resolution)
    if completions is None:
        return [replace(row, flags=(*row.flags, "needs_exact_readings")) for row in (g_av, d_z)]
    found = [
        compute_standardized_change([b for b, _ in pairs], [a for _, a in pairs], resolution=changes.resolution)
        for pairs in completions
    ]
    return [_filled(g_av, [f.g_av for f in found]), _filled(d_z, [f.d_z for f in found])]


def _filled(row: Effect, values: Sequence[float | None]) -> Effect:
    """One value, or the smallest and largest over all completions; none where some completion has none."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return replace(row, flags=(*row.flags, "no_spread"))
    if len(set(known)) == 1:
        return replace(row, estimate=known[0])
    flags = (*row.flags, "bounds_over_unknowns")
    return replace(row, estimate_lower=min(known), estimate_upper=max(known), flags=flags)


def _complete_readings(
    rows: Sequence[Change], resolution: float | None
) -> list[tuple[tuple[float, float], ...]] | None:
    """Every set of pairs (before, after) that the ranges admit on the steps of the instrument; None if too many."""
    choices: list[list[tuple[float, float]]] = []
    total = 1
    for row in rows:
        befores, afters = _values(row.baseline, resolution), _values(row.post, resolution)
        if befores is None or afters is None:
            return None
        total *= len(befores) * len(afters)
        if total > COMPLETIONS:
            return None
        choices.append(list(product(befores, afters)))
    return list(product(*choices))


def _values(span: Span, resolution: float | None) -> list[float] | None:
    low, high = span
    if low == high:
        return [low]
    if resolution is None or not (isfinite(low) and isfinite(high)):
        return None
    count = round((high - low) / resolution) + 1
    if count > COMPLETIONS:
        return None
    return [float(Decimal(repr(low)) + k * Decimal(repr(resolution))) for k in range(count)]
