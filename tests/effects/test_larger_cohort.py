"""A made-up cohort of forty with every kind of endpoint: what must hold for every row, whatever the data."""

from dataclasses import fields
from math import isfinite

import numpy as np
import pytest

from costim.effects.estimate import estimate
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, pair, reading

PAIRED = ("sledai.total", "lab.c3", "lab.anti_dsdna", "lab.creatinine", "scale.gcs", "bcell.count")
ENDPOINTS = (
    *({"parameter": p, "kind": "paired_change", "contrast": "change", "family": "all"} for p in PAIRED),
    {"parameter": "event.relapse", "kind": "time_to_event", "horizons": [6, 12]},
    {"parameter": "event.infection", "kind": "count"},
    {"parameter": "sledai.total", "kind": "proportion", "contrast": "change", "above": 6},
    {"parameter": "imaging.finding", "kind": "agreement"},
    {"parameter": "imaging.finding", "kind": "transition", "contrast": "change"},
    {"parameter": "np.group", "kind": "distribution"},
    {"parameter": "np.resolution_days", "kind": "time_to_resolution", "horizons": [28]},
)


def censored(subject, parameter, visit, limit):
    return reading(subject, parameter, visit, lower=0.0, upper=limit, relation="<")


def cohort(seed):
    """Rows of forty subjects; some readings missing, censored, ranged, without unit, of unknown status."""
    chance = np.random.default_rng(seed)
    rows = []
    for s in range(40):
        start = int(chance.integers(4, 30))
        rows.append(reading(s, "subject.age", value=int(chance.integers(18, 70))))
        if chance.random() > 0.1:
            rows.append(pair(s, "sledai.total", start, max(0, start - int(chance.integers(-2, 15)))))
        rows.append(pair(s, "lab.c3", *(round(float(x), 1) for x in chance.uniform(30, 120, 2))))
        rows.append(pair(s, "lab.creatinine", *(round(float(x), 2) for x in chance.uniform(0.5, 1.5, 2)), unit=""))
        rows.append(reading(s, "lab.anti_dsdna", "before", round(float(chance.uniform(20, 200)), 1)))
        low = s in (3, 17)
        after = round(float(chance.uniform(1, 60)), 1)
        rows.append(
            censored(s, "lab.anti_dsdna", "after", 10.0) if low else reading(s, "lab.anti_dsdna", "after", after)
        )
        rows.append(reading(s, "bcell.count", "before", int(chance.integers(50, 400))))
        rows.append(censored(s, "bcell.count", "after", 1.0) if s % 3 else reading(s, "bcell.count", "after", 1.0 + s))
        rows.append(pair(s, "scale.gcs", (13, 15) if s == 5 else int(chance.integers(12, 16)), 15))
        time, status = float(np.round(chance.exponential(14), 1)), "unknown" if s in (8, 9) else "observed"
        if time < 24:
            rows.append(reading(s, "event.relapse", value=time, text=status, unit="months"))
        rows.append(reading(s, "event.last_contact", value=24.0, text="observed", unit="months"))
        if s % 4 == 0:
            rows.append(reading(s, "event.infection", value=3.0, text=status, unit="months"))
            rows.append(reading(s, "np.resolution_days", value=float(s), item="seizure"))
        for reader in "AB":
            found = [str(word) for word in chance.choice(["normal", "abnormal"], 2)]
            rows.append(pair(s, "imaging.finding", *found, item=f"mri brain {reader}"))
        if s % 5:
            rows.append(reading(s, "np.group", value="both" if s % 2 else "neither"))
    return rows


@pytest.fixture(scope="module", params=[1, 2])
def effects(request):
    return estimate(make_plan(*ENDPOINTS), frame(*cohort(request.param)), NO_PUBLISHED)


def test_every_number_is_finite_and_can_be_walked_back(effects):
    for row in effects:
        values = [v for v in (getattr(row, f.name) for f in fields(row)) if isinstance(v, float)]
        assert all(isfinite(v) for v in values), row
        if row.estimate is not None or row.estimate_lower is not None or row.count is not None:
            assert row.measurements, row.key


def test_bounds_limits_and_p_values_are_in_order(effects):
    for row in effects:
        low, high = row.estimate_lower, row.estimate_upper
        if low is not None and high is not None:
            assert low < high, row
            assert row.estimate is None
            assert "bounds_over_unknowns" in row.flags
        inside = [v for v in (row.estimate, low, high) if v is not None]
        assert all(row.lower is None or row.lower <= v + 1e-12 for v in inside), row
        assert all(row.upper is None or row.upper >= v - 1e-12 for v in inside), row
        for p in (row.p, row.p_min, row.p_adjusted):
            assert p is None or 0 <= p <= 1, row
        assert row.p is None or row.p_adjusted is None or row.p_adjusted >= row.p
        assert row.denominator is None or row.count is None or 0 <= row.count <= row.denominator, row
        assert row.n >= 0
        assert row.n_missing >= 0


def test_counts_below_the_limit_are_tested_by_what_holds_for_each_of_them(effects):
    tests = {r.parameter: r for r in find(effects, "signed_rank")}
    counts = tests["bcell.count"]
    # Every count fell, whatever the censored ones were: the p of all falls.
    assert counts.p == counts.p_min == pytest.approx(2.0 ** (1 - counts.n))
    assert counts.estimate is None
    assert counts.lower < counts.estimate_lower < counts.estimate_upper < counts.upper < 0
    assert tests["lab.creatinine"].unit == ""
    assert "unit_not_stated" in tests["lab.creatinine"].flags
    smallest = min(r.p for r in tests.values() if r.p is not None)
    tested = sum(r.p is not None for r in tests.values())
    assert min(r.p_adjusted for r in tests.values() if r.p is not None) == pytest.approx(tested * smallest)


def test_all_subjects_appear_somewhere(effects):
    share = one(effects, "proportion", parameter="sledai.total", stratum="above 6", variant="missing_as_bounds")
    assert share.denominator == 40
    assert share.n + share.n_missing == 40
    groups = find(effects, "category_count", parameter="np.group")
    assert sum(r.count for r in groups) == 40
