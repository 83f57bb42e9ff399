"""The quick forms used by the simulation study are the functions of the package."""

import numpy as np
import pytest
from bench.calibration.families.repeated import FriedmanTable, as_printed, draw_normal, draw_sledai, with_gaps

from costim.inference.repeated.friedman import compute_friedman
from costim.inference.repeated.mixed_model import compute_mixed_model


def test_p_from_the_table_is_friedmans():
    table = FriedmanTable()
    for seed, draw in enumerate([draw_normal, draw_sledai, draw_sledai]):
        for study in draw(np.random.default_rng(seed), 6, 7):
            assert table.p(study) == pytest.approx(compute_friedman(study).p, rel=1e-12)


def test_what_is_simulated_is_what_is_printed():
    studies = with_gaps(draw_normal, np.random.default_rng(5), 40, 9)
    estimate, se, df = as_printed(studies)
    whole = alone = 0
    for i, study in enumerate(studies):
        model = compute_mixed_model(study)
        for j in range(3):
            change = model.changes[j] if model.changes else None
            if change is None:
                two = compute_mixed_model(study[:, [0, j + 1]])
                change = two.changes[0] if two.changes else None
                alone += 1
            else:
                whole += 1
            if change is None:
                assert np.isnan(se[i, j])
            else:
                found = (estimate[i, j], se[i, j], df[i, j])
                assert found == pytest.approx((change.estimate, change.se, change.df), rel=1e-6)
    assert whole
    assert alone
