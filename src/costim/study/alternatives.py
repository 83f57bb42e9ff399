"""Named alternative readings: which cells they name, and the study as it would be under one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from costim.errors import CostimError
from costim.registry.findings import Finding
from costim.registry.measurements import AS_RECORDED
from costim.registry.natural import natural_key
from costim.registry.provenance import CellAddress
from costim.registry.suggest import did_you_mean, listed
from costim.registry.tables import Table, study_tables
from costim.study.cells import CellProblem
from costim.study.days import TABLES_WITH_TIME, fill_day
from costim.study.fields import Reader, Row, parse_cell
from costim.study.frames import build_frame
from costim.study.study import cell_id

if TYPE_CHECKING:
    from pathlib import Path

    from costim.registry.plan import Plan
    from costim.study.rules.context import Context
    from costim.study.study import Study

NOT_ALTERED = ("alternatives", "published")
_DAY = ("day", "day__lower", "day__upper", "day__relation")


@dataclass(frozen=True, slots=True)
class Target:
    """The cell an alternative names."""

    table: str
    key: str
    column: str


def readings(study: Study) -> tuple[str, ...]:
    """Names of the alternative readings, in natural order."""
    frame = study.tables["alternatives"]
    return tuple(sorted(set(frame["reading"].to_list()), key=natural_key))


def find_target(row: Row, rows: Mapping[str, Iterable[Row]]) -> Target:
    """The cell that one row of `alternatives` names.

    Args:
        row: row of `alternatives`.
        rows: rows of every table.

    Raises:
        CellProblem: there is no such table, column, row or cell. `column` of the message is in its code.
    """
    altered = [name for name in study_tables() if name not in NOT_ALTERED]
    if row["table"] not in altered:
        raise _Wrong("table", did_you_mean(row["table"], altered) or f"one of {', '.join(altered)}")
    table = study_tables()[row["table"]]
    columns = [c.name for c in table.columns.values() if not c.key]
    if row["column"] not in columns:
        raise _Wrong("column", did_you_mean(row["column"], columns) or f"one of {', '.join(columns)}")
    key = _key_of(row, table)
    known = [r["_key"] for r in rows.get(table.name, ())]
    if key not in known:
        same = [k for k in known if k.split("|")[0] == row["subject"]]
        expected = f"a row of {table.name}; those of subject {row['subject']} are {listed(same, 6) or 'none'}"
        raise _Wrong("item" if row["item"] else "visit" if row["visit"] else "subject", expected)
    return Target(table.name, key, row["column"])


class _Wrong(CellProblem):
    """A cell of `alternatives` that leads nowhere."""

    def __init__(self, column: str, expected: str) -> None:
        super().__init__("alternative_without_cell", expected, "correct the row so that it names a cell of the study")
        self.column = column


def _key_of(row: Row, table: Table) -> str:
    """Key of the row meant: subject, visit where the table has one, and `item` for the rest in key order.

    Parts of `item` are joined with `|`; where only those parts are given that may not be blank, the others are blank.
    """
    rest = [name for name in table.key if name not in ("subject", "visit")]
    parts = [part.strip() for part in (row["item"] or "").split("|")] if rest or row["item"] else []
    needed = [name for name in rest if not table.columns[name].optional]
    if len(parts) == len(rest):
        given = dict(zip(rest, parts, strict=True))
    elif len(parts) == len(needed):
        given = dict(zip(needed, parts, strict=True))
    else:
        raise _Wrong("item", f"the values of {'|'.join(rest)}" if rest else "a blank cell")
    if row["visit"] and "visit" not in table.key:
        raise _Wrong("visit", f"a blank cell, because {table.name} has no visits")
    given |= {"subject": row["subject"], "visit": row["visit"] or ""}
    return "|".join(given.get(name, "") for name in table.key)


def replaced_row(row: Row, column: str, text: str, reader: Reader, plan: Plan) -> Row:
    """The row with one cell read from another text; a day that was filled from a time is filled again.

    Raises:
        CellProblem: the text does not fit the column.
    """
    changed = {**row, **parse_cell(reader.table.columns[column], text, reader).fields}
    if reader.table.name in TABLES_WITH_TIME:
        if row["day__converted"] and column != "day":
            changed |= {**dict.fromkeys(_DAY), "day__missing": "blank"}
        changed = fill_day(changed, plan)
    return changed


def check_alternatives(context: Context, root: Path, check: Any) -> list[Finding]:
    """Every alternative names a cell and fits it, and no reading breaks a rule that the preferred one keeps.

    Args:
        context: the study as recorded.
        root: its folder.
        check: the rules, `Context -> list[Finding]`.
    """
    findings: list[Finding] = []
    by_reading: dict[str, Context] = {}
    first: dict[str, Row] = {}
    used: dict[tuple[str, Target], int] = {}
    for row in context.rows("alternatives"):
        name = row["reading"]
        try:
            if name == AS_RECORDED:
                raise _named("reading", "another name; this one means the study as recorded")
            target = find_target(row, {t: context.rows(t) for t in context.tables})
            if (name, target) in used:
                raise _named("column", f"each cell once in a reading; row {used[name, target]} names it too")
            used[name, target] = row["_row"]
            first.setdefault(name, row)
            by_reading[name] = _with_cell(by_reading.get(name, context), target, _other_text(row), root)
        except CellProblem as problem:
            column = getattr(problem, "column", "value")
            place = context.place("alternatives", row, column)
            found = context.found("alternatives", row, column)
            findings.append(
                place.finding("error", problem.code, found=found, expected=problem.expected, action=problem.action)
            )
    base = set(check(context)) if by_reading else set()
    for name, other in by_reading.items():
        for broken in check(other):
            if broken not in base and broken.severity == "error":
                findings.append(
                    context.place("alternatives", first[name], "value").finding(
                        "error",
                        "alternative_breaks_rule",
                        found=f"reading {name}, {broken.place}: {broken.found}",
                        expected=broken.expected,
                        action="correct the values of this reading",
                    )
                )
    return findings


def _other_text(row: Row) -> str:
    """The other text of the cell; a missing word stands for itself."""
    return str(row["value"] if row["value"] is not None else row["value__missing"])


def _named(column: str, expected: str) -> CellProblem:
    return _Wrong(column, expected)


def _with_cell(context: Context, target: Target, text: str, root: Path) -> Context:
    table = study_tables()[target.table]
    reader = Reader(table, root, context.plan.study.day_convention)
    rows = tuple(
        replaced_row(row, target.column, text, reader, context.plan) if row["_key"] == target.key else row
        for row in context.rows(target.table)
    )
    return context.with_rows(target.table, rows)


def apply_reading(study: Study, name: str) -> Study:
    """The study under one alternative reading; the input stays as it is.

    The addresses of replaced cells point to the row of `alternatives` that gives the other value.

    Raises:
        CostimError: the study has no reading of that name.
    """
    if name not in readings(study):
        raise CostimError(f"The study has no reading {name!r}. It has: {listed(readings(study)) or 'none'}.")
    alternatives = [r for r in study.tables["alternatives"].to_dicts() if r["reading"] == name]
    rows = {r["table"]: study.tables[r["table"]].to_dicts() for r in alternatives}
    addresses: dict[str, CellAddress] = dict(study.addresses)
    for row in alternatives:
        target = find_target(row, rows)
        table = study_tables()[target.table]
        reader = Reader(table, study.root, study.plan.study.day_convention)
        rows[target.table] = [
            replaced_row(r, target.column, _other_text(row), reader, study.plan) if r["_key"] == target.key else r
            for r in rows[target.table]
        ]
        source = study.addresses[cell_id("alternatives", row["_key"], "value")]
        addresses[cell_id(target.table, target.key, target.column)] = source
        if _fills_day(rows[target.table], target):
            addresses[cell_id(target.table, target.key, "day")] = source
    frames = {**study.tables, **{t: build_frame(study_tables()[t], changed) for t, changed in rows.items()}}
    return replace(study, tables=MappingProxyType(frames), addresses=MappingProxyType(addresses), reading=name)


def _fills_day(rows: list[Row], target: Target) -> bool:
    """Is the day of the changed row filled from the changed time or unit?"""
    if target.column not in ("time", "time_unit") or target.table not in TABLES_WITH_TIME:
        return False
    return any(row["_key"] == target.key and row["day__converted"] for row in rows)
