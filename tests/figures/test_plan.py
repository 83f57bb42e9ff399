"""Which figures are planned, and what their captions say."""

from __future__ import annotations

import pytest

from costim.report.document import FigureRef, Num
from costim.report.figures import planned_figures
from tests.figures.cases import complete, curve, durations, paired, results

TEN = [str(i) for i in range(1, 11)]


def test_all_kinds_for_a_complete_study() -> None:
    planned = planned_figures(complete(TEN))
    assert [(p.kind, p.parameter) for p in planned] == [
        ("paired_change", "sledai.total"),
        ("paired_change", "lab.anti_dsdna"),
        ("waterfall", "sledai.total"),
        ("waterfall", "lab.anti_dsdna"),
        ("heatmap", ""),
        ("swimmer", "event.end_of_response"),
        ("kaplan_meier", "event.end_of_response"),
        ("transitions", "np.outcome"),
        ("transitions", "imaging.verdict"),
        ("forest", ""),
        ("states", "lldas.state"),
    ]
    assert len({p.name for p in planned}) == len(planned)


def test_nothing_is_planned_without_rows() -> None:
    assert planned_figures(results([], [], [])) == ()
    assert planned_figures(results(*paired({"1": (None, None), "2": (3.0, None)}))) == ()


def test_one_pair_has_no_figure_of_its_change() -> None:
    assert planned_figures(results(*paired({"1": (9.0, 1.0)}))) == ()


def test_no_times_no_swimmer_no_curve() -> None:
    endpoints, rows = durations({"1": (None, "unknown"), "2": (None, "observed")})
    assert planned_figures(results(endpoints, rows, [])) == ()


def test_a_curve_without_numbers_is_not_drawn() -> None:
    endpoints, rows = durations({"1": (5.0, "observed")})
    assert [p.kind for p in planned_figures(results(endpoints, rows, curve([(0, 1, 1)])))] == ["swimmer"]


def test_captions_carry_digits_only_with_their_row() -> None:
    study = complete(TEN)
    ids = set(study.effects["effect_id"])
    for planned in planned_figures(study):
        FigureRef(planned.name, planned.caption, planned.alt)  # raises on loose digits
        assert planned.alt
        for part in planned.caption:
            if isinstance(part, Num):
                assert part.ref in ids
                row = study.effects.filter(effect_id=part.ref).to_dicts()[0]
                assert all(row[name] is not None for name in part.field.split("+"))


def test_the_alternative_text_counts_directions() -> None:
    planned = planned_figures(results(*paired({"1": (9.0, 1.0), "2": (1.0, 2.0), "3": (4.0, 4.0)})))
    assert planned[0].alt == (
        "Lines from before to after in SLEDAI for 3 patients: 1 lower after, 1 higher, 1 unchanged or not certain. "
        "Hodges–Lehmann change −3 points, 95% interval −5 to −1."
    )


def test_names_are_safe_and_do_not_collide() -> None:
    first = paired({"1": (9.0, 1.0), "2": (8.0, 2.0)}, "scale.A_b")
    second = paired({"1": (9.0, 1.0), "2": (8.0, 2.0)}, "scale.a-b")
    planned = planned_figures(results(first[0] + second[0], first[1] + second[1], first[2] + second[2]))
    assert [p.name for p in planned if p.kind == "paired_change"] == [
        "paired-change-scale-a-b-c",
        "paired-change-scale-a-b-c-2",
    ]


@pytest.mark.parametrize("status", ["observed", "censored", "unknown"])
def test_the_swimmer_says_how_each_time_ended(status: str) -> None:
    endpoints, rows = durations({"7": (5.0, status)})
    (planned,) = planned_figures(results(endpoints, rows, []))
    assert planned.alt == f"Lanes of Duration of response in months, longest first. 7: 5 ({status})."


def test_more_patients_than_can_be_named_are_said_to_be() -> None:
    few, many = ({f"{i}": (9.0, 1.0) for i in range(n)} for n in (200, 201))
    assert " Patients are too many to be named." not in planned_figures(results(*paired(few)))[0].caption
    assert planned_figures(results(*paired(many)))[0].caption[-1] == " Patients are too many to be named."
