"""Readings are paired as the effects say, and bounds stay bounds."""

from __future__ import annotations

import math

import pytest

from costim.registry.parameters import parameter
from costim.report.figures.pairs import Span, anchors, changes, find_pairs, span_of
from costim.report.figures.view import view_results
from tests.figures.cases import paired, reading, results


def test_selectors_tell_before_from_after() -> None:
    view = view_results(results(*paired({"1": (10.0, 2.0), "10": (3.0, 4.0), "2": (5.0, 5.0)})))
    pairs = find_pairs(view, view.plan.endpoints[0])
    assert [(p.subject, p.before and p.before.value, p.after and p.after.value) for p in pairs] == [
        ("1", 10.0, 2.0),
        ("2", 5.0, 5.0),
        ("10", 3.0, 4.0),
    ]


def test_a_patient_with_one_reading_has_no_change() -> None:
    view = view_results(results(*paired({"1": (10.0, 2.0), "2": (None, 4.0), "3": (7.0, None)})))
    endpoint = view.plan.endpoints[0]
    assert changes(view, endpoint) == {"1": Span(-8.0, -8.0)}
    lone = {p.subject: (p.before, p.after) for p in find_pairs(view, endpoint)}
    assert lone["2"][0] is None
    assert lone["3"][1] is None


def test_an_endpoint_without_contrast_takes_those_of_its_rows() -> None:
    endpoints, rows, effects = paired({"1": (10.0, 2.0)})
    view = view_results(results([{**endpoints[0], "contrast": None}], rows, effects))
    assert [e.contrast for e in view.endpoints("paired_change")] == ["c"]


@pytest.mark.parametrize(
    ("value", "span", "drawn"),
    [
        (7.0, Span(7, 7), (7,)),
        (("range", 7.0, 11.0), Span(7, 11), (7, 11)),
        (("<", None, 0.5), Span(0, 0.5), (0.5,)),
        ((">", 30.0, None), Span(30, 105), (30,)),
        (None, None, ()),
    ],
)
def test_spans_and_where_symbols_stand(value: object, span: Span | None, drawn: tuple[float, ...]) -> None:
    row = reading("1", "sledai.total", value)  # type: ignore[arg-type]
    known = parameter("sledai.total")
    assert span_of(row, known) == span
    assert anchors(row, known) == drawn


def test_differences_of_ranges_hold_every_difference() -> None:
    assert Span(14, 15).minus(Span(7, 11)) == Span(3, 8)
    assert Span(1, math.inf).minus(Span(0, 1)).known == (0,)
