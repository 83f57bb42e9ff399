"""Facts of measures: known names, their home, values that fit, cells that belong together."""

from __future__ import annotations

from collections.abc import Iterator

from costim.measures.problems import Problem
from costim.registry.fact_homes import DRUG_LIST, DRUG_LIST_WORDS, OWN_TABLE, assessed_facts, homes
from costim.registry.findings import Finding
from costim.registry.measure_catalogue import Fact, facts
from costim.registry.suggest import ENOUGH, did_you_mean
from costim.study.assessed import ITEM_COLUMNS, UNIT_KINDS, read_assessed
from costim.study.cells import render_number
from costim.study.fields import Row
from costim.study.rules.context import Context

_COLUMN = {"unit": "unit", "scale": "unit", "detail": "detail", "course": "course", "attribution": "attribution"}


def check_assessments(context: Context) -> list[Finding]:
    """All rules about the facts that measures ask for."""
    findings = [*_names(context)]
    for row in context.in_file_order(OWN_TABLE):
        fact = facts().get(row["fact"])
        if row["fact"] == DRUG_LIST:
            findings += _drug_list(context, row)
        elif fact is not None and homes()[fact.name].table == OWN_TABLE:
            findings += _cells(context, row, fact)
    return [*findings, *_sledai_details(context), *_days_of_items(context), *_no_drugs_after_all(context)]


def _names(context: Context) -> Iterator[Finding]:
    """Facts that no measure asks for, and facts that another table holds."""
    told = 0
    for row in context.in_file_order(OWN_TABLE):
        name = row["fact"]
        if name in assessed_facts():
            continue
        place = context.place(OWN_TABLE, row, "fact")
        if name in homes():
            yield place.finding(
                "error",
                "recorded_elsewhere",
                found=name,
                expected=f"this fact in {homes()[name].words}",
                action=f"move the row to {homes()[name].words}, and delete it here",
            )
            continue
        told += 1
        guess = did_you_mean(name, homes()) if told <= ENOUGH else ""
        yield place.finding(
            "error",
            "unknown_fact",
            found=name,
            expected=guess or "the name of a fact, as in the reference of measures",
            action="correct the name; put the words of the source in the note column",
        )


def _drug_list(context: Context, row: Row) -> Iterator[Finding]:
    if row["value"] is not None and row["value"] not in DRUG_LIST_WORDS:
        guess = did_you_mean(row["value"], DRUG_LIST_WORDS)
        yield context.place(OWN_TABLE, row, "value").finding(
            "error",
            "assessment_value",
            found=row["value"],
            expected=f"one of {', '.join(DRUG_LIST_WORDS)}" + (f"; {guess}" if guess else ""),
            action="say what is known of the list; the drugs themselves belong in the table comedications",
        )
    yield from _foreign(context, row, ("unit", *ITEM_COLUMNS), f"the fact {DRUG_LIST}")


def _cells(context: Context, row: Row, fact: Fact) -> Iterator[Finding]:
    """The value read as its kind wants it; cells that have no meaning for the kind."""
    if fact.kind != "item":
        yield from _foreign(context, row, ITEM_COLUMNS, f"the fact {fact.name}, which is no finding")
    if fact.kind not in UNIT_KINDS:
        yield from _foreign(context, row, ("unit",), f"the fact {fact.name}, which has no unit")
    if row["value"] is None:
        columns = tuple(c for c in ("unit", *ITEM_COLUMNS) if row[f"{c}__missing"] is None)
        if row["value__missing"] == "blank" and columns:
            yield from _foreign(context, row, columns[:1], "a row without a value")
        return
    for problem in read_assessed(fact, row)[1]:
        yield _as_finding(context, row, fact, problem)
    if fact.kind == "item" and row["value"] == "absent":
        yield from _foreign(context, row, ("day",), "an absent finding")


def _as_finding(context: Context, row: Row, fact: Fact, problem: Problem) -> Finding:
    part = problem.item.rpartition(".")[2]
    column = _COLUMN.get(part, "value")
    expected, action = problem.expected, problem.action
    if problem.code == "unit_missing":
        column, action = "unit", f"fill in unit, e.g. {fact.unit}; if the source states none, write not reported"
    elif fact.kind == "scaled" and column == "unit":
        action = "name the scale of the reading in the column unit"
    found = context.found(OWN_TABLE, row, column) or f"{row['value']} without {column}"
    return context.place(OWN_TABLE, row, column).finding(
        "error", "assessment_value", found=found, expected=f"{fact.name}: {expected}", action=action
    )


def _foreign(context: Context, row: Row, columns: tuple[str, ...], what: str) -> Iterator[Finding]:
    for column in columns:
        if row[f"{column}__missing"] is None:
            yield context.place(OWN_TABLE, row, column).finding(
                "error",
                "cell_not_for_row",
                found=f"{what} with {column} {context.found(OWN_TABLE, row, column)}",
                expected=f"no {column} here",
                action=f"clear {column}, or correct the rest of the row",
            )


def _sledai_details(context: Context) -> Iterator[Finding]:
    """What is said about an item of SLEDAI: only of a present one, and only kinds that the index knows."""
    for row in context.rows("sledai"):
        fact = facts().get(row["item"])
        filled = [c for c in ITEM_COLUMNS if row[f"{c}__missing"] is None]
        if row["state"] not in ("present", "unknown"):
            for column in filled:
                if column == "attribution" and row["state"] == "absent":
                    continue
                yield context.place("sledai", row, column).finding(
                    "error",
                    "cell_not_for_row",
                    found=f"item {row['item']}, {row['state'] or 'without state'}, with {column} "
                    f"{context.found('sledai', row, column)}",
                    expected=f"{column} only where an item is present",
                    action=f"clear {column}, or correct the state",
                )
        elif "detail" in filled and fact is not None and row["detail"] not in fact.details:
            guess = did_you_mean(row["detail"], fact.details)
            kinds = ", ".join(fact.details)
            yield context.place("sledai", row, "detail").finding(
                "error",
                "assessment_value",
                found=row["detail"],
                expected=guess or (f"one of {kinds}" if kinds else f"no detail, because {row['item']} has none"),
                action="correct the detail; put the words of the source in the note column",
            )


def _days_of_items(context: Context) -> Iterator[Finding]:
    """A finding cannot have been there last on a day after the visit that recorded it."""
    visits = {(r["subject"], r["visit"]): r for r in context.rows("visits")}
    for table in ("sledai", OWN_TABLE):
        for row in context.rows(table):
            visit = visits.get((row["subject"], row["visit"]))
            last, first = None if visit is None else visit["day__upper"], row["day__lower"]
            if last is not None and first is not None and first > last:
                yield context.place(table, row, "day").finding(
                    "error",
                    "item_after_visit",
                    found=f"{context.found(table, row, 'day')}, after the visit {row['visit']} "
                    f"on day {render_number(last)} of the study",
                    expected="the last study day, up to the visit, on which the finding was there",
                    action="correct the day here or that of the visit; both count as in the whole study",
                )


def _no_drugs_after_all(context: Context) -> Iterator[Finding]:
    """`none` stands against a drug typed at the same visit."""
    none = {
        (row["subject"], row["visit"]): row
        for row in context.rows(OWN_TABLE)
        if row["fact"] == DRUG_LIST and row["value"] == "none"
    }
    for row in context.rows("comedications"):
        against = none.get((row["subject"], row["visit"] or ""))
        if against is not None:
            yield context.place(OWN_TABLE, against, "value").finding(
                "error",
                "drug_list_contradicted",
                found=f"none, and {row['drug']} at {row['visit']} in comedications (row {row['_row']})",
                expected="complete, when the drugs recorded are all of them",
                action="correct one of the two",
            )
