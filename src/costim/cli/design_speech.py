"""How `costim design` answers: a few plain sentences, or the same as JSON; a bar while it simulates."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from costim.cli.speech import fail, say
from costim.errors import CostimError

OPTIMISM = (
    "Effects seen in a small pilot study are optimistic, most of all where patients were chosen when they were at "
    "their worst. Plan with the smallest effect that would matter, not with the one that was seen."
)
Numbers = dict[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, what was found, and the sentences that say it."""

    design: str
    asked: Numbers
    found: Numbers
    lines: tuple[str, ...]
    warning: str = field(default=OPTIMISM)


def give(answer: Answer, *, as_json: bool) -> None:
    """Print the answer."""
    if as_json:
        content = {"schema": 1, "design": answer.design, "asked": answer.asked, "found": answer.found}
        content |= {"warning": answer.warning}
        say(f"{json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)}\n".encode())
        return
    say("\n".join((*answer.lines, "", answer.warning)))


@contextmanager
def asked_well() -> Iterator[None]:
    """Say in plain words what is wrong with a question, and stop with exit status 1."""
    try:
        yield
    except CostimError as error:
        fail(error)
    except ValueError as problem:
        words = str(problem)
        fail(CostimError(f"{words[:1].upper()}{words[1:]}. `--help` lists what can be asked."))


@contextmanager
def simulating() -> Iterator[Callable[[int], None]]:
    """Give a function to call with each sample size; draws only when standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _n: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Simulating studies", total=None)
        yield lambda n: bar.update(task, description=f"Simulating studies of {n} patients")


def number(value: float, decimals: int = 2) -> str:
    """A number as printed in reports; whole numbers without decimals."""
    from costim.report.format import fixed

    return fixed(value, 0 if value == int(value) else decimals)


def as_stated(value: float) -> str:
    """A number as the user typed it."""
    from costim.report.format import plain

    return plain(value)


def percent(share: float) -> str:
    """A share as a percentage with one decimal; whole ones without. More decimals rather than all that is not all."""
    from costim.report.format import fixed

    hundredfold = round(100 * share, 7)
    if 99.95 <= hundredfold < 100:
        return f"{100 - float(fixed(100 - hundredfold, 1)):.9g} %"
    return f"{fixed(hundredfold, 0 if hundredfold == int(hundredfold) else 1)} %"


def patients(n: int) -> str:
    """`1 patient`, `2 patients`."""
    return f"{n} patient" if n == 1 else f"{n} patients"


def read_numbers(text: str, name: str, example: str) -> tuple[float, ...]:
    """Numbers separated by commas or spaces.

    Raises:
        CostimError: something is no number.
    """
    found = []
    for part in text.replace(",", " ").replace(";", " ").split():
        try:
            found.append(float(part))
        except ValueError:
            raise CostimError(
                f'"{part}" in {name} is no number. Expected numbers separated by commas, e.g. --{name} {example}'
            ) from None
    return tuple(found)
