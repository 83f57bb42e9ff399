"""Acquisition changes between the visits of a subject, and between controls and the samples they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from costim.cytometry.quality.keywords import (
    INSTRUMENT,
    SOFTWARE,
    amplification_text,
    channel_text,
    first_stated,
    printable,
    spillover_text,
)
from costim.registry.findings import Finding

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import Channel, FcsFile
    from costim.cytometry.tube import Tube

Acquired = tuple["Tube", "FcsFile"]
_MOST = 8
"""Channels named in one finding."""

_ACTIONS = {
    "voltage_changed": "Ask the laboratory; compare levels only through beads measured on both days.",
    "gain_changed": "Ask the laboratory; compare levels only through beads measured on both days.",
    "panel_changed": "Check that the tubes belong to the same panel of the samples table.",
    "instrument_changed": "Ask the laboratory; compare levels only through beads measured on both instruments.",
    "spillover_changed": "A new matrix is usual on a new day; check that single-stain controls were made anew.",
    "scale_changed": "Check the export settings of both files; levels on different scales cannot be compared.",
    "software_changed": "Ask whether the export settings stayed the same.",
}


def compare_acquisitions(acquired: Sequence[Acquired]) -> tuple[Finding, ...]:
    """What differs in the acquisition of tubes that are compared with each other.

    Each stained sample is compared with the first one of its subject and panel; each control (FMO, isotype, unstained,
    beads, but no single stain) with the sample of its visit, or with the first one. Only keywords are looked at,
    and none that could name a person.

    Args:
        acquired: tubes with their files, in the order of visits.

    Returns:
        Findings in the order of the tubes; empty when nothing differs.
    """
    found: list[Finding] = []
    for tube, file in acquired:
        if tube.stain == "single":
            continue  # of another day and labelled otherwise as a rule; where it is used, its voltages are compared
        against = _against(tube, acquired)
        if against is not None:
            found += _differences((tube, file), against)
    return tuple(found)


def _against(tube: Tube, acquired: Sequence[Acquired]) -> Acquired | None:
    group = [a for a in acquired if a[0].stain == "sample" and (a[0].subject, a[0].panel) == (tube.subject, tube.panel)]
    if tube.stain == "sample":
        return group[0] if group and group[0][0] != tube else None
    same_visit = [a for a in group if (a[0].visit, a[0].timepoint) == (tube.visit, tube.timepoint)]
    same_visit = same_visit or [a for a in group if a[0].visit == tube.visit]
    return next(iter(same_visit or group), None)


def _differences(one: Acquired, other: Acquired) -> Iterator[Finding]:
    tube, file = one
    for code, now, before in (
        *_stated("instrument_changed", file, other[1], INSTRUMENT),
        *_stated("software_changed", file, other[1], SOFTWARE),
        *_panel(file, other[1]),
        *_settings(file, other[1]),
        *_spillover(file, other[1]),
    ):
        yield Finding(
            severity="note" if code in ("spillover_changed", "software_changed") else "warning",
            code=code,
            file=tube.path.name,
            found=f"{tube.name}: {now}",
            expected=f"as in {other[0].name}: {before}",
            action=_ACTIONS[code],
        )


Difference = tuple[str, str, str]
"""Code, what this file has, what the other one has."""


def _stated(
    code: str, file: FcsFile, other: FcsFile, facts: tuple[tuple[str, tuple[str, ...]], ...]
) -> Iterator[Difference]:
    now, before = [], []
    for fact, names in facts:
        (key, a), (other_key, b) = first_stated(file.keywords, names), first_stated(other.keywords, names)
        if a != b:
            now.append(f"{fact} {printable(key, a) or 'not stated'}")
            shown = printable(other_key, b) or "not stated"
            before.append(f"{fact} {shown if shown != printable(key, a) else 'another one'}")
    if now:
        yield code, ", ".join(now), ", ".join(before)


def _panel(file: FcsFile, other: FcsFile) -> Iterator[Difference]:
    now, before = ([channel_text(c) for c in f.channels if not c.is_time] for f in (file, other))
    gone, new = [t for t in before if t not in now], [t for t in now if t not in before]
    if gone or new:
        yield "panel_changed", f"has {_listed(new) or 'nothing else'}", f"has {_listed(gone) or 'nothing else'}"


def _settings(file: FcsFile, other: FcsFile) -> Iterator[Difference]:
    """Voltages, gains and scales of the channels that both files have."""
    pairs = _common(file, other)
    shown: tuple[tuple[str, Callable[[Channel], str]], ...] = (
        ("voltage_changed", lambda c: "not stated" if c.voltage is None else f"{c.voltage:g} V"),
        ("gain_changed", lambda c: f"gain {c.gain:g}"),
        ("scale_changed", amplification_text),
    )
    for code, show in shown:
        changed = [(a.name, show(a), show(b)) for a, b in pairs if show(a) != show(b)]
        if changed:
            now = [f"{name} {a}" for name, a, _ in changed]
            before = [f"{name} {b}" for name, _, b in changed]
            yield code, _listed(now), _listed(before)


def _common(file: FcsFile, other: FcsFile) -> list[tuple[Channel, Channel]]:
    by_name = {c.name: c for c in other.channels}
    return [(c, by_name[c.name]) for c in file.channels if c.name in by_name and not c.is_time]


def _spillover(file: FcsFile, other: FcsFile) -> Iterator[Difference]:
    now, before = spillover_text(file), spillover_text(other)
    if now != before:
        words = {True: "has another spillover matrix", False: "has no spillover matrix"}
        yield "spillover_changed", words[bool(now)], "has its own" if before else "has none"


def _listed(parts: list[str]) -> str:
    more = f" and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return ", ".join(parts[:_MOST]) + more
