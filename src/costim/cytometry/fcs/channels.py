"""Channels and their scale, from $PnN, $PnS, $PnE, $PnG, $PnR, $PnV and $TIMESTEP (FCS 3.1, 3.2.20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from costim.cytometry.fcs.findings import MOST_SHOWN, Ledger, shown
from costim.cytometry.fcs.keywords import decimal
from costim.cytometry.fcs.layout import Column

MOST_DECADES = 20.0
"""Amplifiers have 3 to 6; more than this is no amplification but a damaged keyword."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured quantity per event."""

    number: int
    """From 1, as in $PnN."""
    name: str
    """$PnN."""
    marker: str
    """$PnS, or blank."""
    bits: int
    range: float
    """$PnR; 0 where it is not given."""
    datatype: Literal["I", "F", "D"]
    amplification: tuple[float, float]
    """Decades and value at channel 0 of $PnE; (0, 0) is linear."""
    gain: float
    """$PnG; 1 where it is not given."""
    voltage: float | None
    """$PnV."""
    is_time: bool

    @property
    def label(self) -> str:
        """Name, with the marker in brackets."""
        return f"{self.name} ({self.marker})" if self.marker else self.name


def read_channels(keywords: Mapping[str, str], columns: Sequence[Column], ledger: Ledger) -> tuple[Channel, ...]:
    """All channels in order; what is odd about them goes to the ledger."""
    channels = tuple(_channel(keywords, number, column, ledger) for number, column in enumerate(columns, start=1))
    same: dict[str, list[int]] = {}
    for channel in channels:
        same.setdefault(channel.name, []).append(channel.number)
    for name, numbers in same.items():
        if len(numbers) > 1:
            where = ", ".join(f"$P{number}N" for number in numbers[:MOST_SHOWN])
            action = "the channel can be named by its marker only, or not at all"
            ledger.warn("fcs_channel_name_repeated", where, shown(name), "each name once", action)
    return channels


def time_step(keywords: Mapping[str, str], channels: Sequence[Channel], ledger: Ledger) -> float:
    """Seconds per tick of the time channel; 1 where the file does not say."""
    times = [channel for channel in channels if channel.is_time]
    if not times:
        return 1.0
    text = keywords.get("$TIMESTEP", "")
    step = decimal(text)
    if step is not None and step > 0:
        return step
    if text:
        ledger.warn("fcs_timestep", "$TIMESTEP", shown(text), "seconds per tick", "time is in ticks of the instrument")
    else:
        ledger.note("fcs_timestep", "$TIMESTEP", "nothing", "seconds per tick", "time is in ticks of the instrument")
    return 1.0


def _channel(keywords: Mapping[str, str], number: int, column: Column, ledger: Ledger) -> Channel:
    name = keywords.get(f"$P{number}N", "")
    if not name:
        name = f"P{number}"
        ledger.repair("fcs_channel_name_missing", f"$P{number}N", "nothing", "a name", f"the channel is called {name}")
    is_time = name.casefold() == "time" or keywords.get(f"$P{number}TYPE", "").casefold() == "time"
    size = decimal(keywords.get(f"$P{number}R", "")) or 0.0
    amplification = _amplification(keywords, number, column, is_time, ledger)
    if amplification[0] > 0 and size <= 0:
        text = keywords.get(f"$P{number}R", "")
        action = "without it the logarithm cannot be undone: export the file again"
        ledger.problem("fcs_range_unreadable", f"$P{number}R", shown(text), "a number of channels above 0", action)
    return Channel(
        number=number,
        name=name,
        marker=keywords.get(f"$P{number}S", ""),
        bits=column.bits,
        range=size,
        datatype=column.datatype,
        amplification=amplification,
        gain=_gain(keywords, number, amplification, is_time, ledger),
        voltage=decimal(keywords.get(f"$P{number}V", "")),
        is_time=is_time,
    )


def _amplification(
    keywords: Mapping[str, str], number: int, column: Column, is_time: bool, ledger: Ledger
) -> tuple[float, float]:
    """Decades and offset of an integer channel; floating point values are linear whatever $PnE says."""
    keyword = f"$P{number}E"
    text = keywords.get(keyword, "")
    parts = [decimal(part) for part in text[:80].split(",")]
    linear = (0.0, 0.0)
    if not text:
        if column.datatype == "I":
            ledger.warn("fcs_amplification_missing", keyword, "nothing", "decades and offset", "taken as linear")
        return linear
    if column.datatype != "I" or is_time:
        if not (len(parts) == 2 and parts[0] == 0):
            what = "time" if is_time else "floating point data"
            action = "the values were left as they are"
            ledger.repair("fcs_amplification_of_float", keyword, shown(text), f"0,0 for {what}", action)
        return linear
    if len(parts) != 2 or parts[0] is None or parts[1] is None or not 0 <= parts[0] <= MOST_DECADES or parts[1] < 0:
        action = "without it the scale is unknown: export the file again"
        ledger.problem("fcs_amplification", keyword, shown(text), "decades and offset, like 4,1 or 0,0", action)
        return linear
    if parts[0] == 0:
        return linear
    if parts[1] == 0:
        action = "taken as 1, as FCS 3.1 says"
        ledger.repair("fcs_amplification_offset", keyword, shown(text), "an offset above 0", action)
        return parts[0], 1.0
    return parts[0], parts[1]


def _gain(
    keywords: Mapping[str, str], number: int, amplification: tuple[float, float], is_time: bool, ledger: Ledger
) -> float:
    keyword = f"$P{number}G"
    text = keywords.get(keyword, "")
    gain = decimal(text)
    if not text or gain == 1:
        return 1.0
    if gain is None or gain <= 0:
        ledger.warn("fcs_gain", keyword, shown(text), "a number above 0", "taken as 1")
        return 1.0
    if is_time or amplification[0] > 0:
        what = "time" if is_time else "a logarithmic amplifier"
        ledger.note("fcs_gain_ignored", keyword, shown(text), f"1 for {what}", "the values were not divided by it")
        return 1.0
    return gain
