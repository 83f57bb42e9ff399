"""States and flares over time as measurement rows: time, first and sustained attainment, days of flares, responders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.instruments.measured import measure
from costim.registry.measurements import Measurement, measurements_frame
from tests.instruments.builders import Cells, bounds, make_study, only, pick
from tests.instruments.measured_studies import VISITS, items, quiet, study_of, text_at

DORIS = {"measure": "doris"}
IN, OUT, OPEN = "in", "out", "open"


def visit(name: str, state: str) -> list[dict[str, list[Cells]]]:
    """A visit in remission, not in remission (a rash), or with an item unknown."""
    present = ["rash"] if state == OUT else []
    return [quiet(name), {"sledai": items(name, present, ["cva"] if state == OPEN else [])}]


def history(*states: str, measures: Sequence[Mapping[str, object]] = (DORIS,), **more: object) -> list[Measurement]:
    """Rows of a patient with these states at entry, d28, m6 and m12."""
    parts = [part for (name, _), state in zip(VISITS, states, strict=False) if state for part in visit(name, state)]
    return measure(study_of(measures, *parts, **more))  # type: ignore[arg-type]


def row(rows: Sequence[Measurement], parameter: str, variant: str = "doris2021_le5") -> Measurement:
    found = [r for r in rows if r.parameter == parameter and r.variant == variant]
    assert len(found) == 1, found
    return found[0]


def test_time_in_remission_by_both_conventions() -> None:
    rows = history(OUT, IN, IN, OUT)
    both, carried = (f"doris2021_le5, {name}" for name in ("both_ends", "carried_forward"))
    assert bounds(row(rows, "doris.days", both)) == (154, 154, 154, "=")
    assert bounds(row(rows, "doris.days", carried)) == (337, 337, 337, "=")
    assert row(rows, "doris.share_of_time", both).value == pytest.approx(154 / 365)
    assert row(rows, "doris.share_of_time", both).unit == ""
    assert row(rows, "doris.days", both).flags == ()
    assert measurements_frame(rows).height == len(rows)


def test_first_and_sustained_attainment() -> None:
    rows = history(OUT, IN, OUT, IN)
    first = row(rows, "doris.first_day")
    assert (bounds(first), first.unit, first.visit, first.day) == ((None, 0, 28, "range"), "days", "", None)
    lasting = row(rows, "doris.sustained_day", "doris2021_le5, 2 visits")
    assert bounds(lasting) == (None, 182, None, ">")
    assert lasting.flags == ("not_yet_sustained",)


def test_sustained_for_as_long_as_the_plan_asks() -> None:
    for days, upper in ((337, 28), (338, None)):
        rows = history(OUT, IN, IN, IN, measures=[{**DORIS, "sustained_days": days}])
        lasting = row(rows, "doris.sustained_day", f"doris2021_le5, 2 visits {days} days apart")
        assert (lasting.lower, lasting.upper) == (0, upper)


def test_never_attained_is_censored() -> None:
    first = row(history(OUT, OUT, OUT, OUT), "doris.first_day")
    assert (bounds(first), first.flags) == ((None, 365, None, ">"), ("not_attained",))


def test_in_remission_from_the_start() -> None:
    first = row(history(IN, OUT), "doris.first_day")
    assert (bounds(first), first.flags) == ((None, None, 0, "<="), ("attained_at_start",))


def test_an_unknown_visit_widens_and_is_named() -> None:
    rows = history(OUT, OPEN, IN, OUT)
    first = row(rows, "doris.first_day")
    assert (bounds(first), first.flags, first.undecided) == ((None, 0, 182, "range"), ("state_undecided",), "d28")
    days = row(rows, "doris.days", "doris2021_le5, both_ends")
    assert (bounds(days), days.undecided) == ((None, 0, 154, "range"), "d28")


def test_what_is_known_before_treatment_does_not_count() -> None:
    rows = history(IN, OUT, IN, IN, baseline="d28")
    assert bounds(row(rows, "doris.first_day")) == (None, 28, 182, "range")
    assert bounds(row(rows, "doris.days", "doris2021_le5, both_ends")) == (183, 183, 183, "=")


def test_days_that_are_not_known() -> None:
    rows = history(OUT, IN, IN, OUT, days={"m6": "not reported"})
    days = row(rows, "doris.days", "doris2021_le5, both_ends")
    assert (days.missing, days.flags) == ("not_recorded", ("days_not_known",))
    assert bounds(row(rows, "doris.first_day")) == (None, 0, 28, "range")
    rows = history(OUT, IN, IN, OUT, days={"d28": "not reported"})
    first = row(rows, "doris.first_day")
    assert (bounds(first), first.flags) == ((None, 0, 182, "range"), ("day_unknown",))


def test_one_assessment_has_no_time() -> None:
    rows = history(IN)
    days = row(rows, "doris.share_of_time", "doris2021_le5, carried_forward")
    assert (days.missing, days.flags) == ("not_recorded", ("one_assessment",))
    lasting = row(rows, "doris.sustained_day", "doris2021_le5, 2 visits")
    assert (lasting.missing, lasting.flags) == ("not_recorded", ("not_yet_sustained",))


def test_without_order_nothing_is_placed_in_time() -> None:
    rows = history(OUT, IN, IN, days={"entry": 50, "m6": "not reported"},
                   measures=[{"measure": "lldas", "variant": "lldas_franklyn"}])  # fmt: skip
    over_time = [r for r in rows if not r.visit]
    assert len(over_time) == 6
    assert {(r.missing, r.flags) for r in over_time} == {("not_recorded", ("visit_order_unknown",))}


@given(st.lists(st.sampled_from([IN, OUT, OPEN]), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_rows_over_time_enclose_those_of_every_completion(states: list[str]) -> None:
    found = {(r.parameter, r.variant): r for r in history(*states) if not r.visit}
    for way in product(*((IN, OUT) if state == OPEN else (state,) for state in states)):
        for other in (r for r in history(*way) if not r.visit):
            known = found[other.parameter, other.variant]
            if other.missing:
                continue
            assert known.lower is None or (other.lower is not None and known.lower <= other.lower)
            assert known.upper is None or (other.upper is not None and other.upper <= known.upper)


def flares(*pga: object, days: Mapping[str, object] | None = None) -> list[Measurement]:
    """SFI by PGA alone, where nothing else speaks for a flare."""
    parts: list[dict[str, list[Cells]]] = []
    for (name, _), reading in zip(VISITS, pga, strict=False):
        parts.append({"sledai": items(name, unknown=[] if reading is not None else ["cva"])})
        parts.append(quiet(name, reading, **SILENT))
    return measure(study_of([{"measure": "sfi"}], *parts, days=days))


SILENT = {
    "admission_for_sle": "no",
    **{
        f"sfi_{name}": "absent"
        for name in ("skin", "ulcers", "pleuritis", "pericarditis", "arthritis", "fever", "cns", "vasculitis",
                     "nephritis", "myositis", "thrombocytopenia", "haemolysis")
    },
    "sfi_added_for_activity": "no",
    "sfi_new_immunosuppressant": "no",
}  # fmt: skip


def test_flares_lie_between_visits() -> None:
    rows = flares(0, 2, 2, "2.8")
    assert text_at(rows, "sfi.class") == {"entry": None, "d28": "mild_moderate", "m6": "none", "m12": "severe"}
    days = [(r.item, r.text, bounds(r)) for r in rows if r.parameter == "sfi.flare_day"]
    assert days == [("1", "mild_moderate", (None, 0, 28, "range")), ("2", "severe", (None, 182, 365, "range"))]
    count = next(r for r in rows if r.parameter == "sfi.flares")
    assert (bounds(count), count.unit, count.flags) == ((2, 2, 2, "="), "flares", ())


def test_visits_that_leave_a_flare_open_are_counted_as_bounds() -> None:
    rows = flares(0, 2, None, 0)
    count = next(r for r in rows if r.parameter == "sfi.flares")
    assert (count.lower, count.relation, count.flags) == (1, "range", ("state_undecided",))
    assert "m6" in count.undecided
    assert [r.item for r in rows if r.parameter == "sfi.flare_day"] == ["1"]


def test_a_flare_without_known_days() -> None:
    rows = flares(0, 2, days={"d28": "not reported"})
    flare = next(r for r in rows if r.parameter == "sfi.flare_day")
    assert (flare.text, bounds(flare), flare.flags) == ("mild_moderate", (None, 0, None, ">"), ("day_unknown",))


def test_a_responder_at_a_visit_and_over_time() -> None:
    grades = [{"subject": "1", "visit": name, "fact": f"bilag_{system}", "value": "E"} for name, _ in VISITS
              for system in SYSTEMS]  # fmt: skip
    active = ["rash", "fever", "arthritis", "seizure"]
    study = study_of(
        [{"measure": "sri"}],
        {"assessments": grades},
        *(quiet(name, 1) for name, _ in VISITS),
        *(
            {"sledai": items(name, present)}
            for (name, _), present in zip(VISITS, (active, active, [], []), strict=True)
        ),
    )
    rows = measure(study)
    # A response is against entry: at entry itself there is none to speak of.
    assert text_at(rows, "sri.state") == {"d28": "no", "m6": "yes", "m12": "yes"}
    variant = next(r.variant for r in rows)
    assert bounds(row(rows, "sri.first_day", variant)) == (None, 28, 182, "range")
    assert bounds(row(rows, "sri.sustained_day", f"{variant}, 2 visits")) == (None, 28, 182, "range")
    cells = {cell for r in rows if r.visit == "m6" for cell in r.cells}
    assert "sledai/1|entry|rash/state" in cells


SYSTEMS = ("constitutional", "mucocutaneous", "neuropsychiatric", "musculoskeletal", "cardiorespiratory",
           "gastrointestinal", "ophthalmic", "renal", "haematological")  # fmt: skip


def test_a_patient_who_cannot_respond_is_not_followed() -> None:
    study = study_of(
        [{"measure": "sri"}],
        *(quiet(name, 1) for name, _ in VISITS),
        *({"sledai": items(name)} for name, _ in VISITS),
    )
    rows = measure(study)
    assert set(text_at(rows, "sri.state").values()) == {"not_evaluable"}
    assert [r for r in rows if not r.visit] == []


def test_without_a_baseline_there_is_no_response() -> None:
    study = study_of([{"measure": "sri"}], quiet("m6", 1), {"sledai": items("m6")})
    assert "no_baseline_visit" in only(study, measure, "sri.state", visit="m6").flags
    study = study_of([{"measure": "sri"}], quiet("entry"), {"sledai": items("entry")}, quiet("m6", 1),
                     {"sledai": items("m6")}, baseline="")  # fmt: skip
    assert "baseline_by_day" in only(study, measure, "sri.state", visit="m6").flags


def test_numbers_and_grades_are_not_followed() -> None:
    study = make_study(
        plan={"visits": [{"name": "entry"}], "measures": [{"measure": "pga"}, {"measure": "pga_band"}]},
        subjects=[{"subject": "1"}],
        visits=[{"subject": "1", "visit": "entry", "day": 0}],
        scales=[{"subject": "1", "visit": "entry", "scale": "pga_0_3", "value": 1}],
    )
    assert {r.parameter for r in measure(study)} == {"pga.score", "pga_band.class"}
    assert pick(study, measure, "pga_band.class")[0].text == "mild"
