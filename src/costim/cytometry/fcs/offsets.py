"""Where DATA lies, from HEADER, $BEGINDATA, $ENDDATA and $TOT, which often disagree (FCS 3.1, 3.1 and 3.2.20).

A place is taken only when the events that $TOT announces fit it; when two fit, or none does, the file is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from costim.cytometry.fcs.findings import Ledger, shown
from costim.cytometry.fcs.header import HEADER_BYTES, LARGEST_IN_HEADER, Header, Segment
from costim.cytometry.fcs.keywords import integer, offset
from costim.cytometry.fcs.layout import Layout

Fit = Literal["exact", "exclusive", "other", "impossible"]
_EXPORT = "the file is damaged: export it again from the acquisition program"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around DATA in this data set; all places counted from its start."""

    header: Header
    text: Segment
    """Primary TEXT up to its last delimiter."""
    limit: int
    """First byte that no longer belongs to the data set."""
    read: Callable[[int, int], bytes]
    """Bytes from one place up to another."""


@dataclass(frozen=True, slots=True)
class Place:
    """One source's word on where DATA lies, and how it fits."""

    source: str
    segment: Segment
    events: int
    fit: Fit


@dataclass(frozen=True, slots=True)
class Placed:
    """DATA as it is read."""

    begin: int
    """First byte, from the start of the data set."""
    events: int
    last: int
    """Last byte that belongs to DATA, padding included; 0 where there is none."""


def place_data(keywords: Mapping[str, str], layout: Layout, around: Surroundings, ledger: Ledger) -> Placed | None:
    """Where DATA is and how many events it holds; None when it cannot be had (problems say why)."""
    total = announced(keywords, around.header.version, ledger)
    given = sources(keywords, around.header, ledger)
    if total == 0 and all(layout.bytes_of(1) > segment.length for _, segment in given):
        return Placed(HEADER_BYTES, 0, 0)
    if not given:
        ledger.problem("fcs_no_data", "DATA", "no offsets in HEADER or TEXT", "first and last byte of DATA", _EXPORT)
        return None
    places = [_assess(source, segment, total, layout, around) for source, segment in given]
    _say_header_blank(given, around.header, ledger)
    chosen = _choose(places, layout, around, ledger)
    if chosen is None:
        return None
    if chosen.fit == "other":
        return _misfit(chosen.segment, total, layout, around, ledger)
    if chosen.events == 0 and total is None:
        ledger.problem("fcs_no_data", "DATA", "no whole event", "at least one event", _EXPORT)
        return None
    last = chosen.segment.begin + layout.bytes_of(chosen.events) - 1
    return Placed(chosen.segment.begin, chosen.events, last)


def announced(keywords: Mapping[str, str], version: str, ledger: Ledger) -> int | None:
    """$TOT, or None; it may be missing in FCS 2.0 only."""
    text = keywords.get("$TOT", "")
    total = integer(text)
    if total is not None and total >= 0:
        return total
    if text:
        ledger.warn("fcs_tot_missing", "$TOT", shown(text), "the number of events", "counted from the size of DATA")
    elif version == "FCS2.0":
        ledger.note("fcs_tot_missing", "$TOT", "nothing", "the number of events", "counted from the size of DATA")
    else:
        ledger.repair("fcs_tot_missing", "$TOT", "nothing", "the number of events", "counted from the size of DATA")
    return None


def sources(keywords: Mapping[str, str], header: Header, ledger: Ledger) -> list[tuple[str, Segment]]:
    """DATA as HEADER and as TEXT give it, without those that give nothing."""
    given = [("HEADER", header.data)] if header.data is not None else []
    begin = offset(keywords, "$BEGINDATA", ledger)
    end = offset(keywords, "$ENDDATA", ledger)
    if begin and end and end >= begin:
        given.append(("TEXT", Segment(begin, end)))
    return [(source, segment) for source, segment in given if segment is not None]


def fits_exactly(keywords: Mapping[str, str], header: Header, layout: Layout) -> bool:
    """Do the events announced fill DATA to the byte, by HEADER or by TEXT?"""
    quiet = Ledger("")
    total = announced(keywords, header.version, quiet)
    lengths = {segment.length for _, segment in sources(keywords, header, quiet)}
    return bool(total) and layout.bytes_of(total or 0) in lengths


def _assess(source: str, segment: Segment, total: int | None, layout: Layout, around: Surroundings) -> Place:
    """How the events announced fit between these bytes."""
    room = around.limit - segment.begin
    events, fit = 0, "other"
    for length, name in ((segment.length, "exact"), (segment.length - 1, "exclusive")):
        whole = 8 * length // layout.event_bits if total is None else total
        if layout.bytes_of(whole) == length and length <= room:
            events, fit = whole, name
            break
    used = min(layout.bytes_of(events), room) if events else 1
    overlaps = segment.begin <= around.text.end and around.text.begin < segment.begin + used
    if segment.begin < HEADER_BYTES or overlaps:
        fit = "impossible"
    return Place(source, segment, events, fit)  # type: ignore[arg-type]


def _say_header_blank(given: Sequence[tuple[str, Segment]], header: Header, ledger: Ledger) -> None:
    if header.data is None and given and given[0][1].end <= LARGEST_IN_HEADER:
        action = "the offsets in TEXT were used"
        ledger.note("fcs_header_blank", "HEADER", "no place of DATA", "its first and last byte", action)


def _choose(places: Sequence[Place], layout: Layout, around: Surroundings, ledger: Ledger) -> Place | None:
    """The one place that fits, with what was mended said."""
    fitting = [place for place in places if place.fit == "exact"] or [p for p in places if p.fit == "exclusive"]
    if len({place.segment.begin for place in fitting}) > 1:
        fitting = [p for p in fitting if _ends_the_data_set(p, layout, around)]
    if len({place.segment.begin for place in fitting}) > 1 or (not fitting and len(places) > 1):
        return _same_misfit(places, ledger)
    if not fitting:
        return _only(places[0], ledger)
    chosen = fitting[0]
    if any(place.segment != chosen.segment for place in places):
        found = "; ".join(f"{place.source} says {place.segment}" for place in places)
        last = chosen.segment.begin + layout.bytes_of(chosen.events) - 1
        action = f"bytes {chosen.segment.begin} to {last} were read, as {chosen.source} says and $TOT confirms"
        ledger.repair("fcs_offsets_disagree", "DATA", found, "the same place in HEADER and TEXT", action)
    if chosen.fit == "exclusive":
        found = f"{chosen.source} says {chosen.segment}"
        expected = "the last byte of DATA, not the one behind it"
        ledger.repair("fcs_data_end_exclusive", "DATA", found, expected, "the last byte was not read as data")
    return chosen


def _ends_the_data_set(place: Place, layout: Layout, around: Surroundings) -> bool:
    """Is nothing behind DATA, or just the eight signs of the CRC?"""
    return around.limit - place.segment.begin - layout.bytes_of(place.events) in (0, 8)


def _same_misfit(places: Sequence[Place], ledger: Ledger) -> Place | None:
    """Two sources that agree on a place where the events announced do not fit; otherwise nothing."""
    if len({place.segment for place in places}) == 1:
        return _only(places[0], ledger)
    found = "; ".join(f"{place.source} says {place.segment}" for place in places)
    expected = "one place that holds the events that $TOT announces"
    action = "it cannot be known which is right: export the file again from the acquisition program"
    ledger.problem("fcs_offsets_contradict", "DATA", found, expected, action)
    return None


def _only(place: Place, ledger: Ledger) -> Place | None:
    if place.fit != "impossible":
        return place
    found = f"{place.source} says {place.segment}"
    ledger.problem("fcs_offsets_contradict", "DATA", found, "a place behind HEADER and apart from TEXT", _EXPORT)
    return None


def _misfit(segment: Segment, total: int | None, layout: Layout, around: Surroundings, ledger: Ledger) -> Placed | None:
    """Events of a segment whose size and $TOT do not agree."""
    room = around.limit - segment.begin
    if segment.length > room:
        return _truncated(segment, room, total, layout, ledger)
    whole, rest = divmod(8 * segment.length, layout.event_bits)
    need = layout.bytes_of(total) if total is not None else 0
    if total is not None and not rest and not _doubtful_width(segment.length, need, layout):
        found, expected = f"{total}", f"{whole}, the whole events in DATA"
        ledger.warn("fcs_tot_wrong", "$TOT", found, expected, f"all {whole} events were read")
        return Placed(segment.begin, whole, segment.end)
    excess = segment.length - need
    if total is not None and excess > 0:
        if excess < layout.bytes_of(1):
            found, expected = f"{excess} bytes more than {total} events take", "whole events"
            ledger.warn("fcs_data_excess", "DATA", found, expected, f"the {total} events of $TOT were read")
            return Placed(segment.begin, total, segment.end)
        if _blank(around, segment.begin + need, segment.end + 1):
            found, expected = f"{excess} blank bytes behind {total} events", "DATA to end with its last event"
            ledger.repair("fcs_data_padded", "DATA", found, expected, f"the {total} events of $TOT were read")
            return Placed(segment.begin, total, segment.end)
    words = f"{segment.length} bytes" + (f" and $TOT {total}" if total is not None else "")
    expected = f"a multiple of {layout.event_bits / 8:g} bytes, the size of one event"
    ledger.problem("fcs_data_size", "DATA", words, expected, f"$PAR, $PnB or $TOT is wrong: {_EXPORT}")
    return None


def _doubtful_width(length: int, need: int, layout: Layout) -> bool:
    """May $PnB be wrong rather than $TOT? Only integers can have another width than their type."""
    widths = {column.bits for column in layout.columns if column.datatype == "I"}
    usual = (8, 16, 24, 32, 64)
    return len(widths) > 1 or any(length * own == need * other for own in widths for other in usual if own != other)


def _truncated(segment: Segment, room: int, total: int | None, layout: Layout, ledger: Ledger) -> Placed | None:
    """Whole events of a file that was cut off; $TOT and the offsets must agree on what was there."""
    whole = max(room, 0) * 8 // layout.event_bits
    complete = total is None or segment.length - layout.bytes_of(total) in (0, 1)
    if whole < 1 or not complete:
        found = f"DATA from {segment}, and {max(room, 0)} bytes there"
        expected = "all of DATA" if complete else "DATA within the file, of the size that $TOT and $PnB give"
        ledger.problem(
            "fcs_data_truncated", "DATA", found, expected, "copy the file again from the acquisition computer"
        )
        return None
    announced_words = f"{total}" if total is not None else f"{8 * segment.length // layout.event_bits}"
    ledger.warn(
        "fcs_data_truncated",
        "DATA",
        f"{whole} whole events, then the end of the file",
        f"{announced_words} events",
        "only the whole events were read; copy the file again from the acquisition computer",
    )
    return Placed(segment.begin, whole, segment.end)


def _blank(around: Surroundings, begin: int, end: int) -> bool:
    """Are these bytes all zeros or spaces?"""
    step = 1 << 20
    return all(not around.read(at, min(at + step, end)).strip(b"\0 ") for at in range(begin, end, step))
