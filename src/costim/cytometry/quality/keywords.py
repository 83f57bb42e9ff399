"""Acquisition settings that keywords state, in a form that two files can be compared in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from costim.cytometry.fcs.personal import may_be_printed

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import Channel, FcsFile

INSTRUMENT = (("instrument", ("$CYT", "CYTOMETER")), ("serial number", ("$CYTSN", "CYTNUM", "CYTOMETER SERIAL")))
SOFTWARE = (("program", ("CREATOR", "SOFTWARE", "APPLICATION", "FJ_FCS_VERSION")),)
_SPILLOVER = ("$SPILLOVER", "SPILL", "$SPILL", "SPILLOVER", "$COMP", "COMP")


def first_stated(keywords: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, str]:
    """The first of the keywords with a value: its name and the value; blank when none has one."""
    return next(((n, v) for n in names if (v := keywords.get(n, "").strip())), ("", ""))


def printable(keyword: str, value: str) -> str:
    """The value where the keyword is technical; else only that there is one, for it might name a person."""
    return value if not value or may_be_printed(keyword) else "stated in the file, not printed"


def spillover_text(file: FcsFile) -> str:
    """The spillover matrix of the file with numbers written one way, so that 0.10 and .1 are the same."""
    _, text = first_stated(file.keywords, _SPILLOVER)
    return ",".join(_number(part.strip()) for part in text.split(",")) if text else ""


def _number(text: str) -> str:
    try:
        return f"{float(text):.9g}"
    except ValueError:
        return text


def channel_text(channel: Channel) -> str:
    """`PE-A (CD19)`."""
    return f"{channel.name} ({channel.marker})" if channel.marker and channel.marker != channel.name else channel.name


def amplification_text(channel: Channel) -> str:
    """Range and amplification: `range 262144, linear`."""
    decades, offset = channel.amplification
    how = f"{decades:g} decades from {offset or 1.0:g}" if decades > 0 else "linear"
    return f"range {channel.range:g}, {how}"
