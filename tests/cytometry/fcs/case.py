"""A crafted file and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.cytometry.fcs.encoder import EVENTS, FOUR, Spec, data_bytes, integers

Rows = Sequence[Sequence[float]]


def in_seconds(events: Rows = EVENTS) -> Rows:
    """The four channels as they are to be read: time, the last one, times 0.5 s."""
    return [(*event[:3], event[3] * 0.5) for event in events]


@dataclass(frozen=True)
class Case:
    """A file and its outcome: either exact values and exactly these findings, or words of the refusal."""

    name: str
    make: Callable[[], bytes]
    values: Rows | None = None
    codes: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()


def reads(name: str, make: Callable[[], bytes], *codes: str, values: Rows | None = None) -> Case:
    return Case(name, make, in_seconds() if values is None else values, frozenset(codes))


def refuses(name: str, make: Callable[[], bytes], *words: str) -> Case:
    return Case(name, make, refused=words)


def swapped(data: bytes, *pairs: tuple[bytes, bytes]) -> bytes:
    """A file with some bytes replaced by as many others."""
    for old, new in pairs:
        assert len(old) == len(new)
        assert data.count(old) == 1, f"{old!r} occurs {data.count(old)} times"
        data = data.replace(old, new)
    return data


def shift(begin_by: int, end_by: int) -> Callable[[int, int], tuple[int, int]]:
    return lambda begin, end: (begin + begin_by, end + end_by)


LOG = integers(16, 1024, "4,1")
NAN, INF = float("nan"), float("inf")
SPOILT = [(NAN, *EVENTS[0][1:]), (INF, *EVENTS[1][1:]), *EVENTS[2:]]
TEN_BITS = integers(10, 1024)
MIXED = (Spec("FSC-A"), Spec("FL1", "I", 16, 1024), Spec("FL2", "D", 64), Spec("Index", "I", 32, 2**32))
MIXED_EVENTS = [(1.5 * i, 3 * i, 1e-3 * i, 10**6 * i) for i in range(20)]
SHORT = len(data_bytes(EVENTS, FOUR, (1, 2, 3, 4)))
HALF = data_bytes(EVENTS, FOUR, (1, 2, 3, 4))[: SHORT // 2 - 5]
