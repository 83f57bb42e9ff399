"""Many pieces of work at once: on the cores of this machine or over a cluster, results in the order of the pieces."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from costim.errors import CostimError

T = TypeVar("T")
R = TypeVar("R")

Progress = Callable[[int, int], None]
"""Called with how many tasks are done, and of how many."""


def spread(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    workers: int | None = None,
    cluster: str = "",
    progress: Progress | None = None,
) -> list[R]:
    """`[function(task) for task in tasks]`, several at a time.

    Args:
        function: A function of a module, without side effects.
        tasks: What it is called with.
        workers: How many at a time; the number of cores by default.
        cluster: Address of a Dask scheduler; blank for threads of this machine.
        progress: Told after each task.
    """
    finished = 0
    lock = Lock()

    def done() -> None:
        nonlocal finished
        with lock:
            finished += 1
            if progress is not None:
                progress(finished, len(tasks))

    if not tasks:
        return []
    if cluster:
        from costim.fleet.cluster import spread_over_cluster

        return spread_over_cluster(function, tasks, cluster, done)

    def counted(task: T) -> R:
        result = function(task)
        done()
        return result

    many = min(cores(workers), len(tasks))
    if many == 1:
        return [counted(task) for task in tasks]
    # Threads, not processes: what takes time releases the interpreter's lock, and nothing has to be imported again.
    with ThreadPoolExecutor(many) as pool:
        futures = [pool.submit(counted, task) for task in tasks]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def cores(workers: int | None) -> int:
    """Workers wanted, else the cores this program may use.

    Raises:
        CostimError: fewer than one worker.
    """
    if workers is not None:
        if workers < 1:
            raise CostimError(f"{workers} workers cannot work; give 1 or more, or leave the number out.")
        return workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
