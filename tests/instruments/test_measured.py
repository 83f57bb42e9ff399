"""Rows of measures at each visit: outcomes, bounds, cells, comparisons, variants, and what is missing."""

from __future__ import annotations

from itertools import product

import pytest

from costim.instruments.measured import measure
from costim.measures.bounds import known
from costim.measures.facts import Drug, Facts, Visit
from costim.measures.score import score
from costim.registry.measure_catalogue import measures
from costim.registry.measure_choices import asked_measures
from costim.registry.measure_parameters import row_kinds
from costim.registry.measurements import measurements_frame
from costim.registry.parameters import parameters
from tests.instruments.builders import bounds, make_plan, make_study, only, pick
from tests.instruments.measured_studies import VISITS, items, quiet, study_of, text_at

LLDAS, DORIS = {"measure": "lldas"}, {"measure": "doris"}


def sledai(visit: str, *present: str, unknown: tuple[str, ...] = ()) -> dict[str, list[dict[str, object]]]:
    return {"sledai": [dict(row) for row in items(visit, present, unknown)]}


def test_no_measure_is_worked_out_unless_the_plan_asks() -> None:
    assert measure(study_of([], quiet("entry"), sledai("entry"))) == []


def test_states_and_scores_at_each_visit() -> None:
    study = study_of(
        [LLDAS, DORIS, {"measure": "sledai"}],
        *(quiet("entry", 2), quiet("d28", "0.4"), quiet("m6", 1), quiet("m12", 0)),
        *(sledai("entry", "rash", "fever"), sledai("d28"), sledai("m6", "rash"), sledai("m12", unknown=("cva",))),
    )
    rows = measure(study)
    assert text_at(rows, "lldas.state") == {"entry": "no", "d28": "yes", "m6": "yes", "m12": "unknown"}
    assert text_at(rows, "doris.state") == {"entry": "no", "d28": "yes", "m6": "no", "m12": "unknown"}
    totals = {row.visit: bounds(row) for row in rows if row.parameter == "sledai.score"}
    assert totals == {
        "entry": (3, 3, 3, "="), "d28": (0, 0, 0, "="), "m6": (2, 2, 2, "="), "m12": (None, 0, 8, "range"),
    }  # fmt: skip
    open_ = only(study, measure, "lldas.state", visit="m12")
    assert "state_undecided" in open_.flags
    assert open_.undecided == "cva"
    assert (open_.day, open_.window_days, open_.variant) == (365, 30, "lldas_franklyn")
    assert all(row.undecided == "" for row in rows if row.text in ("yes", "no"))
    assert measurements_frame(rows).height == len(rows)


def test_every_cell_that_decides_is_named_and_exists() -> None:
    study = study_of([LLDAS], quiet("entry"), quiet("d28"), sledai("entry", "rash"), sledai("d28"))
    row = only(study, measure, "lldas.state", visit="d28")
    for cell in row.cells:
        assert study.address(cell).found
    assert {
        "sledai/1|d28|seizure/state",
        "scales/1|d28|pga_0_3/value",
        "comedications/1|prednisolone|d28|/dose",
        "assessments/1|d28|haemolytic_anaemia/value",
        "assessments/1|d28|drugs/value",
        "visits/1|d28/day",
    } <= set(row.cells)
    assert row.source == "assessments+comedications+scales+sledai+subjects"


def test_the_visit_before_counts_only_where_it_matters() -> None:
    new_by_item = {"measure": "lldas", "variant": "lldas_franklyn+new_by_item"}
    here = (quiet("d28", new_lupus_activity=""), sledai("d28", "rash"))
    for present, state in (("rash", "yes"), ("fever", "no")):
        study = study_of([new_by_item], quiet("entry"), sledai("entry", present), *here)
        row = only(study, measure, "lldas.state", visit="d28")
        assert row.text == state
        assert "sledai/1|entry|rash/state" in row.cells
        assert "visits/1|entry/day" in row.cells
    alone = only(study_of([new_by_item], *here), measure, "lldas.state", visit="d28")
    assert alone.text == "unknown"


def test_a_visit_without_anything_of_the_measure_is_missing_and_skipped_as_the_one_before() -> None:
    study = study_of(
        [{"measure": "pga_change"}],
        {"scales": [{"subject": "1", "visit": visit, "scale": "pga_0_3", "value": value} for visit, value in
                    (("entry", 2), ("d28", "not done"), ("m12", 1))]},
    )  # fmt: skip
    rows = {row.visit: row for row in pick(study, measure, "pga_change.class")}
    assert rows["d28"].missing == "not_done"
    assert rows["d28"].cells == ("scales/1|d28|pga_0_3/value", "visits/1|d28/visit", "visits/1|d28/day")
    assert rows["m6"].missing == "not_recorded"
    assert rows["m12"].text == "improved"
    assert "scales/1|entry|pga_0_3/value" in rows["m12"].cells
    # At the first visit there is nothing to compare with, which is not an open outcome.
    first = rows["entry"]
    assert (first.text, first.missing, first.undecided) == (None, "not_recorded", "")
    assert "no_previous_assessment" in first.flags
    assert "state_undecided" not in first.flags
    assert first.cells == ("scales/1|entry|pga_0_3/value", "visits/1|entry/day")
    number = only(study, measure, "pga_change.number", visit="entry")
    assert (number.missing, number.flags) == ("not_recorded", first.flags)
    change = only(study, measure, "pga_change.number", visit="m12")
    assert bounds(change) == (-1, -1, -1, "=")


def test_the_baseline_is_the_visit_the_contrasts_name() -> None:
    against = [{"measure": "pga_change", "variant": "pga_change_ge03+against_baseline"}]
    readings = {"entry": 3, "d28": 2, "m6": 1}
    scales = [{"subject": "1", "visit": v, "scale": "pga_0_3", "value": pga} for v, pga in readings.items()]
    for baseline, change in (("entry", -2), ("d28", -1)):
        study = study_of(against, {"scales": scales}, baseline=baseline)
        assert only(study, measure, "pga_change.number", visit="m6").value == change
    # Without a name: the last one assessed at or before the first infusion.
    study = study_of(against, {"scales": scales}, baseline="", days={"entry": -9, "d28": -2})
    assert only(study, measure, "pga_change.number", visit="m6").value == -1
    # At the baseline there is nothing to compare with.
    at_baseline = only(study, measure, "pga_change.class", visit="d28")
    assert (at_baseline.missing, "no_baseline_assessment" in at_baseline.flags) == ("not_recorded", True)


def test_visits_that_cannot_be_ordered_are_not_compared() -> None:
    scales = [{"subject": "1", "visit": v, "scale": "pga_0_3", "value": 1} for v in ("entry", "d28", "m6")]
    study = study_of([{"measure": "pga_change"}], {"scales": scales}, days={"entry": 50, "m6": "not reported"})
    rows = [row for row in pick(study, measure, "pga_change.class") if not row.missing]
    assert {row.text for row in rows} == {"unknown"}
    assert all("visit_order_unknown" in row.flags for row in rows)
    # Which of the visits came first is not known, so that none is said to have no assessment before it.
    assert not any("no_previous_assessment" in row.flags for row in rows)


def test_a_change_that_other_facts_settle_is_told_at_the_first_visit() -> None:
    study = study_of([{"measure": "sledai_change"}, {"measure": "sfi"}], sledai("entry"), sledai("d28", "fever"))
    states = {row.visit: row for row in pick(study, measure, "sledai_change.class")}
    assert (states["entry"].text, states["d28"].text) == ("remission", "persistently_active")
    flares = {row.visit: row for row in pick(study, measure, "sfi.class")}
    assert (flares["entry"].missing, flares["d28"].text) == ("not_recorded", "unknown")
    assert "previous.sfi" not in flares["d28"].undecided
    assert "previous.pga" in flares["d28"].undecided


def test_a_state_that_compares_only_in_part_stays_open_at_the_first_visit() -> None:
    study = study_of([LLDAS], quiet("entry", new_lupus_activity=""), sledai("entry", "rash"))
    row = only(study, measure, "lldas.state", visit="entry")
    assert (row.text, row.undecided) == ("unknown", "new_lupus_activity")
    assert "no_previous_assessment" in row.flags


def _course(drug: str, dose: int, **more: object) -> dict[str, object]:
    return {"subject": "1", "drug": drug, "dose": dose, "unit": "mg", "frequency": "daily", **more}


def test_courses_in_doubt_give_every_dose_they_admit() -> None:
    sure = _course("prednisolone", 5, visit="d28")
    doubtful = [_course("methylprednisolone", 4, start_day=0), _course("hydrocortisone", 20, start_day=0)]
    row = only(study_of([{"measure": "steroids"}], {"comedications": [sure, *doubtful]}), measure,
               "steroids.number", visit="d28")  # fmt: skip
    every = [
        score("steroids", Visit(Facts({"drugs": tuple(drug for drug, taken in zip(_DRUGS, (True, *way), strict=True)
                                                       if taken)}))).bounds.value
        for way in product((False, True), repeat=2)
    ]  # fmt: skip
    doses = [float(dose) for dose in every if dose is not None]
    assert bounds(row) == (None, min(doses), max(doses), "range") == (None, 5, 15, "range")
    assert "course_undecided" in row.flags
    assert row.undecided == "drugs"


_DRUGS = (
    Drug("prednisolone", known(5), "mg", "daily"),
    Drug("methylprednisolone", known(4), "mg", "daily"),
    Drug("hydrocortisone", known(20), "mg", "daily"),
)


@pytest.mark.parametrize(("dose", "state"), [(2, "yes"), (3, "unknown")])
def test_a_course_in_doubt_matters_only_beyond_the_limit(dose: int, state: str) -> None:
    parts = [quiet("d28"), sledai("d28"), {"comedications": [_course("prednisone", dose, start_day=0)]}]
    row = only(study_of([LLDAS], *parts), measure, "lldas.state", visit="d28")
    assert row.text == state
    assert ("course_undecided" in row.flags) is (state == "unknown")


def test_courses_in_doubt_at_two_visits_are_too_many_to_combine() -> None:
    # Four at each of two visits that are compared: 16 x 16 lists. At the first visit alone, 16 are tried.
    names = ("prednisolone", "azathioprine", "methotrexate", "tacrolimus")
    courses = [_course(name, 1, start_day=-20) for name in names]
    parts = [{"comedications": courses}, *(quiet(visit, 1) for visit in ("entry", "d28"))]
    for part in parts[1:]:
        part["comedications"] = []
    rows = pick(study_of([{"measure": "sfi"}], *parts, sledai("entry"), sledai("d28")), measure, "sfi.class")
    flags = {row.visit: row.flags for row in rows}
    assert "too_many_courses" in flags["d28"]
    assert "too_many_courses" not in flags["entry"]


def test_the_choices_of_the_study_reach_its_measures() -> None:
    asked = [{"measure": name} for name in ("steroids", "sledai", "lldas", "sfi")]
    variants = {"steroid_table": "gc_bet_060", "sledai": "sledai_2k_10d"}
    names = {entry.key for entry in asked_measures(make_plan(variants, more={"measures": asked}))}
    assert names == {
        ("steroids", "gc_bet_060"),
        ("sledai", "sledai_2k_10d"),
        ("lldas", "lldas_franklyn+sledai_2k_10d+gc_bet_060"),
        ("sfi", "sfi_cross12+sledai_2k_10d+gc_bet_060"),
    }


def test_what_a_block_names_itself_counts() -> None:
    more = {"measures": [{"measure": "lldas", "variant": "lldas_parodis+gc_bet_075"}, {"measure": "sledai",
            "variant": "selena"}]}  # fmt: skip
    variants = {"steroid_table": "gc_bet_050", "sledai": "version_unspecified"}
    names = {entry.key for entry in asked_measures(make_plan(variants, more=more))}
    assert names == {("lldas", "lldas_parodis"), ("sledai", "selena")}


def test_a_variant_asked_for_twice_is_worked_out_once() -> None:
    asked = [DORIS, {"measure": "doris", "variant": "doris2021_le5"}, {"measure": "doris", "variant": "doris2021_lt5"}]
    rows = measure(study_of(asked, quiet("d28"), sledai("d28")))
    states = {row.variant: row.text for row in rows if row.parameter == "doris.state" and row.visit == "d28"}
    assert states == {"doris2021_le5": "yes", "doris2021_lt5": "no"}
    assert measurements_frame(rows).height == len(rows)


def test_a_score_with_an_outcome_gives_two_rows() -> None:
    facts = [{"subject": "1", "visit": "entry", "fact": "eular_low_c3", "value": "present"}]
    study = study_of([{"measure": "eular_acr_2019"}], {"assessments": facts})
    kinds = {row.parameter for row in measure(study) if row.visit == "entry"}
    assert kinds == {"eular_acr_2019.score", "eular_acr_2019.state"}


def test_a_patient_without_visits_row_keeps_the_readings() -> None:
    study = make_study(
        plan={"visits": [{"name": "entry"}], "measures": [{"measure": "pga"}]},
        subjects=[{"subject": "1"}],
        scales=[{"subject": "1", "visit": "entry", "scale": "pga_0_10", "value": "2.5"}],
    )
    row = only(study, measure, "pga.score")
    assert (row.value, row.day, row.cells) == (0.75, None, ("scales/1|entry|pga_0_10/value",))


@pytest.mark.parametrize("code", list(measures()))
def test_every_measure_runs_on_a_rich_study_and_every_parameter_is_known(code: str) -> None:
    study = study_of(
        [{"measure": code, "variant": variant} for variant in measures()[code].variants],
        *(quiet(visit, place) for place, (visit, _) in enumerate(VISITS)),
        *(sledai(visit, "rash", unknown=("cva",)) for visit, _ in VISITS),
        {"labs": [{"subject": "1", "visit": "d28", "test": "platelets", "value": 50, "unit": "10^9/L"}]},
    )
    rows = measure(study)
    assert rows
    assert measurements_frame(rows).height == len(rows)
    for row in rows:
        assert row.parameter in parameters()
        assert row.cells
        assert all(study.address(cell).found for cell in row.cells)
        assert (row.text is not None or row.relation != "") is (row.missing == "")
        assert row.unit in ("", parameters()[row.parameter].unit)
    assert {row.parameter for row in rows} >= {f"{code}.{kind}" for kind in row_kinds(measures()[code])}
