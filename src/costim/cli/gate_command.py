"""`costim gate`: FCS files, or the tubes of a study, counted by the gates given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from costim.cli.speech import fail, say
from costim.cli.stop import stoppable
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.cytometry.fcs.findings import FcsFinding
    from costim.cytometry.gate_files import GatedFile
    from costim.registry.findings import Finding

STUDY_FILES = ("study.toml", "study.xlsx")
SAID = ("repair", "warning")
"""Findings that are printed; notes are in JSON only."""


class TableForm(StrEnum):
    """How the table is given."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def gate(  # noqa: PLR0917  # options are given by name
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="STUDY|FILES...",
            help="A study, or FCS files and folders of such.",
            show_default=False,
            readable=False,
        ),
    ],
    gates: Annotated[
        str,
        typer.Option(
            help="gates.toml, GatingML 2.0 (.xml), FlowJo 10 workspace (.wsp) or ready:NAME; "
            "a study has its own by default.",
            show_default=False,
        ),
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="File to write: .csv, .json or .parquet.", show_default=False)
    ] = None,
    form: Annotated[
        TableForm | None, typer.Option("--format", help="Form of what is printed or written.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Files at a time; all cores by default.", show_default=False)
    ] = None,
    cluster: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Dask scheduler, e.g. tcp://10.0.0.5:8786.", show_default=False)
    ] = "",
    one_subject: Annotated[
        bool, typer.Option("--one-subject", help="The files are of one subject and panel: same thresholds for all.")
    ] = False,
    data_set: Annotated[int, typer.Option(min=0, help="Which data set of each file, from 0.")] = 0,
    flowjo_counts: Annotated[
        bool, typer.Option("--flowjo-counts", help="Counts of the FlowJo workspace beside, and why they differ.")
    ] = False,
) -> None:
    """Count every population of FCS files with intervals, and levels of markers. Exit status 1 on problems."""
    try:
        chosen = _form(out, form)
        with stoppable(), _watched() as progress:
            how = _How(workers, cluster, progress, flowjo_counts)
            if _is_study(paths):
                gated = _of_study(paths[0], gates, how)
            else:
                gated = _of_files(paths, gates, how, one_subject=one_subject, data_set=data_set)
        _say_findings(gated)
        _give(gated, chosen, out)
    except CostimError as error:
        fail(error)


def _form(out: Path | None, form: TableForm | None) -> TableForm:
    """What the user asked for, or what the ending of the file says; a table on a terminal, CSV in a pipe."""
    if out is None:
        if form is TableForm.PARQUET:
            raise CostimError("Parquet is not for printing. Name a file: --out counts.parquet")
        return form or (TableForm.TABLE if sys.stdout is not None and sys.stdout.isatty() else TableForm.CSV)
    ending = out.suffix.casefold().removeprefix(".")
    if form is None and ending in {"csv", "json", "parquet"}:
        form = TableForm(ending)
    if form is None or form is TableForm.TABLE:
        raise CostimError(f"{out} cannot be written: name a file that ends in .csv, .json or .parquet.")
    return form


def _is_study(paths: Sequence[Path]) -> bool:
    """Is the one path a study? Several paths are files, and a study among them is refused."""

    def study(path: Path) -> bool:
        return path.name in STUDY_FILES or any((path / name).is_file() for name in STUDY_FILES)

    found = [path for path in paths if study(path)]
    if found and len(paths) > 1:
        raise CostimError(f"{found[0]} is a study; give one study by itself, or FCS files and folders only.")
    return bool(found)


class _How(NamedTuple):
    workers: int | None
    cluster: str
    progress: Callable[[int, int], None]
    flowjo_counts: bool


def _of_study(path: Path, gates: str, how: _How) -> tuple[GatedFile, ...]:
    from costim.instruments.cytometry.in_parts import gate_study, with_gates
    from costim.study.check import read_study

    study = read_study(path)
    if gates:
        from costim.cytometry.strategies.load import load_gates_noting

        study = with_gates(study, load_gates_noting(gates))
    return gate_study(study, **how._asdict())


def _of_files(
    paths: Sequence[Path], gates: str, how: _How, *, one_subject: bool, data_set: int
) -> tuple[GatedFile, ...]:
    if not gates:
        raise CostimError("Which gates? Add --gates gates.toml, an .xml (GatingML 2.0), a .wsp (FlowJo) or ready:NAME.")
    from costim.cytometry.gate_files import How, gate_files

    return gate_files(paths, gates, How(one_subject=one_subject, data_set=data_set, **how._asdict()))


@contextmanager
def _watched() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, silence in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Gating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _say_findings(gated: Sequence[GatedFile]) -> None:
    """Repairs and warnings of every file, gates left out, on the error stream."""
    for finding in dict.fromkeys(finding for one in gated for finding in one.gate_findings):
        say(f"{finding.place}: {finding.severity} {finding.code}: {_told(finding)}", error=True)
    for one in gated:
        if one.own_gates:
            say(f"{one.name}: gates of its own: {', '.join(one.own_gates)}.", error=True)
        for words in one.left_out:
            say(f"{one.name}: {words}", error=True)
        for noticed in one.found.findings:
            if noticed.severity in SAID:
                say(f"{one.name}, {noticed.where}: {noticed.severity} {noticed.code}: {_told(noticed)}", error=True)
        for threshold in one.thresholds:
            if threshold.value is None:
                said = f"threshold {threshold.name} was not found, what depends on it is left out: {threshold.note}."
                say(f"{one.name}: {said}", error=True)


def _told(finding: Finding | FcsFinding) -> str:
    parts = [f"found {finding.found}" * bool(finding.found), f"expected {finding.expected}" * bool(finding.expected)]
    return "; ".join(part for part in (*parts, finding.action) if part) + "."


def _give(gated: Sequence[GatedFile], form: TableForm, out: Path | None) -> None:
    from costim.cytometry.gate_table import as_csv, as_json, as_parquet, rows_of

    rows = [row for one in gated for row in rows_of(one)]
    if form is TableForm.TABLE:
        from costim.cli.gate_picture import show_table

        show_table(rows)
        return
    if form is TableForm.PARQUET:
        content = as_parquet(rows)
    else:
        content = (as_csv(rows) if form is TableForm.CSV else as_json(gated, rows)).encode()
    if out is None:
        say(content)
        return
    from costim.cli.whole_file import write_whole

    write_whole(out, content)
    say(f"{len(rows)} rows written to {out}.", error=True)
