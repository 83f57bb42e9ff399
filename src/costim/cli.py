"""The `costim` command: reads arguments, calls the pipeline, speaks to the user. Computes nothing."""

from __future__ import annotations

import csv
import errno
import io
import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
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

StudyPath = Annotated[
    Path,
    typer.Argument(
        help="Study folder, its study.toml, or study.xlsx.",
        show_default=False,
        readable=False,  # not looked at by the parser: the check says in its own words what it cannot read
    ),
]


def _say(text: str | bytes, *, error: bool = False) -> None:
    """Print a text, or the bytes of a table; stop with exit status 1 when there is nowhere to print to."""
    try:
        typer.echo(text, err=error, nl=isinstance(text, str))
    except OSError as problem:
        if problem.errno == errno.EPIPE:  # a pipe that has read enough, e.g. `| head -1`
            raise
        _fail(CostimError(f"The output could not be written: {problem.strerror}. Free some space, then run again."))


def _fail(error: CostimError) -> NoReturn:
    """Say what is wrong and stop with exit status 1."""
    _say(str(error), error=True)
    raise typer.Exit(1)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Say in one line that the user, or the system, stopped the program; what it was writing is cleared away."""
    stopped = False

    def stop(_number: int, _frame: object) -> NoReturn:
        nonlocal stopped
        stopped = True
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):  # None: set by a program around this one
            signal.signal(number, stop)
    try:
        yield
    except BaseException:  # a library that is stopped halfway may raise an error of its own
        if not stopped:
            raise
        _say("Stopped. No half-written report was left behind.", error=True)
        raise typer.Exit(130) from None
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)


def _noticed(folder: Path) -> str:
    """How many findings of each severity the report in `folder` lists, in words; blank when there is none."""
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as lines:
        counts = Counter(row["severity"] for row in csv.DictReader(lines))
    return ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counts.items())


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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a sign the terminal lacks is shown as ?, never an error
            stream.reconfigure(errors="replace")


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
        listed = json.dumps([f.as_dict() for f in findings], ensure_ascii=False, indent=2)
        _say(f"{listed}\n".encode(errors="replace"))  # JSON is UTF-8, whatever the terminal
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
        _say(write_csv(measure_study(read_study(study))))
    except CostimError as error:
        _fail(error)


@app.command()
def estimate(study: StudyPath) -> None:
    """Print the effects table of a study as CSV."""
    from costim.pipeline import analyse_study
    from costim.report.plainfiles import write_csv
    from costim.study.check import read_study

    try:
        _say(write_csv(analyse_study(read_study(study)).effects))
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
        with _stoppable(), watched() as progress:
            folder = run_study(study, out, progress)
    except CostimError as error:
        _fail(error)
    _say(f"Report written: {folder / 'report.html'}")
    if noticed := _noticed(folder):
        _say(f"The check noticed {noticed}; the report lists them all, and so does: costim check {study}")


if __name__ == "__main__":
    app()
