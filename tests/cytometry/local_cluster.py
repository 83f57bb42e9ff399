"""A Dask cluster on this machine, patient enough for one that is busy with other tests."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def local_cluster(n_workers: int, **settings: object) -> Iterator[Any]:
    """A cluster of worker processes with one thread each.

    On a busy machine Dask warns that its folders take long to make, and every warning is an error here; that one says
    nothing about costim.

    Args:
        n_workers: Worker processes.
        settings: Settings of Dask, dots as double underscores.
    """
    import dask
    from distributed import LocalCluster

    patient = {"distributed__comm__timeouts__connect": "120s", "distributed__comm__timeouts__tcp": "120s"}
    chosen = {name.replace("__", "."): value for name, value in (patient | settings).items()}
    with warnings.catch_warnings(), dask.config.set(chosen):
        warnings.filterwarnings("ignore", "Creating scratch directories is taking a surprisingly long time")
        with LocalCluster(n_workers=n_workers, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
            yield cluster
