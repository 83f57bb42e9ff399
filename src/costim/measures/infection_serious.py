"""Serious infection in the regulatory sense; no grade."""

from __future__ import annotations

from costim.measures.answer import outcome_answer
from costim.measures.criteria import judge
from costim.measures.facts import Visit
from costim.measures.result import Quantity, Result
from costim.measures.truth import Truth, any_of
from costim.registry.measure_catalogue import Choice

_FACTS = {
    "admission": "infection_admission",
    "life_threatening": "infection_life_threatening",
    "death": "infection_death",
    "other": "infection_other_serious",
}


def score(choice: Choice, visit: Visit) -> Result:
    """Was an infection serious? One criterion is enough; without an infection the answer is no."""
    stated = visit.now.statement("infection")
    found = {name: visit.now.statement(fact) for name, fact in _FACTS.items()}
    state = any_of(found.values())
    contradicted = stated is Truth.NO and state is Truth.YES
    if stated is Truth.NO and not contradicted:
        found, state = dict.fromkeys(found, Truth.NO), Truth.NO
    asked = ("infection",) if stated is Truth.UNKNOWN else ()
    checks = [judge(choice.measure.criterion(name), met, [*asked, _FACTS[name]]) for name, met in found.items()]
    possible = [str(state)] if state is not Truth.UNKNOWN else list(choice.measure.outcomes)
    decided = tuple(_FACTS[name] for name, met in found.items() if met is state)
    flags = ("grade_contradicts_occurrence",) if contradicted else ()
    basis = Quantity(decided_by=("infection",) if stated is state is Truth.NO else decided)
    return outcome_answer(choice, possible, basis, checks, flags)
