"""A program that is stopped says so in one line."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from costim.cli.speech import say


@contextmanager
def stoppable() -> Iterator[None]:
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
        say("Stopped. No half-written report was left behind.", error=True)
        raise typer.Exit(130) from None
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
