"""Results -> JSON or CSV. Numbers are exact decimals; those that do not terminate have 28 significant digits."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from costim.measures.result import Check, Result
from costim.registry.catalogue import references
from costim.registry.flags import flag_meanings
from costim.registry.measure_catalogue import EVIDENCE_MEANING
from costim.scoring.run import Scored
from costim.scoring.visit import SCHEMA

FLAT = (
    "subject",
    "visit",
    "measure",
    "variant",
    "window_days",
    "value",
    "lower",
    "upper",
    "lower_open",
    "upper_open",
    "unit",
    "state",
    "possible",
    "complete",
    "decided_by",
    "missing",
    "source",
    "evidence",
    "flags",
)
"""Columns of the CSV; the JSON has `checks` besides."""
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def result_record(scored: Scored) -> dict[str, Any]:
    """One result as plain values: text, bool, int, None, `Decimal`, lists of text, and checks."""
    result = scored.result
    return {
        "subject": scored.subject,
        "visit": scored.visit,
        **what_it_says(result),
        "decided_by": list(result.decided_by),
        "missing": list(result.missing),
        "checks": [check_record(check) for check in result.checks],
        **what_it_rests_on(result),
    }


def what_it_says(result: Result) -> dict[str, Any]:
    """Measure, variant, number and outcome as plain values."""
    return {
        "measure": result.measure,
        "variant": result.variant,
        "window_days": result.window_days,
        "value": result.value,
        "lower": result.lower,
        "upper": result.upper,
        "lower_open": result.bounds.lower_open,
        "upper_open": result.bounds.upper_open,
        "unit": result.unit,
        "state": result.state,
        "possible": list(result.possible),
        "complete": result.complete,
    }


def what_it_rests_on(result: Result) -> dict[str, Any]:
    """Sources, evidence and flags as plain values."""
    return {"source": list(result.source), "evidence": result.evidence, "flags": list(result.flags)}


def check_record(check: Check) -> dict[str, Any]:
    """One criterion as plain values."""
    return {
        "name": check.name,
        "state": str(check.state),
        "missing": list(check.missing),
        "source": list(check.references),
        "evidence": check.evidence,
        "flags": list(check.flags),
    }


def render_json(results: Sequence[Scored]) -> str:
    """The answer of schema 1, one result per line, with the sources, evidence marks and flags it names."""
    lines = ",\n".join(to_json(result_record(scored)) for scored in results)
    return f"{json_start()}{lines}{json_end(scored.result for scored in results)}"


def json_start() -> str:
    """What stands before the results."""
    return f'{{"schema": {SCHEMA},\n"results": [\n'


def json_end(results: Iterable[Result]) -> str:
    """What stands after the results: sources, evidence marks and flags that they name."""
    keys: set[str] = set()
    flags: set[str] = set()
    for result in results:
        keys.update(result.source)
        flags.update(result.flags)
    sources = {key: {"text": ref.text, "doi": ref.doi} for key, ref in references().items() if key in keys}
    meanings = {name: meaning for name, meaning in flag_meanings().items() if name in flags}
    ends = {"sources": sources, "evidence_marks": dict(EVIDENCE_MEANING), "flag_meanings": meanings}
    tail = ",\n".join(f'"{name}": {to_json(value)}' for name, value in ends.items())
    return f"\n],\n{tail}}}\n"


def to_json(value: Any) -> str:
    """JSON in which a `Decimal` is a number with all its digits."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {to_json(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def render_csv(results: Iterable[Scored]) -> str:
    """A flat table: lists joined with `;`; text that a spreadsheet could take for a formula gets an apostrophe."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(FLAT)
    for scored in results:
        record = result_record(scored)
        writer.writerow([cell_text(record[name]) for name in FLAT])
    return buffer.getvalue()


def cell_text(value: Any) -> str:
    """A value as the cell of a CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    text = ";".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text
