"""Open an FCS file: HEADER, TEXT, channels and the place of DATA, with every repair named."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.fcs.channels import read_channels, time_step
from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.fcs.findings import Ledger, shown
from costim.cytometry.fcs.header import Header
from costim.cytometry.fcs.keywords import integer
from costim.cytometry.fcs.layout import Layout, read_layout
from costim.cytometry.fcs.offsets import Surroundings, fits_exactly, place_data
from costim.cytometry.fcs.plausible import check_byte_order, check_crc
from costim.cytometry.fcs.segments import open_data_sets

_EXPORT = "the file is damaged: export it again from the acquisition program"


def open_fcs(path: Path | str, data_set: int = 0) -> FcsFile:
    """Open one data set of an FCS file, version 2.0 to 3.2; DATA is not read into memory.

    Args:
        path: The file.
        data_set: Which of its data sets, from 0.

    Returns:
        Channels, keywords, number of events, and findings: everything that was mended or looks odd.

    Raises:
        FcsError: The file cannot be read without guessing. All reasons found are in the message.
    """
    place = Path(path)
    ledger = Ledger(place.name)
    data = _mapped(place, ledger)
    own, n_data_sets = open_data_sets(data, data_set, ledger)
    layout = _layout(own.keywords, own.header, ledger)
    channels = read_channels(own.keywords, layout.columns, ledger) if layout else ()
    step = time_step(own.keywords, channels, ledger)
    around = Surroundings(own.header, own.text, own.limit, own.read)
    found = place_data(own.keywords, layout, around, ledger) if layout else None
    _check_widths(ledger)
    ledger.stop_if_problems()
    if layout is None or found is None:
        raise ledger.error()
    first, events = own.base + found.begin, found.events
    check_byte_order(data[first : first + layout.bytes_of(events)], layout, events, ledger)
    ledger.stop_if_problems()
    check_crc(data, own.base, max(own.last, found.last), ledger)
    return FcsFile(
        path=place,
        data_set=data_set,
        version=own.header.version,
        keywords=MappingProxyType(own.keywords),
        channels=channels,
        events=events,
        findings=ledger.merged(),
        n_data_sets=n_data_sets,
        layout=layout,
        data_begin=first,
        size=len(data),
        time_step=step,
    )


def _mapped(path: Path, ledger: Ledger) -> NDArray[np.uint8]:
    """All bytes of the file, mapped."""
    try:
        if not path.is_file():
            found = "a folder" if path.is_dir() else "nothing"
        elif path.stat().st_size == 0:
            return np.empty(0, np.uint8)
        else:
            return np.memmap(path, np.uint8, "r")
    except OSError as reason:
        found = reason.strerror or "a file that cannot be opened"
    ledger.problem("fcs_unreadable", "file", found, "an FCS file that can be opened", "correct its name or its rights")
    raise ledger.error()


def _layout(keywords: dict[str, str], header: Header, ledger: Ledger) -> Layout | None:
    """The layout of an event; $PAR is mended where the channels described fill DATA to the byte and its own do not."""
    text = keywords.get("$PAR", "")
    number, described = integer(text), _described(keywords)
    if number is not None and number == described > 0:
        return read_layout(keywords, number, header.version, ledger)
    if described and (layout := _filling(keywords, described, header, ledger)):
        expected = f"{described}, the channels described, which fill DATA"
        ledger.repair("fcs_par_wrong", "$PAR", shown(text), expected, f"{described} channels were read")
        return layout
    if number is not None and 0 < number < described and (layout := _filling(keywords, number, header, ledger)):
        found = f"{number}, and {described} channels described"
        action = f"{number} channels were read, which fill DATA"
        ledger.warn("fcs_par_wrong", "$PAR", found, "as many as there are channels", action)
        return layout
    found = f"{shown(text)}, and {described} channels described ($P1B and so on)"
    ledger.problem("fcs_par_wrong", "$PAR", found, "the number of channels described", _EXPORT)
    return None


def _filling(keywords: dict[str, str], channels: int, header: Header, ledger: Ledger) -> Layout | None:
    """The layout of so many channels, where they fill DATA to the byte; only then does what was noticed count."""
    trial = Ledger(ledger.name)
    layout = read_layout(keywords, channels, header.version, trial)
    if layout is None or not fits_exactly(keywords, header, layout):
        return None
    ledger.findings += trial.findings
    ledger.problems += trial.problems
    return layout


def _described(keywords: dict[str, str]) -> int:
    """Number of channels, from 1 on without a gap, whose width is given."""
    number = 0
    while f"$P{number + 1}B" in keywords:
        number += 1
    return number


def _check_widths(ledger: Ledger) -> None:
    """A width that was mended must be borne out by the size of DATA."""
    codes = {finding.code for finding in ledger.findings}
    if "fcs_bits_of_float" in codes and codes & {"fcs_tot_wrong", "fcs_tot_missing", "fcs_data_excess"}:
        expected = "widths ($PnB), events ($TOT) and size of DATA that agree"
        ledger.problem("fcs_data_size", "DATA", "contradictions between them", expected, _EXPORT)
