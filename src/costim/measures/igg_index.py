"""CSF IgG index from its four concentrations."""

from __future__ import annotations

from costim.measures.answer import number_answer
from costim.measures.bounds import Bounds
from costim.measures.facts import Facts, Visit
from costim.measures.overlap import with_typed
from costim.measures.products import product, quotient
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice, measures

_CODE = "igg_index"
CONCENTRATIONS = ("csf_igg", "igg", "csf_albumin", "albumin")


def compute_igg_index(csf_igg: Bounds, igg: Bounds, csf_albumin: Bounds, albumin: Bounds) -> Bounds:
    """IgG index: (CSF IgG / serum IgG) / (CSF albumin / serum albumin), dimensionless.

    Args:
        csf_igg: IgG in cerebrospinal fluid, mg/L.
        igg: IgG in serum, g/L.
        csf_albumin: albumin in cerebrospinal fluid, mg/L.
        albumin: albumin in serum, g/L.

    Returns:
        The index, exactly, or bounds; at least 0. Any other unit does as well, when both members of a pair share it.
    """
    return quotient(product(csf_igg, albumin), product(igg, csf_albumin)).within(0, None)


def index(facts: Facts) -> Quantity:
    """The IgG index of an assessment, from the concentrations or as typed."""
    parts = {name: facts.number(name) for name in CONCENTRATIONS}
    info = measures()[_CODE].variants[_CODE]
    bounds = compute_igg_index(*parts.values())
    computed = Quantity(
        bounds=bounds,
        # A concentration of 0 divides nothing: it is as good as missing.
        missing=() if bounds.value is not None else tuple(n for n, part in parts.items() if part.value in (None, 0)),
        decided_by=tuple(name for name, part in parts.items() if not part.unknown),
        evidence=info.evidence,
        references=info.references,
    )
    return with_typed(computed, facts.number("csf_igg_index"), "csf_igg_index", "index_contradicts")


def score(choice: Choice, visit: Visit) -> Result:
    """The IgG index of the visit."""
    return number_answer(choice, index(visit.now))
