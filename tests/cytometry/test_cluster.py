"""The same work over a Dask cluster of two processes, one of which is killed on the way."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from costim.cytometry.gate_files import gate
from costim.errors import CostimError
from costim.fleet import cluster as cluster_module
from costim.fleet.cluster import check_workers, spread_over_cluster
from costim.fleet.spread import spread
from tests.cytometry.gate_folder import write_folder
from tests.cytometry.local_cluster import local_cluster

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.fixture
def two_workers() -> Iterator[Any]:
    with local_cluster(2) as cluster:
        yield cluster


def a_moment(number: int) -> tuple[int, int]:
    time.sleep(0.3)
    return number, os.getpid()


def kills_its_worker(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fails(number: int) -> int:
    return 1 // number


@pytest.mark.slow
def test_a_lost_worker_loses_nothing_and_a_table_is_the_same(two_workers: Any, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, 6)
    here = gate(folder, gates=folder / "gates.toml", workers=1)
    there = gate(folder, gates=folder / "gates.toml", cluster=two_workers.scheduler_address)
    assert there.equals(here)
    assert there.write_csv().encode() == here.write_csv().encode()

    seen = []
    killed: list[int] = []

    def after(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 2:
            process = next(iter(two_workers.workers.values())).pid
            killed.append(process)
            os.kill(process, signal.SIGKILL)

    got = spread(a_moment, range(10), cluster=two_workers.scheduler_address, progress=after)
    assert [number for number, _ in got] == list(range(10))
    assert killed
    assert seen == [(done, 10) for done in range(1, 11)]
    assert {process for _, process in got} - set(killed)
    again = gate(folder, gates=folder / "gates.toml", cluster=two_workers.scheduler_address)
    assert again.equals(here)


@pytest.mark.slow
def test_an_error_of_the_program_comes_back(two_workers: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        spread_over_cluster(fails, [1, 0], two_workers.scheduler_address, lambda: None)


@pytest.mark.slow
def test_a_cluster_without_workers_is_given_up() -> None:
    with (
        local_cluster(0) as cluster,
        pytest.raises(CostimError, match=r"no worker for 0\.5 s"),
    ):
        spread_over_cluster(a_moment, [1], cluster.scheduler_address, lambda: None, patience=0.5)


@pytest.mark.slow
def test_a_file_that_kills_every_worker_is_said() -> None:
    with (
        local_cluster(1, **{"distributed__scheduler__allowed-failures": 0}) as cluster,
        pytest.raises(CostimError, match="workers of the cluster died over the same piece of work"),
    ):
        spread_over_cluster(kills_its_worker, [1], cluster.scheduler_address, lambda: None)


class SomeWorkers:
    """A client whose workers answer so when asked for their version."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers

    def wait_for_workers(self, n_workers: int, timeout: float) -> None: ...

    def run(self, function: object, on_error: str) -> dict[str, object]:
        assert on_error == "return"
        return self.answers


def test_a_worker_lost_while_versions_are_compared_is_none_without_costim() -> None:
    from distributed.comm import CommClosedError

    own = version("costim")
    check_workers(SomeWorkers(a=own, b=CommClosedError("gone")), 1)
    with pytest.raises(
        CostimError, match=rf"cannot import costim \(ModuleNotFoundError\)\. Install costim {own} there"
    ):
        check_workers(SomeWorkers(a=own, b=ModuleNotFoundError("costim")), 1)
    with pytest.raises(CostimError, match=rf"another version: b has 0\.0\.0\. Install costim {own} there"):
        check_workers(SomeWorkers(a=own, b="0.0.0"), 1)


def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 1)
    with pytest.raises(CostimError, match=r"No Dask scheduler at tcp://127\.0\.0\.1:9 "):
        spread(a_moment, [1], cluster="tcp://127.0.0.1:9")
    with pytest.raises(CostimError, match="No Dask scheduler at nonsense://x"):
        spread(a_moment, [1], cluster="nonsense://x")


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CostimError, match=r'pip install "costim\[cluster\]"'):
        spread(a_moment, [1], cluster="tcp://127.0.0.1:8786")
