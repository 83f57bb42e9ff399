"""Change of a mean over mixed cells from rows of shares and levels, patient by patient."""

import pytest

from costim.effects.estimate import estimate
from costim.inference.paired.sign_flip import compute_sign_flip
from tests.effects.tables import CONTRAST, NO_PUBLISHED, find, frame, make_plan, pair, reading

SUBSETS = ("naive", "memory", "plasmablast")
ENDPOINT = {
    "parameter": "lab.cd40_mfi",
    "kind": "composition",
    "contrast": "change",
    "subsets": [f"{name}=lab.{name}_share*lab.{name}_mfi" for name in SUBSETS],
}
FIRST = ((60, 30, 10), (85, 10, 5), (22, 66, 84), (18, 54, 71))
PATIENTS = [
    FIRST,
    ((50, 40, 10), (70, 25, 5), (25, 60, 90), (24, 50, 95)),
    ((55, 40, 5), (90, 8, 2), (20, 70, 80), (21, 61, 60)),
    ((70, 25, 5), (80, 15, 5), (18, 50, 70), (15, 52, 65)),
    ((65, 30, 5), (60, 30, 10), (24, 62, 88), (20, 58, 92)),
    ((40, 40, 20), (75, 20, 5), (30, 75, 99), (22, 70, 90)),
]


def rows_of(subject, *patient, unit="%", level_unit="MFI"):
    shares_before, shares_after, levels_before, levels_after = patient
    found = []
    for k, name in enumerate(SUBSETS):
        found += pair(subject, f"lab.{name}_share", shares_before[k], shares_after[k], unit=unit)
        for visit, level in (("before", levels_before[k]), ("after", levels_after[k])):
            if level is not None:
                found.append(reading(subject, f"lab.{name}_mfi", visit, level, unit=level_unit))
    return found


def effects(*rows, endpoint=ENDPOINT, **options):
    return find(estimate(make_plan(endpoint, **options), frame(*rows), NO_PUBLISHED), "composition_change")


def parts(found):
    return {row.stratum: row for row in found}


def by_hand(f0, f1, m0, m1):
    composition = sum((b - a) / 100 * (x + y) / 2 for a, b, x, y in zip(f0, f1, m0, m1, strict=True))
    expression = sum((y - x) * (a + b) / 200 for a, b, x, y in zip(f0, f1, m0, m1, strict=True))
    return composition, expression


def test_mean_over_patients_with_the_sign_flip_test():
    found = parts(effects(*(rows_of(i, *patient) for i, patient in enumerate(PATIENTS))))
    assert list(found) == ["total", "composition", "expression"]
    values = [by_hand(*patient) for patient in PATIENTS]
    for place, part in enumerate(("composition", "expression")):
        expected = compute_sign_flip([v[place] for v in values])
        row = found[part]
        assert row.estimate == pytest.approx(expected.estimate, abs=1e-6)
        assert (row.lower, row.upper) == pytest.approx((expected.lower, expected.upper), abs=1e-6)
        assert (row.p, row.p_min, row.n, row.n_missing, row.unit) == (expected.p, 2 / 2**6, 6, 0, "MFI")
        assert len(row.measurements) == 6 * 12
    assert found["total"].estimate == pytest.approx(
        found["composition"].estimate + found["expression"].estimate, abs=1e-6
    )


def test_worked_patient():
    found = parts(effects(rows_of(1, *FIRST)))
    assert [found[part].estimate for part in ("total", "composition", "expression")] == pytest.approx(
        [-17.15, -10.875, -6.275]
    )
    assert found["total"].lower is None
    assert {"few_pairs", "level_unreachable", "p_at_floor"} <= set(found["total"].flags)


def test_fractions_and_percent_give_the_same():
    fractions = [tuple(s / 100 for s in shares) for shares in FIRST[:2]]
    percent, others = effects(rows_of(1, *FIRST)), effects(rows_of(1, *fractions, *FIRST[2:], unit="fraction"))
    assert [row.estimate for row in percent] == pytest.approx([row.estimate for row in others])


@pytest.mark.parametrize("scale", [1, 100])
def test_shares_without_a_unit_are_told_apart_by_their_sum(scale):
    shares = [tuple(s / 100 * scale for s in part) for part in FIRST[:2]]
    row = parts(effects(rows_of(1, *shares, *FIRST[2:], unit="")))["total"]
    assert row.estimate == pytest.approx(-17.15)
    assert "unit_not_stated" in row.flags


def test_shares_that_do_not_add_up_are_left_out():
    short = ((60, 20, 10), *FIRST[1:])
    found = parts(effects(rows_of(1, *FIRST), rows_of(2, *short)))
    assert (found["total"].n, found["total"].n_missing) == (1, 1)
    assert "shares_do_not_add_up" in found["total"].flags
    alone = parts(effects(rows_of(2, *short)))["total"]
    assert (alone.n, alone.estimate, alone.p) == (0, None, None)
    assert {"shares_do_not_add_up", "no_pairs"} <= set(alone.flags)


def test_rounded_shares_are_scaled_and_said():
    rounded = ((60, 30, 11), *FIRST[1:])
    assert "shares_scaled" in parts(effects(rows_of(1, *rounded)))["total"].flags
    assert "shares_scaled" not in parts(effects(rows_of(1, *FIRST)))["total"].flags


def test_percent_read_as_fractions_are_refused():
    found = parts(effects(rows_of(1, *FIRST, unit="fraction")))["total"]
    assert (found.n, found.estimate) == (0, None)
    assert "shares_do_not_add_up" in found.flags


def test_another_unit_is_no_share():
    found = parts(effects(rows_of(1, *FIRST, unit="cells/uL")))["total"]
    assert (found.n, found.estimate) == (0, None)
    assert "units_differ" in found.flags


def test_levels_in_two_units_are_not_pooled():
    found = parts(effects(rows_of(1, *FIRST), rows_of(2, *FIRST, level_unit="MESF")))["total"]
    assert found.n == 0
    assert "units_differ" in found.flags


def test_subset_without_cells_counts_as_composition():
    found = parts(effects(rows_of(1, (50, 50, 0), (100, 0, 0), (10, 40, None), (8, None, None))))
    assert (found["composition"].estimate, found["expression"].estimate) == pytest.approx((-15.5, -1.5))
    assert "subset_empty" in found["total"].flags


def test_subset_with_cells_but_no_level_is_missing():
    found = parts(effects(rows_of(1, *FIRST), rows_of(2, *FIRST[:3], (18, None, 71))))["total"]
    assert (found.n, found.n_missing) == (1, 1)


def test_missing_share_is_missing():
    rows = rows_of(1, *FIRST)[1:]
    found = parts(effects(rows, rows_of(2, *FIRST)))["total"]
    assert (found.n, found.n_missing) == (1, 1)


def test_ranges_give_bounds():
    ranged = (((58, 60), (30, 32), 10), FIRST[1], FIRST[2], (18, (50, 54), 71))
    low, high = [], []
    for share in (58, 60):
        for level in (50, 54):
            values = by_hand((share, 90 - share, 10), FIRST[1], FIRST[2], (18, level, 71))
            low, high = [*low, values[0]], [*high, values[1]]
    patients = [rows_of(i, *patient) for i, patient in enumerate(PATIENTS[1:])]
    exact = [by_hand(*patient) for patient in PATIENTS[1:]]
    found = parts(effects(*patients, rows_of(9, *ranged)))
    for part, values, place in (("composition", low, 0), ("expression", high, 1)):
        others = [v[place] for v in exact]
        row = found[part]
        assert row.estimate is None
        assert row.estimate_lower == pytest.approx((sum(others) + min(values)) / 6, abs=1e-6)
        assert row.estimate_upper == pytest.approx((sum(others) + max(values)) / 6, abs=1e-6)
        assert {"bounds_over_unknowns", "largest_p"} <= set(row.flags)
        for value in values:
            inside = compute_sign_flip([*others, value])
            assert row.lower <= inside.lower + 1e-6
            assert row.upper >= inside.upper - 1e-6
            assert row.p >= inside.p


def test_rounded_shares_beside_a_range_are_scaled_and_said():
    ranged = ((60, 30, 11), *FIRST[1:3], (18, (50, 54), 71))
    found = parts(effects(rows_of(1, *ranged)))
    ends = [parts(effects(rows_of(1, *ranged[:3], (18, level, 71))))["total"].estimate for level in (50, 54)]
    assert (found["total"].estimate_lower, found["total"].estimate_upper) == pytest.approx(ends)
    assert "shares_scaled" in found["total"].flags


def test_too_many_ranged_levels_are_no_fault_of_the_shares():
    names = [f"s{k}" for k in range(13)]
    endpoint = ENDPOINT | {"subsets": [f"{name}=lab.{name}_share*lab.{name}_mfi" for name in names]}
    rows = [
        row
        for k, name in enumerate(names)
        for row in (
            pair(1, f"lab.{name}_share", 4 if k else 52, 4 if k else 52, unit="%"),
            pair(1, f"lab.{name}_mfi", (20, 30), 25, unit="MFI"),
        )
    ]
    row = parts(effects(*rows, endpoint=endpoint))["total"]
    assert (row.n, row.estimate, row.p) == (0, None, None)
    assert "too_many_scenarios" in row.flags
    assert "shares_do_not_add_up" not in row.flags


def test_patients_who_all_change_alike_have_no_spread():
    found = parts(effects(*(rows_of(i, *FIRST) for i in range(6))))
    assert found["total"].lower == found["total"].upper == pytest.approx(-17.15)
    assert all("all_changes_equal" in row.flags for row in found.values())
    mixed = parts(effects(*(rows_of(i, *patient) for i, patient in enumerate(PATIENTS))))
    assert not any("all_changes_equal" in row.flags for row in mixed.values())


def test_share_below_a_limit_reaches_down_to_zero():
    rows = [*rows_of(1, (60, 40, 0), (100, 0, 0), (22, 66, None), (18, 60, None))]
    below = [r for r in rows if not (r.parameter == "lab.memory_share" and r.visit == "after")]
    below = [r for r in below if not (r.parameter == "lab.naive_share" and r.visit == "after")]
    below += [
        reading(1, "lab.memory_share", "after", upper=5.0, relation="<", unit="%"),
        reading(1, "lab.naive_share", "after", lower=95.0, relation=">", unit="%"),
    ]
    row = parts(effects(below))["total"]
    mean = 0.6 * 22 + 0.4 * 66
    assert (row.estimate_lower, row.estimate_upper) == pytest.approx((18 - mean, 0.95 * 18 + 0.05 * 60 - mean))


def test_level_without_end_has_no_bounds():
    rows = [r for r in rows_of(1, *FIRST) if not (r.parameter == "lab.naive_mfi" and r.visit == "after")]
    rows.append(reading(1, "lab.naive_mfi", "after", lower=10.0, relation=">", unit="MFI"))
    row = parts(effects(rows))["expression"]
    assert (row.n, row.estimate, row.estimate_lower, row.estimate_upper, row.lower, row.upper) == (1, *[None] * 5)
    assert row.p == 1.0


def test_every_contrast_and_none():
    plan = {k: v for k, v in ENDPOINT.items() if k != "contrast"}
    second = CONTRAST | {"name": "again"}
    assert {r.contrast for r in effects(rows_of(1, *FIRST), endpoint=plan, contrasts=(CONTRAST, second))} == {
        "change",
        "again",
    }
    empty = effects(rows_of(1, *FIRST), endpoint=plan, contrasts=())
    assert [(row.n, row.flags) for row in empty] == [(0, ("no_contrast",))]


def test_nobody_has_readings():
    found = parts(effects(pair(1, "sledai.total", 4, 2)))["total"]
    assert (found.n, found.n_missing, found.estimate) == (0, 1, None)
    assert "no_pairs" in found.flags
