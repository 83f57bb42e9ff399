"""Documents of ours: consistent, followed alike by libRoadRunner, the solver and SciPy, and back again."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.errors import CostimError
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.model.fingerprint import fingerprint
from costim.mechanism.model.model import Model
from costim.mechanism.sbml.read import read_sbml
from costim.mechanism.sbml.recover import patient_of
from costim.mechanism.sbml.trajectories import trajectories
from costim.mechanism.sbml.write import write_sbml
from tests.mechanism.patients import CASES, drawn_values, model_of_case, typical_values

REGIMENS = {
    "100 mg/m2 x1": ((0.0, 160.0),),
    "375 mg/m2 x1": ((0.0, 600.0),),
    "375 mg/m2 x2": ((0.0, 600.0), (14.0, 600.0)),
    "500 mg x4": tuple((day, 500.0) for day in (0.0, 7.0, 14.0, 21.0)),
    "1000 mg x2": ((0.0, 1000.0), (14.0, 1000.0)),
    "375 mg/m2 x4": tuple((day, 600.0) for day in (0.0, 7.0, 14.0, 21.0)),
    "later, overlapping, again after a year": ((3.0, 600.0), (3.1, 300.0), (400.0, 1000.0)),
}
FIXTURE = """
375x1 7 68.92 2.452 0.9518 0.8891 0.6244 0.9826 0.9887 0.9251
375x1 28 28.75 0.3956 0.001336 0.4085 0.2502 0.7485 0.8014 0.4640
375x1 180 0.1256 30.55 0.3330 0.4505 0.2560 0.2754 0.3097 0.2712
375x1 365 8.92e-5 77.78 4.659 0.9027 0.7649 0.5827 0.4065 0.6389
500x4 28 154.8 0.2467 0.000610 0.4074 0.2502 0.7489 0.8014 0.4641
500x4 180 0.6846 10.70 0.05695 0.4117 0.2503 0.2739 0.3055 0.2671
500x4 365 5.70e-4 73.22 2.865 0.7947 0.5596 0.4042 0.3497 0.4731
1000x2 365 4.89e-4 73.67 2.985 0.8069 0.5791 0.4170 0.3528 0.4874
"""
"""The implementation fixture of the specification: regimen, day, C, N+M, M, X, Ta, Tm, Ab, D."""
NAMED = {"375x1": "375 mg/m2 x1", "500x4": "500 mg x4", "1000x2": "1000 mg x2"}


def schedule(infusions: tuple[tuple[float, float], ...], duration: float = 0.2) -> Schedule:
    start, amount = (np.array([column]) for column in zip(*infusions, strict=True))
    return Schedule(start, amount, np.full_like(start, duration))


def of_agent(agent: str, regimen: str) -> Schedule:
    given = schedule(REGIMENS[regimen])
    return Schedule(given.start, given.amount * (1e5 if agent == "car_t_pulse" else 1), given.duration)


@pytest.mark.parametrize("row", FIXTURE.split("\n")[1:-1])
def test_the_fixture_of_the_specification(row: str) -> None:
    regimen, day, *numbers = row.split()
    loop = load_model("loop")
    document = read_sbml(write_sbml(loop, typical_values(loop), schedule(REGIMENS[NAMED[regimen]])))
    found = trajectories(document, np.array([0.0, float(day)]), rtol=1e-10, atol=1e-13)
    got = [found[key][-1] for key in ("C", "cd19", "M", "X", "Ta", "Tm", "Ab", "D")]
    for value, expected in zip(got, map(float, numbers), strict=True):
        assert value == pytest.approx(expected, rel=0.002 if expected > 0.01 else 0.01)


def _roadrunner(text: str, model: Model, times: np.ndarray) -> np.ndarray:
    roadrunner = pytest.importorskip("roadrunner")
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-10, 1e-13
    runner.integrator.maximum_num_steps = 200_000
    runner.timeCourseSelections = ["time", *model.states, *model.outputs]
    return np.array(runner.simulate(times[0], times[-1], len(times)))[:, 1:]


def _agree(found: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    """Relative, below a thousandth of the largest value of a column relative to that."""
    floor = 1e-3 * np.abs(expected).max(axis=0) + 1e-12
    np.testing.assert_array_less(np.abs(found - expected) / np.maximum(np.abs(expected), floor), tolerance)


COMBINATIONS = [(n, a, r) for n, a in CASES for r in REGIMENS if a == "rituximab" or r == "375 mg/m2 x2"]


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "agent", "regimen"), COMBINATIONS)
def test_libroadrunner_and_the_solver_agree(name: str, agent: str, regimen: str) -> None:
    from costim.mechanism.solver.solve import solve

    model, times = model_of_case(name, agent), np.linspace(0, 730, 366)
    p, given = typical_values(model), of_agent(agent, regimen)
    theirs = _roadrunner(write_sbml(model, p, given), model, times)
    ours = solve(model, p[None, :], given, times, rtol=1e-9).states[0]
    # At the very time of a dose, the document gives what it has set, the solver what was before.
    between = np.isin(times, given.start, invert=True)
    _agree(theirs[between, : len(model.states)], ours[between], 1e-5)


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "agent"), CASES)
def test_our_reader_follows_documents_as_libroadrunner_does(name: str, agent: str) -> None:
    model, times = model_of_case(name, agent), np.linspace(0, 500, 101)
    text = write_sbml(model, drawn_values(model, 5, 1)[0], of_agent(agent, "later, overlapping, again after a year"))
    found = trajectories(read_sbml(text), times, rtol=1e-9, atol=1e-12)
    ours = np.stack([found[key] for key in (*model.states, *model.outputs)], axis=1)
    _agree(ours[times != 400], _roadrunner(text, model, times)[times != 400], 1e-5)


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "agent"), CASES)
def test_libsbml_finds_no_error(name: str, agent: str) -> None:
    libsbml = pytest.importorskip("libsbml")
    model = model_of_case(name, agent)
    checked = libsbml.readSBMLFromString(write_sbml(model, typical_values(model), of_agent(agent, "500 mg x4")))
    checked.checkConsistency()
    found = [checked.getError(i) for i in range(checked.getNumErrors())]
    assert all(error.getSeverityAsString() == "Warning" for error in found)
    # The only unit that SBML cannot say is the international unit of anti-dsDNA: no unit declared, none checked.
    assert {error.getErrorId() for error in found} <= {20702, 80701, 99505, 99508}
    assert all("Ab0" in e.getMessage() or "anti_dsdna" in e.getMessage() for e in found)


@pytest.mark.parametrize(("name", "agent"), CASES)
def test_a_patient_comes_back_whole(name: str, agent: str) -> None:
    model = model_of_case(name, agent)
    p, given = drawn_values(model, 3, 1)[0], of_agent(agent, "500 mg x4")
    text = write_sbml(model, p, given)
    back, values, infusions = patient_of(read_sbml(text))
    np.testing.assert_array_equal(values, p)
    for field in ("start", "amount", "duration"):
        np.testing.assert_array_equal(getattr(infusions, field), getattr(given, field))
    assert fingerprint(back) == fingerprint(model)
    assert (back.name, back.title, back.prose, back.inputs) == (model.name, model.title, model.prose, model.inputs)
    assert (back.parameters, back.scales) == (model.parameters, model.scales)
    assert [(s.name, s.title, s.unit, s.evidence) for s in back.states.values()] == [
        (s.name, s.title, s.unit, s.evidence) for s in model.states.values()
    ]
    assert [(o.name, o.unit, o.error, o.error_sd, o.offset) for o in back.outputs.values()] == [
        (o.name, o.unit, o.error, o.error_sd, o.offset) for o in model.outputs.values()
    ]
    assert write_sbml(back, values, infusions) == text


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    name=st.sampled_from(MODELS),
    infusions=st.lists(
        st.tuples(st.floats(0, 400), st.floats(1e-3, 5000), st.floats(1e-3, 30)), max_size=5, unique_by=lambda d: d[0]
    ).map(sorted),
)
def test_any_patient_and_infusions_come_back(seed: int, name: str, infusions: list[tuple[float, float, float]]) -> None:
    model = load_model(name)
    p = drawn_values(model, seed, 1)[0]
    columns = np.array(infusions).reshape(1, len(infusions), 3)
    text = write_sbml(model, p, Schedule(columns[:, :, 0], columns[:, :, 1], columns[:, :, 2]))
    back, values, found = patient_of(read_sbml(text))
    np.testing.assert_array_equal(values, p)
    np.testing.assert_array_equal(np.stack([found.start, found.amount, found.duration], axis=2), columns)
    # Without any infusion a document says nothing of what infusions would set.
    assert (fingerprint(back) == fingerprint(model)) == (bool(infusions) or name != "turnover")


def test_what_is_changed_in_the_document_is_changed_in_the_patient() -> None:
    loop = load_model("loop")
    text = write_sbml(loop, typical_values(loop), schedule(REGIMENS["375 mg/m2 x2"]))
    changed = text.replace('value="600.0"', 'value="700.0"').replace('value="0.32"', 'value="0.5"')
    changed = re.sub(r"<ci>kTM</ci>(<apply><minus/>)", r"<ci>kT</ci>\1", changed)
    model, values, infusions = patient_of(read_sbml(changed))
    assert infusions.amount.tolist() == [[700.0, 700.0]]
    assert values[model.value_names.index("K")] == 0.5
    assert model.states["Tm"].rate == "kT * (Ta - Tm)"
    assert fingerprint(model) != fingerprint(loop)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<costim:model ", "<costim:other ", "was not written by costim"),
        ('<event id="dose_1_ends"', '<event id="dose_9_ends"', "Infusion 1 of the document is not switched"),
        ('id="dose_2_on" name="Infusion 2 runs" value="0.0"', 'id="dose_2_on" name="" value="1.0"', "begins otherwise"),
        ("<ci>dose_1_on</ci><ci>dose_1_amount</ci>", "<ci>dose_1_on</ci><ci>dose_1_duration</ci>", "not the sum"),
        ('"K" name', '"K" value="-1" name', "cannot be read|not well-formed"),
        ('value="0.32"', 'value="-0.32"', "out of range"),
        (
            "<listOfParameters>",
            '<listOfParameters><parameter id="more" value="1" constant="true"/>',
            "more than a model",
        ),
    ],
)
def test_a_document_that_no_longer_is_ours_is_no_patient(old: str, new: str, words: str) -> None:
    loop = load_model("loop")
    text = write_sbml(loop, typical_values(loop), schedule(REGIMENS["375 mg/m2 x2"]))
    assert old in text
    with pytest.raises(CostimError, match=words):
        patient_of(read_sbml(text.replace(old, new, 1)))


def test_values_out_of_range_and_early_infusions_are_refused_together() -> None:
    loop = load_model("loop")
    p = typical_values(loop)
    p[0], p[3] = -1, np.nan
    with pytest.raises(CostimError, match=r"(?s)CL \(Clearance\).*V2 .*day -2; a document begins on day 0"):
        write_sbml(loop, p, schedule(((-2.0, 600.0), (12.0, 600.0))))


def test_words_of_the_model_are_escaped() -> None:
    from dataclasses import replace

    loop = replace(load_model("loop"), prose='a < b & "c"', title="<T> & 'x'")
    back, _, _ = patient_of(read_sbml(write_sbml(loop, typical_values(loop))))
    assert (back.prose, back.title) == (loop.prose, loop.title)
