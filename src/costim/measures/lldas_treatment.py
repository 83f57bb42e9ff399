"""Item 5 of LLDAS: standard maintenance doses, nothing investigational, well tolerated; and rituximab by policy."""

from __future__ import annotations

from dataclasses import dataclass

from costim.measures.criteria import criterion_of, stated
from costim.measures.facts import Drug, Facts
from costim.measures.lupus_drugs import RITUXIMAB, LupusDrug, drug_name, find_lupus_drug, mg_per_day, taken
from costim.measures.result import Check, distinct, weakest
from costim.measures.steroids import find_equivalent
from costim.measures.truth import Truth, all_of, truth_of
from costim.registry.measure_catalogue import Choice

_STATEMENT = "tolerated_standard_treatment"
_LIST = "drugs"


@dataclass(frozen=True, slots=True)
class Judged:
    """Is a drug standard treatment at a maintenance dose?"""

    state: Truth
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    evidence: str = ""
    references: tuple[str, ...] = ()


def standard_treatment(choice: Choice, facts: Facts) -> Check:
    """Are all drugs standard, at most at their highest maintenance dose, and tolerated?

    What the source states wins over the list of drugs. Without a statement tolerance is presumed, and flagged, or is
    not known, as the option says.
    """
    rule = criterion_of(choice, "standard_treatment")
    judged = _judge_list(choice, facts)
    derived = all_of(entry.state for entry in judged)
    statement = facts.statement(_STATEMENT)
    state, contradiction = stated(statement, derived)
    silent = statement is Truth.UNKNOWN and state is Truth.YES
    if silent and choice.options["tolerance"] == "tolerance_required":
        state = Truth.UNKNOWN
    presumed = silent and state is Truth.YES
    missing = distinct(*(entry.missing for entry in judged), (_STATEMENT,))
    return Check(
        name=rule.name,
        state=state,
        missing=missing if state is Truth.UNKNOWN else (),
        flags=distinct(
            *(entry.flags for entry in judged), contradiction, ("tolerance_not_stated",) if presumed else ()
        ),
        evidence=weakest((rule.evidence, "C" if presumed else "", *(entry.evidence for entry in judged))),
        references=distinct(rule.references, *(entry.references for entry in judged)),
    )


def rituximab_policy(choice: Choice, facts: Facts) -> Check:
    """Does rituximab, if it is among the drugs, exclude the state? The option of the variant says so."""
    rule = criterion_of(choice, "rituximab_policy")
    policy = choice.options["rituximab"]
    drugs = facts.drugs()
    if drugs is None:
        state = Truth.UNKNOWN if policy == "rtx_excluded" else Truth.YES
        given = False
    else:
        given = any(_by_policy(drug) for drug in taken(drugs))
        state = truth_of(not (given and policy == "rtx_excluded"))
    return Check(
        name=rule.name,
        state=state,
        missing=(_LIST,) if state is Truth.UNKNOWN else (),
        flags=("rituximab_off_label",) if given and policy == "rtx_off_label_allowed" else (),
        evidence=rule.evidence,
        references=rule.references,
    )


def _by_policy(drug: Drug) -> bool:
    entry = find_lupus_drug(drug.drug)
    return entry is not None and entry.name == RITUXIMAB


def _judge_list(choice: Choice, facts: Facts) -> tuple[Judged, ...]:
    """Every drug of the list; one unknown verdict when there is no list."""
    drugs = facts.drugs()
    if drugs is None:
        return (Judged(Truth.UNKNOWN, (_LIST,)),)
    courses: dict[str, list[Drug]] = {}
    for drug in taken(drugs):
        entry = find_lupus_drug(drug.drug)
        courses.setdefault(entry.name if entry else drug_name(drug.drug), []).append(drug)
    return tuple(_judge(courses[name], find_lupus_drug(name), facts) for name in sorted(courses))


def _judge(courses: list[Drug], entry: LupusDrug | None, facts: Facts) -> Judged:
    """One drug with all its courses."""
    if any(course.investigational is Truth.YES for course in courses):
        return Judged(Truth.NO)
    if entry is None:
        return _outside_table(courses)
    if entry.name == RITUXIMAB:
        return Judged(Truth.YES)
    if not entry.standard:
        return Judged(Truth.UNKNOWN, (_LIST,), ("no_dose_cap",), entry.evidence, (entry.reference,))
    if entry.highest_mg_per_day is None:
        return Judged(Truth.YES, evidence=entry.evidence, references=(entry.reference,))
    state = mg_per_day(courses, facts.number("body_weight")).at_most(entry.highest_mg_per_day)
    per_kg = any(course.unit == "mg/kg" for course in courses) and facts.number("body_weight").value is None
    missing = (_LIST, "body_weight") if per_kg else (_LIST,)
    return Judged(state, missing if state is Truth.UNKNOWN else (), (), entry.evidence, (entry.reference,))


def _outside_table(courses: list[Drug]) -> Judged:
    """A glucocorticoid is item 4; any other drug is allowed where the record says that it is not investigational."""
    if find_equivalent(courses[0].drug, "gc_bet_075") is not None:
        return Judged(Truth.YES)
    if all(course.investigational is Truth.NO for course in courses):
        return Judged(Truth.YES, flags=("drug_not_in_table",))
    return Judged(Truth.UNKNOWN, (_LIST,), ("drug_not_in_table",))
