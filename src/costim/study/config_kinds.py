"""Keys that a kind of endpoint needs, keys of another kind, and assumed ranges that stand the wrong way round."""

from __future__ import annotations

from costim.registry.findings import Finding
from costim.registry.plan import Plan
from costim.study.config_lines import Lines, fault

RANGES = ("long_run_mean", "natural_course", "steroid_per_mg")
OF_KIND = (("repeated_change", "visits", 2), ("composition", "subsets", 2), ("time_to_event", "intercurrent", 0))
"""Kind of endpoint, the key that belongs to it alone, and how many entries it needs."""


def unfit_keys(plan: Plan, lines: Lines) -> list[Finding]:
    """Faults of keys that are well formed by themselves."""
    return [*_kinds(plan, lines), *_turned_ranges(plan, lines)]


def _kinds(plan: Plan, lines: Lines) -> list[Finding]:
    findings = []
    for index, endpoint in enumerate(plan.endpoints):
        for kind, key, least in OF_KIND:
            given = len(getattr(endpoint, key))
            if endpoint.kind == kind and given < least:
                found, expected = f"{kind} with {given} {key}", f"at least {least} {key}"
                action = f"add {key} to this endpoint"
                findings.append(
                    fault(lines, ("endpoints", index, "kind"), "setting_invalid", found, expected, action=action)
                )
            if endpoint.kind != kind and given:
                found, expected = f"{key} with kind {endpoint.kind}", f"{key} only with kind {kind}"
                findings.append(
                    fault(lines, ("endpoints", index, key), "setting_invalid", found, expected, action=f"delete {key}")
                )
    return findings


def _turned_ranges(plan: Plan, lines: Lines) -> list[Finding]:
    findings = []
    for index, causes in enumerate(plan.other_causes):
        for key in RANGES:
            ends = getattr(causes, key)
            if ends is not None and ends[0] > ends[1]:
                path, found = ("other_causes", index, key), f"{ends[0]:g} to {ends[1]:g}"
                findings.append(fault(lines, path, "setting_invalid", found, "the smaller number first"))
    return findings
