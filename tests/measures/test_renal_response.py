"""Renal response by KDIGO 2024."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.measures.bounds import UNBOUNDED, Bounds, between, known
from costim.measures.facts import Facts, Visit
from costim.measures.renal_response import Kidney, respond
from costim.measures.result import Result
from costim.measures.score import score

VARIANTS = ("kdigo2024_within15", "kdigo2024_within10", "kdigo2024_within15+partial_by_proteinuria")


def visit(upcr: str, egfr: str, upcr_before: str, egfr_before: str) -> Visit:
    def facts(ratio: str, rate: str) -> Facts:
        return Facts({n: known(v) for n, v in (("upcr", ratio), ("egfr", rate)) if v})

    return Visit(facts(upcr, egfr), baseline=facts(upcr_before, egfr_before))


@pytest.mark.parametrize("variant", VARIANTS)
def test_w36_partial_renal_response(variant: str) -> None:
    result = score("renal_response", visit("0.9", "88", "2.4", "90"), variant)
    assert (result.state, result.complete, result.variant) == ("partial", True, variant)
    assert "kdigo2024" in result.source
    assert "proteinuria_halved" in result.decided_by


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (("0.499", "90"), ("2.4", "90"), "complete"),
        (("0.5", "90"), ("2.4", "90"), "partial"),
        (("1.2", "90"), ("2.4", "90"), "partial"),
        (("1.201", "90"), ("2.4", "90"), "none"),
        (("2.999", "90"), ("8", "90"), "partial"),
        (("3", "90"), ("8", "90"), "none"),
        (("0.4", "140"), ("2.4", "90"), "complete"),
        (("0.4", "76.5"), ("2.4", "90"), "complete"),
        (("0.4", "76.4"), ("2.4", "90"), "none"),
        (("0.9", "76.4"), ("2.4", "90"), "none"),
    ],
)
def test_limits_are_literal(now: tuple[str, str], before: tuple[str, str], expected: str) -> None:
    assert score("renal_response", visit(*now, *before)).state == expected


@pytest.mark.parametrize(
    ("egfr", "strict", "lax"),
    [("81", "complete", "complete"), ("80", "none", "complete"), ("76.5", "none", "complete"), ("76", "none", "none")],
)
def test_the_two_ends_of_ten_to_fifteen_percent(egfr: str, strict: str, lax: str) -> None:
    here = visit("0.4", egfr, "2.4", "90")
    assert score("renal_response", here, "kdigo2024_within10").state == strict
    assert score("renal_response", here, "kdigo2024_within15").state == lax


def test_partial_response_with_lost_kidney_function_depends_on_the_option() -> None:
    here = visit("0.9", "40", "2.4", "90")
    assert score("renal_response", here).state == "none"
    assert score("renal_response", here, "kdigo2024_within15+partial_by_proteinuria").state == "partial"


def test_what_is_unknown_stays_open_and_only_what_matters_is_missing() -> None:
    result = score("renal_response", visit("0.4", "", "2.4", "90"))
    assert (result.state, result.possible, result.missing) == ("unknown", ("complete", "none"), ("egfr",))
    nothing = score("renal_response", visit("2.4", "", "2.4", ""))
    assert (nothing.state, nothing.missing) == ("none", ())
    ratio = score("renal_response", visit("0.4", "90", "", "90"))
    assert ratio.state == "complete"


def test_a_ratio_below_the_limit_at_entry_is_flagged() -> None:
    result = score("renal_response", visit("0.3", "90", "0.4", "90"))
    assert (result.state, result.flags) == ("complete", ("no_proteinuria_at_baseline",))
    assert score("renal_response", visit("0.3", "90", "0.5", "90")).flags == ()


@pytest.mark.parametrize(
    ("months", "flags"),
    [("5.9", ("outside_response_window",)), ("6", ()), ("12", ()), ("12.5", ("outside_response_window",))],
)
def test_the_time_of_the_response_is_flagged_only(months: str, flags: tuple[str, ...]) -> None:
    here = visit("0.9", "88", "2.4", "90")
    timed = Visit(
        Facts(dict(here.now.values) | {"months_since_renal_treatment": known(months)}), baseline=here.baseline
    )
    result = score("renal_response", timed)
    assert (result.state, result.flags) == ("partial", flags)


def respond_to(now: Bounds, egfr: Bounds, before: Bounds, egfr_before: Bounds, variant: str) -> Result:
    return respond(Kidney(now, egfr), Kidney(before, egfr_before), variant)


GRID = [known(v) for v in ("0.2", "0.45", "0.5", "0.6", "1", "1.2", "2.9", "3", "7")]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("low", range(0, 9, 2))
@pytest.mark.parametrize("width", [0, 1, 3])
def test_possible_outcomes_are_those_of_the_completions(variant: str, low: int, width: int) -> None:
    """Ranges whose ends lie on a grid: every grid point within is a completion, and none falls outside."""
    inside = GRID[low : low + width + 1]
    now = Bounds(inside[0].lower, inside[-1].lower)
    for before, rate in product([GRID[2:4], GRID[4:8]], [[known(70)], [known(80), known(90)]]):
        less = respond_to(
            now, Bounds(rate[0].lower, rate[-1].lower), Bounds(before[0].lower, before[-1].lower), known(90), variant
        )
        seen = {respond_to(n, e, b, known(90), variant).state for n in inside for b in before for e in rate}
        assert seen <= set(less.possible)


def test_what_only_two_numbers_together_exclude_is_excluded() -> None:
    """Below 0.9 at entry a ratio that is halved is below 0.5: partial is not left over."""
    less = respond_to(between("0.4", "0.6"), known(90), known("0.9"), known(90), VARIANTS[0])
    assert less.possible == ("complete", "none")


@given(
    st.sampled_from(VARIANTS),
    st.lists(st.fractions(0, 10), min_size=4, max_size=4),
    st.fractions(min_value="1/10", max_value=10),
)
def test_units_change_nothing(variant: str, numbers: list[object], factor: object) -> None:
    """eGFR enters as a share of that at entry: another unit of it leaves the response alone."""
    now, egfr, before, egfr_before = (known(n) for n in numbers)  # type: ignore[arg-type]
    one = respond_to(now, egfr, before, egfr_before, variant)
    other = respond_to(now, egfr.times(factor), before, egfr_before.times(factor), variant)  # type: ignore[arg-type]
    assert one.state == other.state != "unknown"


def test_nothing_known_leaves_everything_open() -> None:
    result = respond_to(UNBOUNDED, UNBOUNDED, UNBOUNDED, UNBOUNDED, "")
    assert result.possible == ("complete", "partial", "none")
    assert result.missing == ("upcr", "baseline.upcr", "egfr", "baseline.egfr")
