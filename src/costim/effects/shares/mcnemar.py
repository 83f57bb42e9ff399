"""Yes or no before and after: who turned, and which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costim.effects.completions import Step, reachable_counts
from costim.effects.evidence import Reading, ids_of
from costim.effects.pairs import Choice, Pair, find_pairs
from costim.effects.shares.answers import answer_of, comparable_units
from costim.effects.shares.question import ShareQuestion
from costim.inference.binary.mcnemar import McNemar, Variant, compute_mcnemar
from costim.registry.effects import Effect
from costim.registry.flags import raised
from costim.registry.parameters import parameter as registered
from costim.registry.plan import Plan
from costim.registry.plan_questions import Endpoint

INTO, OUT_OF = "into", "out of"
POSSIBLE = {"yes": (True,), "no": (False,), "undecided": (True, False)}


def estimate_mcnemar(question: ShareQuestion) -> list[Effect]:
    """Rows `mcnemar`, where some subject has a reading before too.

    `count` of `denominator` subjects that turned went into the categories, or, of a measure that is worse above the
    value, out of that range; `text` says which. `estimate` is the conditional odds ratio.
    """
    endpoint, contrast, evidence = question.endpoint, question.contrast, question.evidence
    if contrast is None:
        return []
    pairs = find_pairs(evidence, endpoint.parameter, contrast)
    units = comparable_units(endpoint, [r for p in pairs for c in (p.baseline, p.post) for r in _readings(c)])
    before = [answer_of(_readings(p.baseline), endpoint, units) for p in pairs]
    after = [answer_of(_readings(p.post), endpoint, units) for p in pairs]
    if all(answer == "missing" for answer in before):
        return []
    judged = [i for i in range(len(pairs)) if "missing" not in (before[i], after[i])]
    direction = _direction(endpoint)
    steps = [_turns(before[i], after[i], direction) for i in judged]
    flags = {
        "no_pairs": not judged,
        "ambiguous_reading": any(p.baseline.ambiguous or p.post.ambiguous for p in pairs),
    }
    kept = [flag for flag in question.base.flags if flag not in ("no_data", "ambiguous_reading")]
    base = replace(
        question.base,
        method="mcnemar",
        n=len(judged),
        n_missing=len(pairs) - len(judged),
        denominator=None,
        text=direction,
        level=question.level,
        flags=(*kept, *raised(flags)),
        measurements=ids_of(_read_of([pairs[i] for i in judged])),
    )
    return [_row(base, variant, steps, question.level) for variant in exact_variants(evidence.plan)]


def exact_variants(plan: Plan) -> tuple[Variant, ...]:
    """The exact test; the mid-p one beside it where the plan names mid-p intervals of shares."""
    return ("exact", "mid_p") if plan.variants.share_interval == "mid_p" else ("exact",)


def _readings(choice: Choice) -> tuple[Reading, ...]:
    return () if choice.reading is None else (choice.reading,)


def _read_of(pairs: Sequence[Pair]) -> list[Reading]:
    return [r for pair in pairs for choice in (pair.baseline, pair.post) for r in _readings(choice)]


def _direction(endpoint: Endpoint) -> str:
    return OUT_OF if endpoint.above is not None and registered(endpoint.parameter).worse == "higher" else INTO


def _turns(before: str, after: str, direction: str) -> frozenset[Step]:
    """What a subject may add to those who turned the counted way, and the other way."""
    first, second = (1, 0), (0, 1)
    into, out_of = (first, second) if direction == INTO else (second, first)
    turns = {(False, True): into, (True, False): out_of}
    return frozenset(turns.get((a, b), (0, 0)) for a in POSSIBLE[before] for b in POSSIBLE[after])


def _row(base: Effect, variant: Variant, steps: Sequence[frozenset[Step]], level: float) -> Effect:
    row = replace(base, variant=variant)
    if not steps:
        return row
    found = [compute_mcnemar(*c, len(steps), variant=variant, level=level) for c in reachable_counts(steps)]
    flags = {
        "few_pairs": found[0].p_min >= 0.05,
        "nobody_turned": any(f.odds_ratio is None for f in found),
        "no_upper_limit": any(f.odds_ratio is not None and f.upper is None for f in found),
        "bounds_over_unknowns": len(found) > 1,
        "largest_p": len({f.p for f in found}) > 1,
    }
    row = replace(
        row,
        p=max(f.p for f in found),
        p_min=found[0].p_min,
        flags=(*row.flags, *raised(flags)),
    )
    return _one(row, found[0]) if len(found) == 1 else _united(row, found)


def _one(row: Effect, found: McNemar) -> Effect:
    ratio = None if found.odds_ratio == float("inf") else found.odds_ratio
    turned = found.gained + found.lost
    return replace(row, count=found.gained, denominator=turned, estimate=ratio, lower=found.lower, upper=found.upper)


def _united(row: Effect, found: Sequence[McNemar]) -> Effect:
    """Bounds of the odds ratio; none where it may be undefined."""
    ratios = [f.odds_ratio for f in found if f.odds_ratio is not None]
    if len(ratios) < len(found):
        return row
    lowest = [f.lower for f in found if f.lower is not None]
    uppers = [f.upper for f in found if f.upper is not None]
    smallest = min(ratios)
    return replace(
        row,
        estimate_lower=None if smallest == float("inf") else smallest,
        estimate_upper=None if max(ratios) == float("inf") else max(ratios),
        lower=min(lowest),
        upper=max(uppers) if len(uppers) == len(found) else None,
    )
