"""Quotients of concentrations in cerebrospinal fluid and serum: computed, or as typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from costim.measures.bounds import Bounds
from costim.measures.facts import Facts
from costim.measures.overlap import with_typed
from costim.measures.result import Quantity
from costim.registry.measure_catalogue import measures


def quotient_of(
    code: str, facts: Facts, concentrations: Sequence[str], typed: str, compute: Callable[..., Bounds]
) -> Quantity:
    """A quotient of an assessment.

    Args:
        code: the measure.
        facts: of the assessment.
        concentrations: facts the quotient is computed from, in the order `compute` takes them.
        typed: fact of the quotient as the source states it.
        compute: the formula.
    """
    parts = {name: facts.number(name) for name in concentrations}
    info = measures()[code].variants[code]
    bounds = compute(*parts.values())
    computed = Quantity(
        bounds=bounds,
        # A concentration of 0 divides nothing: it is as good as missing.
        missing=() if bounds.value is not None else tuple(n for n, part in parts.items() if part.value in (None, 0)),
        decided_by=tuple(name for name, part in parts.items() if not part.unknown),
        evidence=info.evidence,
        references=info.references,
    )
    return with_typed(computed, facts.number(typed), typed, "index_contradicts")
