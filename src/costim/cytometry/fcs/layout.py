"""How one event is laid out in DATA: widths, types, byte order and masks of its channels (FCS 3.1, 3.2.20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from costim.cytometry.fcs.findings import Ledger, shown
from costim.cytometry.fcs.keywords import decimal, integer

DataType = Literal["I", "F", "D"]
FLOAT_BITS = {"F": 32, "D": 64}
MAX_PACKED_BITS = 50
"""Widest channel that is not whole bytes: what eight bytes hold from any bit on."""


@dataclass(frozen=True, slots=True)
class Column:
    """One channel within an event."""

    offset: int
    """Bits from the start of the event."""
    bits: int
    datatype: DataType
    mask: int | None
    """Bits of an integer that count, from $PnR; None where all do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """All channels of an event, and the order of bytes."""

    columns: tuple[Column, ...]
    order: tuple[int, ...]
    """$BYTEORD: for each byte in the file its rank, 1 being least significant."""
    event_bits: int
    packed: bool
    """Does some channel not begin or end with a byte?"""

    @property
    def little(self) -> bool:
        """Least significant byte first."""
        return list(self.order) == sorted(self.order)

    @property
    def mixed(self) -> bool:
        """Neither least nor most significant byte first, like 3,4,1,2."""
        return not self.little and list(self.order) != sorted(self.order, reverse=True)

    def bytes_of(self, events: int) -> int:
        """Bytes of DATA that so many events take."""
        return (events * self.event_bits + 7) // 8


def read_layout(keywords: Mapping[str, str], channels: int, version: str, ledger: Ledger) -> Layout | None:
    """The layout of the first `channels` channels; None when it cannot be had (problems say why)."""
    default = _datatype(keywords, ledger)
    order = _byte_order(keywords, ledger)
    if default is None or order is None:
        return None
    columns: list[Column] = []
    place = 0
    for number in range(1, channels + 1):
        datatype = _own_datatype(keywords, number, default, version, ledger)
        bits = _bits(keywords, number, datatype, ledger)
        if bits is None:
            continue
        columns.append(Column(place, bits, datatype, _mask(keywords, number, bits, datatype, ledger)))
        place += bits
    if len(columns) != channels:
        return None
    layout = Layout(tuple(columns), order, place, any(column.bits % 8 for column in columns))
    _check_order(layout, ledger)
    _say_unusual(layout, ledger)
    return layout


def _datatype(keywords: Mapping[str, str], ledger: Ledger) -> DataType | None:
    mode = keywords.get("$MODE", "").upper()
    if mode in ("C", "U", "H"):
        action = "histograms hold no single cells: export the events (list mode)"
        ledger.problem("fcs_not_list_mode", "$MODE", mode, "L (list mode)", action)
    elif mode != "L":
        ledger.warn("fcs_mode_missing", "$MODE", shown(mode), "L (list mode)", "taken as list mode")
    found = keywords.get("$DATATYPE", "").upper()
    if found in ("I", "F", "D"):
        return found  # type: ignore[return-value]
    action = "export with numbers in binary form" if found == "A" else "the file is damaged: export it again"
    ledger.problem("fcs_datatype", "$DATATYPE", shown(found), "I, F or D", action)
    return None


def _own_datatype(
    keywords: Mapping[str, str], number: int, default: DataType, version: str, ledger: Ledger
) -> DataType:
    """$PnDATATYPE of FCS 3.2 stands before $DATATYPE."""
    keyword = f"$P{number}DATATYPE"
    own = keywords.get(keyword, "").upper()
    if not own or own == default:
        return default
    if version != "FCS3.2":
        action = "the version or the keyword is wrong, and with it the type of these numbers: export the file again"
        ledger.problem("fcs_pndatatype_early", keyword, f"{shown(own)} in {version}", "only in FCS 3.2", action)
        return default
    if own not in ("I", "F", "D"):
        ledger.problem("fcs_datatype", keyword, shown(own), "I, F or D", "export with numbers in binary form")
        return default
    return own  # type: ignore[return-value]


def _byte_order(keywords: Mapping[str, str], ledger: Ledger) -> tuple[int, ...] | None:
    text = keywords.get("$BYTEORD", "")
    ranks = [integer(part.strip()) for part in text[:40].split(",")]
    if text and None not in ranks and sorted(r for r in ranks if r is not None) == list(range(1, len(ranks) + 1)):
        return tuple(rank for rank in ranks if rank is not None)
    action = "the file is damaged: export it again"
    ledger.problem("fcs_byte_order", "$BYTEORD", shown(text), "1,2,3,4 or 4,3,2,1", action)
    return None


def _bits(keywords: Mapping[str, str], number: int, datatype: DataType, ledger: Ledger) -> int | None:
    keyword = f"$P{number}B"
    text = keywords.get(keyword, "")
    bits = integer(text)
    if datatype in FLOAT_BITS:
        if bits != FLOAT_BITS[datatype]:
            ledger.repair(
                "fcs_bits_of_float",
                keyword,
                shown(text),
                f"{FLOAT_BITS[datatype]} for data of type {datatype}",
                "the width of the type was used; the size of DATA agrees",
            )
        return FLOAT_BITS[datatype]
    if bits is not None and 1 <= bits <= 64 and (bits % 8 == 0 or bits <= MAX_PACKED_BITS):
        return bits
    action = "the file is damaged or holds numbers as text: export it again"
    ledger.problem("fcs_bits", keyword, shown(text), "a number of bits from 1 to 64", action)
    return None


def _mask(keywords: Mapping[str, str], number: int, bits: int, datatype: DataType, ledger: Ledger) -> int | None:
    """Bits that $PnR needs, when fewer than $PnB (FCS 3.1, 3.2.20: other bits must be ignored)."""
    if datatype != "I":
        return None
    text = keywords.get(f"$P{number}R", "")
    size = integer(text)
    if size is None or size < 1:
        if bits < 64 and integer(text) != 0 and decimal(text) is None:
            ledger.warn(
                "fcs_range_unreadable", f"$P{number}R", shown(text), "a whole number above 0", "no bits were masked"
            )
        return None
    needed = (size - 1).bit_length()
    return (1 << needed) - 1 if 0 < needed < bits else None


def _say_unusual(layout: Layout, ledger: Ledger) -> None:
    if layout.packed:
        first = "least" if layout.little else "most"
        found = ", ".join(f"{column.bits}" for column in layout.columns[:20]) + " bits"
        action = f"read as one string of bits without gaps, {first} significant bit first: compare with the original"
        ledger.warn("fcs_packed", "$PnB", found, "multiples of 8", action)
    for number, column in enumerate(layout.columns, start=1):
        if column.datatype == "I" and column.bits > 53 and (column.mask is None or column.mask >= 2**53):
            ledger.note(
                "fcs_precision", f"$P{number}B", f"{column.bits} bits", "53 or fewer", "large values are rounded"
            )


def _check_order(layout: Layout, ledger: Ledger) -> None:
    """A mixed order has a meaning only for numbers of just so many bytes."""
    widths: Sequence[int] = sorted({column.bits for column in layout.columns})
    if not layout.mixed or all(bits in (8, 8 * len(layout.order)) for bits in widths):
        return
    ledger.problem(
        "fcs_byte_order",
        "$BYTEORD",
        f"{','.join(map(str, layout.order))} with channels of {', '.join(map(str, widths))} bits",
        f"channels of {8 * len(layout.order)} bits",
        "the order of bytes has no meaning for other widths: export in FCS 3.1",
    )
