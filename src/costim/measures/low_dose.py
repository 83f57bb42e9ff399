"""Low-dose glucocorticoids as LLDAS and DORIS ask for them: the daily dose by a named table, and pulses."""

from __future__ import annotations

from costim.measures import steroids
from costim.measures.criteria import compare, criterion_of, stated
from costim.measures.facts import Facts
from costim.measures.lupus_drugs import taken
from costim.measures.result import Check
from costim.measures.truth import Truth, any_of, negated, truth_of
from costim.registry.measure_catalogue import Choice


def steroid_checks(choice: Choice, facts: Facts) -> tuple[Check, ...]:
    """The criterion on the daily dose, and that on pulses unless the option `pulse_apart` leaves it out.

    A pulse is what the source states as `steroid_pulse`; else a glucocorticoid given once among the drugs. Without a
    list of drugs it is not known whether one was given.
    """
    table = f"{choice.options['steroid_table']}+{choice.options['dexamethasone']}"
    dose = compare(criterion_of(choice, "steroid_dose"), steroids.daily_equivalent(facts, table))
    if choice.options["pulse"] == "pulse_apart":
        return (dose,)
    rule = criterion_of(choice, "no_steroid_pulse")
    state, flags = stated(facts.statement("steroid_pulse"), _pulse_listed(facts, table))
    return (
        dose,
        Check(
            name=rule.name,
            state=negated(state),
            missing=("steroid_pulse", "drugs") if state is Truth.UNKNOWN else (),
            flags=flags,
            evidence=rule.evidence,
            references=rule.references,
        ),
    )


def _pulse_listed(facts: Facts, table: str) -> Truth:
    """Is a glucocorticoid given once among the drugs, by a route that counts? One without frequency may be."""
    drugs = facts.drugs()
    if drugs is None:
        return Truth.UNKNOWN
    given = [
        drug.frequency
        for drug in taken(drugs)
        if steroids.is_systemic(drug.route) and steroids.find_equivalent(drug.drug, table) is not None
    ]
    return any_of(truth_of(steroids.is_pulse(often)) if often else Truth.UNKNOWN for often in given)
