"""`costim cite`: what a measure rests on."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from costim.cli.speech import fail, say
from costim.errors import CostimError


class Form(StrEnum):
    """How citations are written."""

    TEXT = "text"
    JSON = "json"


def cite(
    measures: Annotated[
        list[str] | None, typer.Argument(help="Codes of measures; none lists all measures.", show_default=False)
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="Form of the answer.")] = Form.TEXT,
) -> None:
    """Print the variants of a measure with evidence marks and references; without argument, list the measures."""
    from costim.registry.measure_catalogue import measures as catalogue
    from costim.scoring.cite import cite as cite_measures
    from costim.scoring.cite import render_list, render_text

    if not measures and form is Form.TEXT:
        say(render_list().encode())
        return
    try:
        found = cite_measures(measures or catalogue())
    except CostimError as error:
        fail(error)
    text = render_text(found) if form is Form.TEXT else f"{json.dumps(found, ensure_ascii=False, indent=2)}\n"
    say(text.encode())
