"""Zung Self-Rating Depression Scale: items, raw score and index, bands."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.measures.bounds import Bounds, between, known
from costim.measures.facts import Facts, FactValue, Visit
from costim.measures.overlap import contains
from costim.measures.result import Result
from costim.measures.score import score
from costim.measures.sds import ITEMS, both_readings, raw_score, to_index, to_raw

REVERSED = {2, 5, 6, 11, 12, 14, 16, 17, 18, 20}


def result(facts: dict[str, FactValue], variant: str = "sds_index", code: str = "sds") -> Result:
    return score(code, Visit(Facts(facts)), variant if code == "sds" else "")


def test_w26_a_total_of_unknown_kind_keeps_both_readings() -> None:
    before, after = both_readings(known(58)), both_readings(known(50))
    assert before == {"sds_raw": known("72.5"), "sds_index": known(58)}
    assert after == {"sds_raw": known("62.5"), "sds_index": known(50)}
    found = result({"sds": known(58)})
    assert (found.bounds, found.flags) == (between(58, "72.5"), ("coding_not_stated",))
    assert result({"sds": known(58)}, "sds_raw").bounds == between("46.4", 58)


def test_w26_bands_of_the_seed() -> None:
    assert [result({"sds_index": known(n)}, code="sds_band").state for n in (58, 50)] == ["mild", "mild"]
    assert [result({"sds_raw": known(n)}, code="sds_band").state for n in (58, 50)] == ["severe", "moderate"]
    unstated = result({"sds": known(58)}, code="sds_band")
    # It is 58 or 72.5 and nothing between, so that it cannot be moderate.
    assert (unstated.state, unstated.possible) == ("unknown", ("mild", "severe"))


def test_index_is_raw_score_times_five_quarters() -> None:
    assert [to_index(known(raw)) for raw in (20, 40, 80)] == [known(25), known(50), known(100)]
    assert to_raw(known(50)) == known(40)


@pytest.mark.parametrize(("raw", "kinds"), [(24, {"sds_raw"}), (25, {"sds_raw", "sds_index"}), (81, {"sds_index"})])
def test_a_total_that_is_impossible_as_one_kind_is_the_other(raw: int, kinds: set[str]) -> None:
    assert set(both_readings(known(raw))) == kinds
    flags = result({"sds": known(raw)}).flags
    assert flags == (("coding_inferred",) if len(kinds) == 1 else ("coding_not_stated",))


def test_ten_items_are_reversed() -> None:
    lowest = {name: known(4 if number in REVERSED else 1) for number, name in enumerate(ITEMS, start=1)}
    highest = {name: known(1 if number in REVERSED else 4) for number, name in enumerate(ITEMS, start=1)}
    assert (raw_score(lowest), raw_score(highest)) == (known(20), known(80))
    assert raw_score(dict.fromkeys(ITEMS, known(1))) == known(50)
    for number, name in enumerate(ITEMS, start=1):
        more = {**dict.fromkeys(ITEMS, known(1)), name: known(2)}
        assert raw_score(more) == known(49 if number in REVERSED else 51)


def test_bounds_hold_every_completion_of_two_items() -> None:
    rest = dict.fromkeys(ITEMS[2:], known(2))
    bounds = raw_score(rest)
    totals = [raw_score({**rest, "sds_1": known(a), "sds_2": known(b)}) for a, b in product(range(1, 5), repeat=2)]
    values = [total.value for total in totals if total.value is not None]
    assert bounds == between(min(values), max(values))
    found = result(dict(rest))
    assert (found.missing, found.complete) == (("sds_1", "sds_2"), False)


@given(st.lists(st.integers(1, 4), min_size=20, max_size=20), st.sets(st.sampled_from(ITEMS), max_size=6))
@settings(max_examples=60)
def test_items_raw_score_and_index_agree(answers: list[int], hidden: set[str]) -> None:
    items: dict[str, FactValue] = {name: known(answer) for name, answer in zip(ITEMS, answers, strict=True)}
    whole = result(items)
    raw = raw_score({name: known(answer) for name, answer in zip(ITEMS, answers, strict=True)})
    assert whole.bounds == to_index(raw)
    assert result({"sds_raw": raw}).bounds == whole.bounds
    part = {name: answer for name, answer in items.items() if name not in hidden}
    assert whole.bounds.value is not None
    assert contains(result(part).bounds, whole.bounds.value)
    assert result({**part, "sds_raw": raw}).bounds == whole.bounds


def test_a_total_that_the_items_exclude_is_flagged() -> None:
    items: dict[str, FactValue] = dict.fromkeys(ITEMS, known(1))
    for name in ("sds", "sds_raw", "sds_index"):
        found = result({**items, name: known(30)})
        assert (found.bounds, found.flags) == (known("62.5"), ("inconsistent_total",))
    assert result({**items, "sds": known(50)}).flags == ()


@pytest.mark.parametrize(
    ("index", "band"),
    [
        ("49.9", "below_mild"),
        ("50", "mild"),
        ("59.9", "mild"),
        ("60", "moderate"),
        ("69.9", "moderate"),
        ("70", "severe"),
    ],
)
def test_bands_at_their_limits(index: str, band: str) -> None:
    assert result({"sds_index": known(index)}, code="sds_band").state == band


def test_the_cut_off_is_raw_40() -> None:
    assert result({"sds_raw": known(39)}, code="sds_band").state == "below_mild"
    assert result({"sds_raw": known(40)}, code="sds_band").state == "mild"
    assert result({"sds_raw": Bounds(known(39).lower, None)}, code="sds_band").complete is False
