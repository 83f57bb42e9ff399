"""Criteria of a state applied to quantities and truths, and the state they make together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from costim.measures.result import Check, Quantity, Result, distinct, marked, weakest
from costim.measures.truth import Truth, all_of
from costim.registry.measure_catalogue import Choice, CriterionInfo


def compare(criterion: CriterionInfo, quantity: Quantity) -> Check:
    """A criterion on a number, e.g. `PGA <= 1`: yes when every possible number meets it, no when none does.

    Raises:
        ValueError: the catalogue gives the criterion no relation or no limit.
    """
    if not criterion.relation or criterion.limit is None:
        raise ValueError(f"criterion {criterion.name!r} has no limit in the catalogue")
    state = quantity.bounds.compare(criterion.relation, criterion.limit)
    return Check(
        name=criterion.name,
        state=state,
        missing=quantity.missing if state is Truth.UNKNOWN else (),
        flags=quantity.flags,
        evidence=weakest((criterion.evidence, quantity.evidence)),
        references=distinct(criterion.references, quantity.references),
    )


def judge(criterion: CriterionInfo, state: Truth, missing: Iterable[str] = (), flags: Iterable[str] = ()) -> Check:
    """A criterion whose truth the rule has found; `missing` names the unknown facts that leave it unknown."""
    return Check(
        name=criterion.name,
        state=state,
        missing=distinct(missing) if state is Truth.UNKNOWN else (),
        flags=tuple(flags),
        evidence=criterion.evidence,
        references=criterion.references,
    )


def conjunction(choice: Choice, checks: Sequence[Check], flags: Iterable[str] = ()) -> Result:
    """The state that holds when every criterion is met (Kleene): LLDAS, DORIS, SRI, BICLA.

    `decided_by` names the criteria that fail; when the state is yes, all of them. `missing` names the facts that
    leave it unknown.
    """
    state = all_of(check.state for check in checks)
    wanted = {Truth.NO: Truth.NO, Truth.YES: Truth.YES}.get(state)
    missing = distinct(*(c.missing for c in checks)) if state is Truth.UNKNOWN else ()
    evidence = weakest((choice.variant.evidence, *(c.evidence for c in checks)))
    return Result(
        measure=choice.measure.code,
        variant=choice.name,
        window_days=choice.variant.window_days,
        state=str(state),
        possible=(str(state),) if state is not Truth.UNKNOWN else (str(Truth.YES), str(Truth.NO)),
        complete=state is not Truth.UNKNOWN,
        decided_by=tuple(c.name for c in checks if c.state is wanted) if wanted is not None else (),
        missing=missing,
        checks=tuple(checks),
        source=distinct(choice.variant.references, *(c.references for c in checks)),
        evidence=evidence,
        flags=marked(evidence, *(c.flags for c in checks), flags),
    )
