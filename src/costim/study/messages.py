"""Findings as plain text for a terminal."""

from __future__ import annotations

import textwrap

from costim.registry.findings import SEVERITIES, Finding, sort_findings

_PLURAL = {"error": "errors", "warning": "warnings", "repair": "repairs", "note": "notes"}


def _clause(words: str) -> str:
    return words if not words or words[-1] in ".?!" else words + "."


def _sentence(finding: Finding) -> str:
    found = f"Found: {_clause(finding.found)}" if finding.found else ""
    expected = f"Expected: {_clause(finding.expected)}" if finding.expected else ""
    action = f"What to do: {_clause(finding.action)}" if finding.action else ""
    return " ".join(part for part in (found, expected, action) if part)


def _where(finding: Finding) -> str:
    row = f"row {finding.row}" if finding.row is not None else ""
    column = f"column {finding.column}" if finding.column else ""
    return ", ".join(part for part in (row, column) if part) or "whole file"


def _summary(findings: list[Finding]) -> str:
    counts = [(kind, sum(f.severity == kind for f in findings)) for kind in SEVERITIES]
    said = [f"{n} {kind if n == 1 else _PLURAL[kind]}" for kind, n in counts if n]
    return ", ".join(said) + "."


def render_findings(findings: list[Finding]) -> str:
    """Findings grouped by file and sheet, places aligned, one sentence each; a summary closes the text.

    Files with errors come first. Text without colour or markup, no line break at the end.
    """
    if not findings:
        return "No problems found."
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in sort_findings(findings):
        groups.setdefault((finding.file, finding.sheet), []).append(finding)
    blocks = []
    for (file, sheet), members in groups.items():
        lines = [f"{file}, sheet {sheet}" if sheet else file]
        width = min(max(len(_where(f)) for f in members), 40)
        for finding in members:
            start = f"  {finding.severity:<7}  {_where(finding):<{width}}  "
            lines += textwrap.wrap(
                _sentence(finding),
                width=118,
                initial_indent=start,
                subsequent_indent=" " * (13 + width),
                break_long_words=False,
                break_on_hyphens=False,
            ) or [start.rstrip()]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, _summary(findings)])
