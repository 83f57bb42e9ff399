"""A study folder or workbook -> the checked Study, with everything that is wrong said at once.

The study is a folder with `study.toml` and one CSV file per table, or with `study.xlsx` that has one sheet per table;
the settings of a workbook are in `study.toml` beside it or, if there is none, in its sheets `study` and `study_...`
(see `config_sheet`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from costim.registry.findings import Finding, sort_findings
from costim.registry.plan import Plan, StudyInfo
from costim.registry.provenance import CellAddress, InputFile
from costim.registry.tables import study_tables
from costim.study.alternatives import check_alternatives
from costim.study.config import read_config
from costim.study.config_lines import Lines
from costim.study.csv_table import read_csv_table
from costim.study.errors import StudyError
from costim.study.files import (
    MAX_BYTES,
    MAX_CONFIG_BYTES,
    MAX_ROWS,
    WORKBOOK,
    Located,
    locate,
    missing_file,
    read_bytes,
)
from costim.study.frames import build_frame
from costim.study.gates import Gating, read_gating
from costim.study.places import Place
from costim.study.raw import RawTable
from costim.study.rules.assessments import check_assessments
from costim.study.rules.body import check_body
from costim.study.rules.context import Context
from costim.study.rules.drugs import check_drugs
from costim.study.rules.measures import check_measures
from costim.study.rules.plan import check_plan
from costim.study.rules.readings import check_readings
from costim.study.rules.samples import check_samples
from costim.study.rules.subjects import check_subjects
from costim.study.rules.times import check_times
from costim.study.rules.visits import check_visits
from costim.study.study import Study
from costim.study.typed import TypedTable, type_table

MOST_ALIKE = 100
"""Findings of one code in one column that are listed; the rest is counted."""


@dataclass
class _Read:
    """What was read from the files so far."""

    plan: Plan | None = None
    lines: Lines = field(default_factory=lambda: Lines(Place("study.toml"), {}))
    tables: dict[str, RawTable] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    """Tables that have a file or sheet, readable or not."""
    inputs: list[InputFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def check_study(path: str | os.PathLike[str]) -> tuple[Study | None, list[Finding]]:
    """Read and check a study; never raises on bad input.

    Args:
        path: the study folder, its study.toml or its study.xlsx.

    Returns:
        The study (None when there is an error) and every finding, errors first. Warnings, repairs and notes are also in
        `Study.findings`.
    """
    located, findings = locate(Path(path))
    if located is None:
        return None, sort_findings(findings)
    read = _read_files(located)
    typed: dict[str, TypedTable] = {}
    findings = [*findings, *read.findings]
    for name, raw in read.tables.items():
        typed[name], more = type_table(study_tables()[name], raw, located.root, read.plan)
        findings += more
    findings += _cross_checks(read, typed, located.root)
    gating = Gating() if read.plan is None else read_gating(Context(typed, read.plan, read.lines), located.root)
    read.inputs += gating.inputs
    findings = limit_alike(sort_findings(list(dict.fromkeys([*findings, *gating.findings]))))
    if read.plan is None or any(f.severity == "error" for f in findings):
        return None, findings
    study = _bundle(located.root, read, read.plan, typed, findings)
    return replace(study, gates=MappingProxyType(gating.gates), flowjo=MappingProxyType(gating.flowjo)), findings


def read_study(path: str | os.PathLike[str]) -> Study:
    """Read and check a study.

    Raises:
        StudyError: the study has errors; all findings are in it.
    """
    study, findings = check_study(path)
    if study is None:
        raise StudyError(findings)
    return study


def _read_files(located: Located) -> _Read:
    read = _Read()
    if located.config is not None:
        _read_config_file(located.config, read)
    if located.workbook is not None:
        _read_workbook_file(located.workbook, read, with_config=located.config is None)
    for name, file in located.tables.items():
        read.present.add(name)
        data = _bytes(file, MAX_BYTES, MAX_ROWS, read)
        if data is not None:
            raw, findings = read_csv_table(name, data, Place(file.name), study_tables()[name].columns)
            read.findings += findings
            _keep(raw, read)
    return read


def _keep(raw: RawTable | None, read: _Read) -> None:
    if raw is not None:
        read.tables[raw.name] = raw


def _bytes(file: Path, max_bytes: int, max_lines: int | None, read: _Read) -> bytes | None:
    data, entry, findings = read_bytes(file, max_bytes=max_bytes, max_lines=max_lines)
    read.findings += findings
    if entry is not None:
        read.inputs.append(entry)
    return data


def _read_config_file(file: Path, read: _Read) -> None:
    data = _bytes(file, MAX_CONFIG_BYTES, None, read)
    if data is not None:
        read.plan, read.lines, findings = read_config(data, Place(file.name))
        read.findings += findings


def _read_workbook_file(file: Path, read: _Read, *, with_config: bool) -> None:
    from costim.study.config_sheet import config_sheets, has_config, read_config_sheets, settings_twice
    from costim.study.workbook import doubled_sheet, open_workbook, read_sheet, sheet_names, strange_sheets

    data = _bytes(file, MAX_BYTES, None, read)
    if data is None:
        return
    books, findings = open_workbook(data, Place(file.name))
    read.findings += findings
    if books is None:
        read.present |= set(study_tables())
        return
    names = sheet_names(books)
    known = {*study_tables(), *config_sheets()}
    read.findings += strange_sheets(names, sorted(known), Place(file.name))
    for title in names:
        table = study_tables().get(title.strip().casefold())
        if table is not None and table.name in read.present:
            read.findings.append(doubled_sheet(file.name, title, table.name))
        elif table is not None:
            read.present.add(table.name)
            raw, findings = read_sheet(books, title, table, file.name)
            read.findings += findings
            _keep(raw, read)
    if with_config and has_config(books):
        read.plan, read.lines, findings = read_config_sheets(books, file.name)
        read.findings += findings
    elif has_config(books):
        read.findings.append(settings_twice(file.name))
    elif with_config:
        read.findings.append(missing_file(Place("study.toml"), f"the settings; or a sheet study in {file.name}"))


def _cross_checks(read: _Read, typed: dict[str, TypedTable], root: Path) -> list[Finding]:
    findings = []
    for table in study_tables().values():
        if table.required and table.name not in read.present:
            in_book = read.present and not any(t.place.sheet == "" for t in typed.values()) and _is_workbook(read)
            place = Place(WORKBOOK, table.name) if in_book else Place(f"{table.name}.csv")
            findings.append(missing_file(place, table.prose.rstrip(".").lower()))
    if read.plan is None:
        stand_in = Plan(schema=1, study=StudyInfo(id="x", title="x", day_convention="first_infusion_is_day_0"))
        context = Context(typed, stand_in, read.lines)
        of_tables = (check_subjects, check_body, check_readings, check_assessments)
        return [*findings, *(finding for check in of_tables for finding in check(context))]
    context = Context(typed, read.plan, read.lines)
    return [*findings, *_rules(context), *check_alternatives(context, root, _rules)]


def _is_workbook(read: _Read) -> bool:
    return any(entry.name.casefold() == WORKBOOK for entry in read.inputs)


def _rules(context: Context) -> list[Finding]:
    return [
        *check_subjects(context),
        *check_body(context),
        *check_visits(context),
        *check_times(context),
        *check_readings(context),
        *check_drugs(context),
        *check_assessments(context),
        *check_samples(context),
        *check_plan(context),
        *check_measures(context),
    ]


def limit_alike(findings: list[Finding]) -> list[Finding]:
    """Of findings with one code in one column of one file, the first hundred and the count of the rest."""
    counts: dict[tuple[str, ...], int] = {}
    kept = []
    for finding in findings:
        kind = (finding.severity, finding.code, finding.file, finding.sheet, finding.column)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= MOST_ALIKE:
            kept.append(finding)
    for (severity, code, file, sheet, column), count in counts.items():
        if count > MOST_ALIKE:
            kept.append(
                Place(file, sheet, None, column).finding(
                    next(f.severity for f in kept if f.severity == severity),
                    "more_of_the_same",
                    found=f"{count - MOST_ALIKE:,} more findings of the kind {code}",
                    action="correct the first ones, then check again",
                )
            )
    return sort_findings(kept)


def _bundle(root: Path, read: _Read, plan: Plan, typed: dict[str, TypedTable], findings: list[Finding]) -> Study:
    addresses: dict[str, CellAddress] = {}
    for table in typed.values():
        addresses |= table.addresses
    frames = {
        name: build_frame(table, typed[name].rows if name in typed else ()) for name, table in study_tables().items()
    }
    return Study(
        root=root,
        plan=plan,
        tables=MappingProxyType(frames),
        findings=tuple(findings),
        inputs=tuple(sorted(read.inputs, key=lambda entry: entry.name)),
        addresses=MappingProxyType(addresses),
    )
