"""Imaging readings and the verdict of the patient."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from costim.instruments.imaging import compute_verdict, measure
from tests.instruments.builders import make_study, only, pick

PUBLISHED = {
    "1": {"spect": "improved"},
    "2": {"any": "no_follow_up"},
    "3": {"mri": "not_improved", "spect": "not_improved"},
    "4": {"any": "not reported"},
    "5": {"mri": "improved"},
    "6": {"spect": "improved"},
    "7": {"spect": "improved"},
    "8": {"spect": "improved"},
    "9": {"pet": "improved", "mri": "improved"},
    "10": {"any": "not recovered"},
}
"""Table 2 of Tokunaga 2007."""


def scan(**cells: object) -> dict[str, object]:
    return {"subject": "1", "visit": "post", "modality": "mri", **cells}


def test_published_verdicts() -> None:
    rows = [
        scan(subject=subject, modality=modality, verdict=verdict)
        for subject, told in PUBLISHED.items()
        for modality, verdict in told.items()
    ]
    found = {row.subject: row.text or row.missing for row in pick(make_study(imaging=rows), measure, "imaging.verdict")}
    assert sum(v == "improved" for v in found.values()) == 6
    assert (found["3"], found["2"]) == ("not improved", "no follow-up data")
    assert (found["4"], found["10"]) == ("not_reported", "not_recovered")


def test_each_told_column_has_a_row() -> None:
    study = make_study(
        imaging=[scan(region="cervical_spine", reader="r1", finding="abnormal", pattern_class="II;III")],
        visits=[{"subject": "1", "visit": "post", "day": 60}],
    )
    assert {row.parameter for row in measure(study)} == {"imaging.finding", "imaging.pattern_class"}
    row = only(study, measure, "imaging.pattern_class")
    assert (row.item, row.text, row.day, row.visit) == ("mri cervical_spine r1", "II;III", 60, "post")
    assert row.cells == ("imaging/1|post|mri|cervical_spine|r1/pattern_class", "visits/1|post/day")


def test_row_that_says_nothing_is_a_blank_finding() -> None:
    (row,) = measure(make_study(imaging=[scan()]))
    assert (row.parameter, row.missing, row.cells) == ("imaging.finding", "blank", ("imaging/1|post|mri||/subject",))


def test_baseline_without_pair_has_no_verdict() -> None:
    assert pick(make_study(imaging=[scan(finding="normal")]), measure, "imaging.verdict") == []


@pytest.mark.parametrize(
    ("verdicts", "missing", "text", "flags"),
    [
        (["improved", "improved"], [], "improved", ()),
        (["improved", "no_follow_up"], [], "improved", ()),
        (["improved"], ["not_reported"], "improved", ("reading_missing",)),
        (["improved", "unchanged"], [], "mixed", ("mixed_verdicts",)),
        (["improved", "worse"], [], "mixed", ("mixed_verdicts",)),
        (["improved", "not_improved"], [], "mixed", ("mixed_verdicts",)),
        (["unchanged", "unchanged"], [], "unchanged", ()),
        (["worse"], [], "worse", ()),
        (["unchanged", "worse"], [], "not improved", ()),
        (["unchanged", "not_improved"], [], "not improved", ()),
        (["no_follow_up"], [], "no follow-up data", ()),
    ],
)
def test_rule_over_examinations(verdicts: list[str], missing: list[str], text: str, flags: tuple[str, ...]) -> None:
    exams = {("post", f"m{i}", ""): [v] for i, v in enumerate(verdicts)}
    found = compute_verdict(exams, missing)
    assert (found.text, found.flags, found.missing) == (text, flags, "")


@pytest.mark.parametrize(
    ("reasons", "reason"),
    [
        (["not_reported", "not_recovered"], "not_recovered"),
        (["not_done", "not_reported"], "not_reported"),
        (["not_done"], "not_done"),
    ],
)
def test_all_missing_keeps_the_reason_that_leaves_most_open(reasons: list[str], reason: str) -> None:
    found = compute_verdict({}, reasons)
    assert (found.text, found.missing) == ("", reason)


def test_readers_must_agree() -> None:
    def verdict(*readers: str) -> tuple[str | None, tuple[str, ...]]:
        rows = [scan(reader=f"r{i}", verdict=v) for i, v in enumerate(readers)]
        row = only(make_study(imaging=rows), measure, "imaging.verdict")
        return row.text, row.flags

    assert verdict("improved", "improved") == ("improved", ())
    assert verdict("improved", "unchanged") == ("mixed", ("mixed_verdicts",))
    assert verdict("unchanged", "worse") == ("mixed", ("mixed_verdicts",))
    assert verdict("improved", "not done") == ("improved", ("reading_missing",))


def test_verdict_rests_on_all_its_cells() -> None:
    rows = [scan(verdict="improved"), scan(modality="spect", verdict="not reported")]
    assert only(make_study(imaging=rows), measure, "imaging.verdict").cells == (
        "imaging/1|post|mri||/verdict",
        "imaging/1|post|spect||/verdict",
    )


def test_order_of_examinations_does_not_matter() -> None:
    words = ("improved", "unchanged", "worse", "not_improved", "no_follow_up")
    for three in product(words, repeat=3):
        found = {
            compute_verdict({("v", str(i), ""): [w] for i, w in enumerate(order)}).text for order in permutations(three)
        }
        assert len(found) == 1
        if "improved" in three:
            opposed = set(three) & {"unchanged", "worse", "not_improved"}
            assert found == {"mixed" if opposed else "improved"}
