"""Counts of every population of a strategy in one file, and the levels wanted."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from costim.cytometry.engine.choice import kernel_now, prepare
from costim.cytometry.engine.columns import Columns
from costim.cytometry.engine.plan import make_plan
from costim.cytometry.engine.result import Gated, Want
from costim.cytometry.engine.scan import scan
from costim.cytometry.engine.search import Search, pilot_windows
from costim.cytometry.engine.source import Source
from costim.cytometry.events import Events

if TYPE_CHECKING:
    from costim.cytometry.engine.kernel import Kernel
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy


def gate_file(file: FcsFile, strategy: Strategy, want: Sequence[Want] = (), *, threads: int | None = None) -> Gated:
    """Count the events of every population, and find the levels wanted.

    Args:
        file: An opened FCS file.
        strategy: Gates in order, every bound a number (`resolved`).
        want: Levels wanted, in linear units; no two of one population with the same name.
        threads: How many threads at most; None leaves it to the size of the file and the machine.

    Returns:
        Counts and levels, the same to the last bit whatever the number of threads.

    Raises:
        GateError: a bound that is no number, or a population that does not exist.
        FcsError, CompensationError: the file lacks what gates or levels look at, or changed since it was opened.
    """
    prepare(file.events)
    return gate_with(kernel_now, file, strategy, want, threads)


def gate_with(
    kernels: Callable[[], Kernel], file: FcsFile, strategy: Strategy, want: Sequence[Want], threads: int | None
) -> Gated:
    """As `gate_file`, with the loops that `kernels` gives for the next block; all kernels give the same bits."""
    known = Columns(Events(file, strategy))
    plan = make_plan(known, want, cells_for(file.events))
    source = Source(file, plan)
    threads = threads or _threads(len(source.blocks()))
    search = Search(known, plan, want, pilot_windows(known, source, plan, want, kernels()))
    found = scan(source, plan, kernels, search.nothing_yet, threads)
    search.take(found.gathered)
    while (more := search.missed()) is not None:
        # The pilot was not like the file: look where the missing ranks must be.
        more.plan = make_plan(known, more.wants, cells_for(file.events))
        rest = scan(Source(file, more.plan), more.plan, kernels, more.nothing_yet, threads)
        search.take_missed(more, rest.gathered)
    return Gated(file.events, found.counts, search.levels(), found.not_finite)


def cells_for(events: int) -> int:
    """Cells along each axis of a grid: making it costs their square, and saves the more the more events there are."""
    return 64 if events < 50_000 else 128 if events < 1_000_000 else 256


def _threads(blocks: int) -> int:
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(own, blocks // 2))
