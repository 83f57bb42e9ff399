"""Change of a mean over mixed cells, split into composition and expression; patients are the unit of every test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isclose

import numpy as np

from costim.effects.composition_readings import Mixture, find_mixtures, ids_of_mixtures
from costim.effects.evidence import Evidence, finite
from costim.effects.pairs import contrasts_of
from costim.inference.composition.kitagawa import compute_kitagawa
from costim.inference.composition.kitagawa_bounds import compute_kitagawa_bounds
from costim.inference.paired.sign_flip import compute_sign_flip
from costim.inference.paired.sign_flip_ranged import compute_sign_flip_bounds
from costim.inference.paired.signed_rank import compute_smallest_p
from costim.registry.effects import Effect
from costim.registry.plan import Contrast, Endpoint

PARTS = ("total", "composition", "expression")
Span = tuple[float, float]


def estimate_composition(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows of a composition endpoint: one per part and contrast."""
    contrasts = contrasts_of(endpoint, evidence.plan)
    if not contrasts:
        empty = Effect(parameter=endpoint.parameter, method="composition_change", n=0, n_missing=len(evidence.subjects))
        return [replace(empty, stratum="total", flags=("no_contrast",), reading=evidence.reading)]
    return [row for contrast in contrasts for row in _of_contrast(endpoint, contrast, evidence)]


def _of_contrast(endpoint: Endpoint, contrast: Contrast, evidence: Evidence) -> list[Effect]:
    mixtures = find_mixtures(endpoint, contrast, evidence)
    split = [(patient, _split(patient)) for patient in mixtures.patients]
    kept = [(patient, found) for patient, found in split if found is not None]
    raised = {flag for _, (_, flags) in kept for flag in flags}
    flags = [*mixtures.flags, *(flag for flag in ("subset_empty", "shares_scaled") if flag in raised)]
    if len(kept) < len(split):
        flags.append("shares_do_not_add_up")
    if not kept:
        flags.append("no_pairs")
    n = len(kept)
    row = Effect(
        parameter=endpoint.parameter,
        method="composition_change",
        contrast=contrast.name,
        unit=mixtures.unit,
        n=n,
        n_missing=len(evidence.subjects) - n,
        level=evidence.plan.study.level,
        flags=tuple(flags),
        measurements=ids_of_mixtures(replace(mixtures, patients=tuple(patient for patient, _ in kept))),
        reading=evidence.reading,
    )
    scale = max((float(np.nanmax(np.abs(_finite(p.ends[2:])), initial=0.0)) for p, _ in kept), default=0.0)
    seed = evidence.plan.study.seed
    return [_tested(replace(row, stratum=part), [found[part] for _, (found, _) in kept], scale, seed) for part in PARTS]


def _finite(ends: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(ends), ends, 0.0)


def _split(patient: Mixture) -> tuple[dict[str, Span], list[str]] | None:
    """The three parts of one patient as ranges, with flags; None when the shares do not add up."""
    try:
        if not patient.is_exact:
            bounds = compute_kitagawa_bounds(*patient.ends, whole=patient.whole)
            return {part: _one_if_equal(getattr(bounds, part)) for part in PARTS}, [
                "subset_empty"
            ] if bounds.emptied else []
        found = compute_kitagawa(*patient.ends[..., 0], whole=patient.whole)
    except ValueError:
        return None
    flags = {"subset_empty": bool(found.emptied), "shares_scaled": found.scaled}
    return {part: (getattr(found, part),) * 2 for part in PARTS}, [name for name, holds in flags.items() if holds]


def _one_if_equal(span: Span) -> Span:
    """Ends that differ by the noise of binary fractions only are one number."""
    low, high = span
    return (low, low) if isclose(low, high, rel_tol=1e-12, abs_tol=1e-12) else span


def _tested(row: Effect, changes: Sequence[Span], scale: float, seed: int) -> Effect:
    """Mean over patients, sign-flip test and limits; bounds over every completion where readings are ranges."""
    if not changes:
        return row
    level = row.level if row.level is not None else 0.95
    lower, upper = [c[0] for c in changes], [c[1] for c in changes]
    if lower == upper:
        test = compute_sign_flip(lower, level=level, scale=scale, seed=seed)
        row = replace(row, estimate=test.estimate, lower=test.lower, upper=test.upper, p=test.p, p_min=test.p_min)
        row = replace(row, seed=test.seed)
    else:
        bounds = compute_sign_flip_bounds(lower, upper, level=level, seed=seed)
        least, most = (None if end is None else finite(end) for end in bounds.estimate)
        row = replace(row, estimate_lower=least, estimate_upper=most, lower=bounds.lower, upper=bounds.upper)
        row = replace(row, p=bounds.p, p_min=bounds.p_min, seed=bounds.seed)
    flags = {
        "few_pairs": compute_smallest_p(len(changes)) >= 0.05,
        "level_unreachable": row.lower is None or row.upper is None,
        "bounds_over_unknowns": lower != upper,
        "largest_p": lower != upper,
        "p_at_floor": row.p == row.p_min,
        "sign_patterns_drawn": row.seed is not None,
    }
    return replace(row, flags=(*row.flags, *(name for name, raised in flags.items() if raised)))
