"""Faults of the settings that only several keys together show, or that the models do not know of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from costim.registry.findings import Finding
from costim.registry.plan import Plan
from costim.registry.suggest import did_you_mean, listed
from costim.study.config_lines import Lines, Path_, fault, key_text


def unmet_names(raw: dict[str, Any], lines: Lines) -> list[Finding]:
    """Names used but not declared, and names declared twice, where they stand; every part of `raw` is well formed."""
    findings = []
    names: dict[str, list[str]] = {}
    for what, key in (("visits", "name"), ("contrasts", "name"), ("constraints", "id"), ("families", "name")):
        names[what] = []
        for index, entry in enumerate(raw.get(what, ())):
            name = entry[key].strip()
            if name in names[what]:
                found, expected = f"{name}, declared twice", "each name once"
                findings.append(fault(lines, (what, index, key), "setting_invalid", found, expected))
            names[what].append(name)
    wanted: list[tuple[Path_, str, str]] = [
        (("contrasts", index, side, "visits"), "visits", visit)
        for index, contrast in enumerate(raw.get("contrasts", ()))
        for side in ("baseline", "post")
        for visit in contrast[side].get("visits", ())
    ]
    wanted += [
        ((what, index, "contrast"), "contrasts", entry["contrast"])
        for what in ("endpoints", "other_causes", "benchmarks")
        for index, entry in enumerate(raw.get(what, ()))
        if entry.get("contrast") is not None
    ]
    wanted += [
        (("endpoints", index, "visits"), "visits", visit)
        for index, endpoint in enumerate(raw.get("endpoints", ()))
        for visit in endpoint.get("visits", ())
    ]
    for path, what, name in wanted:
        if name.strip() not in names[what]:
            expected = (
                did_you_mean(name, names[what]) or f"one of {listed(dict.fromkeys(names[what])) or 'none declared'}"
            )
            action = f"correct {key_text(path)}, or declare it under [[{what}]]"
            findings.append(fault(lines, path, "setting_invalid", name, expected, action=action))
    return findings


def beyond_limits(plan: Plan, lines: Lines) -> list[Finding]:
    """Faults that the models do not know of."""
    findings = []
    for key, low, high in (("days_per_month", "28", "31"), ("days_per_year", "360", "366.25")):
        value = getattr(plan.study, key)
        if not Decimal(low) <= value <= Decimal(high):
            findings.append(
                fault(lines, ("study", key), "setting_invalid", str(value), f"a number from {low} to {high}")
            )
    for index, visit in enumerate(plan.visits):
        if visit.window and visit.window[0] > visit.window[1]:
            findings.append(
                fault(
                    lines,
                    ("visits", index, "window"),
                    "setting_invalid",
                    f"{visit.window[0]:g} to {visit.window[1]:g}",
                    "the smaller number first",
                )
            )
    for index, contrast in enumerate(plan.contrasts):
        for side in ("baseline", "post"):
            selector = getattr(contrast, side)
            if selector.from_day is not None and selector.to_day is not None and selector.from_day > selector.to_day:
                path = ("contrasts", index, side)
                found = f"from_day {selector.from_day:g}, to_day {selector.to_day:g}"
                findings.append(fault(lines, path, "setting_invalid", found, "from_day not after to_day"))
    return findings
