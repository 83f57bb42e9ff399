"""The same work over a Dask cluster of two processes, one of which is killed on the way."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from costim.cytometry import cluster as cluster_module
from costim.cytometry.cluster import spread_over_cluster
from costim.cytometry.fleet import spread
from costim.cytometry.gate_files import gate
from costim.errors import CostimError
from tests.cytometry.gate_folder import write_folder

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.fixture
def local_cluster() -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster


def half_a_second(number: int) -> tuple[int, int]:
    time.sleep(0.3)
    return number, os.getpid()


def kills_its_worker(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fails(number: int) -> int:
    return 1 // number


@pytest.mark.slow
def test_a_lost_worker_loses_nothing_and_a_table_is_the_same(local_cluster: Any, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, 6)
    here = gate(folder, gates=folder / "gates.toml", workers=1)
    there = gate(folder, gates=folder / "gates.toml", cluster=local_cluster.scheduler_address)
    assert there.equals(here)
    assert there.write_csv().encode() == here.write_csv().encode()

    seen = []
    killed: list[int] = []

    def after(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 2:
            process = next(iter(local_cluster.workers.values())).pid
            killed.append(process)
            os.kill(process, signal.SIGKILL)

    got = spread(half_a_second, range(10), cluster=local_cluster.scheduler_address, progress=after)
    assert [number for number, _ in got] == list(range(10))
    assert killed
    assert seen == [(done, 10) for done in range(1, 11)]
    assert {process for _, process in got} - set(killed)
    again = gate(folder, gates=folder / "gates.toml", cluster=local_cluster.scheduler_address)
    assert again.equals(here)


@pytest.mark.slow
def test_an_error_of_the_program_comes_back(local_cluster: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        spread_over_cluster(fails, [1, 0], local_cluster.scheduler_address, lambda: None)


@pytest.mark.slow
def test_a_cluster_without_workers_is_given_up() -> None:
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address=None) as cluster,
        pytest.raises(CostimError, match=r"no worker for 0\.5 s"),
    ):
        spread_over_cluster(half_a_second, [1], cluster.scheduler_address, lambda: None, patience=0.5)


@pytest.mark.slow
def test_a_file_that_kills_every_worker_is_said() -> None:
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        pytest.raises(CostimError, match="workers of the cluster died over the same file"),
    ):
        spread_over_cluster(kills_its_worker, [1], cluster.scheduler_address, lambda: None)


def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 1)
    with pytest.raises(CostimError, match=r"No Dask scheduler at tcp://127\.0\.0\.1:9 "):
        spread(half_a_second, [1], cluster="tcp://127.0.0.1:9")
    with pytest.raises(CostimError, match="No Dask scheduler at nonsense://x"):
        spread(half_a_second, [1], cluster="nonsense://x")


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CostimError, match=r'pip install "costim\[cluster\]"'):
        spread(half_a_second, [1], cluster="tcp://127.0.0.1:8786")
