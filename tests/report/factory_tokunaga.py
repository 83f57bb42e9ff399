"""The seed cohort by hand: few readings, ranges, one bounded duration, censoring unknown."""

from __future__ import annotations

from typing import Any

from factory_rows import bounds, category, described, ids, missing, number

from costim.registry.effects import Effect
from costim.registry.findings import Finding
from costim.registry.measurements import Measurement

SUBJECTS = tuple(str(i) for i in range(1, 11))
AGE = (35, 55, 46, 20, 34)
SLEDAI = (49, 2, 37, 16)
DURATIONS = (22, 18, 23, 29, 7, 7, 14, 11, 10)
INFUSIONS = {"1": (0, 7), "2": (0, 14), "3": (0, 7), "4": (0, 7), "5": (0, 7), "6": (0, 7, 14, 21)}
INFUSIONS |= {"7": (0, 7, 14, 21), "8": (0, 14), "9": (0,), "10": (0, 7)}
IGG = {"4": (1.05, 0.84, "follow_up"), "7": (0.80, 0.72, "follow_up_2"), "9": (0.98, 0.61, "follow_up")}
STEROID = {"1": ("betamethasone", 1.0), "8": ("azathioprine", 50.0), "9": ("prednisolone", 45.0)}
VERDICTS = ("improved", "no follow-up data", "not improved", "", "improved", "improved", "improved", "improved")
VERDICTS += ("improved", "")
NP = (
    ("1", "consciousness disorder", "acute_confusional_state", "central", "resolved", ()),
    ("1", "seizure", "seizure_disorder", "central", "resolved", ()),
    ("4", "headache", "headache", "central", "resolved", ()),
    ("5", "paresthesia of fingers", "polyneuropathy", "peripheral", "resolved", ("term_mapped_with_doubt",)),
    ("6", "insomnia", "", "none", "", ("term_unmapped",)),
    ("7", "depressive state", "mood_disorder", "central", "improved", ()),
)
SLEDAI_FLAGS = ("version_unspecified",)


def tokunaga_parts() -> tuple[dict[str, Any], dict[str, Any]]:
    """Plan and parts for `make_results`."""
    rows = _people() + _sledai() + _clinical() + _outcomes()
    found = "2"
    return _plan(), {
        "measurements": rows,
        "effects": _igg_effects(rows) + _event_effects(rows) + _counts(rows),
        "findings": [
            Finding(
                "warning",
                "inconsistent_total",
                "sledai.csv",
                "",
                10,
                "total",
                found,
                "at least 10 points from the recorded items",
                "Check the total against the source; it is kept as typed.",
            ),
            Finding("note", "unit_not_stated", "labs.csv", "", 4, "unit", "", "a unit", "Give the unit."),
        ],
        "published": [
            {
                "result_id": "r02",
                "quantity": "patients whose SLEDAI fell by day 28",
                "value": "10",
                "unit": "patients",
                "n": 10,
                "implied_test": "sign_test",
                "note": "day-28 SLEDAI values were not recovered",
            },
            {
                "result_id": "r03",
                "quantity": "patients with effect lasting longer than 1 year",
                "value": "5",
                "unit": "patients",
                "n": 10,
                "parameter": "event.end_of_response",
                "note": "holds only under constraint c01",
            },
            {"result_id": "r04", "quantity": "CD40 on B cells after rituximab", "value": "decreased"},
        ],
    }


def _plan() -> dict[str, Any]:
    return {
        "study": {
            "id": "tokunaga2007",
            "title": "Rituximab for refractory lupus of the central nervous system",
            "citation": "Tokunaga M, et al. Ann Rheum Dis 2007;66:470-475",
            "doi": "10.1136/ard.2006.057885",
            "day_convention": "first_infusion_is_day_1",
            "population": "ten women with refractory neuropsychiatric SLE",
            "intervention": "rituximab",
        },
        "visits": [
            {"name": "entry", "label": "Before treatment"},
            {"name": "day28", "label": "Day 28", "day": 28},
            {"name": "follow_up"},
            {"name": "follow_up_2"},
        ],
        "contrasts": [
            {"name": "day28", "label": "To day 28", "baseline": {"visits": ["entry"]}, "post": {"visits": ["day28"]}},
            {
                "name": "followup",
                "baseline": {"visits": ["entry"]},
                "post": {"visits": ["follow_up", "follow_up_2"], "pick": "first"},
            },
        ],
        "endpoints": [
            {"parameter": "sledai.total", "kind": "paired_change", "contrast": "day28", "primary": True},
            {"parameter": "lab.csf_igg_index", "kind": "paired_change", "contrast": "followup"},
            {"parameter": "event.end_of_response", "kind": "time_to_event", "horizons": [12], "primary": True},
            {"parameter": "imaging.verdict", "kind": "distribution"},
            {"parameter": "np.outcome", "kind": "transition"},
            {"parameter": "exposure.infusions", "kind": "count"},
        ],
        "constraints": [
            {
                "id": "c01",
                "event": "end_of_response",
                "subject": "10",
                "at_most": 12,
                "unit": "months",
                "basis": "Abstract: the effect lasted longer than one year in five patients.",
            },
            {
                "id": "c02",
                "event": "end_of_response",
                "censored_exactly": 4,
                "basis": "Meeting abstract of 2006: four patients still in remission.",
            },
        ],
        "missing": [
            {"what": "SLEDAI of every patient at day 28", "reason": "not_recovered"},
            {"what": "How often a day the concomitant drugs were taken", "reason": "not_reported"},
        ],
    }


def _people() -> list[Measurement]:
    rows: list[Measurement] = []
    for i, subject in enumerate(SUBJECTS):
        rows.append(category(subject, "subject.sex", "F", "subjects", "sex"))
        if i < len(AGE):
            rows.append(number(subject, "subject.age", float(AGE[i]), "subjects", "age_years"))
        else:
            rows.append(missing(subject, "subject.age", "not_recovered", "subjects", "age_years"))
        drug = "rituximab"
        amount, unit = (500.0, "mg") if subject in ("6", "7") else (375.0, "mg/m2")
        for j, day in enumerate(INFUSIONS[subject], start=1):
            common: dict[str, Any] = {"item": str(j), "day": float(day), "variant": drug}
            rows.append(number(subject, "exposure.dose_as_given", amount, "infusions", "amount", unit=unit, **common))
            if unit == "mg":
                rows.append(number(subject, "exposure.dose_mg", amount, "infusions", "amount", **common))
            else:
                rows.append(
                    missing(
                        subject,
                        "exposure.dose_mg",
                        "not_recovered",
                        "infusions",
                        "amount",
                        unit="mg",
                        flags=("bsa_unknown",),
                        **common,
                    )
                )
        rows.append(number(subject, "exposure.infusions", float(len(INFUSIONS[subject])), "infusions", "amount"))
    rows.append(category("1", "prior.treatment", "cyclosporine", "prior_treatments", "treatment", item="cyclosporine"))
    for subject, (drug, dose) in STEROID.items():
        rows.append(
            number(
                subject,
                "comedication.dose",
                dose,
                "comedications",
                "dose",
                item=drug,
                unit="mg",
                flags=("frequency_not_stated",),
            )
        )
    return rows


def _sledai() -> list[Measurement]:
    rows: list[Measurement] = []
    for i, subject in enumerate(SUBJECTS):
        for visit in ("entry", "day28"):
            if visit == "entry" and i < len(SLEDAI):
                doubt = ("inconsistent_total",) if subject == "2" else ()
                value = float(SLEDAI[i])
                rows.append(
                    number(subject, "sledai.recorded_total", value, "sledai", "total", visit=visit, flags=doubt)
                )
                rows.append(
                    bounds(
                        subject,
                        "sledai.item_total",
                        (10.0 if subject == "2" else 12.0, 105.0),
                        "sledai",
                        "state",
                        visit=visit,
                        flags=("items_incomplete",),
                    )
                )
                rows.append(
                    number(
                        subject,
                        "sledai.total",
                        value,
                        "sledai",
                        "total",
                        visit=visit,
                        variant="recorded",
                        flags=SLEDAI_FLAGS + doubt,
                    )
                )
            else:
                for code, variant in (("sledai.recorded_total", ""), ("sledai.total", "recorded")):
                    rows.append(
                        missing(subject, code, "not_recovered", "sledai", "total", visit=visit, variant=variant)
                    )
    return rows


def _clinical() -> list[Measurement]:
    rows: list[Measurement] = []
    for subject, term, code, region, outcome, flags in NP:
        common: dict[str, Any] = {"item": term, "flags": flags}
        rows.append(
            category(subject, "np.syndrome", code or "unmapped", "manifestations", "term", variant=region, **common)
        )
        if outcome:
            rows.append(category(subject, "np.outcome", outcome, "manifestations", "outcome", variant=code, **common))
        else:
            rows.append(
                missing(subject, "np.outcome", "not_reported", "manifestations", "outcome", variant=code, **common)
            )
    rows.append(bounds("1", "scale.gcs", (7.0, 11.0), "scales", "value", visit="entry", unit="points"))
    rows.append(number("1", "scale.gcs", 15.0, "scales", "value", visit="follow_up", day=5.0, unit="points"))
    for subject, (before, after, visit) in IGG.items():
        rows.append(number(subject, "lab.csf_igg_index", before, "labs", "value", visit="entry"))
        rows.append(number(subject, "lab.csf_igg_index", after, "labs", "value", visit=visit))
    rows.append(missing("1", "lab.csf_igg_index", "not_done", "labs", "value", visit="entry"))
    rows.append(missing("5", "lab.csf_igg_index", "not_recovered", "labs", "value", visit="entry"))
    return rows


def _outcomes() -> list[Measurement]:
    rows: list[Measurement] = []
    for subject, verdict in zip(SUBJECTS, VERDICTS, strict=True):
        if verdict:
            rows.append(category(subject, "imaging.verdict", verdict, "imaging", "verdict"))
            reading = "spect brain"
            rows.append(
                category(subject, "imaging.reading_verdict", verdict, "imaging", "verdict", item=reading, visit="later")
            )
        else:
            reason = "not_reported" if subject == "4" else "not_recovered"
            rows.append(missing(subject, "imaging.verdict", reason, "imaging", "verdict"))
    for subject, months in zip(SUBJECTS, DURATIONS, strict=False):
        rows.append(
            number(
                subject,
                "event.end_of_response",
                float(months),
                "events",
                "time",
                item="1",
                text="unknown",
                flags=("status_unknown",),
            )
        )
    rows.append(
        missing("10", "event.end_of_response", "not_recovered", "events", "time", item="1", flags=("status_unknown",))
    )
    return rows


def _igg_effects(rows: list[Measurement]) -> list[Effect]:
    code, contrast = "lab.csf_igg_index", "followup"
    labs = [r for r in rows if r.parameter == code and r.value is not None]
    before, after = [r for r in labs if r.visit == "entry"], [r for r in labs if r.visit != "entry"]
    common: dict[str, Any] = {
        "parameter": code,
        "contrast": contrast,
        "n": 3,
        "n_missing": 2,
        "measurements": ids(labs),
    }
    effects = [
        *described(code, (contrast, "baseline"), {"mean": 0.9433333333333334, "median": 0.98}, before, 3, n_missing=2),
        *described(code, (contrast, "post"), {"mean": 0.7233333333333333, "median": 0.72}, after, 3, n_missing=2),
        *described(code, (contrast, "change"), {"mean": -0.22, "median": -0.21}, labs, 3, n_missing=2),
        Effect(
            method="signed_rank",
            variant="pratt",
            estimate=-0.21,
            level=0.95,
            statistic=0.0,
            p=0.25,
            p_min=0.25,
            flags=("few_pairs",),
            **common,
        ),
        Effect(method="sign_test", count=3, denominator=3, p=0.25, p_min=0.25, **common),
    ]
    empty: dict[str, Any] = {"parameter": "sledai.total", "contrast": "day28", "n": 0, "n_missing": 10}
    effects += [
        Effect(method=method, variant=variant, flags=("no_pairs",), **empty)
        for method, variant in (("signed_rank", "pratt"), ("sign_test", ""), ("tipping_shift", ""))
    ]
    return effects


def _event_effects(rows: list[Measurement]) -> list[Effect]:
    events = ids([r for r in rows if r.parameter == "event.end_of_response"])
    common: dict[str, Any] = {"parameter": "event.end_of_response", "unit": "months", "measurements": events}
    bounded = ("bounds_over_unknowns", "conditional_on_constraint")
    beyond = [
        Effect(
            method="proportion_beyond",
            variant=variant,
            at=12.0,
            n=10,
            count=5,
            denominator=10,
            estimate=0.5,
            lower=lower,
            upper=upper,
            level=0.95,
            flags=("conditional_on_constraint",),
            constraints=("c01",),
            **common,
        )
        for variant, lower, upper in (
            ("clopper_pearson", 0.1870860284474045, 0.8129139715525955),
            ("wilson", 0.236593090512564, 0.763406909487436),
        )
    ]
    curve = [
        Effect(
            method="kaplan_meier",
            at=12.0,
            n=10,
            estimate_lower=0.5,
            estimate_upper=0.8571428571428571,
            lower=0.1870860284474045,
            upper=0.9963,
            upper_open=True,
            level=0.95,
            flags=bounded,
            constraints=("c01", "c02"),
            **common,
        ),
        Effect(method="at_risk", at=0.0, n=10, count=10, constraints=("c01", "c02"), **common),
        Effect(method="at_risk", at=12.0, n=10, count=5, constraints=("c01", "c02"), **common),
        Effect(
            method="median_survival",
            n=10,
            estimate_lower=11.0,
            lower=7.0,
            level=0.95,
            flags=bounded,
            constraints=("c01", "c02"),
            **common,
        ),
        Effect(method="median_bounds", n=10, estimate_lower=12.5, estimate_upper=13.0, constraints=("c01",), **common),
        Effect(method="mean", n=9, n_missing=1, estimate=15.666666666666666, **common),
    ]
    return beyond + curve


def _counts(rows: list[Measurement]) -> list[Effect]:
    infusions = ids([r for r in rows if r.parameter == "exposure.infusions"])
    ages = ids([r for r in rows if r.parameter == "subject.age" and r.value is not None])
    effects = [
        Effect(parameter="subject", method="subjects", n=10, count=10),
        Effect(parameter="exposure.infusions", method="total", n=10, estimate=23.0, measurements=infusions),
        Effect(parameter="exposure.infusions", method="subjects", n=10, count=10, measurements=infusions),
        Effect(parameter="exposure.infusions", method="median", n=10, estimate=2.0, measurements=infusions),
    ]
    for method, value in (("median", 35.0), ("minimum", 20.0), ("maximum", 55.0)):
        effects.append(
            Effect(
                parameter="subject.age",
                method=method,
                n=5,
                n_missing=5,
                estimate=value,
                unit="years",
                measurements=ages,
            )
        )
    for code, reason, count, total in (
        ("subject.age", "not_recovered", 5, 10),
        ("sledai.total", "not_recovered", 16, 20),
        ("lab.csf_igg_index", "not_done", 1, 8),
        ("lab.csf_igg_index", "not_recovered", 1, 8),
    ):
        effects.append(
            Effect(parameter=code, method="missing_count", stratum=reason, n=total, count=count, denominator=total)
        )
    for stratum, count in (("improved", 6), ("not improved", 1), ("no follow-up data", 1), ("not_reported", 1)):
        effects.append(
            Effect(
                parameter="imaging.verdict",
                method="category_count",
                stratum=stratum,
                n=10,
                count=count,
                denominator=10,
            )
        )
    effects.append(
        Effect(
            parameter="np.outcome",
            method="transition",
            variant="headache",
            stratum="present → resolved",
            n=1,
            count=1,
            denominator=1,
        )
    )
    for result, text, estimate in (("r02", "not recomputable", None), ("r03", "reproduced", 5.0)):
        effects.append(
            Effect(parameter=f"published.{result}", method="published_comparison", n=10, text=text, estimate=estimate)
        )
    effects.append(
        Effect(
            parameter="published.r02",
            method="sign_test_of_published_count",
            n=10,
            count=10,
            denominator=10,
            p=0.001953125,
            p_min=0.001953125,
            flags=("from_published_count",),
        )
    )
    return effects
