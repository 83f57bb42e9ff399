"""The companion cohort by hand: ten complete pairs, one alternative reading, no times."""

from __future__ import annotations

from typing import Any

from factory_rows import bounds, category, described, ids, number

from costim.registry.effects import Effect
from costim.registry.findings import Finding
from costim.registry.measurements import Measurement

SUBJECTS = tuple(str(i) for i in range(1, 11))
AGE = (39, 21, 20, 41, 32, 29, 17, 32, 16, 27)
SEX = "FFFFFFMFFF"
BEFORE = {
    "sledai.total": (10, 3, 10, 20, 28, 9, 18, 16, 13, 35),
    "steroid.prednisone_equivalent": (22.5, 12.5, 25, 60, 60, 30, 30, 50, 20, 40),
}
AFTER = {
    "sledai.total": (0, 0, 0, 0, 2, 17, 2, 0, 10, 4),
    "steroid.prednisone_equivalent": (5, 6, 10, 9.5, 2, 7.5, 5, 7, 12.5, 2.5),
}
DESCRIBED = {
    ("sledai.total", "baseline"): (16.2, 9.566144004305555, 14.5, 3, 35),
    ("sledai.total", "post"): (3.5, 5.681353516353104, 1, 0, 17),
    ("sledai.total", "change"): (-12.7, 11.63376312482098, -13, -31, 8),
    ("steroid.prednisone_equivalent", "baseline"): (35, 16.791201399674904, 30, 12.5, 60),
    ("steroid.prednisone_equivalent", "post"): (6.7, 3.3182994305986178, 6.5, 2, 12.5),
    ("steroid.prednisone_equivalent", "change"): (-28.3, 18.01727566038279, -23.75, -58, -6.5),
}
METHODS = ("mean", "sd", "median", "minimum", "maximum")


def companion_parts() -> tuple[dict[str, Any], dict[str, Any]]:
    """Plan and parts for `make_results`."""
    rows, pairs = _measurements()
    return _plan(), {
        "measurements": rows,
        "effects": _effects(rows, pairs),
        "findings": [
            Finding(
                "warning", "version_unspecified", "study.toml", "", None, "sledai", "", "a named version", "Name it."
            )
        ],
        "published": [
            {
                "result_id": "r02",
                "quantity": "major clinical responders at 2 years",
                "value": "8",
                "unit": "patients",
                "n": 10,
                "parameter": "scale.clinical_response",
                "note": "count of MCR",
            }
        ],
        "alternatives": [
            {
                "reading": "patient5_sledai_8",
                "table": "sledai",
                "subject": "5",
                "visit": "day0",
                "item": "total",
                "column": "total",
                "value": "8",
                "reason": "CNS plus class IV nephritis and BILAG 25 at day 0",
            }
        ],
    }


def _plan() -> dict[str, Any]:
    contrast = {"name": "two_years", "label": "Day 0 to 2 years"}
    return {
        "study": {
            "id": "rituximab_sle_2yr",
            "title": "Ten patients with SLE followed for 2 years after rituximab",
            "citation": "Attributed to Iwata S, et al. J Rheumatol 2011;38:633-641",
            "doi": "10.3899/jrheum.100729",
            "day_convention": "first_infusion_is_day_0",
            "style": "jrheum",
            "population": "refractory systemic lupus erythematosus",
            "intervention": "rituximab",
        },
        "visits": [{"name": "day0", "day": 0}, {"name": "2yr", "label": "2 years"}, {"name": "relapse"}],
        "contrasts": [
            contrast | {"baseline": {"visits": ["day0"]}, "post": {"visits": ["2yr", "relapse"], "pick": "first"}}
        ],
        "endpoints": [
            {"parameter": "sledai.total", "kind": "paired_change", "contrast": "two_years", "primary": True},
            {"parameter": "steroid.prednisone_equivalent", "kind": "paired_change", "contrast": "two_years"},
            {
                "parameter": "scale.clinical_response",
                "kind": "proportion",
                "categories": ["MCR"],
                "label": "Major clinical response at 2 years",
                "primary": True,
            },
        ],
        "missing": [{"what": "rituximab doses and days", "reason": "not_recovered"}],
    }


def _measurements() -> tuple[list[Measurement], dict[tuple[str, str], list[Measurement]]]:
    rows: list[Measurement] = []
    pairs: dict[tuple[str, str], list[Measurement]] = {}
    for i, subject in enumerate(SUBJECTS):
        rows.append(number(subject, "subject.age", float(AGE[i]), "subjects", "age_years"))
        rows.append(category(subject, "subject.sex", SEX[i], "subjects", "sex"))
        relapsed = subject in ("6", "9")
        after = "relapse" if relapsed else "2yr"
        for code, table in (("sledai.total", "sledai"), ("steroid.prednisone_equivalent", "comedications")):
            post = after if code == "sledai.total" else "2yr"
            flags = ("at_relapse",) if post == "relapse" else ()
            first = number(subject, code, float(BEFORE[code][i]), table, "total", visit="day0", day=0.0)
            last = number(subject, code, float(AFTER[code][i]), table, "total", visit=post, flags=flags)
            rows += [first, last]
            pairs.setdefault((code, "baseline"), []).append(first)
            pairs.setdefault((code, "post"), []).append(last)
            pairs.setdefault((code, "change"), []).extend((first, last))
        response = "NCR" if relapsed else "MCR"
        rows.append(category(subject, "scale.clinical_response", response, "scales", "category", visit="2yr"))
        if relapsed:
            rows.append(
                bounds(
                    subject,
                    "event.relapse",
                    (0.0, 24.0),
                    "events",
                    "time",
                    item="1",
                    text="observed",
                    flags=("range_value", "time_converted"),
                )
            )
    five = number("5", "sledai.total", 8.0, "sledai", "total", visit="day0", day=0.0, reading="patient5_sledai_8")
    rows.append(five)
    return rows, pairs


def _effects(rows: list[Measurement], pairs: dict[tuple[str, str], list[Measurement]]) -> list[Effect]:
    effects = [
        row
        for (code, stratum), values in DESCRIBED.items()
        for row in described(
            code, ("two_years", stratum), dict(zip(METHODS, values, strict=True)), pairs[(code, stratum)], 10
        )
    ]
    sledai, steroid = ids(pairs[("sledai.total", "change")]), ids(pairs[("steroid.prednisone_equivalent", "change")])
    effects += _tests("sledai.total", "points", sledai, (-13, -20.5, -4, 3, 0.009765625, 9, 0.021484375), tipping=-4)
    effects += _tests(
        "steroid.prednisone_equivalent",
        "mg",
        steroid,
        (-28.5, -41.5, -15, 0, 0.001953125, 10, 0.001953125),
        tipping=-15,
    )
    effects += _tests(
        "sledai.total",
        "points",
        sledai,
        (-10, -18, -4, 4, 0.01171875, 9, 0.021484375),
        tipping=-4,
        reading="patient5_sledai_8",
    )
    responses = ids([r for r in rows if r.parameter == "scale.clinical_response"])
    for variant, lower, upper in (("clopper_pearson", 0.4439045, 0.9747893), ("wilson", 0.4901625, 0.9433178)):
        effects.append(
            Effect(
                parameter="scale.clinical_response",
                method="proportion",
                variant=variant,
                n=10,
                count=8,
                denominator=10,
                estimate=0.8,
                lower=lower,
                upper=upper,
                level=0.95,
                measurements=responses,
            )
        )
    effects.append(Effect(parameter="subject", method="subjects", n=10, count=10))
    ages = ids([r for r in rows if r.parameter == "subject.age"])
    for method, value in (("median", 28.0), ("minimum", 16.0), ("maximum", 41.0)):
        effects.append(
            Effect(parameter="subject.age", method=method, n=10, estimate=value, unit="years", measurements=ages)
        )
    for sex, count in (("F", 9), ("M", 1)):
        effects.append(
            Effect(parameter="subject.sex", method="category_count", stratum=sex, n=10, count=count, denominator=10)
        )
    effects.append(
        Effect(
            parameter="published.r02",
            method="published_comparison",
            n=10,
            estimate=8.0,
            text="reproduced",
            measurements=responses,
        )
    )
    return effects


def _tests(
    code: str,
    unit: str,
    rests_on: tuple[str, ...],
    numbers: tuple[float, float, float, float, float, int, float],
    *,
    tipping: float,
    reading: str = "as_recorded",
) -> list[Effect]:
    shift, lower, upper, statistic, p, better, sign_p = numbers
    common: dict[str, Any] = {
        "parameter": code,
        "contrast": "two_years",
        "n": 10,
        "measurements": rests_on,
        "reading": reading,
    }
    return [
        Effect(
            method="signed_rank",
            variant="pratt",
            unit=unit,
            estimate=shift,
            lower=lower,
            upper=upper,
            level=0.95,
            statistic=statistic,
            p=p,
            p_min=0.001953125,
            flags=("ties_present",),
            **common,
        ),
        Effect(method="sign_test", count=better, denominator=10, p=sign_p, p_min=0.001953125, **common),
        Effect(method="tipping_shift", unit=unit, estimate=tipping, level=0.95, **common),
    ]
