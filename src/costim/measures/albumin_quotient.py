"""CSF/serum albumin quotient x 1000."""

from __future__ import annotations

from costim.measures.answer import number_answer
from costim.measures.bounds import Bounds
from costim.measures.csf_quotient import quotient_of
from costim.measures.facts import Facts, Visit
from costim.measures.products import quotient
from costim.measures.result import Quantity, Result
from costim.registry.measure_catalogue import Choice

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
    return quotient_of(_CODE, facts, _PARTS, "csf_albumin_quotient", compute_albumin_quotient)


def score(choice: Choice, visit: Visit) -> Result:
    """The albumin quotient of the visit, x 1000."""
    return number_answer(choice, value(visit.now))
