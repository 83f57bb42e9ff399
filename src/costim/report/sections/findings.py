"""Findings: everything the checks noticed about the inputs."""

from __future__ import annotations

from costim.registry.findings import Finding, sort_findings
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote
from costim.report.format import hide_dates
from costim.report.sections.words import flag_inline


def write_findings(context: Context) -> list[Block]:
    """One row for each finding, errors first."""
    findings = sort_findings(list(context.results.findings))
    if not findings:
        return [Paragraph(("The checks of the input files found nothing to report.",))]
    return [
        Grid(
            id="findings-list",
            caption=("Findings of the input checks, and repairs",),
            header=(("Severity",), ("Place",), ("What",), ("Found",), ("Expected",), ("What to do",)),
            rows=tuple(_line(finding) for finding in findings),
            kind="rows",
        )
    ]


def _line(finding: Finding) -> tuple[Inlines, ...]:
    return (
        (finding.severity,),
        (Quote(finding.place),),
        (flag_inline(finding.code),),
        (_quoted(finding.found, "nothing"),),
        (_quoted(finding.expected, "not stated"),),
        (_quoted(finding.action, "nothing needed"),),
    )


def _quoted(text: str, otherwise: str) -> Inline:
    return Quote(hide_dates(text)) if text else otherwise
