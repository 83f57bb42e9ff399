"""The reference page of `costim score`: keys of a visit, forms of facts, results, kinds of problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from costim.measures.problems import PROBLEM_CODES
from costim.registry.measure_catalogue import facts
from costim.scoring.schema import input_schema, output_schema

Grid = Callable[[Sequence[str], Iterable[Sequence[str]]], str]

VISIT = (
    ("subject", "free id; with `visit` it names the visit once"),
    ("visit", "free id"),
    ("note", "free text, not read"),
    ("measures", "list of codes, `code:variant` or objects; also beside `visits`, for all"),
    ("now", "facts of the visit; facts at the top of the visit count as these"),
    ("previous", "facts of the assessment before"),
    ("baseline", "facts of the assessment at entry"),
)
SHORT = (
    ("present", "list of items"),
    ("absent", "list of items"),
    ("unknown", "list of items"),
    ("others", '`"absent"`: items of the measures asked for that are not mentioned; or `{"sledai": "absent"}`'),
)
FORMS = (
    (
        "item",
        '`"present"`, `"absent"`, `"unknown"`, or '
        '`{"state": "present", "day": -2, "course": "new", "detail": ..., "attribution": "sle"}`',
    ),
    ("statement", '`"yes"`, `"no"`, `"unknown"`, `true`, `false`'),
    (
        "number",
        '`{"value": 0.8, "unit": "g/24h"}`, `{"lower": 3, "upper": 4, "unit": "g/L"}`; bare where no unit is needed; '
        'a text for a range or a limit: `"7-11"`, `"<0.5"`',
    ),
    ("count", "whole number, range or limit"),
    ("scaled", '`{"value": 36, "scale": "0-100"}`'),
    ("choice", "one of the words of the fact"),
    (
        "drugs",
        '`[{"drug": "prednisolone", "dose": 6, "unit": "mg", "frequency": "daily", "route": "oral", "change": "new", '
        '"investigational": false}]`; `[]` when none is taken',
    ),
)
RESULT = (
    ("subject, visit", "as given"),
    ("measure, variant", "never blank; options that differ from the usual ones follow a `+`"),
    ("window_days", "days before the visit that count, both ends included; null where the measure has no window"),
    ("value", "the number when it is known exactly, else null"),
    ("lower, upper", "bounds over everything that is unknown; null: no bound"),
    ("lower_open, upper_open", "the bound itself is not possible"),
    ("unit", "of the numbers"),
    ("state", "for states, grades and classes: the outcome, or `unknown`"),
    ("possible", "outcomes that the facts still admit"),
    ("complete", "is the result settled?"),
    ("decided_by", "facts or criteria that make it what it is"),
    ("missing", "unknown facts that would settle it"),
    ("checks", "criteria of a state, each with its own state, sources and mark"),
    ("source", "keys of `sources`"),
    ("evidence", "weakest evidence mark of the rules used; explained in `evidence_marks`"),
    ("flags", "explained in `flag_meanings`"),
)


def interface_page(grid: Grid) -> str:
    """Everything a program needs that talks to `costim score`."""

    def table(header: tuple[str, str], rows: Iterable[Sequence[str]]) -> str:
        return grid(header, [(", ".join(f"`{word}`" for word in name.split(", ")), text) for name, text in rows])

    kinds = [(f"`{f.name}`", f.kind, f.unit or ", ".join(f.values or f.details), f.label) for f in facts().values()]
    return "\n".join(
        (
            "# JSON interface of costim score\n",
            "Schemas (draft 2020-12): [input](score-input.schema.json), [output](score-output.schema.json); also "
            "`costim score --schema input`. The input is one visit, a list of visits, or "
            '`{"schema": 1, "visits": [...]}`. Numbers are exact decimals, 0.3 is three tenths. `null` and what is not '
            "there are unknown, never absent.\n",
            "## A visit\n",
            table(("key", "meaning"), VISIT),
            "In `now`, `previous`, `baseline` and at the top of the visit stand facts by name, and\n",
            table(("key", "meaning"), SHORT),
            "## Forms of facts\n",
            table(("kind", "written as"), FORMS),
            "## A result\n",
            "Results come in the order of the visits, measures as asked. Decimals that do not end have 28 significant "
            "digits.\n",
            table(("key", "meaning"), RESULT),
            "## Problems\n",
            "With `--json-errors` each problem has `code`, `place`, `subject`, `visit`, `measure`, `item`, `found`, "
            "`expected` and `action`. Exit status 1; nothing is printed on standard output.\n",
            table(("code", "meaning"), PROBLEM_CODES.items()),
            "## Facts\n",
            grid(("fact", "kind", "unit or words", "meaning"), kinds),
        )
    )


def schema_file(side: str) -> str:
    """The schema of `input` or `output` as a file."""
    schema = input_schema() if side == "input" else output_schema()
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
