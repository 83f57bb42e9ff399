"""From one category to another."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from costim.effects.categories import category_of
from costim.effects.evidence import Evidence, Reading, ids_of
from costim.effects.pairs import Pair, contrasts_of, find_pairs
from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint

OUTCOME = "np.outcome"
ANY = "any"


@dataclass(frozen=True, slots=True)
class Step:
    """One unit that went from one level to another; `is_known` False when a level is a missing reason."""

    origin: str
    to: str
    is_known: bool
    readings: tuple[Reading, ...]
    ids: tuple[str, ...]
    """Measurements behind both levels: the readings, or the rows that stand for a missing one."""


def estimate_transition(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows `transition` with stratum `from → to`.

    For `np.outcome` the unit is the manifestation: from its ACR 1999 syndrome (or `none`) to its outcome, and, over all
    syndromes, from `any`. For any other parameter it is the subject and item (examination, reader): from the category
    before to the category after, by each contrast. The denominator are the units that began at that level. A missing
    level bears the reason as its name.
    """
    if endpoint.parameter == OUTCOME:
        return _rows(Effect(parameter=OUTCOME, method="transition", n=0), _outcomes(evidence), evidence, overall=True)
    contrasts = contrasts_of(endpoint, evidence.plan)
    if not contrasts:
        empty = Effect(parameter=endpoint.parameter, method="transition", n=0, n_missing=len(evidence.subjects))
        return [replace(empty, flags=("no_contrast",), reading=evidence.reading)]
    rows = []
    for contrast in contrasts:
        base = Effect(parameter=endpoint.parameter, method="transition", contrast=contrast.name, n=0)
        pairs = find_pairs(evidence, endpoint.parameter, contrast, by_item=True)
        rows += _rows(base, [_step(p, evidence) for p in pairs], evidence, overall=False)
    return rows


def _outcomes(evidence: Evidence) -> list[Step]:
    return [
        Step(
            r.variant or "none",
            category_of(r) if r.is_known else r.missing or "not_recorded",
            r.is_known,
            (r,),
            (r.measurement_id,),
        )
        for r in evidence.readings(OUTCOME)
    ]


def _step(pair: Pair, evidence: Evidence) -> Step:
    choices = (pair.baseline, pair.post)
    ends = [
        category_of(c.reading) if c.reading else ("ambiguous_reading" if c.ambiguous else c.missing) for c in choices
    ]
    readings = tuple(c.reading for c in choices if c.reading is not None)
    own = evidence.subject_rows[pair.subject]
    ids = {i for c in choices for i in ids_of([c.reading] if c.reading else c.gaps) or (own,)}
    return Step(ends[0], ends[1], len(readings) == 2, readings, tuple(sorted(ids)))


def _rows(base: Effect, steps: list[Step], evidence: Evidence, *, overall: bool) -> list[Effect]:
    base = replace(base, reading=evidence.reading)
    if not any(step.readings for step in steps):
        return [replace(base, n_missing=len(steps) or len(evidence.subjects), flags=("no_data",))]
    groups: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps:
        groups[step.origin, step.to].append(step)
        if overall:
            groups[ANY, step.to].append(step)
    begun, known = Counter[str](), Counter[str]()
    for (origin, _), members in groups.items():
        begun[origin] += len(members)
        known[origin] += sum(s.is_known for s in members)
    return [
        replace(
            base,
            stratum=f"{origin} → {to}",
            n=known[origin],
            n_missing=begun[origin] - known[origin],
            count=len(members),
            denominator=begun[origin],
            flags=("ambiguous_reading",) if "ambiguous_reading" in (origin, to) else (),
            measurements=tuple(sorted({i for s in members for i in s.ids})),
        )
        for (origin, to), members in sorted(groups.items())
    ]
