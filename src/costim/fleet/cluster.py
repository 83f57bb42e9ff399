"""The same work over a Dask cluster. Dask itself is an extra and is imported only here, when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from time import monotonic
from typing import Any, TypeVar

from costim.errors import CostimError

T = TypeVar("T")
R = TypeVar("R")

CONNECT_SECONDS = 20
PATIENCE_SECONDS = 60.0
"""How long a cluster may be without any worker before the work is given up."""
POLL_SECONDS = 2
RETRIES = 5
"""How often one task is tried again after an error that is none of its own (a worker that runs out of memory)."""


def spread_over_cluster(
    function: Callable[[T], R],
    tasks: Sequence[T],
    address: str,
    done: Callable[[], None],
    *,
    patience: float = PATIENCE_SECONDS,
) -> list[R]:
    """Results in the order of the tasks, each worked out by some worker of the cluster.

    A worker that is lost takes nothing with it: Dask gives its tasks, and results that only it held, to the others.

    Args:
        function: A function of a module, without side effects; it may run more than once for a task.
        tasks: What it is called with; these and the results travel between machines.
        address: Of the scheduler, such as `tcp://10.0.0.5:8786`.
        done: Called after each task.
        patience: Seconds without any worker after which the work is given up.

    Raises:
        CostimError: Dask is not installed; no scheduler at that address; no worker, or one with another version of
            costim; a task that fails on every worker.
    """
    client = _connected(address)
    try:
        check_workers(client, patience)
        futures = [client.submit(function, task, pure=False, retries=RETRIES) for task in tasks]
        found: dict[int, R] = {}
        waiting = {future.key: place for place, future in enumerate(futures)}
        last_seen = monotonic()
        while waiting:
            for future in _finished(client, [futures[place] for place in waiting.values()]):
                found[waiting.pop(future.key)] = _result(future)
                future.release()
                done()
            if client.scheduler_info(n_workers=-1)["workers"]:
                last_seen = monotonic()
            elif monotonic() - last_seen > patience:
                raise CostimError(
                    f"All workers of the cluster at {address} are gone and {len(waiting)} pieces of work are not done. "
                    "Start workers again and repeat the command, or leave --cluster out."
                )
        return [found[place] for place in range(len(tasks))]
    finally:
        client.close()


def _finished(client: Any, futures: Sequence[Any]) -> list[Any]:
    """Futures that are done, in order, after waiting a moment for the first."""
    try:
        with client.as_current():
            _dask().wait(futures, timeout=POLL_SECONDS, return_when="FIRST_COMPLETED")
    except TimeoutError:
        return []
    return [future for future in futures if future.done()]


def _result(future: Any) -> Any:
    try:
        return future.result()
    except _dask().KilledWorker:
        raise CostimError(
            "Several workers of the cluster died over the same piece of work, most likely for want of memory. "
            "Give them more memory, or do it without --cluster."
        ) from None


def _dask() -> Any:
    """Dask's `distributed`, which says little about its types."""
    try:
        return import_module("distributed")
    except ImportError:
        raise CostimError(
            'Working over a cluster needs Dask, which is not installed. Install it with: pip install "costim[cluster]"'
        ) from None


def _connected(address: str) -> Any:
    distributed = _dask()
    try:
        return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise CostimError(
            f"No Dask scheduler at {address} ({why}). Give its address as `dask scheduler` prints it, "
            "such as tcp://10.0.0.5:8786."
        ) from None


def check_workers(client: Any, patience: float) -> None:
    """At least one worker, and the same program on all: results must not depend on which of them did the work."""
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError:
        raise CostimError(
            f"The cluster has had no worker for {patience:g} s. Start some with: dask worker ADDRESS"
        ) from None
    own = version("costim")
    answers = client.run(_costim_version, on_error="return")
    # A worker that is lost just now does not answer; its work goes to the others.
    theirs = {worker: found for worker, found in answers.items() if not isinstance(found, OSError)}
    for found in theirs.values():
        if isinstance(found, BaseException):
            raise CostimError(
                f"Workers of the cluster cannot import costim ({type(found).__name__}). Install costim {own} there."
            )
    other = sorted({f"{worker} has {found}" for worker, found in theirs.items() if found != own})
    if other:
        raise CostimError(
            f"Workers of the cluster have another version: {'; '.join(other)}. Install costim {own} there."
        )


def _costim_version() -> str:
    return version("costim")
