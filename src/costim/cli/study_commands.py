"""Commands on a study folder: new, check, measure, estimate, run."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from costim.cli.speech import fail, say
from costim.cli.stop import stoppable
from costim.errors import CostimError

StudyPath = Annotated[
    Path,
    typer.Argument(
        help="Study folder, its study.toml, or study.xlsx.",
        show_default=False,
        readable=False,  # not looked at by the parser: the check says in its own words what it cannot read
    ),
]


def _noticed(folder: Path) -> str:
    """How many findings of each severity the report in `folder` lists, in words; blank when there is none."""
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as lines:
        counts = Counter(row["severity"] for row in csv.DictReader(lines))
    return ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counts.items())


def new(
    name: Annotated[str, typer.Argument(help="Name of the study; a folder of that name is made.", show_default=False)],
) -> None:
    """Write a template study folder, with an Excel template beside the CSV tables."""
    from costim.study.template import write_template

    folder = Path(name)
    try:
        write_template(folder, name=folder.name)
    except CostimError as error:
        fail(error)
    say(f"Template written to {folder}. Fill in the tables, then run: costim check {folder}")


def check(
    study: StudyPath,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check a study and report every problem at once. Exit status 1 if there are errors."""
    from costim.study.check import check_study
    from costim.study.messages import render_findings

    _, findings = check_study(study)
    if as_json:
        listed = json.dumps([f.as_dict() for f in findings], ensure_ascii=False, indent=2)
        say(f"{listed}\n".encode(errors="replace"))  # JSON is UTF-8, whatever the terminal
    else:
        say(render_findings(findings))
    if any(f.severity == "error" for f in findings):
        raise typer.Exit(1)


def measure(study: StudyPath) -> None:
    """Print the measurements table of a study as CSV."""
    from costim.pipeline import measure_study
    from costim.report.plainfiles import write_csv
    from costim.study.check import read_study

    try:
        say(write_csv(measure_study(read_study(study))))
    except CostimError as error:
        fail(error)


def estimate(study: StudyPath) -> None:
    """Print the effects table of a study as CSV."""
    from costim.pipeline import analyse_study
    from costim.report.plainfiles import write_csv
    from costim.study.check import read_study

    try:
        say(write_csv(analyse_study(read_study(study)).effects))
    except CostimError as error:
        fail(error)


def run(
    study: StudyPath,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report; default <study id>-report.", show_default=False)
    ] = None,
) -> None:
    """Check, measure, estimate and write the report: HTML, Word, PDF, Excel, figures and provenance."""
    from costim.pipeline import run_study
    from costim.progress import watched

    try:
        with stoppable(), watched() as progress:
            folder = run_study(study, out, progress)
    except CostimError as error:
        fail(error)
    say(f"Report written: {folder / 'report.html'}")
    if noticed := _noticed(folder):
        say(f"Noticed: {noticed}. The report lists them all, and so does {folder / 'findings.csv'}")
