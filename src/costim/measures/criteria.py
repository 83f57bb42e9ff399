"""Criteria of a state applied to quantities and truths, and the state they make together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from costim.measures.result import Check, Quantity, Result, distinct, marked, weakest
from costim.measures.truth import Truth, all_of
from costim.registry.measure_catalogue import Choice, CriterionInfo


def criterion_of(choice: Choice, name: str) -> CriterionInfo:
    """The criterion of that name as the variant has it.

    Raises:
        KeyError: the variant has no such criterion.
    """
    for entry in criteria_of(choice):
        if entry.name == name:
            return entry
    raise KeyError(f"{choice.measure.code}: {choice.variant.name} has no criterion {name!r}")


def criteria_of(choice: Choice) -> tuple[CriterionInfo, ...]:
    """Criteria of the variant, in the order of the catalogue."""
    return tuple(c for c in choice.measure.criteria if not c.variants or choice.variant.name in c.variants)


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


def stated(statement: Truth, derived: Truth) -> tuple[Truth, tuple[str, ...]]:
    """A truth that the source states, or else what the other facts say; with the flag of a contradiction.

    The statement wins; `statement_contradicts_facts` is raised where the other facts say the opposite.
    """
    if statement is Truth.UNKNOWN:
        return derived, ()
    opposed = derived is not Truth.UNKNOWN and derived is not statement
    return statement, ("statement_contradicts_facts",) if opposed else ()


def change(now: Quantity, before: Quantity, assessment: str) -> Quantity:
    """How far a number rose since an earlier assessment; its missing facts are named `baseline.pga`, say.

    Args:
        now: the number at the visit.
        before: the number at the earlier assessment, known independently.
        assessment: `previous` or `baseline`.
    """
    return Quantity(
        bounds=now.bounds.minus(before.bounds),
        missing=distinct(now.missing, (f"{assessment}.{name}" for name in before.missing)),
        decided_by=distinct(now.decided_by, (f"{assessment}.{name}" for name in before.decided_by)),
        flags=distinct(now.flags, before.flags),
        evidence=weakest((now.evidence, before.evidence)),
        references=distinct(now.references, before.references),
    )


def conjunction(
    choice: Choice, checks: Sequence[Check], flags: Iterable[str] = (), window_days: int | None = None
) -> Result:
    """The state that holds when every criterion is met (Kleene): LLDAS, DORIS.

    `decided_by` names the criteria that fail; when the state is yes, all of them. `evidence` is the weakest mark of
    those and of the variant, while the state is unknown that of all criteria. `missing` names the facts that leave it
    unknown.

    Args:
        choice: variant with options.
        checks: its criteria, applied.
        flags: besides those of the criteria.
        window_days: window of the index it rests on; without it, that of the variant.
    """
    state = all_of(check.state for check in checks)
    possible = (Truth.YES, Truth.NO) if state is Truth.UNKNOWN else (state,)
    return verdict(choice, possible, checks, flags=flags, window_days=window_days)


def verdict(
    choice: Choice,
    possible: Collection[str],
    checks: Sequence[Check],
    *,
    flags: Iterable[str] = (),
    window_days: int | None = None,
    decided_by: Sequence[str] = (),
) -> Result:
    """The outcome that the rule has found, or unknown with those still possible.

    Args:
        choice: variant with options.
        possible: outcomes that the facts still admit, at least one.
        checks: criteria, applied; where several of them exclude an outcome only together, each is unknown.
        flags: besides those of the criteria.
        window_days: window of the index it rests on; without it, that of the variant.
        decided_by: criteria that settle it, where these are not simply the ones that fail, or all when none does.
    """
    order = choice.measure.outcomes or (str(Truth.YES), str(Truth.NO))
    left = tuple(outcome for outcome in order if outcome in possible)
    settled = len(left) == 1
    deciding = (tuple(decided_by) or _deciding(left[0], checks)) if settled else ()
    evidence = weakest((choice.variant.evidence, *(c.evidence for c in _rested_on(left, deciding, checks))))
    return Result(
        measure=choice.measure.code,
        variant=choice.name,
        window_days=choice.variant.window_days if window_days is None else window_days,
        state=left[0] if settled else str(Truth.UNKNOWN),
        possible=left,
        complete=settled,
        decided_by=deciding,
        missing=() if settled else distinct(*(c.missing for c in checks)),
        checks=tuple(checks),
        source=distinct(choice.variant.references, *(c.references for c in checks)),
        evidence=evidence,
        flags=marked(evidence, *(c.flags for c in checks), flags),
    )


def _rested_on(left: tuple[str, ...], deciding: Sequence[str], checks: Sequence[Check]) -> Sequence[Check]:
    """The criteria whose evidence counts: for a decided no those that decide it, else all.

    One criterion that fails makes the no, whatever the others rest on.
    """
    if left != (str(Truth.NO),):
        return checks
    return [check for check in checks if check.name in deciding] or checks


def _deciding(state: str, checks: Sequence[Check]) -> tuple[str, ...]:
    """The criteria that fail, or all when the state is yes; those that exclude it together, where none fails."""
    if state == Truth.YES:
        return tuple(check.name for check in checks)
    failing = tuple(check.name for check in checks if check.state is Truth.NO)
    return failing or tuple(check.name for check in checks if check.state is Truth.UNKNOWN)
