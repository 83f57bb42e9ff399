"""CSF IgG index from its four concentrations."""

from __future__ import annotations

from costim.measures.answer import number_answer
from costim.measures.bounds import Bounds
from costim.measures.csf_quotient import quotient_of
from costim.measures.facts import Facts, Visit
from costim.measures.products import product, quotient
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice

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
    return quotient_of(_CODE, facts, CONCENTRATIONS, "csf_igg_index", compute_igg_index)


def score(choice: Choice, visit: Visit) -> Result:
    """The IgG index of the visit."""
    return number_answer(choice, index(visit.now))
