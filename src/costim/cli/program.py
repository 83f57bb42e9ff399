"""The `costim` command: its options, and the list its commands join."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from costim.cli.speech import say

app = typer.Typer(
    name="costim",
    help="Before/after studies of B-cell-targeted therapy in lupus: from a study folder to an honest report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"costim {version('costim')}")
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
