"""Assessments with BILAG grades, a typed index and a PGA, for the tests of responder indices."""

from __future__ import annotations

from costim.measures import bilag
from costim.measures.bounds import Exact, known
from costim.measures.facts import Facts, FactValue, Scaled, Visit
from costim.measures.truth import Truth


def assessed(index: Exact, pga: Exact, grades: str = "", /, **more: FactValue | None) -> Facts:
    """Facts of an assessment; `grades` are those of the systems in the order of the form, `?` for unknown, then E."""
    given = dict(zip(bilag.SYSTEMS, grades.ljust(len(bilag.SYSTEMS), "E"), strict=True))
    values: dict[str, FactValue | None] = {
        "sledai_total": known(index),
        "pga": Scaled(known(pga), "0-3"),
        "treatment_failure": Truth.NO,
        **{f"bilag_{system}": grade for system, grade in given.items() if grade != "?"},
        **more,
    }
    return Facts({name: value for name, value in values.items() if value is not None})


def against(baseline: Facts, now: Facts) -> Visit:
    """A visit and the assessment at entry."""
    return Visit(now, baseline=baseline)
