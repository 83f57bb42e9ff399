"""Infusion reactions, infections, seriousness."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest

from costim.measures.bounds import known
from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.truth import Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
MILD: dict[str, FactValue] = {
    "infusion_reaction": YES,
    "reaction_interruption": NO,
    "reaction_treatment": NO,
    "reaction_course": "prompt",
    "reaction_admission": NO,
    "reaction_life_threatening": NO,
    "reaction_death": NO,
}
ORAL: dict[str, FactValue] = {
    "infection": YES,
    "infection_local_or_oral_therapy": YES,
    "infection_intravenous_therapy": NO,
    "infection_procedure": NO,
    "infection_life_threatening": NO,
    "infection_death": NO,
}


def reaction(more: Mapping[str, FactValue], variant: str = "") -> Result:
    return score("infusion_reaction", Visit(Facts({**MILD, **more})), variant)


def infection(more: Mapping[str, FactValue], code: str = "infection_grade") -> Result:
    return score(code, Visit(Facts({**ORAL, **more})))


def test_w34_interrupted_treated_settled_promptly() -> None:
    found = reaction({"reaction_interruption": YES, "reaction_treatment": YES})
    assert (found.state, found.possible, found.evidence) == ("2", ("2",), "S")
    assert found.decided_by == ("reaction_interruption", "reaction_treatment")


@pytest.mark.parametrize(
    ("more", "grade"),
    [
        ({}, "1"),
        ({"reaction_treatment": YES}, "2"),
        ({"reaction_interruption": YES}, "2"),
        ({"reaction_course": "prolonged"}, "3"),
        ({"reaction_course": "recurrent"}, "3"),
        ({"reaction_admission": YES}, "3"),
        ({"reaction_life_threatening": YES}, "4"),
        ({"reaction_death": YES}, "5"),
        ({"reaction_death": YES, "reaction_course": "prolonged"}, "5"),
    ],
)
def test_grades_of_reactions(more: dict[str, FactValue], grade: str) -> None:
    assert reaction(more).state == grade


def test_no_reaction_settles_every_consequence() -> None:
    found = score("infusion_reaction", Visit(Facts({"infusion_reaction": NO})))
    assert (found.state, found.decided_by, found.missing) == ("none", ("infusion_reaction",), ())


def test_unknown_facts_leave_the_grades_they_could_make() -> None:
    found = reaction({"reaction_interruption": YES, "reaction_admission": UNKNOWN})
    assert (found.state, found.possible, found.missing) == ("unknown", ("2", "3"), ("reaction_admission",))
    sure = reaction({"reaction_admission": YES, "reaction_treatment": UNKNOWN, "reaction_death": UNKNOWN})
    assert (sure.possible, sure.missing) == (("3", "5"), ("reaction_death",))
    only = score("infusion_reaction", Visit(Facts({"infusion_reaction": YES})))
    assert only.possible == ("1", "2", "3", "4", "5")
    assert score("infusion_reaction", Visit(Facts())).possible == ("none", "1", "2", "3", "4", "5")
    assert score("infusion_reaction", Visit(Facts({"reaction_death": YES}))).state == "5"


def test_what_happened_counts_before_the_statement_that_nothing_did() -> None:
    found = reaction({"infusion_reaction": NO, "reaction_treatment": YES})
    assert (found.state, found.flags) == ("2", ("grade_contradicts_occurrence",))


@pytest.mark.parametrize(("hours", "beyond"), [("24", False), ("24.5", True)])
def test_prophylaxis_beyond_24_hours(hours: str, beyond: bool) -> None:
    more: dict[str, FactValue] = {"reaction_treatment": YES, "reaction_prophylaxis": known(hours)}
    kept = reaction(more)
    assert (kept.state, kept.flags) == ("2", ("prophylaxis_beyond_24h",) if beyond else ())
    raised = reaction(more, "ctcae+prophylaxis_grade3")
    assert (raised.state, raised.variant) == ("3" if beyond else "2", "ctcae+prophylaxis_grade3")
    unsaid = reaction({"reaction_treatment": YES}, "ctcae+prophylaxis_grade3")
    assert unsaid.possible == ("2", "3")


@pytest.mark.parametrize("code", ["infusion_reaction", "infection_grade"])
def test_possible_grades_hold_every_completion(code: str) -> None:
    whole: dict[str, FactValue] = MILD if code == "infusion_reaction" else ORAL
    names = [name for name, value in whole.items() if isinstance(value, Truth)]
    for values in product([YES, NO], repeat=len(names)):
        full = {**whole, **dict(zip(names, values, strict=True))}
        exactly = score(code, Visit(Facts(full)))
        if "grade_contradicts_occurrence" in exactly.flags:
            continue
        assert exactly.complete
        for hidden in names:
            part = score(code, Visit(Facts({**full, hidden: UNKNOWN})))
            assert exactly.state in part.possible
            assert part.complete or part.missing


@pytest.mark.parametrize(
    ("more", "grade"),
    [
        ({"infection_local_or_oral_therapy": NO}, "below_2"),
        ({}, "2"),
        ({"infection_intravenous_therapy": YES}, "3"),
        ({"infection_procedure": YES}, "3"),
        ({"infection_life_threatening": YES}, "4"),
        ({"infection_death": YES}, "5"),
    ],
)
def test_grades_of_infections(more: dict[str, FactValue], grade: str) -> None:
    found = infection(more)
    assert (found.state, found.evidence) == (grade, "M")
    assert "unverified_rule" in found.flags


def test_serious_is_no_grade() -> None:
    serious: dict[str, FactValue] = {"infection_admission": YES}
    assert (infection(serious).state, infection(serious, "infection_serious").state) == ("2", "yes")
    treated: dict[str, FactValue] = {
        "infection_intravenous_therapy": YES,
        "infection_admission": NO,
        "infection_other_serious": NO,
    }
    assert (infection(treated).state, infection(treated, "infection_serious").state) == ("3", "no")
    found = infection({"infection_admission": NO}, "infection_serious")
    assert (found.state, found.missing) == ("unknown", ("infection_other_serious",))
    none = score("infection_serious", Visit(Facts({"infection": NO})))
    assert (none.state, none.decided_by) == ("no", ("infection",))
