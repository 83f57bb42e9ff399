"""Visits: declared in the settings, present in the table, on sensible days."""

from __future__ import annotations

from costim.registry.findings import Finding
from costim.registry.suggest import ENOUGH, did_you_mean, listed
from costim.registry.tables import study_tables
from costim.study.cells import render_number
from costim.study.fields import Row
from costim.study.rules.context import Context, both_given
from costim.study.rules.subjects import known_subjects


def check_visits(context: Context) -> list[Finding]:
    """All rules about visits."""
    findings = [*_undeclared(context), *_without_row(context), *_two_on_one_day(context), *_outside_window(context)]
    for row in context.rows("visits"):
        findings += both_given(context, "visits", row, "day", "time") if not row.get("day__converted") else []
    return findings


def _tables_with_visit(context: Context) -> list[str]:
    return [n for n in context.tables if "visit" in study_tables()[n].columns and n != "alternatives"]


def _undeclared(context: Context) -> list[Finding]:
    declared = [v.name for v in context.plan.visits]
    findings: list[Finding] = []
    for table in _tables_with_visit(context):
        unknown: dict[str, list[Row]] = {}
        for row in context.in_file_order(table):
            if row["visit"] is not None and row["visit"] not in declared:
                unknown.setdefault(row["visit"], []).append(row)
        for visit, rows in unknown.items():
            more = f" ({len(rows)} rows)" if len(rows) > 1 else ""
            findings.append(
                context.place(table, rows[0], "visit").finding(
                    "error",
                    "unknown_visit",
                    found=visit + more,
                    expected=(len(findings) < ENOUGH and did_you_mean(visit, declared))
                    or (f"one of the visits {listed(declared)}" if declared else "visits declared in the settings"),
                    action="correct the visit here, or declare it in study.toml under [[visits]]",
                )
            )
    return findings


def _without_row(context: Context) -> list[Finding]:
    declared = {v.name for v in context.plan.visits}
    there = {(r["subject"], r["visit"]) for r in context.rows("visits")}
    if typed := context.tables.get("visits"):
        there |= {(k.get("subject"), k.get("visit")) for k in typed.refused}
    known = known_subjects(context)  # of others the finding is made already
    findings = []
    for table in _tables_with_visit(context):
        for row in context.in_file_order(table):
            pair = (row["subject"], row["visit"])
            if row["subject"] in known and row["visit"] in declared and pair not in there:
                there.add(pair)
                findings.append(
                    context.place(table, row, "visit").finding(
                        "warning",
                        "visit_without_row",
                        found=f"subject {row['subject']}, visit {row['visit']}",
                        expected="a row in the table visits, which gives the day",
                        action="add the row; without it the reading is kept and its day is unknown",
                    )
                )
    return findings


def _two_on_one_day(context: Context) -> list[Finding]:
    findings = []
    timed = {
        (row["subject"], row["visit"])
        for table in ("labs", "samples")
        for row in context.rows(table)
        if row["timepoint"] is not None
    }
    for subject, rows in context.per_subject("visits"):
        first: dict[float, Row] = {}
        for row in rows:
            if row["day"] is None:
                continue
            other = first.setdefault(row["day"], row)
            if other is row or {(subject, row["visit"]), (subject, other["visit"])} & timed:
                continue
            findings.append(
                context.place("visits", row, "visit").finding(
                    "warning",
                    "two_visits_on_one_day",
                    found=f"subject {subject}: {other['visit']} (row {other['_row']}) and {row['visit']} on one day",
                    expected="one visit per day, or readings with a timepoint pre or post",
                    action="check the days; both visits are kept",
                )
            )
    return findings


def _outside_window(context: Context) -> list[Finding]:
    planned = {v.name: v for v in context.plan.visits if v.day is not None and v.window is not None}
    findings = []
    for row in context.rows("visits"):
        visit = planned.get(row["visit"])
        if visit is None or visit.day is None or visit.window is None or row["day"] is None:
            continue
        low, high = visit.day + visit.window[0], visit.day + visit.window[1]
        if not low <= row["day"] <= high:
            column = "time" if row.get("day__converted") else "day"
            findings.append(
                context.place("visits", row, column).finding(
                    "warning",
                    "outside_window",
                    found=f"{context.found('visits', row, column)}, day {render_number(row['day'])} of the study",
                    expected=f"visit {visit.name} between day {render_number(low)} and {render_number(high)}",
                    action="check the day; the visit is kept with its real day",
                )
            )
    return findings
