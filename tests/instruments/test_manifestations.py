"""Printed terms to syndromes, outcomes, resolution, the group of the patient."""

from __future__ import annotations

from itertools import product

import pytest

from costim.errors import CostimError
from costim.instruments.manifestations import compute_group, measure
from costim.instruments.nomenclature import find_syndrome, syndromes
from costim.registry.datafiles import read_rows
from tests.instruments.builders import bounds, make_study, only, pick

TERMS = read_rows("measures/np_terms.csv")

TREATED = {
    "1": ["consciousness disorder", "seizure", "psychosis"],
    "2": ["consciousness disorder"],
    "3": ["consciousness disorder", "seizure"],
    "4": ["headache"],
    "5": ["paresthesia of fingers", "paresthesia of toes", "paresthesia of left precordial-back"],
    "6": ["depressive state", "insomnia"],
    "7": ["paresis of both lower limbs", "muscle weakness", "depressive state"],
    "8": ["psychosis", "cognitive dysfunction"],
    "9": ["consciousness disorder", "psychosis", "paresis of both lower limbs", "neurological bladder"],
    "10": ["consciousness disorder", "hallucination", "cataplexy"],
}
"""Table 2 of Tokunaga 2007: manifestations treated."""


def event(**cells: object) -> dict[str, object]:
    """One manifestation that was followed."""
    return {"subject": "1", "kind": "np", "term": "psychosis", **cells}


def test_published_terms_give_the_naive_groups() -> None:
    rows = [event(subject=subject, term=term) for subject, terms in TREATED.items() for term in terms]
    groups = {row.subject: row.text for row in pick(make_study(manifestations=rows), measure, "np.group")}
    assert {s for s, g in groups.items() if g == "psychiatric only"} == {"2", "6", "8", "10"}
    assert {s for s, g in groups.items() if g == "neurological only"} == {"4", "5"}
    assert {s for s, g in groups.items() if g == "both"} == {"1", "3", "7", "9"}


@pytest.mark.parametrize(
    "term", sorted({t for terms in TREATED.values() for t in terms} | {"acute confusional state", "cns"})
)
def test_every_term_of_the_two_cohorts_is_in_the_table(term: str) -> None:
    assert find_syndrome(term).listed


@pytest.mark.parametrize(
    ("term", "code", "system", "flags"),
    [
        ("psychosis", "psychosis", "central", ()),
        ("consciousness disorder", "acute_confusional_state", "central", ("term_mapped_with_doubt",)),
        ("polyneuropathy", "polyneuropathy", "peripheral", ()),
        ("insomnia", "none", "none", ("term_unmapped",)),
        ("cataplexy", "none", "none", ("term_unmapped",)),
        ("glossolalia", "none", "none", ("term_unmapped", "term_not_in_table")),
    ],
)
def test_syndromes(term: str, code: str, system: str, flags: tuple[str, ...]) -> None:
    row = only(make_study(manifestations=[event(term=term, onset_day=-3)]), measure, "np.syndrome")
    assert (row.text, row.variant, row.flags, row.item, row.day) == (code, system, flags, term, -3)
    assert row.cells == (f"manifestations/1|np|{term}/term", f"manifestations/1|np|{term}/onset_day")


@pytest.mark.parametrize(
    "term", ["Guillain–Barré syndrome", "guillain-barre  syndrome", "GUILLAIN-BARRÉ SYNDROME (AIDP)", "aidp."]
)
def test_spelling_does_not_matter(term: str) -> None:
    found = find_syndrome(term).syndrome
    assert found is not None
    assert found.code == "guillain_barre_syndrome"


def test_an_entry_with_a_star_covers_every_site() -> None:
    found = find_syndrome("Paresthesia of the left hand")
    assert (found.syndrome, found.group, found.listed) == (None, "neurological", True)
    assert not find_syndrome("paresthesiaof x").listed


@pytest.mark.parametrize("code", sorted(syndromes()))
def test_codes_map_to_themselves(code: str) -> None:
    for name in (code, syndromes()[code].label):
        found = find_syndrome(name).syndrome
        assert found is not None
        assert found.code == code


def test_term_of_both_kinds_carries_the_kind() -> None:
    study = make_study(manifestations=[event(), event(kind="np_classification"), event(term="seizure")])
    assert [row.item for row in pick(study, measure, "np.syndrome")] == [
        "psychosis (np_classification)",
        "psychosis (np)",
        "seizure",
    ]
    assert [row.item for row in pick(study, measure, "np.outcome")] == ["psychosis", "seizure"]


def test_outcome_and_resolution() -> None:
    study = make_study(
        manifestations=[
            event(outcome="resolved", resolution_day="<=5"),
            event(term="seizure", outcome="resolved", resolution_day="not reported"),
            event(term="headache", outcome="not recovered"),
            event(kind="np_classification", term="chorea"),
        ]
    )
    outcomes = {r.item: (r.text, r.missing, r.variant) for r in pick(study, measure, "np.outcome")}
    assert outcomes == {
        "psychosis": ("resolved", "", "psychosis"),
        "seizure": ("resolved", "", "seizure_disorder"),
        "headache": (None, "not_recovered", "headache"),
    }
    days = {row.item: row for row in pick(study, measure, "np.resolution_days")}
    assert bounds(days["psychosis"]) == (None, 0, 5, "<=")
    assert days["seizure"].missing == "not_reported"
    assert days["headache"].missing == "blank"


def test_systemic_manifestations_stand_apart() -> None:
    study = make_study(manifestations=[event(kind="systemic", term="AIH")])
    row = only(study, measure, "manifestation.systemic")
    assert (row.text, row.item) == ("AIH", "AIH")
    assert pick(study, measure, "np.group") == []


def test_group_falls_back_to_the_classification() -> None:
    rows = [event(kind="np_classification", term="seizure"), event(subject="2"), event(subject="2", term="seizure")]
    rows.append(event(subject="2", kind="np_classification", term="anxiety"))
    groups = {row.subject: row for row in pick(make_study(manifestations=rows), measure, "np.group")}
    assert (groups["1"].text, groups["1"].flags) == ("neurological only", ("group_from_classification",))
    assert groups["2"].text == "both"
    assert groups["2"].flags == ()


def test_unknown_term_leaves_the_group_open() -> None:
    row = only(make_study(manifestations=[event(), event(term="glossolalia")]), measure, "np.group")
    assert (row.text, row.flags) == ("undetermined", ("term_not_in_table",))


def test_manifestation_of_another_cause_is_not_counted() -> None:
    study = make_study(manifestations=[event(), event(term="seizure", attribution="not_sle")])
    row = only(study, measure, "np.group")
    assert (row.text, row.flags) == ("psychiatric only", ("not_attributed_to_sle",))
    assert "not_attributed_to_sle" in only(study, measure, "np.syndrome", item="seizure").flags


def test_group_of_every_completion_of_an_unknown_term() -> None:
    groups = ("psychiatric", "neurological", "none")
    for known in product(groups, repeat=2):
        completions = {compute_group((*known, other)) for other in groups}
        answer = compute_group((*known, "unknown"))
        assert answer == (completions.pop() if len(completions) == 1 else "undetermined")


def grouped(grouping: str, *terms: str) -> tuple[str | None, tuple[str, ...]]:
    study = make_study({"np_grouping": grouping}, manifestations=[event(term=term) for term in terms])
    row = only(study, measure, "np.group", variant=grouping)
    return row.text, row.flags


def test_diffuse_psych_is_the_plain_grouping_by_other_names() -> None:
    other = {"psychiatric only": "diffuse only", "neurological only": "focal only"}
    for terms in TREATED.values():
        plain, flags = grouped("psychiatric_neurological", *terms)
        assert grouped("diffuse_psych", *terms) == (other.get(str(plain), plain), flags)


@pytest.mark.parametrize(
    ("terms", "group"),
    [
        (("headache",), "diffuse only"),
        (("demyelinating syndrome", "psychosis"), "diffuse only"),
        (("aseptic meningitis", "seizure"), "both"),
        (("seizure",), "focal only"),
        # Stroke or demyelination: the nomenclature has no place for it, and the two lie in different groups.
        (("hemiparesis",), "undetermined"),
        (("hemiparesis", "seizure"), "undetermined"),
        (("hemiparesis", "seizure", "psychosis"), "both"),
        (("irritability",), "diffuse only"),
        (("insomnia",), "neither"),
    ],
)
def test_diffuse_slicc_and_its_mark(terms: tuple[str, ...], group: str) -> None:
    text, flags = grouped("diffuse_slicc", *terms)
    assert (text, "unverified_rule" in flags) == (group, True)


def test_unknown_grouping_lists_the_names() -> None:
    with pytest.raises(CostimError) as error:
        measure(make_study({"np_grouping": "colour"}))
    assert str(error.value) == (
        "study.toml: variants.np_grouping = 'colour' is not known; write one of "
        "diffuse_psych, diffuse_slicc, psychiatric_neurological"
    )


def test_mapping_table_is_sound() -> None:
    terms = [row["term"] for row in TERMS]
    assert len(terms) == len(set(terms))
    for row in TERMS:
        assert row["term"] == row["term"].lower().strip()
        assert row["syndrome"] == "none" or row["syndrome"] in syndromes()
        assert (row["group"] != "") is (row["syndrome"] == "none"), row["term"]
        assert row["group"] in ("", "psychiatric", "neurological", "none", "unknown")
        assert row["certainty"] in ("definite", "judgement")


def test_nineteen_syndromes_twelve_central() -> None:
    assert len(syndromes()) == 19
    assert sum(s.system == "central" for s in syndromes().values()) == 12
    diffuse = {s.code for s in syndromes().values() if s.group == "psychiatric"}
    assert diffuse == {
        "acute_confusional_state",
        "anxiety_disorder",
        "cognitive_dysfunction",
        "mood_disorder",
        "psychosis",
    }
    assert {s.group for s in syndromes().values()} == {"psychiatric", "neurological"}
