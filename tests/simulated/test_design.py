"""Designs and biases that cannot be carried out are refused, every reason at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costim.errors import CostimError
from costim.mechanism.dosing.regimen import parse_regimen
from costim.mechanism.model.catalogue import load_model
from costim.simulated.asked import parse_biases
from costim.simulated.biases import BIASES, Biases
from costim.simulated.design import SEED_REGIMENS, VISITS, PlannedVisit, StudyDesign
from costim.simulated.enrolment import enrol


def test_every_reason_is_told_at_once() -> None:
    wrong = (*VISITS[:3], PlannedVisit(name="day28", label="", day=28, window=-1), VISITS[2])
    with pytest.raises(CostimError) as told:
        StudyDesign(
            patients=1, regimens=(), visits=wrong, fluctuation=3, dropout_per_year=-1, biases=Biases(gate_drift=2)
        )
    for words in (
        "patients: found 1, expected 2 to 100000",
        "regimens: found none",
        "fluctuation: found 3, expected 0 to 1",
        "dropout_per_year: found -1",
        "month6 is not there",
        "day14 is there twice",
        "day28 has a window of -1 days",
        "the windows of day28 and day14 touch",
        "bias gate_drift: found 2, expected a number from 0 to 0.9",
    ):
        assert words in str(told.value)


def test_biases_as_people_ask_for_them() -> None:
    assert parse_biases(["selected_high=20", "steroid_pulse"]) == Biases(selected_high=20.0, steroid_pulse=0.35)
    assert parse_biases([]).named == {}
    with pytest.raises(CostimError) as told:
        parse_biases(["selectd_high", "gate_drift=a lot", "spill_error", "spill_error=0.1"])
    message = str(told.value)
    assert "did you mean 'selected_high'?" in message
    assert "found 'a lot', expected a number, as in gate_drift=0.15" in message
    assert "spill_error is asked for twice" in message


@pytest.mark.parametrize("name", list(BIASES))
def test_a_bias_is_a_name_with_an_amount(name: str) -> None:
    kind = BIASES[name]
    design = StudyDesign(biases=parse_biases([name]))
    assert design.biases.named == {name: kind.usual}
    assert design.unbiased() == StudyDesign()
    with pytest.raises(CostimError, match=f"bias {name}: found nan"):
        StudyDesign(biases=parse_biases([f"{name}=nan"]))


def test_doses_are_those_of_the_seed_study() -> None:
    """Table 2 of the publication as the example holds it: mg or mg/m2, and days after the first infusion."""
    doses = [parse_regimen(text).doses for text in SEED_REGIMENS]
    assert [len(d) for d in doses] == [2, 2, 2, 2, 2, 4, 4, 2, 1, 2]
    assert [d.day for d in doses[1]] == [0, 14]
    assert {(d.amount, d.unit) for d in doses[5]} == {(500.0, "mg")}
    assert {(d.amount, d.unit) for d in doses[7]} == {(1000.0, "mg")}
    assert {(d.amount, d.unit) for i in (0, 1, 2, 3, 4, 8, 9) for d in doses[i]} == {(375.0, "mg/m2")}


def test_a_cut_that_nobody_passes_is_refused() -> None:
    design = StudyDesign(biases=Biases(selected_high=60.0))
    with pytest.raises(CostimError, match="Choose a lower cut"):
        enrol(replace(design, fluctuation=0.0), load_model("loop"), 1000, 1)
