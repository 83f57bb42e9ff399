"""Any strategy on any events: both kernels, any number of threads, with and without windows, against plain rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from numpy.typing import NDArray

from costim.cytometry.engine import order, search, source
from costim.cytometry.engine.gate import gate_with
from costim.cytometry.engine.kernel import Kernel
from costim.cytometry.engine.kernel_numba import compile_all
from costim.cytometry.engine.kernel_numpy import NumpyKernel
from costim.cytometry.engine.result import Gated, Want
from costim.cytometry.gates.model import Axis, Strategy
from costim.errors import CostimError
from tests.cytometry.engine.any_strategy import Case, cases
from tests.cytometry.engine.memory_file import MemoryFile
from tests.cytometry.engine.plain import check_equal, plainly

SETTINGS = settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)


@pytest.fixture(scope="module")
def compiled() -> Kernel:
    kernel = compile_all()
    assert kernel is not None
    return kernel


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks in a file of few events."""
    monkeypatch.setattr(source, "BLOCK", 16)


@pytest.fixture
def windows_always(monkeypatch: pytest.MonkeyPatch, small_blocks: None) -> None:
    """A pilot of a few events and windows without caution, which often miss."""
    monkeypatch.setattr(order, "CAUTION", 0.2)
    monkeypatch.setattr(search, "KEEP", 0)
    monkeypatch.setattr(search, "PILOT", 8)
    monkeypatch.setattr(source, "SPOTS", 4)


def gated(case: Case, kernel: Kernel, threads: int = 1) -> Gated:
    file: Any = case.file
    return gate_with(lambda: kernel, file, case.strategy, case.wants, threads)


@SETTINGS
@given(case=cases())
def test_numpy_agrees_with_the_plain_rules(case: Case) -> None:
    check_equal(gated(case, NumpyKernel()), plainly(case.file, case.strategy, case.wants))


@SETTINGS
@given(case=cases())
def test_compiled_loops_agree_with_the_plain_rules(case: Case, compiled: Kernel) -> None:
    check_equal(gated(case, compiled), plainly(case.file, case.strategy, case.wants))


@SETTINGS
@given(case=cases())
def test_blocks_threads_and_kernels_change_nothing(case: Case, compiled: Kernel, small_blocks: None) -> None:
    one = gated(case, NumpyKernel())
    check_equal(one, plainly(case.file, case.strategy, case.wants))
    assert gated(case, NumpyKernel(), threads=3) == one
    assert gated(case, compiled) == one
    assert gated(case, compiled, threads=2) == one


@SETTINGS
@given(case=cases())
def test_ranks_within_and_outside_of_the_windows(case: Case, compiled: Kernel, windows_always: None) -> None:
    plain = plainly(case.file, case.strategy, case.wants)
    for kernel in (NumpyKernel(), compiled):
        check_equal(gated(case, kernel), plain)


def test_a_file_that_changes_while_it_is_read_is_no_endless_search(windows_always: None) -> None:
    data = np.arange(300.0).reshape(100, 3)
    file: Any = Changing(data)
    with pytest.raises(CostimError, match=r"tube.fcs: the file changed while it was read"):
        gate_with(NumpyKernel, file, Strategy("s", ()), [Want("", Axis("C0"), "level")], 1)


class Changing(MemoryFile):
    """A file whose values are other ones each time it is read."""

    def raw(self) -> NDArray[Any] | None:
        return None

    def read(self, indices: Sequence[int], start: int = 0, stop: int | None = None) -> NDArray[np.float64]:
        values = super().read(indices, start, stop)
        seen.append(len(seen))
        return values * 0.0 + (-1.0) ** len(seen) * 10.0 ** len(seen)


seen: list[int] = []
