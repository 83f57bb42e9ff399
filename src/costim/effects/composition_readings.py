"""Shares and levels of the subsets of each patient, before and after, as one table of ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan

import numpy as np

from costim.effects.evidence import Evidence, Reading, ids_of, unit_of, units_of
from costim.effects.pairs import Pair, find_pairs
from costim.registry.cytometry_parameters import is_pure_number
from costim.registry.flags import raised
from costim.registry.parameters import parameter as registered
from costim.registry.plan_questions import Contrast, Endpoint
from costim.registry.units import find_unit

WHOLES = (1.0, 100.0)


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """One patient.

    `ends` has shape (4, subsets, 2): lower and upper ends of shares before, shares after, levels before and levels
    after; NaN where a level is not known. `whole` is what the shares add up to by their unit.
    """

    subject: str
    ends: np.ndarray
    whole: float
    readings: tuple[Reading, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every reading is one number."""
        lower, upper = self.ends[..., 0], self.ends[..., 1]
        return bool(((lower == upper) | np.isnan(lower)).all())


@dataclass(frozen=True, slots=True)
class Mixtures:
    """Patients with a reading of every subset, before and after, and what is to be said about the others."""

    patients: tuple[Mixture, ...]
    unit: str
    flags: tuple[str, ...]


def find_mixtures(endpoint: Endpoint, contrast: Contrast, evidence: Evidence) -> Mixtures:
    """The readings that the subsets of the endpoint name.

    A level may be missing where the share of the subset is zero. Levels in another unit than the rest cannot be
    averaged with them: their patients are left out and flagged.
    """
    named = endpoint.subset_parameters
    shares = [find_pairs(evidence, share, contrast) for _, share, _ in named]
    levels = [find_pairs(evidence, level, contrast) for _, _, level in named]
    unit = unit_of(named[0][2], [r for pairs in levels for pair in pairs for r in _numbers(pair)]) if named else ""
    patients, differ = [], False
    for place in range(len(shares[0]) if named else 0):
        own_shares, own_levels = [p[place] for p in shares], [p[place] for p in levels]
        parts = _ends(own_shares, named, 1), _ends(own_levels, named, 2)
        known = [r for pair in (*own_shares, *own_levels) for r in _numbers(pair)]
        if parts[0] is None or parts[1] is None or _has_gap(parts[0], parts[1]):
            continue
        whole = _whole([r for pair in own_shares for r in _numbers(pair)])
        of_levels = units_of(r for pair in own_levels for r in _numbers(pair))
        if whole is None or not of_levels <= {unit}:
            differ = True
            continue
        patients.append(Mixture(own_shares[0].subject, np.concatenate([parts[0], parts[1]]), whole, tuple(known)))
    every = [pair for pairs in (*shares, *levels) for pair in pairs]
    used = {r.measurement_id for patient in patients for r in patient.readings}
    codes = [*(share for _, share, _ in named), *(level for *_, level in named)]
    flags = {
        "ambiguous_reading": any(p.baseline.ambiguous or p.post.ambiguous for p in every),
        "units_differ": differ,
        "unit_not_stated": any(
            "" in units_of(r for pair in pairs for r in _numbers(pair) if r.measurement_id in used)
            for code, pairs in zip(codes, (*shares, *levels), strict=True)
            if not is_pure_number(code)
        ),
    }
    return Mixtures(tuple(patients), unit, raised(flags))


def ids_of_mixtures(mixtures: Mixtures) -> tuple[str, ...]:
    """Measurement ids behind the patients."""
    return ids_of(r for patient in mixtures.patients for r in patient.readings)


def _numbers(pair: Pair) -> list[Reading]:
    return [c.reading for c in (pair.baseline, pair.post) if c.reading is not None and c.reading.is_number]


def _ends(pairs: Sequence[Pair], named: Sequence[tuple[str, str, str]], of: int) -> np.ndarray | None:
    """Ends before and after, shape (2, subsets, 2); NaN for what is not there, None when it is a share."""
    ends = np.full((2, len(pairs), 2), nan)
    for k, pair in enumerate(pairs):
        known = registered(named[k][of])
        floor = 0.0 if of == 1 and known.minimum is None else known.minimum
        for time, choice in enumerate((pair.baseline, pair.post)):
            if choice.reading is not None and choice.reading.is_number:
                ends[time, k] = choice.reading.span(floor, known.maximum)
            elif of == 1:
                return None
    return ends


def _has_gap(shares: np.ndarray, levels: np.ndarray) -> bool:
    """Whether a subset that may have cells has no level."""
    return bool((np.isnan(levels[..., 0]) & (shares[..., 1] > 0)).any())


def _whole(shares: Sequence[Reading]) -> float | None:
    """1 for fractions and 100 for percent; None for another unit, or for several.

    Without a unit the nearer of the two to the sum of one time tells them apart: no sum is near to both.
    """
    stated = units_of(shares)
    if len(stated) != 1:
        return None
    unit = next(iter(stated))
    if not unit:
        total = sum(r.span(0.0, inf)[0] for r in shares) / 2
        return min(WHOLES, key=lambda whole: abs(total - whole))
    known = find_unit(unit)
    return float(1 / known.factor) if known is not None and known.dimension == "fraction" else None
