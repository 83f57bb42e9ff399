"""Change over several visits: the mixed model at each visit, its test of all visits, and Friedman's test beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from costim.effects.evidence import Evidence, ids_of
from costim.effects.visit_readings import VisitReadings, find_visit_readings
from costim.inference.repeated.friedman import compute_friedman
from costim.inference.repeated.mixed_model import MixedModel, VisitChange, compute_mixed_model
from costim.registry.effects import Effect
from costim.registry.flags import raised
from costim.registry.plan_questions import Endpoint

DF = "kenward_roger"
REFUSED = {
    "too_few_subjects": "few_for_covariance",
    "covariance_singular": "covariance_singular",
    "not_converged": "not_converged",
    "df_not_available": "df_not_available",
    "visit_without_reading": "visit_without_reading",
}
"""Flag of each reason why a model has no result."""


def estimate_repeated_change(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """All rows of a repeated change; see `docs/explanation/rooms.md`.

    Where the unstructured model of all visits cannot be estimated, each visit is compared with the first one alone
    (variant `by_visit`, flag `covariance_reduced`). Readings known only within ranges give rows without a number.
    """
    found = find_visit_readings(evidence, endpoint.parameter, endpoint.visits)
    base = Effect(
        parameter=endpoint.parameter,
        method="mixed_model",
        contrast=endpoint.contrast or "",
        variant=f"{endpoint.covariance}, {DF}",
        unit=found.unit,
        n=0,
        n_missing=len(found.subjects),
        level=evidence.plan.study.level,
        flags=found.flags,
        reading=evidence.reading,
    )
    if len(found.visits) < 2:
        return [_flagged(base, "few_visits")]
    rows = [_visit_row(base, found, place) for place in range(1, len(found.visits))]
    n = sum(any(r is not None for r in row) for row in found.readings)
    test = replace(base, method="mixed_model_test", unit="", level=None, n=n, n_missing=len(found.subjects) - n)
    test = _resting_on(test, found, range(len(found.visits)))
    ranks = replace(test, method="friedman", variant="exact")
    if not found.is_exact:
        return [_flagged(row, "ranges_not_taken") for row in (*rows, test, ranks)]
    return [*_model_rows(rows, test, found, endpoint), _friedman_row(ranks, found, evidence.plan.study.seed)]


def _flagged(row: Effect, *flags: str) -> Effect:
    return replace(row, flags=tuple(dict.fromkeys((*row.flags, *(flag for flag in flags if flag)))))


def _resting_on(row: Effect, found: VisitReadings, places: Iterable[int]) -> Effect:
    return replace(row, measurements=ids_of(found.of_visits(places)))


def _visit_row(base: Effect, found: VisitReadings, place: int) -> Effect:
    """The empty row of a later visit; n counts the subjects read there."""
    seen = found.seen(place)
    row = replace(base, stratum=found.visits[place], n=seen, n_missing=len(found.subjects) - seen)
    return _resting_on(row, found, range(len(found.visits)))


def _model_rows(rows: Sequence[Effect], test: Effect, found: VisitReadings, endpoint: Endpoint) -> list[Effect]:
    """The rows of the later visits and of the test, filled as far as the readings allow."""
    used = [place for place in range(len(found.visits)) if found.seen(place)]
    if 0 not in used or len(used) < 2:
        return [_flagged(row, "visit_without_reading") for row in (*rows, test)]
    model = compute_mixed_model(found.values(used), covariance=endpoint.covariance, level=_level(rows))
    if model.reason and endpoint.covariance == "unstructured" and len(used) > 2:
        return _by_visit(rows, test, found, REFUSED[model.reason])
    doubts = (REFUSED.get(model.reason, ""), *_doubts(model, endpoint.covariance))
    changes = dict(zip(used[1:], model.changes, strict=False))  # none where the model was refused
    filled = []
    for place, row in enumerate(rows, start=1):
        if place in used:
            filled.append(_fill(_flagged(row, *doubts), changes.get(place)))
        else:
            filled.append(_flagged(row, "visit_without_reading"))
    return [*filled, _fill_test(_flagged(test, *doubts), model)]


def _level(rows: Sequence[Effect]) -> float:
    return next(row.level for row in rows if row.level is not None)


def _by_visit(rows: Sequence[Effect], test: Effect, found: VisitReadings, reason: str) -> list[Effect]:
    """Each visit with the first one alone: the same model, of two visits, which supposes no more than the whole."""
    filled = []
    for place, row in enumerate(rows, start=1):
        short = _resting_on(replace(row, variant=f"by_visit, {DF}"), found, (0, place))
        if not found.seen(place):
            filled.append(_flagged(short, "visit_without_reading"))
            continue
        model = compute_mixed_model(found.values([0, place]), level=_level(rows))
        doubts = ("covariance_reduced", REFUSED.get(model.reason, ""), *_doubts(model, "unstructured"))
        filled.append(_fill(_flagged(short, *doubts), model.changes[0] if model.changes else None))
    return [*filled, _flagged(test, reason)]


def _doubts(model: MixedModel, covariance: str) -> tuple[str, ...]:
    """What a reader must know of a model that was estimated."""
    if model.reason:
        return ()
    doubts = {
        "missing_at_random": model.n_complete < model.n_subjects,
        "spacing_ignored": covariance == "ar1",
    }
    return raised(doubts)


def _fill(row: Effect, change: VisitChange | None) -> Effect:
    if change is None:
        return row
    filled = replace(
        row,
        estimate=change.estimate,
        se=change.se,
        df=change.df,
        lower=change.lower,
        upper=change.upper,
        p=change.p,
    )
    return _flagged(filled, "df_capped") if change.df_capped else filled


def _fill_test(row: Effect, model: MixedModel) -> Effect:
    """F, its denominator degrees of freedom and p; those of the numerator are the later visits in the model."""
    if model.test is None:
        return row if model.reason else _flagged(row, "df_not_available")
    return replace(row, statistic=model.test.statistic, df=model.test.df, p=model.test.p)


def _friedman_row(row: Effect, found: VisitReadings, seed: int) -> Effect:
    """Friedman's test over the subjects with a reading at every visit."""
    places = range(len(found.visits))
    result = compute_friedman(found.values(places), resolution=found.resolution, seed=seed)
    doubts = {
        "no_complete_subject": result.n == 0,
        "incomplete_left_out": result.n_incomplete > 0 and result.n > 0,
        "ties_present": result.has_ties,
        "orders_drawn": result.draws is not None,
        "few_pairs": result.p_min is not None and result.p_min >= 0.05,
    }
    complete = [row for row in found.readings if all(r is not None for r in row)]
    return replace(
        _flagged(row, *raised(doubts)),
        variant=result.method,
        n=result.n,
        n_missing=len(found.subjects) - result.n,
        statistic=result.statistic,
        p=result.p,
        p_min=result.p_min,
        seed=result.seed,
        measurements=ids_of(r for readings in complete for r in readings if r is not None),
    )
