"""DORIS remission over many visits: as `doris.score` for one."""

from __future__ import annotations

from costim.measures import criteria, pga
from costim.measures.batch.apply import Batch
from costim.measures.batch.checks import Checked, checked, compare, conjunction
from costim.measures.batch.results import ResultColumns
from costim.measures.batch.sledai import clinical_index
from costim.measures.batch.treatment import low_dose, other_drugs
from costim.measures.criteria import criterion_of
from costim.measures.doris import stable_treatment
from costim.registry.measure_catalogue import Choice, choose


def score(choice: Choice, batch: Batch) -> ResultColumns:
    """Is each patient in remission at the visit?"""
    version = f"{choice.options['sledai_version']}+{choice.options['arthritis']}"
    total = clinical_index(choose("csledai", f"c{version}"), batch)
    checks = (
        compare(criterion_of(choice, "csledai_zero"), total),
        pga_check(choice, "pga", batch),
        *low_dose(choice, batch),
        checked(other_drugs(stable_treatment, choice, batch)),
    )
    return conjunction(choice, checks, choose("sledai", version).variant.window_days)


def pga_check(choice: Choice, name: str, batch: Batch) -> Checked:
    """A criterion on the physician global assessment."""
    rule = criterion_of(choice, name)
    return checked(batch.apply(lambda visit: criteria.compare(rule, pga.on_0_to_3(visit.now)), (("now", "pga"),)))
