"""Makes FCS files of any kind, right and wrong, byte by byte; written apart from the reader and slow on purpose."""

from __future__ import annotations

import binascii
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Offsets = tuple[int, int]
Change = str | None | Callable[[int, int], str]


@dataclass(frozen=True)
class Spec:
    """One channel to be written."""

    name: str
    datatype: str = "F"
    bits: int = 32
    range: int = 262_144
    amplification: str | None = "0,0"
    marker: str = ""


FOUR = (Spec("FSC-A"), Spec("SSC-A"), Spec("B1-A", marker="CD19"), Spec("Time"))
EVENTS = tuple((100.5 + 3 * i, 50.25 + i, 7.0 * i - 20, float(i)) for i in range(20))


def integers(bits: int = 16, size: int = 1024, amplification: str | None = "0,0", count: int = 3) -> tuple[Spec, ...]:
    """Integer channels of one width."""
    return tuple(Spec(f"FL{n}", "I", bits, size, amplification) for n in range(1, count + 1))


COUNTS = tuple((i * 50, 1000 - i * 40, i) for i in range(20))


def number_bytes(value: float, spec: Spec, order: Sequence[int]) -> bytes:
    """One number of whole bytes, in the order given by ranks."""
    width = spec.bits // 8
    if spec.datatype == "I":
        little = int(value).to_bytes(width, "little")
    else:
        little = struct.pack("<f" if spec.datatype == "F" else "<d", value)
    ascending = list(order) == sorted(order)
    descending = list(order) == sorted(order, reverse=True)
    if ascending:
        return little
    return little[::-1] if descending else bytes(little[rank - 1] for rank in order)


def data_bytes(events: Sequence[Sequence[float]], channels: Sequence[Spec], order: Sequence[int]) -> bytes:
    """DATA: every number of every event; a string of bits where a channel is not whole bytes."""
    if all(spec.bits % 8 == 0 for spec in channels):
        return b"".join(
            number_bytes(v, spec, order) for event in events for v, spec in zip(event, channels, strict=True)
        )
    little = list(order) == sorted(order)
    bits = ""
    for event in events:
        for value, spec in zip(event, channels, strict=True):
            word = f"{int(value):0{spec.bits}b}"
            bits += word[::-1] if little else word
    bits += "0" * (-len(bits) % 8)
    pieces = [bits[at : at + 8] for at in range(0, len(bits), 8)]
    return bytes(int(piece[::-1] if little else piece, 2) for piece in pieces)


def build(
    channels: Sequence[Spec] = FOUR,
    events: Sequence[Sequence[float]] = EVENTS,
    version: str = "FCS3.1",
    order: str = "1,2,3,4",
    *,
    delimiter: str = "|",
    change: Mapping[str, Change] | None = None,
    extra: bytes = b"",
    text_offsets: Callable[[int, int], Offsets] = lambda begin, end: (begin, end),
    data_offsets: Callable[[int, int], Offsets] = lambda begin, end: (begin, end),
    data: bytes | None = None,
    gap: int = 0,
    tail: bytes | None = None,
    encoding: str = "utf-8",
) -> bytes:
    """A whole file.

    Args:
        change: Keyword -> value (not escaped), None to leave it out, or a function of the true begin and end of DATA.
        extra: Bytes put behind the last keyword of TEXT as they are.
        text_offsets: From true offsets to those the HEADER is to give; `data_offsets` the same for DATA.
        data: Bytes of DATA in place of the encoded events.
        gap: Bytes between TEXT and DATA.
        tail: What follows DATA; the right CRC when None.
    """
    ranks = [int(rank) for rank in order.split(",")]
    body = data if data is not None else data_bytes(events, channels, ranks)
    begin = end = 0
    text = b""
    for _ in range(3):  # offsets have a fixed width: the second round is right
        fixed = text_values(channels, len(events), order, begin, end)
        text = text_bytes(fixed, change or {}, begin, end, delimiter).encode(encoding) + extra
        begin = 58 + len(text) + gap
        end = begin + len(body) - 1
    places = (*text_offsets(58, 58 + len(text) - 1), *data_offsets(begin, end), 0, 0)
    head = version.encode() + b"    " + b"".join(f"{place:8d}".encode() for place in places)
    whole = head + text + b" " * gap + body
    return whole + (f"{binascii.crc_hqx(whole, 0):08d}".encode() if tail is None else tail)


def text_values(channels: Sequence[Spec], count: int, order: str, begin: int, end: int) -> dict[str, Change]:
    """The keywords a file must have."""
    values: dict[str, Change] = {
        "$BEGINANALYSIS": "0", "$ENDANALYSIS": "0", "$BEGINSTEXT": "0", "$ENDSTEXT": "0",
        "$BEGINDATA": f"{begin:08d}", "$ENDDATA": f"{end:08d}", "$BYTEORD": order, "$DATATYPE": channels[0].datatype,
        "$MODE": "L", "$NEXTDATA": "0", "$PAR": str(len(channels)), "$TOT": str(count),
    }  # fmt: skip
    for n, spec in enumerate(channels, start=1):
        values |= {f"$P{n}B": str(spec.bits), f"$P{n}N": spec.name, f"$P{n}R": str(spec.range)}
        values[f"$P{n}E"] = spec.amplification
        if spec.marker:
            values[f"$P{n}S"] = spec.marker
        if spec.datatype != channels[0].datatype:
            values[f"$P{n}DATATYPE"] = spec.datatype
        if spec.name == "Time":
            values["$TIMESTEP"] = "0.5"
    return values


def text_bytes(values: dict[str, Change], change: Mapping[str, Change], begin: int, end: int, delimiter: str) -> str:
    """The TEXT segment, with the changes."""
    for keyword, new in change.items():
        values[keyword] = new(begin, end) if callable(new) else new
    pairs = [(keyword, value) for keyword, value in values.items() if value is not None]
    return delimiter + "".join(f"{keyword}{delimiter}{value}{delimiter}" for keyword, value in pairs)
