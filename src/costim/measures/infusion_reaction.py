"""Grade of an infusion-related reaction by the Common Terminology Criteria for Adverse Events."""

from __future__ import annotations

from costim.measures.bounds import exact
from costim.measures.event_grade import Step, grade_answer
from costim.measures.facts import Facts, Visit
from costim.measures.result import Result
from costim.measures.truth import Truth, truth_of
from costim.registry.measure_catalogue import Choice

_COURSE, _HOURS = "reaction_course", "reaction_prophylaxis"


def _long_prophylaxis(choice: Choice, facts: Facts) -> Truth:
    """Was prophylactic medication given for more than 24 hours?"""
    return facts.number(_HOURS).above(exact(choice.measure.extra["prophylaxis"]["hours"]))


def score(choice: Choice, visit: Visit) -> Result:
    """The grade of the reaction: the highest whose condition is met; several stay possible while facts are unknown."""
    facts = visit.now
    course = facts.choice(_COURSE)
    slow = truth_of(course in ("prolonged", "recurrent")) if course else Truth.UNKNOWN
    third = {_COURSE: slow, "reaction_admission": facts.statement("reaction_admission")}
    long = _long_prophylaxis(choice, facts)
    flagged = choice.options["prophylaxis"] == "prophylaxis_flagged"
    if not flagged:
        third[_HOURS] = long
    second = {name: facts.statement(name) for name in ("reaction_interruption", "reaction_treatment")}
    ladder = [
        Step("2", second),
        Step("3", third),
        Step("4", {"reaction_life_threatening": facts.statement("reaction_life_threatening")}),
        Step("5", {"reaction_death": facts.statement("reaction_death")}),
    ]
    flags = ("prophylaxis_beyond_24h",) if flagged and long is Truth.YES else ()
    return grade_answer(choice, facts, "infusion_reaction", ladder, flags)
