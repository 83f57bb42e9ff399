"""Change of a mean over mixed cells, split into composition and expression; patients are the unit of every test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose

import numpy as np

from costim.effects.composition_readings import Mixture, find_mixtures, ids_of_mixtures
from costim.effects.evidence import Evidence
from costim.effects.pairs import contrasts_of
from costim.effects.sign_flips import fill_by_sign_flips
from costim.inference.composition.kitagawa import compute_kitagawa
from costim.inference.composition.kitagawa_bounds import TooManyRangesError, compute_kitagawa_bounds
from costim.inference.paired.sign_flip_ranged import compute_sign_flip_bounds
from costim.registry.effects import Effect
from costim.registry.plan_questions import Contrast, Endpoint

PARTS = ("total", "composition", "expression")
ABOUT_PATIENTS = ("subset_empty", "shares_scaled", "shares_do_not_add_up", "too_many_scenarios")
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
    kept = [(patient, found.parts) for patient, found in split if found.parts]
    raised = {flag for _, found in split for flag in found.flags}
    flags = [*mixtures.flags, *(flag for flag in ABOUT_PATIENTS if flag in raised)]
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
    scale = max((float(np.abs(_finite(p.ends[2:])).max(initial=0.0)) for p, _ in kept), default=0.0)
    seed = evidence.plan.study.seed
    return [_tested(replace(row, stratum=part), [parts[part] for _, parts in kept], scale, seed) for part in PARTS]


def _finite(ends: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(ends), ends, 0.0)


@dataclass(frozen=True, slots=True)
class _Split:
    """The parts of one patient as ranges; none where the patient cannot be used, and the flags say why."""

    parts: Mapping[str, Span]
    flags: tuple[str, ...]


def _split(patient: Mixture) -> _Split:
    try:
        if patient.is_exact:
            found = compute_kitagawa(*patient.ends[..., 0], whole=patient.whole)
            parts = {part: (getattr(found, part),) * 2 for part in PARTS}
            return _Split(parts, _flags(bool(found.emptied), found.scaled))
        bounds = compute_kitagawa_bounds(*patient.ends, whole=patient.whole)
        parts = {part: _one_if_equal(getattr(bounds, part)) for part in PARTS}
        return _Split(parts, _flags(bool(bounds.emptied), bounds.scaled))
    except TooManyRangesError:
        return _Split({}, ("too_many_scenarios",))
    except ValueError:
        return _Split({}, ("shares_do_not_add_up",))


def _flags(emptied: bool, scaled: bool) -> tuple[str, ...]:
    return (*(("subset_empty",) if emptied else ()), *(("shares_scaled",) if scaled else ()))


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
    return fill_by_sign_flips(row, compute_sign_flip_bounds(lower, upper, level=level, scale=scale, seed=seed))
