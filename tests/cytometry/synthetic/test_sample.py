"""Synthetic tubes: exact numbers, light that unmixes to what was put in, artefacts where they were asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.synthetic.blood import B_SUBSETS, apportioned, blood_cells
from costim.cytometry.synthetic.cells import cell_kinds, kinds_of
from costim.cytometry.synthetic.instrument import RANGE, detector, spillover
from costim.cytometry.synthetic.sample import Sample, make_control, make_sample
from costim.cytometry.synthetic.spec import Clog, SampleSpec, SyntheticError
from costim.cytometry.synthetic.truth import EVENT_TYPES

BLOOD = SampleSpec(panel="b_cells", cells=blood_cells(6000, b_cells=900))


def column(sample: Sample, name: str) -> np.ndarray:
    return sample.events[:, [c.name for c in sample.channels].index(name)]


def compensated(sample: Sample) -> np.ndarray:
    """Shape (n, markers)."""
    names = list(sample.truth.detectors)
    raw = np.column_stack([column(sample, name) for name in names]).astype(np.float64)
    return raw @ np.linalg.inv(spillover(names))


@settings(max_examples=40)
@given(
    b=st.integers(0, 60),
    total=st.integers(100, 700),
    extra=st.tuples(*[st.integers(0, 30)] * 5),
    panel=st.sampled_from(["b_cells", "t_cells"]),
    seed=st.integers(0, 2**32),
)
def test_every_number_of_events_is_exact(
    b: int, total: int, extra: tuple[int, int, int, int, int], panel: str, seed: int
) -> None:
    dead, doublets, debris, margins, beads = extra
    spec = SampleSpec(
        panel=panel,
        cells=blood_cells(total, b_cells=b),
        false_b=dead if panel == "b_cells" else 0,
        dead=dead,
        sticky=0.5,
        doublets=doublets,
        debris=debris,
        margins=margins,
        counting_beads=beads,
    )
    sample = make_sample(spec, seed)
    truth = sample.truth
    assert truth.count("b_cells") == b == spec.b_cells
    assert {name: truth.count(name) for name in spec.cells} == dict(spec.cells)
    assert truth.count() == total
    wanted = (total, spec.false_b, dead, doublets, debris, margins, beads, 0)
    assert tuple(truth.count_type(name) for name in EVENT_TYPES) == wanted
    assert sample.events.shape == (spec.events, len(sample.channels))
    assert np.count_nonzero(truth.sticky) == spec.false_b + round(0.5 * dead)
    assert np.count_nonzero(truth.partner >= 0) == doublets
    assert np.isfinite(sample.events).all()
    assert sample.events.max() < RANGE


@settings(max_examples=60)
@given(total=st.integers(0, 10_000), shares=st.lists(st.floats(0, 10), min_size=1, max_size=6))
def test_apportioned_numbers_add_up_and_stay_within_one(total: int, shares: list[float]) -> None:
    named = {str(i): share for i, share in enumerate(shares)}
    if sum(shares) <= 0:
        with pytest.raises(ValueError, match="not all of them 0"):
            apportioned(total, named)
        return
    numbers = apportioned(total, named)
    assert sum(numbers.values()) == total
    for name, number in numbers.items():
        assert abs(number - total * named[name] / sum(shares)) < 1 + 1e-6


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = make_sample(BLOOD, 3), make_sample(BLOOD, 3), make_sample(BLOOD, 4)
    assert first.events.tobytes() == again.events.tobytes()
    assert first.events.tobytes() != other.events.tobytes()


@pytest.mark.parametrize("panel", ["b_cells", "t_cells"])
def test_compensation_returns_the_unmixed_levels_on_average(panel: str) -> None:
    sample = make_sample(replace(BLOOD, panel=panel), 11)
    residual = compensated(sample) - sample.truth.unmixed
    names = list(sample.truth.detectors)
    inverse = np.linalg.inv(spillover(names))
    for kind in ("naive_b", "switched_memory_b", "naive_cd4_t", "monocytes"):
        here = sample.truth.where(kind)
        light = sample.truth.unmixed[here].astype(np.float64) @ spillover(names)
        # variance of each detector: photo-electrons and electronic noise; then through the inverse
        spread = light * [detector(n).units_per_electron for n in names] + np.square([detector(n).noise for n in names])
        error = np.sqrt((spread @ inverse**2).sum(axis=0)) / np.count_nonzero(here)
        z = residual[here].mean(axis=0) / error
        assert np.abs(z).max() < 4.5, kind
        ratio = residual[here].std(axis=0) / (error * np.sqrt(np.count_nonzero(here)))
        assert np.all((ratio > 0.75) & (ratio < 1.25)), (
            kind
        )  # the spread is that of counted photons, not of another law


def test_spreading_grows_with_what_spills_in() -> None:
    """IgD in FITC widens what is seen in PE on cells without CD80, although its mean is compensated away."""
    sample = make_sample(BLOOD, 5)
    place = sample.truth.markers.index("cd80")
    without = sample.truth.mesf[:, place] == 0
    values = compensated(sample)[:, place]
    bright = values[without & sample.truth.where("naive_b")]
    dark = values[without & sample.truth.where("switched_memory_b", "double_negative_b")]
    assert bright.std() > 1.5 * dark.std()


def test_a_shift_moves_its_marker_on_its_cells_and_nothing_else() -> None:
    plain = make_sample(BLOOD, 8).truth
    shifted = make_sample(replace(BLOOD, shifts={"cd40": 0.7, "naive_b.cd40": 0.5}), 8).truth
    place = plain.markers.index("cd40")
    ratio = np.divide(shifted.mesf, plain.mesf, out=np.ones_like(plain.mesf), where=plain.mesf > 0)
    assert np.allclose(ratio[plain.where("naive_b"), place], 0.5)
    assert np.allclose(ratio[plain.where("switched_memory_b"), place], 0.7)
    others = [i for i in range(len(plain.markers)) if i != place]
    assert np.array_equal(plain.mesf[:, others], shifted.mesf[:, others])
    assert np.array_equal(plain.kind, shifted.kind)


def test_shares_set_how_many_cells_carry_a_marker() -> None:
    spec = replace(BLOOD, shares={"cd80": 0.0, "naive_b.cd80": 1.0})
    truth = make_sample(spec, 2).truth
    place = truth.markers.index("cd80")
    assert (truth.mesf[truth.where("naive_b"), place] > 0).all()
    assert (truth.mesf[truth.where("switched_memory_b"), place] == 0).all()


def test_levels_are_those_of_the_table() -> None:
    truth = make_sample(BLOOD, 6).truth
    for kind in ("naive_b", "switched_memory_b"):
        bound = truth.mesf[truth.where(kind), truth.markers.index("cd40")].astype(np.float64)
        level = cell_kinds()[kind].levels["cd40"]
        assert np.log(bound).mean() == pytest.approx(np.log(level.median), abs=4.5 * level.spread / np.sqrt(bound.size))
        assert np.log(bound).std() == pytest.approx(level.spread, rel=0.25)


def test_masking_hides_cd20_but_not_cd19() -> None:
    plain = make_sample(BLOOD, 4).truth
    masked = make_sample(replace(BLOOD, masked={"cd20": 0.95}), 4).truth
    b = plain.where("b_cells")
    cd20, cd19 = plain.markers.index("cd20"), plain.markers.index("cd19")
    assert np.allclose(masked.mesf[b, cd20], 0.05 * plain.mesf[b, cd20], rtol=1e-4)
    assert np.array_equal(masked.mesf[:, cd19], plain.mesf[:, cd19])


def test_false_b_cells_look_like_b_cells_and_living() -> None:
    sample = make_sample(replace(BLOOD, false_b=200, dead=100, sticky=0.0), 9)
    values, truth = compensated(sample), sample.truth
    false = truth.event_type == EVENT_TYPES.index("false_b")
    dead = truth.event_type == EVENT_TYPES.index("dead")
    cd19, viability, cd3 = (truth.markers.index(m) for m in ("cd19", "viability", "cd3"))
    assert (truth.mesf[false][:, cd19] == 0).all()
    true_b = np.median(values[truth.where("b_cells"), cd19])
    assert 0.3 < np.median(values[false, cd19]) / true_b < 1.5
    assert np.median(values[false, viability]) < 1000 < np.quantile(values[dead, viability], 0.05)
    assert np.quantile(values[false, cd3], 0.95) < np.quantile(values[truth.where("cd8_t"), cd3], 0.01)


def test_doublets_have_a_low_height_for_their_area() -> None:
    sample = make_sample(replace(BLOOD, doublets=400), 12)
    ratio = column(sample, "FSC-H") / column(sample, "FSC-A")
    pairs = sample.truth.partner >= 0
    single = sample.truth.where()
    assert np.quantile(ratio[single], 0.001) > np.quantile(ratio[pairs], 0.97)
    width = column(sample, "FSC-W")
    assert np.median(width[pairs]) > 1.4 * np.median(width[single])


def test_margin_events_are_cut_at_the_range() -> None:
    sample = make_sample(replace(BLOOD, margins=50), 13)
    margin = sample.truth.event_type == EVENT_TYPES.index("margin")
    top = np.maximum(column(sample, "FSC-A"), column(sample, "SSC-A"))
    assert np.mean(top[margin] == RANGE - 1) > 0.9
    assert np.mean(top[~margin] == RANGE - 1) < 0.001


def test_drift_raises_one_channel_from_start_to_end() -> None:
    spec = SampleSpec(panel="b_cells", cells={"cd8_t": 8000}, drift={"PerCP-Cy5-5-A": 0.4})
    sample = make_sample(spec, 14)
    values = column(sample, "PerCP-Cy5-5-A")
    first, last = np.median(values[:800]), np.median(values[-800:])
    assert last / first == pytest.approx(1.38 / 1.02, rel=0.04)
    other = column(sample, "PE-Cy7-A")
    assert np.median(other[-800:]) / np.median(other[:800]) == pytest.approx(1.0, rel=0.05)


def test_a_clog_leaves_a_gap_and_unsteady_events() -> None:
    spec = replace(BLOOD, clog=Clog(at=0.5, gap_s=4.0, settle_s=0.5, factor=0.5))
    sample = make_sample(spec, 15)
    seconds = column(sample, "Time").astype(np.float64) * 0.01
    assert np.diff(seconds).max() == pytest.approx(4.0, abs=0.05)
    unsteady = sample.truth.unsteady
    assert unsteady.any()
    assert np.diff(seconds).argmax() + 1 == np.flatnonzero(unsteady)[0]
    t = sample.truth.where("naive_cd4_t", "memory_cd4_t", "cd8_t")
    cd3 = column(sample, "PerCP-Cy5-5-A")
    assert np.median(cd3[t & unsteady]) == pytest.approx(0.5 * np.median(cd3[t & ~unsteady]), rel=0.1)


def test_time_rises_at_the_rate() -> None:
    sample = make_sample(replace(BLOOD, rate=2000.0), 16)
    time = column(sample, "Time").astype(np.float64)
    assert (np.diff(time) >= 0).all()
    assert time[-1] * 0.01 == pytest.approx(BLOOD.events / 2000.0, rel=0.08)


def test_a_voltage_changes_the_gain_and_is_written() -> None:
    plain = make_sample(BLOOD, 17)
    raised = make_sample(replace(BLOOD, voltages={"APC-A": 600.0}), 17)
    usual = detector("APC-A").voltage
    b = plain.truth.where("b_cells")
    ratio = np.median(column(raised, "APC-A")[b]) / np.median(column(plain, "APC-A")[b])
    assert ratio == pytest.approx((600.0 / usual) ** 7, rel=0.02)
    assert {c.name: c.voltage for c in raised.channels}["APC-A"] == 600.0


def test_counting_beads_stand_apart() -> None:
    sample = make_sample(replace(BLOOD, counting_beads=120), 18)
    beads = sample.truth.event_type == EVENT_TYPES.index("counting_bead")
    assert column(sample, "SSC-A")[beads].min() > 1.2 * np.quantile(
        column(sample, "SSC-A")[sample.truth.where()], 0.999
    )


def test_fmo_leaves_one_conjugate_out_and_isotype_keeps_what_clings() -> None:
    spec = replace(BLOOD, false_b=150)
    full, fmo, isotype, unstained = (
        make_sample(spec, 20),
        make_control(spec, "cd19", "fmo", 20),
        make_control(spec, "cd19", "isotype", 20),
        make_control(spec, "", "unstained", 20),
    )
    place = full.truth.markers.index("cd19")
    false = full.truth.event_type == EVENT_TYPES.index("false_b")
    b = full.truth.where("b_cells")
    assert (fmo.truth.mesf[:, place] == 0).all()
    assert (isotype.truth.mesf[:, place] == 0).all()
    others = [i for i in range(len(full.truth.markers)) if i != place]
    assert np.array_equal(fmo.truth.mesf[:, others], full.truth.mesf[:, others])
    assert np.median(fmo.truth.unmixed[false, place]) < 100
    assert np.median(isotype.truth.unmixed[false, place]) > 2000
    assert np.median(isotype.truth.unmixed[b, place]) < 200
    assert (unstained.truth.mesf == 0).all()
    assert fmo.keywords["COSTIM SYNTHETIC"] == "panel b_cells, fmo cd19, seed 20"


def test_a_single_stain_carries_one_conjugate_only() -> None:
    full, single = make_sample(BLOOD, 20), make_control(BLOOD, "cd19", "single", 20)
    place = full.truth.markers.index("cd19")
    others = [i for i in range(len(full.truth.markers)) if i != place]
    assert (single.truth.mesf[:, others] == 0).all()
    assert np.array_equal(single.truth.mesf[:, place], full.truth.mesf[:, place])
    assert single.keywords["COSTIM SYNTHETIC"] == "panel b_cells, single cd19, seed 20"
    with pytest.raises(SyntheticError, match="'cd4' cannot be made"):
        make_control(BLOOD, "cd4", "single", 20)


def test_what_cannot_be_made_is_refused_all_at_once() -> None:
    with pytest.raises(SyntheticError) as error:
        SampleSpec(
            panel="b_cells",
            cells={"naive_b": -3, "plasma": 4},
            shifts={"cd4": 2.0, "naive.cd40": 1.0},
            shares={"cd80": 1.4},
            sticky=2.0,
            rate=0.0,
            drift={"PE": 0.1},
            clog=Clog(1.5, -1.0),
        )
    text = str(error.value)
    for word in (
        "'plasma'",
        "naive_b is -3",
        "'cd4'",
        "'naive.cd40'",
        "shares of cd80 is 1.4",
        "sticky",
        "rate",
        "'PE'",
    ):
        assert word in text
    assert "clog" in text
    with pytest.raises(SyntheticError, match="panel is 'nk'"):
        SampleSpec(panel="nk", cells={})
    with pytest.raises(SyntheticError, match="false_b needs the panel b_cells"):
        SampleSpec(panel="t_cells", cells={"nk": 3}, false_b=1)
    with pytest.raises(SyntheticError, match="and there are none"):
        SampleSpec(panel="t_cells", cells={}, doublets=1)
    with pytest.raises(SyntheticError, match="control of 'cd38'"):
        make_control(BLOOD, "cd38", "fmo", 1)
    with pytest.raises(ValueError, match="between 0 and the total"):
        blood_cells(10, b_cells=11)
    with pytest.raises(ValueError, match="b_subsets has"):
        blood_cells(10, b_subsets={"nk": 1.0})


def test_the_input_survives() -> None:
    shifts = {"cd40": 0.5}
    spec = SampleSpec(panel="b_cells", cells={"naive_b": 5}, shifts=shifts)
    shifts["cd40"] = 2.0
    assert spec.shifts["cd40"] == 0.5
    assert set(B_SUBSETS) == set(kinds_of("b_cells"))


def test_an_empty_tube_can_be_made() -> None:
    sample = make_sample(SampleSpec(panel="b_cells", cells={}), 1)
    assert sample.events.shape == (0, len(sample.channels))
    assert sample.truth.summary()["events"] == 0
