"""Who is in the study: every subject of every table, and of the constraints, is in `subjects`."""

from __future__ import annotations

from costim.registry.findings import Finding
from costim.registry.suggest import ENOUGH, did_you_mean, listed
from costim.study.rules.context import Context


def known_subjects(context: Context) -> set[str]:
    """Subjects of the table `subjects`, also of rows with other faults."""
    table = context.tables.get("subjects")
    return {key["subject"] for key in table.keys if "subject" in key} if table else set()


def check_subjects(context: Context) -> list[Finding]:
    """Unknown subjects (once per table and subject), subjects that differ in case only, an empty table."""
    if "subjects" not in context.tables:
        return []
    known = known_subjects(context)
    if not known and context.tables["subjects"].keys:
        return []  # there are rows, but none whose subject can be read; the finding about that is made already
    if not known:
        return [
            context.tables["subjects"].place.finding(
                "error", "no_subjects", found="no rows", expected="one row per subject", action="fill in the subjects"
            )
        ]
    findings: list[Finding] = []
    for name in context.tables:
        if name == "subjects":
            continue
        for subject, rows in context.per_subject(name) if _has_subject(context, name) else ():
            if subject not in known:
                more = f" ({len(rows)} rows)" if len(rows) > 1 else ""
                findings.append(
                    context.place(name, rows[0], "subject").finding(
                        "error",
                        "unknown_subject",
                        found=subject + more,
                        expected=_expected(subject, known) if len(findings) < ENOUGH else "a subject of the table",
                        action=_action(subject, known),
                    )
                )
    return [*findings, *_constraints(context, known), *_differ_in_case(context)]


def _has_subject(context: Context, name: str) -> bool:
    return any("subject" in row for row in context.rows(name)[:1])


def _expected(subject: str, known: set[str]) -> str:
    return did_you_mean(subject, known) or f"a subject of the table subjects: {listed(sorted(known))}"


def _action(subject: str, known: set[str]) -> str:
    numbers = {name.lstrip("0") for name in known if name.isdigit()}
    if subject.isdigit() and subject.lstrip("0") in numbers:
        return "write it as in the table subjects; a spreadsheet drops leading zeros unless the column is text"
    return "correct the subject here, or add it to the table subjects"


def _constraints(context: Context, known: set[str]) -> list[Finding]:
    return [
        context.lines.at(("constraints", index, "subject")).finding(
            "error",
            "unknown_subject",
            found=constraint.subject,
            expected=_expected(constraint.subject, known),
            action=f"correct the subject of constraint {constraint.id}",
        )
        for index, constraint in enumerate(context.plan.constraints)
        if constraint.subject is not None and constraint.subject not in known
    ]


def _differ_in_case(context: Context) -> list[Finding]:
    first: dict[str, str] = {}
    findings = []
    for row in context.in_file_order("subjects"):
        subject = row["subject"]
        other = first.setdefault(subject.casefold(), subject)
        if other != subject:
            findings.append(
                context.place("subjects", row, "subject").finding(
                    "warning",
                    "ids_differ_in_case",
                    found=f"{other} and {subject}",
                    expected="subjects that differ by more than capital letters",
                    action="check that these are two subjects",
                )
            )
    return findings
