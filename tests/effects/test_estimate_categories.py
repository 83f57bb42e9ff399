import pytest

from costim.effects.estimate import estimate
from costim.effects.estimate_agreement import split_reader
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, pair, reading


def effects(endpoint, *rows, **plan):
    return estimate(make_plan(endpoint, **plan), frame(*rows), NO_PUBLISHED)


IMAGING = [
    *(reading(i, "imaging.verdict", value="improved") for i in (1, 5, 6)),
    reading(3, "imaging.verdict", value="not improved"),
    reading(2, "imaging.verdict", value="no follow-up data"),
    reading(4, "imaging.verdict", missing="not_reported"),
    reading(7, "imaging.verdict", missing="not_recovered"),
    reading(8, "subject.sex", value="F"),
]


def test_distribution_names_every_subject_once():
    found = effects(
        {"parameter": "imaging.verdict", "kind": "distribution", "categories": ["improved", "worse"]}, *IMAGING
    )
    rows = find(found, "category_count", parameter="imaging.verdict")
    assert {r.stratum: (r.count, r.denominator) for r in rows} == {
        "improved": (3, 8),
        "worse": (0, 8),
        "not improved": (1, 8),
        "no follow-up data": (1, 8),
        "not_reported": (1, 8),
        "not_recovered": (1, 8),
        "not_recorded": (1, 8),
        "not reported or not recovered": (2, 8),
    }
    assert {(r.n, r.n_missing) for r in rows} == {(5, 3)}
    assert len(one(found, "category_count", stratum="not_reported").measurements) == 1


def test_counts_of_absent_subjects_lead_to_the_subjects_table():
    found = effects(
        {"parameter": "imaging.verdict", "kind": "distribution", "categories": ["worse"]},
        *IMAGING,
        reading(8, "subject.age", value=30),
        reading(8, "lab.c3", value=60),
    )
    absent = one(found, "category_count", parameter="imaging.verdict", stratum="not_recorded")
    assert absent.measurements == (reading(8, "subject.age", value=30).measurement_id,)
    nobody = one(found, "category_count", parameter="imaging.verdict", stratum="worse")
    assert (nobody.count, len(nobody.measurements)) == (0, 5)


def test_proportion_leaves_out_who_was_not_judged():
    found = effects({"parameter": "imaging.verdict", "kind": "proportion", "categories": ["improved"]}, *IMAGING)
    row = one(found, "proportion", variant="clopper_pearson")
    assert (row.stratum, row.count, row.denominator, row.n_missing, row.estimate) == ("improved", 3, 4, 4, 0.75)


def test_proportion_above_a_value_with_an_undecided_range():
    endpoint = {"parameter": "sledai.total", "kind": "proportion", "contrast": "change", "above": 5}
    rows = [reading(1, "sledai.total", "after", 6), reading(2, "sledai.total", "after", 5)]
    row = one(effects(endpoint, *rows), "proportion", variant="clopper_pearson")
    assert (row.stratum, row.count, row.estimate) == ("above 5", 1, 0.5)
    vague = one(
        effects(endpoint, *rows, reading(3, "sledai.total", "after", (4, 8))), "proportion", variant="clopper_pearson"
    )
    assert (vague.count, vague.estimate_lower, vague.estimate_upper) == (
        None,
        pytest.approx(1 / 3),
        pytest.approx(2 / 3),
    )
    assert "bounds_over_unknowns" in vague.flags


def test_a_range_of_numbers_across_the_value_and_all_subjects():
    endpoint = {"parameter": "sledai.total", "kind": "proportion", "contrast": "change", "above": 5}
    rows = [reading(1, "sledai.total", "after", 6), reading(2, "sledai.total", "after", (4, 8))]
    row = one(effects(endpoint, *rows, reading(3, "subject.sex", value="F")), "proportion", variant="missing_as_bounds")
    assert (row.denominator, row.estimate_lower, row.estimate_upper) == (3, pytest.approx(1 / 3), 1)


def test_subjects_without_a_reading_leave_bounds():
    """3 of 4 judged; of all 8 subjects 3 to 7. Limits: lower end of 3/8, upper end of 7/8."""
    found = effects({"parameter": "imaging.verdict", "kind": "proportion", "categories": ["improved"]}, *IMAGING)
    row = one(found, "proportion", variant="missing_as_bounds")
    assert (row.n, row.n_missing, row.count, row.denominator, row.estimate) == (4, 4, None, 8, None)
    assert (row.estimate_lower, row.estimate_upper) == (3 / 8, 7 / 8)
    assert row.lower == pytest.approx(0.085233, abs=1e-6)
    assert row.upper == pytest.approx(0.996840, abs=1e-6)
    assert row.flags == ("bounds_over_unknowns",)
    assert len(row.measurements) == 8


def test_without_missing_readings_there_are_no_such_bounds():
    rows = [reading(i, "imaging.verdict", value="improved") for i in range(3)]
    found = effects({"parameter": "imaging.verdict", "kind": "proportion", "categories": ["improved"]}, *rows)
    assert not find(found, "proportion", variant="missing_as_bounds")


def test_only_numbers_in_the_unit_of_the_parameter_are_compared_with_a_value():
    endpoint = {"parameter": "lab.c3", "kind": "proportion", "contrast": "change", "above": 90}
    rows = [
        reading(1, "lab.c3", "after", 95),
        reading(2, "lab.c3", "after", 0.7, unit="g/L"),
        reading(3, "lab.c3", "after", 95, unit=""),
    ]
    row = one(effects(endpoint, *rows), "proportion", variant="clopper_pearson")
    assert (row.count, row.denominator, row.n_missing) == (1, 1, 2)
    assert row.flags == ("units_differ", "unit_not_stated")


def test_above_is_strict_and_blind_to_the_noise_of_binary_fractions():
    endpoint = {"parameter": "lab.crp", "kind": "proportion", "contrast": "change", "above": 0.3}
    rows = [
        reading(1, "lab.crp", "after", 0.1 + 0.2),
        reading(2, "lab.crp", "after", lower=0.3, relation=">"),
        reading(3, "lab.crp", "after", lower=0.0, upper=0.3, relation="<"),
    ]
    row = one(effects(endpoint, *rows), "proportion", variant="clopper_pearson")
    assert (row.count, row.denominator) == (1, 3)


def test_proportion_of_nothing():
    endpoint = {"parameter": "sledai.total", "kind": "proportion"}
    rows = find(effects(endpoint, reading(1, "sledai.total", "after", 6)), "proportion")
    assert [(r.estimate, r.flags) for r in rows] == [(None, ("nothing_to_count",))]
    named = endpoint | {"categories": ["MCR"]}
    rows = find(effects(named, reading(1, "subject.sex", value="F")), "proportion")
    assert [(r.n, r.estimate, r.flags) for r in rows] == [(0, None, ("no_data",))]


def test_outcomes_of_manifestations_by_syndrome_and_overall():
    rows = [
        reading(1, "np.outcome", value="resolved", item="seizure", variant="seizure_disorder"),
        reading(1, "np.outcome", value="improved", item="psychosis", variant="psychosis"),
        reading(2, "np.outcome", item="psychosis", variant="psychosis", missing="not_reported"),
        reading(2, "np.outcome", value="resolved", item="insomnia", variant="none"),
    ]
    found = effects({"parameter": "np.outcome", "kind": "transition"}, *rows)
    steps = {r.stratum: (r.count, r.denominator, r.n, r.n_missing) for r in find(found, "transition")}
    assert steps == {
        "any → improved": (1, 4, 3, 1),
        "any → not_reported": (1, 4, 3, 1),
        "any → resolved": (2, 4, 3, 1),
        "none → resolved": (1, 1, 1, 0),
        "psychosis → improved": (1, 2, 1, 1),
        "psychosis → not_reported": (1, 2, 1, 1),
        "seizure_disorder → resolved": (1, 1, 1, 0),
    }
    by_code = {(r.variant, r.stratum): r.count for r in find(found, "category_count", parameter="np.outcome")}
    assert by_code[("psychosis", "not_reported")] == 1


def test_transition_of_findings_pairs_each_examination():
    rows = [
        pair(1, "imaging.finding", "abnormal", "normal", item="mri brain"),
        pair(1, "imaging.finding", "abnormal", "abnormal", item="spect brain"),
        reading(2, "imaging.finding", "before", "abnormal", item="mri brain"),
    ]
    found = effects({"parameter": "imaging.finding", "kind": "transition", "contrast": "change"}, *rows)
    assert {r.stratum: (r.count, r.denominator) for r in find(found, "transition")} == {
        "abnormal → normal": (1, 3),
        "abnormal → abnormal": (1, 3),
        "abnormal → not_recorded": (1, 3),
    }
    lost = effects(
        {"parameter": "imaging.finding", "kind": "transition", "contrast": "change"},
        *rows,
        reading(2, "subject.sex", value="F"),
    )
    assert len(one(lost, "transition", stratum="abnormal → not_recorded").measurements) == 2


def test_transition_without_rows():
    row = one(
        effects({"parameter": "np.outcome", "kind": "transition"}, reading(1, "subject.sex", value="F")), "transition"
    )
    assert (row.n, row.count, row.flags) == (0, None, ("no_data",))


def test_count_sums_numbers_but_counts_events():
    rows = [
        *(reading(i, "exposure.dose_mg", item="1", value=500) for i in (1, 2)),
        reading(1, "exposure.dose_mg", item="2", value=(400, 500)),
        reading(1, "event.infection", value="observed", lower=3.0, upper=3.0),
        reading(1, "event.infection", value="observed", item="2"),
        reading(3, "subject.sex", value="F"),
    ]
    dose = effects({"parameter": "exposure.dose_mg", "kind": "count"}, *rows)
    total = one(dose, "total", parameter="exposure.dose_mg")
    assert (total.estimate, total.estimate_lower, total.estimate_upper) == (None, 1400, 1500)
    assert one(dose, "subjects", parameter="exposure.dose_mg").count == 2
    events = effects({"parameter": "event.infection", "kind": "count"}, *rows)
    assert one(events, "total", parameter="event.infection").count == 2
    subjects = one(events, "subjects", parameter="event.infection")
    assert (subjects.count, subjects.n, subjects.n_missing) == (1, 1, 2)


def test_an_event_of_unknown_status_is_not_counted_as_one():
    rows = [
        reading(1, "event.relapse", value="observed"),
        reading(2, "event.relapse", value="unknown"),
        reading(3, "event.relapse", value="censored"),
        reading(4, "subject.sex", value="F"),
    ]
    found = effects({"parameter": "event.relapse", "kind": "count"}, *rows)
    for method in ("total", "subjects"):
        row = one(found, method, parameter="event.relapse")
        assert (row.count, row.estimate, row.estimate_lower, row.estimate_upper) == (None, None, 1, 2)
        assert (row.n, row.n_missing, row.flags) == (3, 1, ("status_unknown", "bounds_over_unknowns"))
    none = effects({"parameter": "event.relapse", "kind": "count"}, rows[2], rows[3])
    assert one(none, "total", parameter="event.relapse").count == 0


def test_rows_that_need_no_endpoint():
    rows = [
        reading(1, "subject.sex", value="F"),
        reading(2, "subject.sex", value="M"),
        reading(1, "subject.age", value=30),
        reading(2, "subject.age", missing="not_recovered"),
        reading(1, "exposure.infusions", value=2),
        reading(2, "exposure.infusions", value=3),
        reading(1, "comedication.dose", item="prednisolone", value=10),
    ]
    found = estimate(make_plan(), frame(*rows), NO_PUBLISHED)
    assert one(found, "subjects", parameter="subject").count == 2
    assert one(found, "total", parameter="exposure.infusions").estimate == 5
    assert one(found, "subjects", parameter="exposure.infusions").count == 2
    assert {r.stratum: r.count for r in find(found, "category_count", parameter="subject.sex")} == {"F": 1, "M": 1}
    age = one(found, "median", parameter="subject.age")
    assert (age.estimate, age.n, age.n_missing) == (30, 1, 1)
    missing = one(found, "missing_count", parameter="subject.age")
    assert (missing.stratum, missing.count, missing.denominator) == ("not_recovered", 1, 2)
    assert one(found, "subjects", parameter="comedication.dose", stratum="prednisolone").count == 1


AGREEMENT = {"parameter": "imaging.reading_verdict", "kind": "agreement"}


def verdicts(reader, *words):
    return [
        reading(i, "imaging.reading_verdict", "after", word, item=f"mri brain {reader}") for i, word in enumerate(words)
    ]


def test_agreement_of_two_readers():
    found = effects(
        AGREEMENT, verdicts("A", "improved", "worse", "improved"), verdicts("B", "improved", "worse", "worse")
    )
    percent = one(found, "agreement_percent")
    assert (percent.stratum, percent.count, percent.denominator) == ("A and B", 2, 3)
    assert percent.estimate == pytest.approx(200 / 3)
    assert one(found, "kappa").estimate == pytest.approx(0.4)
    assert find(found, "kappa", stratum="all") == []


def test_agreement_without_variation_is_flagged_not_nan():
    found = effects(AGREEMENT, verdicts("A", "improved"), verdicts("B", "improved"), verdicts("C", "improved"))
    assert {r.stratum for r in find(found, "kappa")} == {"A and B", "A and C", "B and C", "all"}
    assert {(r.estimate, r.flags) for r in find(found, "kappa")} == {(None, ("coefficient_undefined",))}


def test_agreement_needs_two_named_readers():
    row = one(effects(AGREEMENT, verdicts("A", "improved"), verdicts("", "improved")), "agreement_percent")
    assert (row.n, row.estimate, row.flags) == (0, None, ("single_reader",))


@pytest.mark.parametrize(
    ("item", "parts"),
    [
        ("mri brain A", ("mri brain", "A")),
        ("mri brain", ("mri brain", "")),
        ("spect A", ("spect", "A")),
        ("mri", ("mri", "")),
        ("mri brain senior reader", ("mri brain", "senior reader")),
    ],
)
def test_reader_of_an_imaging_item(item, parts):
    assert split_reader("imaging.finding", item) == parts


def test_doubts_about_readings_travel_with_the_numbers():
    rows = [
        reading(1, "np.group", value="both", flags=("term_mapped_with_doubt", "range_value")),
        reading(2, "np.group", value="neurological only"),
    ]
    found = effects({"parameter": "np.group", "kind": "distribution"}, *rows)
    assert one(found, "category_count", stratum="both").flags == ("term_mapped_with_doubt",)
    assert one(found, "category_count", stratum="neurological only").flags == ()
