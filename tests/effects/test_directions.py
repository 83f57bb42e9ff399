"""Directions of changes known only within ranges: what every completion gives, tried one by one."""

from itertools import product

import numpy as np
import pytest

from costim.effects.estimate import estimate
from costim.inference.paired.sign_test import compute_sign_test
from tests.effects.tables import NO_PUBLISHED, frame, make_plan, one, pair

ENDPOINT = {"parameter": "sledai.total", "kind": "paired_change", "contrast": "change"}
RANGES = [(-3, -3), (4, 4), (0, 0), (-2, 0), (0, 2), (-1, 1), (-4, -1)]


def rows_of(spans):
    """A total of 20 before, and the ends of the range of the change away from it."""
    rows = [pair(i, "sledai.total", 20, (20 + low, 20 + high) if low < high else 20 + low) for i, (low, high) in spans]
    return estimate(make_plan(ENDPOINT), frame(*rows), NO_PUBLISHED)


@pytest.mark.parametrize("seed", range(25))
def test_largest_p_and_bounds_of_the_share_are_those_of_some_completion(seed):
    rng = np.random.default_rng(seed)
    spans = [RANGES[k] for k in rng.integers(0, len(RANGES), rng.integers(1, 7))]
    signs = [sorted({(x > 0) - (x < 0) for x in range(low, high + 1)}) for low, high in spans]
    counts = [(c.count(-1), c.count(1), c.count(0)) for c in product(*signs)]
    found = rows_of(enumerate(spans))
    assert one(found, "sign_test").p == max(compute_sign_test(*c).p for c in counts)
    share = one(found, "proportion")
    least, most = (end(c[0] for c in counts) / len(spans) for end in (min, max))
    ends = (
        (share.estimate, share.estimate) if share.estimate is not None else (share.estimate_lower, share.estimate_upper)
    )
    assert ends == (least, most)


def test_a_change_that_can_only_have_fallen_or_stayed_is_no_rise():
    found = rows_of(enumerate([(-5, 0), *[(-3, -3)] * 5]))
    assert one(found, "sign_test").p == 2 / 2**5
    rise = one(rows_of(enumerate([(0, 5), *[(-3, -3)] * 5])), "proportion")
    assert (rise.estimate, rise.count, rise.denominator) == (5 / 6, 5, 6)
