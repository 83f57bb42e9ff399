"""The `costim` command: reads arguments, calls the pipeline, speaks to the user. Computes nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from costim.errors import CostimError

app = typer.Typer(
    name="costim",
    help="Before/after studies of B-cell-targeted therapy in lupus: from a study folder to an honest report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

StudyPath = Annotated[Path, typer.Argument(help="Study folder, its study.toml, or study.xlsx.", show_default=False)]


def _say(text: str, *, error: bool = False) -> None:
    typer.echo(text, err=error)


def _fail(error: CostimError) -> NoReturn:
    """Say what is wrong and stop with exit status 1."""
    _say(str(error), error=True)
    raise typer.Exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        _say(f"costim {version('costim')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[  # acted on by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options common to all commands."""


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the study; a folder of that name is made.", show_default=False)],
) -> None:
    """Write a template study folder, with an Excel template beside the CSV tables."""
    from costim.study.template import write_template

    folder = Path(name)
    try:
        write_template(folder, name=folder.name)
    except CostimError as error:
        _fail(error)
    _say(f"Template written to {folder}. Fill in the tables, then run: costim check {folder}")


@app.command()
def check(
    study: StudyPath,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check a study and report every problem at once. Exit status 1 if there are errors."""
    from costim.study.check import check_study
    from costim.study.messages import render_findings

    _, findings = check_study(study)
    if as_json:
        _say(json.dumps([f.as_dict() for f in findings], ensure_ascii=False, indent=2))
    else:
        _say(render_findings(findings))
    if any(f.severity == "error" for f in findings):
        raise typer.Exit(1)


@app.command()
def measure(study: StudyPath) -> None:
    """Print the measurements table of a study as CSV."""
    from costim.pipeline import measure_study
    from costim.report.plainfiles import write_csv
    from costim.study.check import read_study

    try:
        sys.stdout.buffer.write(write_csv(measure_study(read_study(study))))
    except CostimError as error:
        _fail(error)


@app.command()
def estimate(study: StudyPath) -> None:
    """Print the effects table of a study as CSV."""
    from costim.pipeline import analyse_study
    from costim.report.plainfiles import write_csv
    from costim.study.check import read_study

    try:
        sys.stdout.buffer.write(write_csv(analyse_study(read_study(study)).effects))
    except CostimError as error:
        _fail(error)


@app.command()
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
        with watched() as progress:
            folder = run_study(study, out, progress)
    except CostimError as error:
        _fail(error)
    _say(f"Report written: {folder / 'report.html'}")


if __name__ == "__main__":
    app()
