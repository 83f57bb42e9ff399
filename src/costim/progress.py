"""A progress bar on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from costim.pipeline import STEPS


@contextmanager
def watched() -> Iterator[Callable[[str], None]]:
    """Give a function to call at the start of each step; draws only when standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Starting", total=STEPS)
        done = 0

        def step(name: str) -> None:
            nonlocal done
            bar.update(task, description=name, completed=min(done, STEPS))
            done += 1

        yield step
