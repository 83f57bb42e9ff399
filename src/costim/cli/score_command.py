"""`costim score`: single visits, without a study folder."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from costim.cli.speech import fail, say
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.measures.problems import InputError
    from costim.scoring.read import Format


class InputForm(StrEnum):
    """How visits are written."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class OutputForm(StrEnum):
    """How results are written."""

    JSON = "json"
    CSV = "csv"


class Side(StrEnum):
    """Which of the two schemas."""

    INPUT = "input"
    OUTPUT = "output"


def score(  # noqa: PLR0917  # options are given by name
    file: Annotated[
        Path | None,
        typer.Argument(help="JSON, JSON lines or CSV; - or nothing reads what is piped in.", show_default=False),
    ] = None,
    form: Annotated[
        InputForm | None, typer.Option("--format", help="Form of the input, where the name does not tell it.")
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(help="Measure for visits that name none, e.g. lldas or sledai:sledai_1992; may be repeated."),
    ] = None,
    out: Annotated[OutputForm, typer.Option(help="Form of the results.")] = OutputForm.JSON,
    json_errors: Annotated[bool, typer.Option("--json-errors", help="Print problems as JSON.")] = False,
    schema: Annotated[
        Side | None, typer.Option(help="Print the JSON schema of the input or the output, and stop.")
    ] = None,
) -> None:
    """Score single visits: every measure with variant, bounds, what is missing, sources. Exit status 1 on problems."""
    from costim.measures.problems import InputError
    from costim.scoring.answer import render_csv, render_json
    from costim.scoring.large import score_large, score_many
    from costim.scoring.read import read_bytes
    from costim.scoring.run import score_visits

    if schema is not None:
        _print_schema(schema)
        return
    try:
        data = _read(file)
        answer, results = score_large(data, _form(file, form), "; ".join(measure or ())), []
        if answer is None:
            visits = read_bytes(data, _form(file, form), "; ".join(measure or ()))
            answer = score_many(visits)
            results = score_visits(visits) if answer is None else []
    except InputError as error:
        _refuse(error, as_json=json_errors)
    except CostimError as error:
        fail(error)
    if answer is not None:
        for chunk in answer.json_chunks() if out is OutputForm.JSON else answer.csv_chunks():
            say(chunk.encode())
        return
    text = render_json(results) if out is OutputForm.JSON else render_csv(results)
    say(text.encode())  # JSON and CSV are UTF-8, whatever the terminal


def _print_schema(side: Side) -> None:
    from costim.scoring.schema import input_schema, output_schema

    found = input_schema() if side is Side.INPUT else output_schema()
    say(f"{json.dumps(found, ensure_ascii=False, indent=2)}\n".encode())


def _form(file: Path | None, form: InputForm | None) -> Format | None:
    if form is not None:
        return form.value
    ending = file.suffix.casefold().removeprefix(".") if file is not None else ""
    return InputForm(ending).value if ending in tuple(InputForm) else None


def _read(file: Path | None) -> bytes:
    if file is None or str(file) == "-":
        if sys.stdin is None or (file is None and sys.stdin.isatty()):
            raise CostimError("No visits. Name a file, or pipe one in: costim score visits.json")
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as problem:
        raise CostimError(f"{file} could not be read: {problem.strerror}. Name a JSON or CSV file.") from None


def _refuse(error: InputError, *, as_json: bool) -> None:
    """Say every problem on the error stream and stop; nothing was printed before."""
    if as_json:
        listed = {"schema": 1, "problems": [problem.as_dict() for problem in error.problems]}
        say(f"{json.dumps(listed, ensure_ascii=False, indent=2)}\n".encode(), error=True)
    else:
        say(str(error), error=True)
    raise typer.Exit(1)
