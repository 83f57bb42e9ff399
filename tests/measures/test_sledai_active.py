"""Active disease: the two cut-offs of the paper."""

from __future__ import annotations

import pytest

from costim.measures.bounds import between
from costim.measures.facts import Facts, Visit
from costim.measures.score import score
from tests.measures.sledai_visits import recorded


@pytest.mark.parametrize(
    ("low", "high", "ge3", "ge4"),
    [
        (0, 0, "no", "no"),
        (2, 2, "no", "no"),
        (3, 3, "yes", "no"),
        (4, 4, "yes", "yes"),
        (2, 3, "unknown", "no"),
        (3, 4, "yes", "unknown"),
        (2, 9, "unknown", "unknown"),
    ],
)
def test_cut_offs(low: int, high: int, ge3: str, ge4: str) -> None:
    visit = Visit(Facts({"sledai_total": between(low, high)}))
    assert score("sledai_active", visit, "active_ge3").state == ge3
    assert score("sledai_active", visit, "active_ge4").state == ge4


def test_result_names_window_evidence_and_what_is_missing() -> None:
    found = score("sledai_active", Visit(recorded(["rash"], ["alopecia"])), "active_ge4+sledai_2k_10d")
    assert (found.window_days, found.evidence, found.missing) == (10, "C", ("alopecia",))
    assert (found.possible, found.complete) == (("yes", "no"), False)
    settled = score("sledai_active", Visit(recorded(["arthritis"], ["alopecia"])))
    assert (settled.state, settled.decided_by, settled.missing) == ("yes", ("active",), ())
