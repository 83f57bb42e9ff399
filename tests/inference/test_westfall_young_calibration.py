"""The fast twins of the calibration study give what the methods give."""

import numpy as np
import pytest
from bench.calibration.families import composition, families

from costim.inference.composition.kitagawa import compute_kitagawa
from costim.inference.families.benjamini_hochberg import compute_benjamini_hochberg
from costim.inference.families.holm import compute_holm
from costim.inference.families.westfall_young import compute_westfall_young
from costim.inference.paired.sign_flip import compute_sign_flip


@pytest.mark.parametrize(
    "draw", [families.draw_normal, families.draw_skewed, families.draw_whole, families.draw_missing]
)
@pytest.mark.parametrize("n", [5, 10])
def test_corrections(draw, n):
    rng = np.random.default_rng(3)
    changes = draw(4, 0.5, rng, 12, n)
    raw, adjusted = families.correct(changes, rng)
    for study, p, q in zip(changes, raw, adjusted, strict=True):
        found = compute_westfall_young(study)
        assert p == pytest.approx(found.raw)
        assert q == pytest.approx(found.adjusted)
    assert families.holm(raw) == pytest.approx(np.array([compute_holm(list(p)) for p in raw]))
    expected = np.array([compute_benjamini_hochberg(list(p)) for p in raw])
    assert families.benjamini_hochberg(raw) == pytest.approx(expected)


def test_drawn_patterns_are_near_all_of_them():
    rng = np.random.default_rng(4)
    changes = families.draw_normal(3, 0.5, rng, 4, 15)
    raw, adjusted = families.correct(changes, rng)
    for study, p, q in zip(changes, raw, adjusted, strict=True):
        found = compute_westfall_young(study)
        assert p == pytest.approx(found.raw, abs=0.05)
        assert q == pytest.approx(found.adjusted, abs=0.05)


@pytest.mark.parametrize("scenario", composition.DRAWN)
def test_parts_and_their_test(scenario):
    rng = np.random.default_rng(5)
    drawn = composition.DRAWN[scenario][0](rng, 6, 8)
    parts = composition.split(*drawn)
    for study in range(6):
        patients = [compute_kitagawa(*(x[study, i] for x in drawn)) for i in range(8)]
        for part in composition.PARTS:
            values = [getattr(p, part) for p in patients]
            assert parts[part][study] == pytest.approx(values, abs=1e-10)
            scale = float(np.abs(drawn[2]).max())
            p = composition.sign_flip_p(parts[part][study][None], rng)[0]
            assert p == pytest.approx(compute_sign_flip(values, scale=scale).p)
            for mean in (values[0], sum(values) / 8 + 3):
                found = compute_sign_flip(values)
                held = composition.sign_flip_p(np.array([values]) - mean, rng)[0] > 0.05
                assert held == (found.lower <= mean <= found.upper)
