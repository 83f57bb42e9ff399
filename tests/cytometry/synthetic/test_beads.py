"""Calibration beads: peaks where they were asked for."""

from __future__ import annotations

import numpy as np
import pytest

from costim.cytometry.synthetic.beads import BLANK_LIGHT, make_beads
from costim.cytometry.synthetic.instrument import detector, spillover
from costim.cytometry.synthetic.spec import SyntheticError


@pytest.mark.parametrize("panel", ["b_cells", "t_cells"])
def test_each_peak_lies_at_its_mesf(panel: str) -> None:
    peaks = (0.0, 2_000.0, 9_000.0, 50_000.0)
    sample = make_beads(panel, 3, peaks=peaks, each=400)
    names = [c.name for c in sample.channels]
    assert sample.events.shape[0] == 1600
    for place, name in enumerate(sample.truth.detectors):
        values = sample.events[:, names.index(name)].astype(np.float64)
        known = detector(name)
        for number, mesf in enumerate(peaks):
            here = values[sample.truth.kind == number]
            expected = mesf * known.units_per_mesf + BLANK_LIGHT * known.autofluorescence
            error = np.sqrt(expected * known.units_per_electron + known.noise**2 + (0.04 * expected) ** 2) / 20
            assert abs(np.median(here) - expected) < 6 * error, (name, mesf)
        assert sample.truth.mesf[sample.truth.kind == 2, place].mean() == pytest.approx(9_000, rel=0.01)


def test_beads_are_on_the_instrument_of_the_samples_and_say_what_they_are() -> None:
    sample = make_beads("b_cells", 1, each=10)
    assert sample.keywords["$CYT"] == "costim synthetic"
    assert sample.keywords["$SRC"] == "synthetic calibration beads"
    assert sample.keywords["COSTIM MESF"] == "0,800,3000,11000,40000,150000"
    numbers = sample.keywords["$SPILLOVER"].split(",")
    k = int(numbers[0])
    values = np.array([float(x) for x in numbers[1 + k :]]).reshape(k, k)
    assert np.array_equal(values, spillover(numbers[1 : 1 + k]))


def test_impossible_beads_are_refused() -> None:
    for peaks, each in (((5.0, 1.0), 10), ((), 10), ((-1.0, 4.0), 10), ((0.0, 4.0), 0)):
        with pytest.raises(SyntheticError, match="rising MESF"):
            make_beads("b_cells", 1, peaks=peaks, each=each)
