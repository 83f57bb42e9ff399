"""What the settings assume, declare or name beside the endpoints: does an endpoint of the study take it up?"""

from __future__ import annotations

from collections.abc import Iterator

from costim.registry.findings import Finding
from costim.registry.parameters import parameters
from costim.registry.suggest import did_you_mean, listed
from costim.registry.tables import study_tables
from costim.study.rules.context import Context


def check_assumptions(context: Context, recorded: set[str]) -> list[Finding]:
    """All rules about `[[other_causes]]`, `[[benchmarks]]`, `[[families]]`, intercurrent events and subsets.

    Args:
        context: the study as it is checked.
        recorded: parameters that the tables hold although no registry knows them.
    """
    return [
        *_taken_up(context, "other_causes", "paired_change"),
        *_taken_up(context, "benchmarks", "proportion"),
        *_families(context),
        *_intercurrent(context),
        *_subsets(context, {*parameters(), *recorded}),
    ]


def _taken_up(context: Context, what: str, kind: str) -> Iterator[Finding]:
    """An assumption about a change or a share that no endpoint asks for would be silently without effect."""
    endpoints = [e for e in context.plan.endpoints if e.kind == kind]
    for index, entry in enumerate(getattr(context.plan, what)):
        same = [e for e in endpoints if e.parameter == entry.parameter]
        if any(entry.contrast is None or e.contrast in (None, entry.contrast) for e in same):
            continue
        contrast = f" with contrast {entry.contrast}" if entry.contrast and same else ""
        known = [e.parameter for e in endpoints]
        yield context.lines.at((what, index, "parameter")).finding(
            "warning",
            "assumption_without_endpoint",
            found=f"{entry.parameter}{contrast}",
            expected=did_you_mean(entry.parameter, known) or f"the parameter of an endpoint of kind {kind}",
            action="correct it, or add the endpoint; as it stands it is not used",
        )


def _families(context: Context) -> Iterator[Finding]:
    used = {e.family for e in context.plan.endpoints if e.family}
    for index, family in enumerate(context.plan.families):
        if family.name not in used:
            yield context.lines.at(("families", index, "name")).finding(
                "warning",
                "assumption_without_endpoint",
                found=f"family {family.name}, which no endpoint names",
                expected=did_you_mean(family.name, used) or "the family of an endpoint",
                action="correct the name here or in the endpoints; as it stands it is not used",
            )


def _intercurrent(context: Context) -> Iterator[Finding]:
    names = study_tables()["events"].columns["event"].values
    for index, endpoint in enumerate(context.plan.endpoints):
        events = [event for event, _ in endpoint.strategies]
        for event in dict.fromkeys(events):
            own = endpoint.parameter == f"event.{event}"
            if event in names and not own and events.count(event) == 1:
                continue
            unknown = did_you_mean(event, names) or f"one of {listed(names)}"
            expected = unknown if event not in names else "each other event once, with one strategy"
            yield context.lines.at(("endpoints", index, "intercurrent")).finding(
                "error",
                "unknown_event" if event not in names else "setting_invalid",
                found=f"{event}, the event of the endpoint itself" if own else event,
                expected=expected,
                action=f"correct the intercurrent events of endpoint {endpoint.parameter}",
            )


def _subsets(context: Context, known: set[str]) -> Iterator[Finding]:
    for index, endpoint in enumerate(context.plan.endpoints):
        for _, *codes in endpoint.subset_parameters:
            for code in codes:
                if code not in known:
                    yield context.lines.at(("endpoints", index, "subsets")).finding(
                        "warning",
                        "unknown_parameter",
                        found=code,
                        expected=did_you_mean(code, known) or "a parameter of the registry or of the tables",
                        action="correct the parameter; as it stands there is nothing to decompose",
                    )
