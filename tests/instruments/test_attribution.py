"""Attribution of manifestations by the models that the plan names."""

from __future__ import annotations

import pytest

from costim.errors import CostimError
from costim.instruments.manifestations import measure
from costim.registry.attribution_models import attribution_models, named_models
from costim.registry.measurements import Measurement, measurements_frame
from tests.instruments.builders import bounds, make_study, only, pick

SUBJECT = {"subject": "1", "disease_duration": "3", "disease_duration_unit": "years"}


def event(**cells: object) -> dict[str, object]:
    return {"subject": "1", "kind": "np", "term": "psychosis", **cells}


def attributed(
    models: str, cells: dict[str, object], subject: dict[str, object] | None = None, parameter: str = "np.attribution"
) -> list[Measurement]:
    study = make_study({"attribution": models}, subjects=[subject or SUBJECT], manifestations=[event(**cells)])
    return pick(study, measure, parameter)


def test_nothing_without_a_model() -> None:
    study = make_study(subjects=[SUBJECT], manifestations=[event(exclusions=0)])
    assert pick(study, measure, "np.attribution") == []


def test_each_model_has_a_row() -> None:
    cells: dict[str, object] = {
        "exclusions": 0,
        "associations": 1,
        "onset_in_window": "yes",
        "months_from_sle_onset": 36,
        "confounders": 1,
        "favouring": 1,
    }
    rows = attributed("slicc_a; slicc_b_2012;italian_ge7", cells)
    assert [(r.variant, r.text, r.item) for r in rows] == [
        ("slicc_a", "not attributed", "psychosis"),
        ("slicc_b_2012", "attributed", "psychosis"),
        ("italian_ge7", "attributed", "psychosis"),
    ]
    assert all(r.source == "manifestations" and r.cells[0] == "manifestations/1|np|psychosis/term" for r in rows)
    assert "manifestations/1|np|psychosis/associations" in rows[0].cells
    (points,) = attributed("slicc_a;italian_ge7", cells, parameter="np.attribution_points")
    assert (bounds(points), points.unit, points.variant) == ((7, 7, 7, "="), "points", "italian_ge7")


def test_blank_cells_leave_it_unknown_with_bounds() -> None:
    (row,) = attributed("italian_ge7", {"favouring": ">1"})
    assert (row.text, row.missing) == ("unknown", "")
    (points,) = attributed("italian_ge7", {"favouring": ">1"}, parameter="np.attribution_points")
    assert bounds(points) == (None, 5, 10, "range")  # psychosis 3, favouring 2; onset 0 to 3, confounders 0 to 2


def test_onset_from_the_disease_duration() -> None:
    """Three years of disease at the first infusion; onset ten days after it, or a hundred years before."""
    cells: dict[str, object] = {"exclusions": 0}
    near = only_row("slicc_b_2008", cells | {"onset_day": 10})
    assert (near.text, near.flags) == ("attributed", ("onset_from_disease_duration",))
    assert "subjects/1/disease_duration" in near.cells
    far = only_row("slicc_b_2008", cells | {"onset_day": -36500})
    assert far.text == "not attributed"
    stated = only_row("slicc_b_2008", cells | {"onset_day": -36500, "months_from_diagnosis": 4})
    assert (stated.text, stated.flags) == ("attributed", ())


def only_row(model: str, cells: dict[str, object], subject: dict[str, object] | None = None) -> Measurement:
    (row,) = attributed(model, cells, subject)
    return row


def test_without_duration_or_its_unit_the_onset_is_unknown() -> None:
    cells: dict[str, object] = {"exclusions": 0, "onset_day": 10}
    for subject in ({"subject": "1"}, {"subject": "1", "disease_duration": 3}):
        row = only_row("slicc_b_2008", cells, dict(subject))
        assert (row.text, row.flags) == ("unknown", ())
    assert only_row("slicc_b_2008", {"exclusions": 0}).text == "unknown"


def test_the_italian_reference_is_chosen_by_name() -> None:
    cells: dict[str, object] = {"onset_day": 0, "confounders": 1, "favouring": 1}
    assert only_row("italian_ge7", cells).text == "unknown"
    row = only_row("italian_ge7+from_diagnosis", cells)
    assert (row.text, row.flags) == ("attributed", ("onset_from_disease_duration",))
    assert only_row("italian_ge7", cells).flags == ()


def test_qualifiers_of_minor_events() -> None:
    base: dict[str, object] = {"exclusions": 0, "months_from_diagnosis": 0, "term": "depression"}
    assert only_row("slicc_b_2008", base).text == "unknown"
    assert only_row("slicc_b_2008", base | {"severity": "mild"}).text == "not attributed"
    assert only_row("slicc_b_2008", base | {"severity": "severe"}).text == "attributed"
    nerve = base | {"term": "polyneuropathy"}
    assert only_row("slicc_b_2008", nerve | {"electrophysiology": "confirmed"}).text == "attributed"
    assert only_row("slicc_b_2008", nerve | {"electrophysiology": "not_confirmed"}).text == "not attributed"


def test_term_without_a_syndrome_needs_the_judgement_of_the_recorder() -> None:
    cells: dict[str, object] = {"term": "hemiparesis", "exclusions": 0, "months_from_diagnosis": 0}
    row = only_row("slicc_b_2008", cells)
    assert (row.text, row.flags) == ("unknown", ("term_unmapped",))
    assert only_row("slicc_b_2008", cells | {"minor": "no"}).text == "attributed"


def test_a_doubtful_mapping_says_so() -> None:
    row = only_row("slicc_b_2008", {"term": "consciousness disorder", "exclusions": 0, "months_from_diagnosis": 0})
    assert row.flags == ("term_mapped_with_doubt",)


def test_unverified_rules_say_so() -> None:
    row = only_row("italian_uncertain", {"months_from_sle_onset": -9, "confounders": 2, "favouring": 0})
    assert (row.text, "unverified_rule" in row.flags) == ("uncertain", True)


def test_rows_of_both_kinds_are_told_apart() -> None:
    study = make_study(
        {"attribution": "slicc_a"},
        subjects=[SUBJECT],
        manifestations=[event(exclusions=1), event(kind="np_classification"), event(kind="systemic", term="nephritis")],
    )
    found = measure(study)
    assert [r.item for r in found if r.parameter == "np.attribution"] == [
        "psychosis (np_classification)",
        "psychosis (np)",
    ]
    assert measurements_frame(found).height == len(found)


def test_missing_words_are_unknown() -> None:
    row = only_row("slicc_b_2008", {"exclusions": "not reported", "months_from_diagnosis": 0})
    assert row.text == "unknown"
    assert "manifestations/1|np|psychosis/exclusions" in row.cells


def test_models_and_settings() -> None:
    assert set(attribution_models()) == {
        "slicc_a",
        "slicc_b_2008",
        "slicc_b_2012",
        "italian_ge7",
        "italian_ge7+from_diagnosis",
        "italian_uncertain",
        "italian_uncertain+from_diagnosis",
    }
    assert named_models("") == named_models(" ; ") == ()
    assert named_models("slicc_a; slicc_a ;italian_ge7") == ("slicc_a", "italian_ge7")
    with pytest.raises(CostimError) as error:
        measure(make_study({"attribution": "slicc_a;slicc_c"}))
    assert str(error.value) == (
        "study.toml: variants.attribution = 'slicc_c' is not known; write one of italian_ge7, "
        "italian_ge7+from_diagnosis, italian_uncertain, italian_uncertain+from_diagnosis, slicc_a, slicc_b_2008, "
        "slicc_b_2012"
    )


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [event(exclusions=0), event(term="seizure", exclusions=1)]
    forward, backward = (
        measurements_frame(
            measure(make_study({"attribution": "slicc_a;italian_ge7"}, subjects=[SUBJECT], manifestations=given))
        )
        for given in (rows, rows[::-1])
    )
    assert forward.equals(backward)


def test_the_recorded_attribution_is_not_used_by_a_model() -> None:
    cells: dict[str, object] = {"exclusions": 0, "months_from_diagnosis": 0}
    for source in ("sle", "not_sle", "uncertain"):
        assert only_row("slicc_b_2008", cells | {"attribution": source}).text == "attributed"
    study = make_study(manifestations=[event(attribution="not_sle")])
    assert "not_attributed_to_sle" in only(study, measure, "np.syndrome").flags
