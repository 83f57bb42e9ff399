"""The MIFlowCyt 1.0 checklist, filled from the files; what they do not state is left blank.

Items and numbers: Lee JA et al., Cytometry A 2008;73A:926-930 (doi 10.1002/cyto.a.20623), in the form in which the
journal asks authors for them (1.1 to 4.4). Names of persons, institutions and calendar dates are never taken from a
file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.cytometry.gates.walk import measured_axes
from costim.cytometry.quality.gate_words import gate_words, scale_words
from costim.cytometry.quality.keywords import (
    INSTRUMENT,
    SOFTWARE,
    amplification_text,
    first_stated,
    printable,
    spillover_text,
)
from costim.registry.cytometry_record import MiflowcytItem

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import Channel, FcsFile
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.tube import Tube

Acquired = Sequence[tuple["Tube", "FcsFile"]]
NONE: Mapping[str, Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the plan of the study says, and no file can."""

    purpose: str = ""
    sample: str = ""
    """Who the blood came from."""
    treatment: str = ""
    conclusions: str = ""
    visits: tuple[str, ...] = ()
    """In the words of the plan."""


def checklist(
    acquired: Acquired,
    strategies: Mapping[str, Strategy],
    facts: PlanFacts,
    counts: Mapping[str, Mapping[str, int]] = NONE,
) -> tuple[MiflowcytItem, ...]:
    """The checklist of a study.

    Args:
        acquired: every tube with its file.
        strategies: panel -> strategy; the blank panel where there is none.
        facts: what the plan states.
        counts: tube name -> population -> events, for the gate statistics.

    Returns:
        Items in the order of the standard; a blank value means that nothing states it.
    """
    return (
        *_experiment(acquired, facts),
        *_samples(acquired, facts),
        *_instrument(acquired),
        *_analysis(acquired, strategies, counts),
    )


def _item(number: str, item: str, value: str = "", source: str = "") -> MiflowcytItem:
    return MiflowcytItem(number, item, value, source if value else "")


def _experiment(acquired: Acquired, facts: PlanFacts) -> Iterable[MiflowcytItem]:
    controls = Counter(" ".join(p for p in (t.stain, t.marker) if p) for t, _ in acquired if t.stain != "sample")
    visits = facts.visits or tuple(dict.fromkeys(t.visit for t, _ in acquired if t.visit))
    yield _item("1.1", "Purpose", facts.purpose, "plan of the study")
    yield _item("1.2", "Keywords")
    yield _item("1.3", "Experiment variables", f"visits: {', '.join(visits)}" if visits else "", "samples table")
    yield _item("1.4", "Organization")
    yield _item("1.5", "Primary contact")
    yield _item("1.6", "Date or period")
    yield _item("1.7", "Conclusions", facts.conclusions, "plan of the study")
    measures = ", ".join(f"{name} ({_files(n)})" for name, n in sorted(controls.items()))
    yield _item("1.8", "Quality control measures: control tubes", measures, "samples table")


def _samples(acquired: Acquired, facts: PlanFacts) -> Iterable[MiflowcytItem]:
    yield _item("2.1", "Sample material", facts.sample, "plan of the study")
    yield _item("2.2", "Sample characteristics")
    yield _item("2.3", "Sample treatment", facts.treatment, "plan of the study")
    for panel, files in _by_panel(acquired):
        stained = {f"{c.marker}: {c.name}": None for f in files for c in f.channels if _reagent(c)}
        yield _item("2.4", _of("Markers and their channels", panel), "; ".join(stained), "$PnS, $PnN")
    yield _item("2.4", "Clones, manufacturers, catalogue numbers")


def _reagent(channel: Channel) -> bool:
    return bool(channel.marker) and channel.marker != channel.name and not channel.is_time


def _instrument(acquired: Acquired) -> Iterable[MiflowcytItem]:
    files = [f for _, f in acquired]
    yield _item("3.1", "Instrument manufacturer")
    for (fact, names), number in zip(INSTRUMENT, ("3.2", "3.3"), strict=True):
        words = "Instrument model" if fact == "instrument" else "Instrument serial number"
        yield _item(number, words, _distinct(printable(*first_stated(f.keywords, names)) for f in files), names[0])
    for panel, of_panel in _by_panel(acquired):
        channels = _channels(of_panel)
        lasers = [(n, _optics(found, ("L", "O"))) for n, found in channels]
        filters = [(n, _optics(found, ("F",))) for n, found in channels]
        detectors = [(n, _optics(found, ("T",))) for n, found in channels]
        voltages = [(n, _distinct(_volts(c) for _, c in found)) for n, found in channels]
        scales = [(n, _distinct(amplification_text(c) for _, c in found)) for n, found in channels]
        yield _item("3.3", _of("Light sources (wavelength in nm, power in mW)", panel), _lines(lasers), "$PnL, $PnO")
        yield _item("3.3", _of("Optical filters", panel), _lines(filters), "$PnF")
        yield _item("3.3", _of("Detector types", panel), _lines(detectors), "$PnT")
        yield _item("3.3", _of("Detector voltages", panel), _lines(voltages), "$PnV")
        yield _item("3.3", _of("Range and amplification", panel), _lines(scales), "$PnR, $PnE, $PnG")
    programs = _distinct(printable(*first_stated(f.keywords, SOFTWARE[0][1])) for f in files)
    yield _item("3.3", "Acquisition program", programs, "CREATOR")


def _analysis(
    acquired: Acquired, strategies: Mapping[str, Strategy], counts: Mapping[str, Mapping[str, int]]
) -> Iterable[MiflowcytItem]:
    versions = _distinct(f.version for _, f in acquired)
    total = sum(f.events for _, f in acquired)
    held = f"{_files(len(acquired))}, {versions}, {total:,} events" if acquired else ""
    yield _item("4.1", "List-mode data files", held, "files of the study")
    matrices = _distinct("in the file" if spillover_text(f) else "none in the file" for _, f in acquired)
    yield _item("4.2", "Spillover matrix", matrices, "$SPILLOVER")
    for panel, strategy in strategies.items():
        used = dict.fromkeys(a.compensation for a in measured_axes(strategy))
        names = ", ".join("that of the file" if name == "file" else name for name in used if name)
        yield _item("4.2", _of("Compensation applied", panel), names or "none", f"strategy {strategy.name}")
    for panel, strategy in strategies.items():
        scales = "; ".join(f"{name}: {scale_words(scale)}" for name, scale in strategy.transforms.items())
        yield _item("4.3", _of("Transformations", panel), scales or "none", f"strategy {strategy.name}")
    if not strategies:
        yield _item("4.3", "Transformations")
        yield _item("4.4", "Gates")
    for panel, strategy in strategies.items():
        of_panel = [counts[t.name] for t, _ in acquired if t.panel == panel and t.name in counts]
        yield from _gates(panel, strategy, of_panel)


def _gates(panel: str, strategy: Strategy, counts: Sequence[Mapping[str, int]]) -> Iterable[MiflowcytItem]:
    """Each gate with its boundary and, where tubes were gated, the events inside."""
    for name, parent, words in gate_words(strategy):
        held = f"; {_shares(counts, name, parent)}" if counts else ""
        yield _item("4.4", _of(f"Gate {name} of {parent or 'all events'}", panel), f"{words}{held}", strategy.name)


def _shares(counts: Sequence[Mapping[str, int]], name: str, parent: str) -> str:
    """`1,203 of 52,110 events in 4 tubes`."""
    inside = sum(c.get(name, 0) for c in counts)
    of = sum(c.get(parent, 0) for c in counts) if parent else 0
    whole = f" of {of:,}" if parent else ""
    return f"{inside:,}{whole} events in {len(counts)} {'tube' if len(counts) == 1 else 'tubes'}"


def _by_panel(acquired: Acquired) -> list[tuple[str, list[FcsFile]]]:
    panels = dict.fromkeys(t.panel for t, _ in acquired)
    return [(panel, [f for t, f in acquired if t.panel == panel and t.stain != "beads"]) for panel in panels]


def _channels(files: Sequence[FcsFile]) -> list[tuple[str, list[tuple[FcsFile, Channel]]]]:
    """Channels by name, in the order of the first file."""
    found: dict[str, list[tuple[FcsFile, Channel]]] = {}
    for file in files:
        for channel in file.channels:
            if not channel.is_time:
                found.setdefault(channel.name, []).append((file, channel))
    return list(found.items())


def _optics(found: Sequence[tuple[FcsFile, Channel]], kinds: tuple[str, ...]) -> str:
    """Keywords $PnX of a channel that are stated, for the kinds given."""
    return _distinct(
        " ".join(v for k in kinds if (v := file.keywords.get(f"$P{channel.number}{k}", "").strip()))
        for file, channel in found
    )


def _volts(channel: Channel) -> str:
    return "" if channel.voltage is None else f"{channel.voltage:g} V"


def _lines(named: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in named if value)


def _distinct(values: Iterable[str]) -> str:
    """The one value, or each with the number of files that state it; blank when none does."""
    counted = Counter(values)
    stated = {value: n for value, n in counted.items() if value}
    if not stated:
        return ""
    if len(counted) == 1:
        return next(iter(stated))
    parts = [f"{value} ({_files(n)})" for value, n in stated.items()]
    if counted[""]:
        parts.append(f"not stated ({_files(counted[''])})")
    return ", ".join(parts)


def _files(n: int) -> str:
    return f"{n} file" if n == 1 else f"{n} files"


def _of(item: str, panel: str) -> str:
    return f"{item}, panel {panel}" if panel else item
