"""Which channel a name in a gating strategy means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from costim.cytometry.fcs.channels import Channel
from costim.cytometry.fcs.findings import FcsError, FcsProblem, shown

_PULSE = re.compile(r"[-_ ][AHW]$", re.IGNORECASE)
_MARKER = re.compile(r"(CD\d|IG[ADEGM]|IL\d|HLA|CX?CR\d|TCR|BAFF|TACI|BCMA|ICOS|CTLA|PD1|KI67)", re.IGNORECASE)
"""Names of antigens, which may stand before a hyphen and a dye; a dye alone (`PE` of `PE-Cy7`) may not."""


def find_channel(source: str, channels: Sequence[Channel], file_name: str) -> int:
    """Index of the one channel meant.

    Raises:
        FcsError: None or several.
    """
    rules: tuple[Callable[[Channel], bool], ...] = (
        lambda channel: channel.name == source,
        lambda channel: channel.marker == source,
        lambda channel: channel.name.casefold() == source.casefold(),
        lambda channel: channel.marker.casefold() == source.casefold(),
        lambda channel: _squeezed(channel.name) == _squeezed(source),
        lambda channel: _squeezed(channel.marker) == _squeezed(source),
        lambda channel: _carries(channel.marker, source) or _carries(channel.name, source),
    )
    if source.strip() and _squeezed(source):
        for rule in rules:
            meant = [channel for channel in channels if rule(channel)]
            if len(meant) > 1:
                meant = _area(meant) or meant
            if len(meant) == 1:
                return meant[0].number - 1
            if meant:
                raise _error(file_name, source, f"{len(meant)} channels of that name: {_list(meant)}", "one channel")
    raise _error(file_name, source, "no such channel", f"one of {_list(channels)}")


def _squeezed(name: str) -> str:
    """Letters and digits only, without regard to case."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _carries(label: str, source: str) -> bool:
    """Is the source one of the words of a label, or the antigen before the hyphen and the dye?"""
    wanted = _squeezed(source)
    words = [word for word in re.split(r"[\s;:|,/()\[\]_]+", label) if word]
    if any(_squeezed(word) == wanted for word in words):
        return True
    if any(_squeezed(first + second) == wanted for first, second in pairwise(words)):
        return True
    pieces = label.split("-")
    return _MARKER.match(source) is not None and any(
        _squeezed("-".join(pieces[:count])) == wanted for count in range(1, len(pieces))
    )


def _area(channels: Sequence[Channel]) -> list[Channel]:
    """The area among area, height and width of one detector; empty where the channels are not just that."""
    if len({_PULSE.sub("", channel.name) for channel in channels}) != 1 or len({c.name for c in channels}) == 1:
        return []
    return [channel for channel in channels if channel.name[-1:].upper() == "A" and _PULSE.search(channel.name)]


def _list(channels: Sequence[Channel]) -> str:
    labels = [shown(channel.label, 40) for channel in channels[:80]]
    return ", ".join(labels) + (" ..." if len(channels) > 80 else "")


def _error(file_name: str, source: str, found: str, expected: str) -> FcsError:
    action = "correct the name in the gating strategy, or the panel of this tube"
    return FcsError(file_name, [FcsProblem("fcs_channel", f"channel {shown(source)}", found, expected, action)])
