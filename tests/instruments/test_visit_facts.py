"""Facts of a visit from the tables: values, bounds, days from the visit, cells, and what stays unknown."""

from __future__ import annotations

from fractions import Fraction

from costim.instruments.recorded import VisitFacts
from costim.instruments.visit_facts import visit_facts
from costim.measures.bounds import UNBOUNDED, Bounds, known
from costim.measures.facts import Item, Scaled
from costim.measures.truth import Truth
from tests.instruments.builders import Cells, make_study

VISIT = {"subject": "1", "visit": "d28", "day": 28}


def facts(**tables: list[Cells]) -> VisitFacts:
    """What is known of visit d28 of subject 1."""
    rows: dict[str, list[Cells]] = {"subjects": [{"subject": "1"}], "visits": [VISIT], **tables}
    return visit_facts(make_study(**rows))["1"]["d28"]


def at(**cells: object) -> Cells:
    return {"subject": "1", "visit": "d28", **cells}


def test_items_count_days_from_their_visit() -> None:
    visit = facts(
        sledai=[
            at(item="rash", state="present", day=26, course="persistent", attribution="sle"),
            at(item="visual_disturbance", state="present", day="20-30", detail="scleritis"),
            at(item="fever", state="unknown"),
            at(item="seizure", state="not done"),
        ]
    )
    assert visit.recorded["rash"].value == Item(Truth.YES, known(-2), "persistent", "", "sle")
    assert visit.recorded["rash"].cells == tuple(
        f"sledai/1|d28|rash/{name}" for name in ("state", "day", "course", "attribution")
    )
    # A day after the visit is impossible: the range is cut there.
    assert visit.recorded["visual_disturbance"].value == Item(
        Truth.YES, Bounds(Fraction(-8), Fraction(0)), "", "scleritis"
    )
    assert visit.recorded["fever"].value == Item(Truth.UNKNOWN)
    assert "seizure" not in visit.recorded
    assert visit.unread["seizure"].reason == "not_done"


def test_a_day_counts_nothing_when_the_visit_has_none() -> None:
    visit = facts(
        sledai=[at(item="rash", state="present", day=26)],
        visits=[{"subject": "1", "visit": "d28", "day": "not reported"}],
    )
    value = visit.recorded["rash"].value
    assert isinstance(value, Item)
    assert value.day == Bounds(None, Fraction(0))


def test_a_typed_total_is_a_number_of_its_own() -> None:
    assert facts(sledai=[at(item="total", total="7-11")]).recorded["sledai_total"].value == Bounds(
        Fraction(7), Fraction(11)
    )


def test_the_version_of_the_settings_is_the_one_items_were_scored_by() -> None:
    assert facts().standing["sledai_scored_as"].value == "sledai_2k"
    study = make_study({"sledai": "selena"}, subjects=[{"subject": "1"}], visits=[VISIT])
    assert visit_facts(study)["1"]["d28"].standing["sledai_scored_as"].value == "selena"


def test_results_are_converted_and_censored() -> None:
    visit = facts(
        labs=[
            at(test="proteinuria", value=800, unit="mg/24h"),
            at(test="platelets", value="<100", unit="10^3/uL"),
            at(test="igg", value="900", unit="mg/dL"),
            at(test="albumin", value="not done"),
        ]
    )
    assert visit.recorded["urine_protein"].value == known("0.8")
    assert visit.recorded["platelets"].value == Bounds(Fraction(0), Fraction(100), upper_open=True)
    assert visit.recorded["igg"].value == known(9)
    assert visit.recorded["igg"].cells == ("labs/1|d28||igg/value", "labs/1|d28||igg/unit")
    assert visit.unread["albumin"].reason == "not_done"


def test_a_count_and_the_limit_of_its_assay_are_facts_of_their_own() -> None:
    visit = facts(labs=[at(test="cd19_count", value="0", unit="cells/mL", lloq=5000)])
    assert visit.recorded["cd19_count"].value == known(0)
    assert visit.recorded["cd19_limit"].value == known(5)
    assert visit.recorded["cd19_limit"].cells == ("labs/1|d28||cd19_count/lloq",)
    assert "cd19_limit" not in facts(labs=[at(test="cd19_count", value="0", unit="cells/uL")]).recorded
    # Any other result below the limit says no more than that.
    low = facts(labs=[at(test="igg", value="1", unit="g/L", lloq=2)]).recorded["igg"]
    assert low.value == Bounds(Fraction(0), Fraction(2), upper_open=True)


def test_a_result_without_unit_says_nothing() -> None:
    entry = facts(labs=[at(test="platelets", value=90)]).recorded["platelets"]
    assert (entry.value, entry.flags) == (UNBOUNDED, ("unit_not_stated",))


def test_of_several_samples_the_one_before_the_infusion() -> None:
    before = at(test="platelets", value=90, unit="10^9/L", timepoint="pre")
    after = at(test="platelets", value=80, unit="10^9/L", timepoint="post")
    other = at(test="platelets", value=70, unit="10^9/L")
    assert facts(labs=[after]).recorded["platelets"].value == known(80)
    assert facts(labs=[after, before, other]).recorded["platelets"].value == known(90)
    doubtful = facts(labs=[after, other]).recorded["platelets"]
    assert (doubtful.value, doubtful.flags) == (UNBOUNDED, ("ambiguous_reading",))
    missing = at(test="platelets", value="not done", timepoint="pre")
    assert facts(labs=[missing, after]).recorded["platelets"].value == known(80)


def test_readings_of_scales() -> None:
    visit = facts(scales=[at(scale="pga_0_100", value=36), at(scale="gcs_eye", value="2-3")])
    assert visit.recorded["pga"].value == Scaled(known(36), "0-100")
    assert visit.recorded["pga"].cells == ("scales/1|d28|pga_0_100/value",)
    assert visit.recorded["gcs_eye"].value == Bounds(Fraction(2), Fraction(3))


def test_two_scales_of_one_assessment_are_ambiguous() -> None:
    entry = facts(scales=[at(scale="pga_0_100", value=36), at(scale="pga_0_3", value=1)]).recorded["pga"]
    assert (entry.value, entry.flags) == (Scaled(), ("ambiguous_reading",))
    assert len(entry.cells) == 2


def test_assessments_are_read_as_they_were_checked() -> None:
    visit = facts(
        assessments=[
            at(fact="haemolytic_anaemia", value="present", day=20, attribution="uncertain"),
            at(fact="prednisone_equivalent", value="0.005", unit="g"),
            at(fact="bilag_renal", value="B"),
            at(fact="new_lupus_activity", value="not recovered"),
            at(fact="sdi_seizure_therapy_months", value=5, unit="not reported"),
        ]
    )
    assert visit.recorded["haemolytic_anaemia"].value == Item(Truth.YES, known(-8), attribution="uncertain")
    assert visit.recorded["prednisone_equivalent"].value == known(5)
    assert visit.recorded["bilag_renal"].value == "B"
    assert visit.unread["new_lupus_activity"].reason == "not_recovered"
    without_unit = visit.recorded["sdi_seizure_therapy_months"]
    assert (without_unit.value, without_unit.flags) == (UNBOUNDED, ("unit_not_stated",))


def test_weight_stands_at_every_visit_and_makes_none_assessed() -> None:
    visit = facts(subjects=[{"subject": "1", "weight_kg": 60.5, "height_cm": "not done"}])
    assert visit.standing["body_weight"].value == known("60.5")
    assert "body_height" not in visit.standing
    assert not visit.has_any(("body_weight", "drugs", "sledai_scored_as"))


def test_only_what_was_recorded_for_the_visit_makes_it_assessed() -> None:
    course = {"subject": "1", "drug": "prednisolone", "start_day": 0, "end_day": 60, "dose": 5, "unit": "mg"}
    assert not facts(comedications=[course]).has_any(("drugs",))
    assert facts(comedications=[at(drug="prednisolone", dose=5, unit="mg")]).has_any(("drugs",))
    assert facts(assessments=[at(fact="drugs", value="none")]).has_any(("drugs", "pga"))
    assert not facts(assessments=[at(fact="drugs", value="none")]).has_any(("pga",))
