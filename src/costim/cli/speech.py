"""What the program says to the user, and how it ends when something cannot be done."""

from __future__ import annotations

import errno
import sys
from typing import NoReturn

import typer

from costim.errors import CostimError


def say(text: str | bytes, *, error: bool = False) -> None:
    """Print a text, or the bytes of a table; stop with exit status 1 when there is nowhere to print to."""
    if not error and sys.stdout is None:  # closed by whoever started the program
        fail(CostimError("The output could not be written: standard output is closed. Run again with > results.json"))
    try:
        typer.echo(text, err=error, nl=isinstance(text, str))
    except OSError as problem:
        if problem.errno == errno.EPIPE:  # a pipe that has read enough, e.g. `| head -1`
            raise
        fail(CostimError(f"The output could not be written: {problem.strerror}. Free some space, then run again."))


def fail(error: CostimError) -> NoReturn:
    """Say what is wrong and stop with exit status 1."""
    say(str(error), error=True)
    raise typer.Exit(1)
