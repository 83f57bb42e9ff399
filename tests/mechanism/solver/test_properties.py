"""What holds for any patient and any infusions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.population.draw import typical
from costim.mechanism.solver.solve import solve
from tests.mechanism.solver.asking import DAYS, LOOP, doses, mixed, one_patient, relative_error

DOSE = st.tuples(st.floats(0, 60), st.floats(1, 1000), st.floats(0.01, 20))
SOME = settings(max_examples=40, deadline=None)


@SOME
@given(st.lists(DOSE, min_size=1, max_size=5), st.integers(-30, 30).map(float), st.integers(0, 10_000))
def test_days_may_be_counted_from_anywhere(given_doses, shift, seed):
    values = mixed(1, seed)[0]
    later = [(start + shift, amount, duration) for start, amount, duration in given_doses]
    here = solve(LOOP, values, doses(*given_doses), DAYS).states
    there = solve(LOOP, values, doses(*later), DAYS + shift).states
    assert relative_error(there, here).max() < 2e-4


@SOME
@given(DOSE, DOSE, st.floats(0.1, 0.9))
def test_drug_adds_up_where_cells_do_not_touch_it(one, other, part):
    values = one_patient(kmax=0.0, CLT=0.0)
    drug = [solve(LOOP, values, doses(*d), DAYS, rtol=1e-9).states[0, :, :2] for d in ((one,), (other,), (one, other))]
    assert np.allclose(drug[0] + drug[1], drug[2], rtol=1e-6, atol=1e-6)
    # One infusion in two parts, one after the other, is the same infusion.
    start, amount, duration = one
    cut = (start + part * duration, (1 - part) * amount, (1 - part) * duration)
    split = solve(LOOP, values, doses((start, part * amount, part * duration), cut), DAYS, rtol=1e-9).states[0, :, :2]
    assert np.allclose(split, drug[0], rtol=1e-6, atol=1e-6)


@SOME
@given(st.permutations(range(7)), st.integers(0, 10_000), st.integers(1, 4))
def test_order_of_patients_and_threads_change_no_bit(order, seed, threads):
    values, schedule = mixed(7, seed)
    first = solve(LOOP, values, schedule, DAYS, threads=1)
    turned = Schedule(schedule.start[order], schedule.amount[order], schedule.duration[order])
    second = solve(LOOP, values[order], turned, DAYS, threads=threads)
    assert second.states.tobytes() == first.states[order].tobytes()
    assert second.steps.tolist() == first.steps[order].tolist()


def test_many_threads_change_no_bit():
    values, schedule = mixed(300, 2)
    results = [solve(LOOP, values, schedule, DAYS, threads=threads) for threads in (1, 2, 5)]
    assert len({result.states.tobytes() for result in results}) == 1
    assert len({result.steps.tobytes() for result in results}) == 1


@SOME
@given(st.sets(st.sampled_from(DAYS.tolist()), min_size=1), st.integers(0, 10_000))
def test_a_reading_does_not_depend_on_the_others(chosen, seed):
    values, schedule = mixed(1, seed)
    everything = solve(LOOP, values, schedule, DAYS)
    some = sorted({*chosen, DAYS[-1]})
    few = solve(LOOP, values, schedule, some)
    assert few.states.tobytes() == everything.states[:, np.searchsorted(DAYS, some)].tobytes()


def test_order_of_infusions_and_empty_places_do_not_matter():
    values = one_patient()
    straight = solve(LOOP, values, doses((0, 600, 0.2), (14, 600, 0.2)), DAYS)
    padded = solve(LOOP, values, doses((14, 600, 0.2), (0, 600, 0.2), (3, 0, 0.2), (0, 0, 0)), DAYS)
    assert padded.states.tobytes() == straight.states.tobytes()


def test_nothing_moves_without_drug():
    for name in MODELS:
        model = load_model(name)
        values = typical(model).values
        solved = solve(model, values, doses(), [-20.0, 0.0, 365.0, 730.0])
        assert np.abs(solved.states - solved.states[:, :1]).max() < 1e-6, name


def test_a_reading_on_the_day_of_a_dose_is_the_one_before_it():
    model = load_model("turnover")
    solved = solve(model, typical(model).values, doses((10, 600, 0.2)), [9.0, 10.0, 10.0 + 1e-9])
    effect = list(model.states).index("E1")
    assert solved.states[0, :, effect].round(6).tolist() == [0.0, 0.0, 1.0]


def test_repeated_times_repeat_the_reading():
    solved = solve(LOOP, one_patient(), doses((0, 600, 0.2)), [0.0, 0.0, 7.0, 7.0, 7.0])
    assert solved.states[0, 2].tobytes() == solved.states[0, 3].tobytes() == solved.states[0, 4].tobytes()
    assert np.isfinite(solved.states).all()


def test_infusions_after_the_last_time_and_before_day_0():
    values = one_patient()
    early = solve(LOOP, values, doses((-30, 600, 0.2)), [0.0, 10.0])
    assert early.states[0, 0, 0] > 10.0
    late = solve(LOOP, values, doses((0, 600, 0.2), (50, 600, 0.2)), [10.0, 50.0])
    assert late.states.tobytes() == solve(LOOP, values, doses((0, 600, 0.2)), [10.0, 50.0]).states.tobytes()
    running = solve(LOOP, values, doses((0, 600, 100.0)), [50.0])
    assert 50.0 < running.states[0, 0, :2].sum() < 300.0
