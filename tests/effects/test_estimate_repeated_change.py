import numpy as np
import pytest

from costim.effects.estimate import ESTIMATORS, estimate
from costim.inference.repeated.friedman import compute_friedman
from costim.inference.repeated.mixed_model import compute_mixed_model
from costim.registry.catalogue import methods, references
from costim.registry.flags import flag_meanings
from tests.effects.tables import NO_PUBLISHED, find, frame, make_plan, one, reading

NAMES = ("entry", "week4", "week12", "week24")
PLANNED = [{"name": name, "day": day} for name, day in zip(NAMES, (0, 28, 84, 168), strict=True)]
P = "sledai.total"
TABLE = np.array(
    [
        [16, 8, 4, 4],
        [20, 12, 12, 6],
        [8, 8, 2, 4],
        [10, 4, 4, 8],
        [24, 20, 10, 6],
        [12, 10, 8, 2],
        [18, 6, 10, 0],
        [14, 12, 6, 5],
    ],
    dtype=float,
)


def effects_of(table, visits=NAMES, extra=(), **endpoint):
    plan = make_plan(
        {"parameter": P, "kind": "repeated_change", "visits": list(visits)} | endpoint,
        contrasts=(),
        visits=PLANNED,
    )
    rows = [
        reading(subject, P, name, value)
        for subject, row in enumerate(table, start=1)
        for name, value in zip(NAMES, row, strict=True)
        if not np.isnan(value)
    ]
    found = estimate(plan, frame(*rows, *extra), NO_PUBLISHED)
    known = {"mixed_model", "mixed_model_test", "friedman"}
    for row in found:
        assert set(row.flags) <= flag_meanings().keys()
    return [row for row in found if row.method in known]


def test_complete_readings_give_the_model_its_test_and_friedman():
    found = effects_of(TABLE)
    model, ranks = compute_mixed_model(TABLE), compute_friedman(TABLE)
    for name, change in zip(NAMES[1:], model.changes, strict=True):
        row = one(found, "mixed_model", stratum=name)
        assert (row.variant, row.unit, row.level) == ("unstructured, kenward_roger", "points", 0.95)
        assert (row.estimate, row.se, row.df) == (change.estimate, change.se, change.df)
        assert (row.lower, row.upper, row.p) == (change.lower, change.upper, change.p)
        assert (row.n, row.n_missing, len(row.measurements), row.flags) == (8, 0, 32, ())
    test = one(found, "mixed_model_test")
    assert (test.variant, test.n, test.statistic, test.df) == (
        "unstructured, kenward_roger",
        8,
        model.test.statistic,
        model.test.df,
    )
    row = one(found, "friedman", variant="exact")
    assert (row.n, row.statistic, row.p, row.p_min, row.seed) == (8, ranks.statistic, ranks.p, ranks.p_min, None)
    assert row.flags == ("ties_present",)


def test_patients_without_some_visit_stay_in_the_model_and_leave_friedmans_test():
    table = np.vstack([TABLE, [[9, np.nan, 4, 6]]])
    found = effects_of(table)
    model = compute_mixed_model(table)
    week4, week24 = (one(found, "mixed_model", stratum=name) for name in ("week4", "week24"))
    assert (week4.n, week4.n_missing, week24.n) == (8, 1, 9)
    assert week4.estimate == model.changes[0].estimate
    assert "missing_at_random" in week4.flags
    assert ("df_capped" in week4.flags) == model.changes[0].df_capped
    assert one(found, "mixed_model_test").n == 9
    ranks = one(found, "friedman")
    assert (ranks.n, ranks.n_missing, ranks.p) == (8, 1, compute_friedman(TABLE).p)
    assert "incomplete_left_out" in ranks.flags


def test_too_few_complete_patients_leave_each_visit_alone_with_the_first():
    table = TABLE[:5].copy()
    table[4, 2] = np.nan
    found = effects_of(table)
    for place, name in enumerate(NAMES[1:], start=1):
        row = one(found, "mixed_model", stratum=name)
        alone = compute_mixed_model(table[:, [0, place]]).changes[0]
        assert row.variant == "by_visit, kenward_roger"
        assert (row.estimate, row.lower, row.upper) == (alone.estimate, alone.lower, alone.upper)
        assert "covariance_reduced" in row.flags
    test = one(found, "mixed_model_test")
    assert (test.p, test.statistic, test.n) == (None, None, 5)
    assert test.flags == ("few_for_covariance",)
    assert "missing_at_random" in one(found, "mixed_model", stratum="week12").flags


def test_two_patients_have_rows_without_numbers():
    found = effects_of(TABLE[:2])
    for row in find(found, "mixed_model"):
        assert (row.n, row.estimate, row.lower, row.p) == (2, None, None, None)
        assert {"covariance_reduced", "few_for_covariance"} <= set(row.flags)
    assert one(found, "mixed_model_test").p is None
    assert one(found, "friedman").p is not None


def test_equal_changes_are_no_certainty():
    table = TABLE.copy()
    table[:, 3] = table[:, 0] - 4
    row = one(effects_of(table), "mixed_model", stratum="week24")
    assert (row.estimate, row.lower) == (None, None)
    assert "covariance_singular" in row.flags


@pytest.mark.parametrize("covariance", ["ar1", "compound_symmetry"])
def test_the_plan_names_the_covariance(covariance):
    found = effects_of(TABLE[:4], covariance=covariance)
    model = compute_mixed_model(TABLE[:4], covariance=covariance)
    row = one(found, "mixed_model", stratum="week12")
    assert row.variant == f"{covariance}, kenward_roger"
    assert (row.estimate, row.se, row.df) == (model.changes[1].estimate, model.changes[1].se, model.changes[1].df)
    assert ("spacing_ignored" in row.flags) == (covariance == "ar1")
    assert one(found, "mixed_model_test").p == model.test.p


def test_ranges_give_rows_without_numbers():
    table = TABLE.copy()
    table[0, 1] = np.nan
    found = effects_of(table, extra=[reading(1, P, "week4", (6, 10))])
    assert len(found) == 5
    for row in found:
        assert (row.estimate, row.p, row.statistic) == (None, None, None)
        assert row.n == 8
        assert "ranges_not_taken" in row.flags


def test_a_visit_nobody_has_is_an_empty_row_and_the_others_are_estimated():
    table = TABLE.copy()
    table[:, 2] = np.nan
    found = effects_of(table)
    empty = one(found, "mixed_model", stratum="week12")
    assert (empty.n, empty.estimate, empty.flags) == (0, None, ("visit_without_reading",))
    others = compute_mixed_model(table[:, [0, 1, 3]]).changes
    assert [one(found, "mixed_model", stratum=n).estimate for n in ("week4", "week24")] == [c.estimate for c in others]
    ranks = one(found, "friedman")
    assert (ranks.n, ranks.p, ranks.flags) == (0, None, ("no_complete_subject",))


def test_without_the_first_visit_nothing_is_estimated():
    table = TABLE.copy()
    table[:, 0] = np.nan
    found = effects_of(table)
    for row in [*find(found, "mixed_model"), one(found, "mixed_model_test")]:
        assert row.estimate is None
        assert row.p is None
        assert row.flags == ("visit_without_reading",)


@pytest.mark.parametrize("visits", [(), ("entry",), ("entry", "entry")])
def test_one_visit_is_no_change(visits):
    (row,) = effects_of(TABLE, visits=visits)
    assert (row.method, row.n, row.estimate, row.flags) == ("mixed_model", 0, None, ("few_visits",))


def test_readings_in_another_unit_are_left_out_and_said():
    found = effects_of(TABLE[:6], extra=[reading(9, P, "entry", 3, unit="percent")])
    row = one(found, "mixed_model", stratum="week4")
    assert row.estimate == compute_mixed_model(TABLE[:6]).changes[0].estimate
    assert "units_differ" in row.flags


def test_two_readings_at_one_visit_are_ambiguous():
    found = effects_of(TABLE, extra=[reading(1, P, "week4", 5, timepoint="pre")])
    row = one(found, "mixed_model", stratum="week4")
    assert row.n == 7
    assert "ambiguous_reading" in row.flags


def test_the_room_knows_the_kind_and_the_registry_the_words():
    assert "repeated_change" in ESTIMATORS
    for code in ("mixed_model", "mixed_model_test", "friedman"):
        assert methods()[code].sentence, code
        assert methods()[code].assumption, code
    for code in ("unstructured", "ar1", "compound_symmetry", "by_visit", "kenward_roger", "permutation", "exact"):
        assert methods()[code].label, code
        assert set(methods()[code].references) <= references().keys()
