"""CSF/serum albumin quotient x 1000."""

from __future__ import annotations

from costim.measures.answer import number_answer
from costim.measures.bounds import Bounds
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import with_typed
from costim.measures.products import quotient
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice, measures

_CODE = "albumin_quotient"
_PARTS = ("csf_albumin", "albumin")


def compute_albumin_quotient(csf_albumin: Bounds, albumin: Bounds) -> Bounds:
    """Albumin quotient x 1000.

    Args:
        csf_albumin: albumin in cerebrospinal fluid, mg/L.
        albumin: albumin in serum, g/L; mg/L over g/L is the quotient x 1000.
    """
    return quotient(csf_albumin, albumin).within(0, None)


def value(facts: Facts) -> Quantity:
    """The quotient of an assessment, from the concentrations or as typed."""
    parts = {name: facts.number(name) for name in _PARTS}
    info = measures()[_CODE].variants[_CODE]
    bounds = compute_albumin_quotient(*parts.values())
    computed = Quantity(
        bounds=bounds,
        # A concentration of 0 divides nothing: it is as good as missing.
        missing=() if bounds.value is not None else tuple(n for n, part in parts.items() if part.value in (None, 0)),
        decided_by=tuple(name for name, part in parts.items() if not part.unknown),
        evidence=info.evidence,
        references=info.references,
    )
    return with_typed(computed, facts.number("csf_albumin_quotient"), "csf_albumin_quotient", "index_contradicts")


def score(choice: Choice, visit: Visit) -> Result:
    """The albumin quotient of the visit, x 1000."""
    return number_answer(choice, value(visit.now))
