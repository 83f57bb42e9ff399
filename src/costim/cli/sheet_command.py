"""`costim sheet`: a measure as a page to print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from costim.cli.speech import fail, say
from costim.errors import CostimError


def sheet(
    measure: Annotated[
        str | None,
        typer.Argument(help="Code of a measure, or code:variant, e.g. sledai:selena.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write, or a folder with --all; else it is printed.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Write one file per measure into the folder --out.")] = False,
) -> None:
    """Write a one-page score sheet to print (HTML), with items, boxes, criteria, evidence marks and sources."""
    from costim.scoring.sheets import read_name, write_all_sheets, write_sheet

    try:
        if every:
            if measure is not None or out is None:
                raise CostimError("With --all, name a folder and no measure: costim sheet --all --out sheets")
            say(f"{len(write_all_sheets(out))} score sheets written to {out}.")
            return
        if measure is None:
            raise CostimError("Name a measure: costim sheet sledai --out sledai.html (`costim cite` lists them)")
        code, variant = read_name(measure)
        text = write_sheet(code, variant, out)
    except CostimError as error:
        fail(error)
    if out is None:
        say(text.encode())
    else:
        say(f"Score sheet written to {out}.")
