"""How far effects on cells move when the gates are moved a little: the spread over draws, beside the effect itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from costim.effects.estimate_composition import estimate_composition
from costim.effects.estimate_paired_change import build_question
from costim.effects.evidence import Evidence
from costim.effects.paired.mean_shift import estimate_mean_shift
from costim.effects.paired.signed_rank import estimate_signed_rank
from costim.effects.pairs import contrasts_of
from costim.registry.cytometry_parameters import PREFIX
from costim.registry.effects import Effect
from costim.registry.flags import raised
from costim.registry.plan import Plan
from costim.registry.plan_questions import Endpoint

SPREAD_OF = ("signed_rank", "geometric_mean_ratio", "composition_change")
"""Methods whose estimate is followed; `variant` of the spread names which."""


def estimate_gate_jitter(plan: Plan, recorded: Sequence[Effect], moved: Sequence[Evidence]) -> list[Effect]:
    """One `gate_jitter` row for each effect on cells that has an estimate.

    Args:
        plan: gives the endpoints.
        recorded: effects of the preferred reading.
        moved: the evidence under each draw of moved gates.

    Returns:
        Rows with `estimate` = the effect with the gates as they are, `estimate_lower` and `estimate_upper` = its
        smallest and largest value over that and every draw, `p` = the largest of them, `count` = draws with an estimate
        of the same sign, of `denominator` draws. No limits: this is no sampling error.
    """
    asked = [e for e in plan.endpoints if e.kind in _ESTIMATORS and any(p.startswith(PREFIX) for p in _parameters(e))]
    if not moved or not asked:
        return []
    elsewhere: dict[str, list[Effect]] = {}
    for evidence in moved:
        for endpoint in asked:
            for row in _ESTIMATORS[endpoint.kind](endpoint, evidence):
                if row.method in SPREAD_OF:
                    elsewhere.setdefault(_place(row), []).append(row)
    return [_spread(row, elsewhere[_place(row)], len(moved)) for row in recorded if _place(row) in elsewhere]


def _paired(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    questions = [build_question(endpoint, contrast, evidence) for contrast in contrasts_of(endpoint, evidence.plan)]
    return [row for q in questions for row in (*estimate_signed_rank(q), *estimate_mean_shift(q))]


_ESTIMATORS: dict[str, Callable[[Endpoint, Evidence], list[Effect]]] = {
    "paired_change": _paired,
    "composition": estimate_composition,
}


def _parameters(endpoint: Endpoint) -> tuple[str, ...]:
    return (endpoint.parameter, *(name for subset in endpoint.subset_parameters for name in subset[1:]))


def _place(row: Effect) -> str:
    return "|".join((row.parameter, row.contrast, row.method, row.variant, row.stratum))


def _spread(row: Effect, draws: Sequence[Effect], n_draws: int) -> Effect:
    found = [draw.estimate for draw in draws if draw.estimate is not None]
    numbers = found if row.estimate is None else [row.estimate, *found]
    null = 1.0 if row.method == "geometric_mean_ratio" else 0.0
    same = [x for x in found if row.estimate is not None and (x - null) * (row.estimate - null) > 0]
    ps = [draw.p for draw in (row, *draws) if draw.p is not None]
    # A draw may lose a patient whose cells fall below the limit: then the spread is over other patients, too.
    flags = {
        "gates_lose_patients": any(draw.n < row.n for draw in draws),
        "some_draws_without_estimate": len(found) < n_draws,
    }
    return replace(
        row,
        method="gate_jitter",
        variant=f"{row.method} {row.variant}".strip(),
        estimate_lower=min(numbers, default=None),
        estimate_upper=max(numbers, default=None),
        lower=None,
        upper=None,
        lower_open=False,
        upper_open=False,
        level=None,
        statistic=None,
        se=None,
        df=None,
        p=max(ps, default=None),
        p_min=None,
        p_adjusted=None,
        family="",
        count=len(same),
        denominator=n_draws,
        seed=None,
        flags=raised(flags),
    )
