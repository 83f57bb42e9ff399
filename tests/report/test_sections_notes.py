"""Notes of flags under tables: whom they concern, in words, without flooding."""

from __future__ import annotations

import pytest
from factory import make_results
from walk_document import text_of

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.registry.plan_questions import Endpoint
from costim.report.context import Context, make_context
from costim.report.document import Quote
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import mid_sentence, titled

PLAN = {
    "study": {"id": "s", "title": "A study", "day_convention": "first_infusion_is_day_0"},
    "visits": [{"name": "entry", "label": "Before treatment"}],
    "contrasts": [
        {
            "name": "c",
            "label": "Before treatment to day 28",
            "baseline": {"visits": ["entry"]},
            "post": {"visits": ["entry"]},
        }
    ],
}
TOTAL = "typed total lies outside the bounds that the recorded items force; it is kept as typed."


def context() -> Context:
    return make_context(make_results(PLAN), ())


def reading(subject: str, *flags: str, visit: str = "entry") -> Measurement:
    return Measurement(subject=subject, parameter="sledai.total", visit=visit, value=2.0, flags=flags)


def notes(rows: list[Measurement] | list[Effect], **given: bool) -> list[str]:
    return [text_of(note) for note in flag_notes(context(), rows, **given)]


def test_a_note_names_the_patient_and_the_visit() -> None:
    rows = [reading("1"), reading("2", "inconsistent_total")]
    assert notes(rows) == [f"Patient 2, before treatment: the {TOTAL}"]


def test_a_note_that_concerns_everybody_names_nobody() -> None:
    assert notes([reading("1", "inconsistent_total"), reading("2", "inconsistent_total")]) == [f"The {TOTAL}"]


def test_patients_stand_in_natural_order_and_several_visits_are_not_named() -> None:
    rows = [reading("10", "range_value"), reading("2", "range_value", visit="later"), reading("3")]
    assert notes(rows) == ["Patients 2 and 10: the source gives a range; both ends are kept."]


def test_six_are_named_and_the_others_are_others() -> None:
    rows = [reading(str(i), *(() if i == 9 else ("range_value",))) for i in range(1, 10)]
    assert notes(rows) == [
        "Patients 1, 2, 3, 4, 5, 6 and others, before treatment: the source gives a range; both ends are kept."
    ]


def test_effects_are_named_by_what_tells_them_apart() -> None:
    rows = [
        Effect(parameter="scale.gcs", method="signed_rank", n=2, flags=("few_pairs",)),
        Effect(parameter="sledai.total", method="signed_rank", n=9),
    ]
    assert notes(rows) == [
        "Glasgow Coma Scale: with this number of pairs no two-sided p-value below 0.05 can be reached."
    ]
    rows = [
        Effect(parameter="sledai.total", method=m, n=2, flags=f) for m, f in (("sd", ("single_value",)), ("mean", ()))
    ]
    assert notes(rows) == ["Standard deviation: one value has no standard deviation."]


def test_conversions_of_days_are_noted_only_where_days_are_shown() -> None:
    rows = [reading("1", "time_converted"), reading("2")]
    assert notes(rows) == []
    assert len(notes(rows, days=True)) == 1


def test_a_flag_without_meaning_is_quoted() -> None:
    (note,) = flag_notes(context(), [reading("1", "x<y"), reading("2")])
    assert note[-1] == Quote("x<y")


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Before treatment", "before treatment"),
        ("Day 0 to two years", "day 0 to two years"),
        ("SLEDAI visit", "SLEDAI visit"),
        ("Tokyo visit", "Tokyo visit"),
        ("", ""),
    ],
)
def test_labels_inside_a_sentence_keep_the_capitals_of_names(label: str, inside: str) -> None:
    assert mid_sentence(Quote(label)) == Quote(inside)


def test_the_contrast_stands_in_brackets() -> None:
    endpoint = Endpoint(parameter="scale.gcs", kind="paired_change", contrast="c")
    assert text_of(titled(context().plan, endpoint)) == "Glasgow Coma Scale (before treatment to day 28)"
