"""Which kernel: compiled loops where they are ready, numpy until then."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from costim.cytometry.engine.kernel_numpy import NumpyKernel

if TYPE_CHECKING:
    from costim.cytometry.engine.kernel import Kernel

WORTH = 2_000_000
"""Events of a process from which compiled loops are worth loading, which takes as long as numpy takes for these."""

_numpy = NumpyKernel()


class _Compiled:
    """The compiled loops, made ready at most once per process, by a thread of its own."""

    def __init__(self) -> None:
        self.kernel: Kernel | None = None
        self._events = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def expect(self, events: int) -> None:
        """So many more events are coming; begin where they are worth it."""
        with self._lock:
            self._events += events
        if self._events >= WORTH:
            self.start()

    def start(self) -> threading.Thread:
        """Begin to load or compile; give the thread that does."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._load, name="costim-compile")
                self._thread.start()
            return self._thread

    def _load(self) -> None:
        from costim.cytometry.engine.kernel_numba import compile_all

        self.kernel = compile_all(stop=lambda: not threading.main_thread().is_alive())


_compiled = _Compiled()


def kernel_now() -> Kernel:
    """The fastest kernel that is ready. Both give the same bits, so it does not matter when it changes."""
    return _compiled.kernel or _numpy


def prepare(events: int) -> None:
    """Say how many events are coming. Where they are worth it, compiled loops are made ready; nobody waits for them."""
    _compiled.expect(events)


def wait_until_compiled() -> None:
    """Wait until the compiled loops are ready; for benchmarks, and once before many large files."""
    _compiled.start().join()
