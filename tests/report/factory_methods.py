"""An invented study with a row of every method: other causes, families, visits, single patients, composition, times.

Nothing is computed; the numbers are typed so that each table has something to print. Eight patients.
"""

from __future__ import annotations

from typing import Any

from factory_rows import ids, number

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement

SUBJECTS = tuple(f"P{i}" for i in range(1, 9))
VISITS = ("day0", "day28", "month6")
SLEDAI = {
    "day0": (18, 14, 22, 16, 12, 20, 26, 15),
    "day28": (8, 6, 14, 9, 7, 10, 12, 9),
    "month6": (4, 6, 10, 2, 6, 8, 9, 3),
}
CHANGES = (-14, -8, -12, -14, -6, -12, -17, -12)
CODE, MARKER, CONTRAST = "sledai.total", "lab.anti_dsdna", "c"
EVENT, RESPONSE = "event.relapse", "scale.clinical_response"
LEVEL = {"level": 0.95}


def methods_parts() -> tuple[dict[str, Any], dict[str, Any]]:
    """Plan and parts for `make_results`."""
    rows = [
        number(s, CODE, float(SLEDAI[v][i]), "sledai", "total", visit=v, day=float(day))
        for i, s in enumerate(SUBJECTS)
        for v, day in zip(VISITS, (0, 28, 182), strict=True)
    ]
    rows += [
        number(s, MARKER, 100.0 + 10 * i - (60 if v == "month6" else 0), "labs", "value", visit=v)
        for i, s in enumerate(SUBJECTS)
        for v in ("day0", "month6")
    ]
    return _plan(), {"measurements": rows, "effects": _effects(rows)}


def _plan() -> dict[str, Any]:
    sledai = {"parameter": CODE, "kind": "paired_change", "contrast": CONTRAST, "family": "f", "primary": True}
    marker = {"parameter": MARKER, "kind": "paired_change", "contrast": CONTRAST, "family": "f", "scale": "ratio"}
    relapse = {"parameter": EVENT, "kind": "time_to_event", "horizons": [12]}
    return {
        "study": {"id": "methods", "title": "Every method", "day_convention": "first_infusion_is_day_0"},
        "visits": [{"name": "day0", "label": "Day 0"}, {"name": "day28"}, {"name": "month6", "label": "Month 6"}],
        "contrasts": [
            {"name": CONTRAST, "label": "day 0 to month 6"}
            | {"baseline": {"visits": ["day0"]}, "post": {"visits": ["month6"]}}
        ],
        "endpoints": [
            sledai,
            marker,
            {"parameter": CODE, "kind": "repeated_change", "visits": list(VISITS)},
            {"parameter": RESPONSE, "kind": "proportion", "contrast": CONTRAST, "categories": ["MCR"]},
            relapse,
            relapse | {"intercurrent": ["retreatment=composite"], "label": "Relapse or retreatment"},
            relapse | {"intercurrent": ["death=competing"], "label": "Relapse before death"},
            {"parameter": EVENT, "kind": "rate"},
            {
                "parameter": "lab.c3",
                "kind": "composition",
                "contrast": CONTRAST,
                "subsets": ["naive=lab.c3*lab.c4", "memory=lab.ch50*lab.igg"],
            },
        ],
        "families": [{"name": "f", "correction": "westfall_young", "label": "Activity"}],
        "other_causes": [
            {
                "parameter": CODE,
                "contrast": CONTRAST,
                "population_mean": 6,
                "between_sd": 4,
                "within_sd": 3,
                "selected_above": 10,
                "natural_course": [-6, 0],
                "steroid_per_mg": [-0.2, 0.2],
                "long_run_mean": [4, 16],
                "basis": "Registry of the clinic.",
            }
        ],
        "benchmarks": [
            {"parameter": RESPONSE, "contrast": CONTRAST, "share": 0.3, "hoped": 0.6, "basis": "Trial of 2010."}
        ],
    }


def _effects(rows: list[Measurement]) -> list[Effect]:
    return [
        *_paired(rows, CODE, "points"),
        *_paired(rows, MARKER, "IU/mL"),
        *_other_causes(),
        *_single_patients(),
        *_visits(),
        *_shares(),
        *_times(),
        *_composition(),
        Effect(parameter="subject", method="subjects", n=8, count=8),
    ]


def _paired(rows: list[Measurement], code: str, unit: str) -> list[Effect]:
    found = [row for row in rows if row.parameter == code and row.visit in ("day0", "month6")]
    base: dict[str, Any] = {"parameter": code, "contrast": CONTRAST, "n": 8, "unit": unit, "measurements": ids(found)}
    bare = base | {"unit": ""}
    adjusted = {"p_adjusted": 0.015625, "family": "f", "flags": ("adjusted_westfall_young", "p_at_floor")}
    effects = [
        Effect(
            **base,
            **LEVEL,
            **adjusted,
            method="signed_rank",
            variant="pratt",
            estimate=-12.0,
            lower=-14.5,
            upper=-8.0,
            statistic=0.0,
            p=0.0078125,
            p_min=0.0078125,
        ),
        Effect(**bare, method="sign_test", count=8, denominator=8, p=0.0078125, p_min=0.0078125),
        Effect(**base, **LEVEL, method="tipping_shift", estimate=-8.0),
        Effect(
            **base,
            **LEVEL,
            method="mean_shift",
            variant="sign_flip",
            estimate=-11.875,
            lower=-14.25,
            upper=-9.0,
            p=0.0078125,
            p_min=0.0078125,
        ),
        Effect(**bare, method="rank_biserial", variant="pratt", estimate=-1.0),
        Effect(**bare, method="g_av", estimate=-2.71828),
        Effect(**bare, method="d_z", estimate=-3.14159),
    ]
    for stratum, mean, low, high in (("baseline", 17.875, 12.0, 26.0), ("post", 6.0, 2.0, 10.0)):
        for method, value in (("mean", mean), ("minimum", low), ("maximum", high)):
            effects.append(Effect(**base, method=method, stratum=stratum, estimate=value))
    for variant, lower, upper in (("clopper_pearson", 0.6306, 1.0), ("blaker", 0.6597, 1.0)):
        share: dict[str, Any] = {"stratum": "improved", "count": 8, "denominator": 8, "estimate": 1.0}
        effects.append(Effect(**bare, **LEVEL, **share, method="proportion", variant=variant, lower=lower, upper=upper))
    if code == MARKER:
        ratio = {"estimate": 0.5123, "lower": 0.4, "upper": 0.65, "p": 0.0078125, "p_min": 0.0078125}
        effects.append(Effect(**bare, **LEVEL, **ratio, method="geometric_mean_ratio"))
    return effects


def _other_causes() -> list[Effect]:
    base: dict[str, Any] = {"parameter": CODE, "contrast": CONTRAST, "n": 8, "unit": "points"}
    effects = [
        Effect(**base, method="expected_regression", variant="barnett", at=1.0, estimate=-2.345),
        Effect(**base, **LEVEL, method="test_retest_sd", estimate=3.0, lower=2.0, upper=6.0, df=7.0),
    ]
    for mean in (4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0):
        bounds = {"estimate_lower": -12.0 - mean / 4, "estimate_upper": -mean / 2}
        limits = {"lower": -15.0 - mean / 4, "upper": 5.0 - mean}
        any_degree = {"variant": "any_regression", "p": 0.0078125 if mean > 5 else 0.25, "p_min": 0.0078125}
        effects.append(
            Effect(**base, **LEVEL, **bounds, **limits, **any_degree, method="change_net_of_regression", at=mean)
        )
        line: dict[str, Any] = {"estimate": 1.0 - mean, "lower": -4.0 - mean, "upper": 6.0 - mean, "p": 0.04}
        effects.append(
            Effect(
                **base, **LEVEL, **line, method="change_net_of_regression", variant="mee_chua", at=mean, df=6.0, se=2.0
            )
        )
    for variant, mean in (("any_regression", 5.0), ("mee_chua", 6.0)):
        effects.append(
            Effect(**base, **LEVEL, method="tipping_long_run_mean", variant=variant, stratum="below", estimate=mean)
        )
    for per_mg in (-0.2, -0.1, 0.0, 0.1, 0.2):
        net: dict[str, Any] = {
            "estimate": -12.0 + 25 * per_mg,
            "lower": -15.0 + 25 * per_mg,
            "upper": -8.0 + 25 * per_mg,
        }
        effects.append(
            Effect(**base, **LEVEL, **net, method="change_net_of_steroid", at=per_mg, p=0.0078125, p_min=0.0078125)
        )
        effects.append(Effect(**base, method="tipping_natural_course", at=per_mg, estimate=-8.0 + 25 * per_mg))
    per = base | {"unit": "points per mg"}
    effects.append(
        Effect(**per, **LEVEL, method="tipping_steroid_effect", stratum="rises with the dose", estimate=0.32)
    )
    effects.append(
        Effect(**per, method="tipping_steroid_effect", stratum="falls with the dose", flags=("no_such_steroid_effect",))
    )
    return effects


def _single_patients() -> list[Effect]:
    base: dict[str, Any] = {"parameter": CODE, "contrast": CONTRAST, "unit": "points"} | LEVEL
    effects = []
    for subject, change in zip(SUBJECTS, CHANGES, strict=True):
        text = "beyond noise" if abs(change) > 8.3 else "within noise"
        own: dict[str, Any] = {"estimate": float(change), "lower": change - 8.3, "upper": change + 8.3}
        effects.append(Effect(**base, **own, method="reliable_change", stratum=subject, n=1, text=text))
        for prior, pull in (("weak", 0.8), ("sceptical", 0.7), ("enthusiastic", 0.9)):
            shrunken = {"estimate": change * pull, "lower": change * pull - 5, "upper": change * pull + 5}
            effects.append(Effect(**base, **shrunken, method="shrunken_change", variant=prior, stratum=subject, n=8))
    for prior, mean in (("weak", -11.8), ("sceptical", -10.1), ("enthusiastic", -12.2)):
        group = {"estimate": mean, "lower": mean - 3, "upper": mean + 3}
        effects.append(Effect(**base, **group, method="shrunken_change", variant=prior, stratum="mean", n=8))
    nap = {"estimate": 0.9375, "count": 4, "denominator": 2}
    bare = {k: v for k, v in base.items() if k not in ("level", "unit")}
    effects.append(Effect(**bare, **nap, method="non_overlap", variant="nap", stratum="P1", n=1))
    return effects


def _visits() -> list[Effect]:
    base: dict[str, Any] = {"parameter": CODE, "n": 8}
    model = "unstructured, kenward_roger"
    return [
        Effect(
            **base,
            **LEVEL,
            method="mixed_model",
            variant=model,
            stratum=visit,
            unit="points",
            estimate=change,
            se=1.25,
            df=df,
            lower=change - 3,
            upper=change + 3,
            p=0.0004,
        )
        for visit, change, df in (("day28", -8.5, 7.0), ("month6", -11.875, 6.87654))
    ] + [
        Effect(**base, method="mixed_model_test", variant=model, statistic=42.4321, df=6.5, p=0.0003),
        Effect(**base, method="friedman", variant="exact", statistic=14.25, p=0.00021, p_min=0.0000036),
    ]


def _shares() -> list[Effect]:
    base: dict[str, Any] = {"parameter": RESPONSE, "contrast": CONTRAST, "stratum": "MCR", "n": 8}
    nobody = base | {"stratum": "death"}
    share: dict[str, Any] = {"count": 6, "denominator": 8, "estimate": 0.75}
    return [
        Effect(**base, **LEVEL, **share, method="proportion", variant="clopper_pearson", lower=0.3491, upper=0.9681),
        Effect(**base, **LEVEL, **share, method="proportion", variant="blaker", lower=0.3786, upper=0.9558),
        Effect(**base, **share, method="benchmark_test", at=0.3, p=0.02263, p_min=0.000131),
        *(
            Effect(
                **base | LEVEL,
                method="shrunken_share",
                variant=f"{prior}_share",
                at=0.3,
                count=6,
                denominator=8,
                estimate=estimate,
                lower=estimate - 0.25,
                upper=estimate + 0.125,
                statistic=0.9875,
                text=text,
            )
            for prior, estimate, text in (
                ("weak", 0.731, "Beta(0.5, 0.5)"),
                ("sceptical", 0.601, "Beta(1.2, 2.8)"),
                ("enthusiastic", 0.7005, "Beta(2.4, 1.6)"),
            )
        ),
        Effect(
            **base, method="mcnemar", variant="exact", count=6, denominator=6, p=0.03125, p_min=0.0078125, text="into"
        ),
        Effect(**nobody, **LEVEL, method="rule_of_three", count=0, denominator=8, estimate=0.0, upper=0.312),
    ]


def _times() -> list[Effect]:
    base: dict[str, Any] = {"parameter": EVENT, "n": 8, "unit": "months"}
    effects = []
    for at, share in ((0.0, 1.0), (6.0, 0.75), (12.0, 0.5)):
        limits = {"lower": max(share - 0.4, 0.0), "upper": min(share + 0.2, 1.0)}
        for variant in ("", "log_log", "retreatment=composite"):
            effects.append(
                Effect(**base, **LEVEL, **limits, method="kaplan_meier", variant=variant, at=at, estimate=share)
            )
        effects.append(Effect(**base, method="at_risk", at=at, count=8 if at == 0 else 6))
        effects.append(Effect(**base, **LEVEL, **limits, method="turnbull", at=at, estimate=max(share - 0.05, 0.0)))
        for guess in ("at_upper", "at_midpoint"):
            effects.append(Effect(**base, method="kaplan_meier", variant=guess, at=at, estimate=share))
        rise = {"estimate": (1 - share) / 2, "lower": 0.0, "upper": 1 - share / 2}
        effects.append(Effect(**base, **LEVEL, **rise, method="cumulative_incidence", variant="death=competing", at=at))
    mean = {"estimate": 9.25, "se": 1.5, "lower": 5.5, "upper": 11.75}
    effects.append(Effect(**base, **LEVEL, **mean, method="rmst", at=12.0))
    bare = base | {"unit": "patient-years"}
    effects.append(Effect(**bare, method="person_time", estimate=7.25))
    rate = {"estimate": 0.4137931, "lower": 0.0853327, "upper": 1.2092853, "count": 3}
    effects.append(Effect(**base | {"unit": "per patient-year"}, **LEVEL, **rate, method="rate", variant="garwood"))
    ratio = {"estimate": 2.0, "lower": 0.1040672, "upper": 117.9947, "p": 1.0}
    effects.append(Effect(**base, **LEVEL, **ratio, method="rate_ratio", variant="exact", at=6.0))
    return effects


def _composition() -> list[Effect]:
    base: dict[str, Any] = {"parameter": "lab.c3", "contrast": CONTRAST, "n": 8, "unit": "mg/dL"} | LEVEL
    parts = {"total": (-17.15, -25.0, -9.0), "composition": (-10.875, -16.0, -5.0), "expression": (-6.275, -11.0, -1.5)}
    return [
        Effect(
            **base,
            method="composition_change",
            stratum=part,
            estimate=e,
            lower=lo,
            upper=hi,
            p=0.0078125,
            p_min=0.0078125,
        )
        for part, (e, lo, hi) in parts.items()
    ]
