"""The matrix that an FCS file carries, under whichever of its keywords."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.compensation.judge import PERCENT, as_fractions, judged
from costim.cytometry.compensation.keyword_text import WrittenMatrix, parse_named, parse_unnamed
from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError, MatrixProblem
from costim.cytometry.fcs.findings import FcsFinding
from costim.cytometry.fcs.keywords import decimal

if TYPE_CHECKING:
    from costim.cytometry.fcs.channels import Channel
    from costim.cytometry.fcs.file import FcsFile

NAMED = ("$SPILLOVER", "$SPILL", "SPILL", "SPILLOVER")
"""Keywords that name their channels, the standard's first (FCS 3.1; BD wrote SPILL before it)."""

UNNAMED = "$COMP"
"""FCS 3.0: all channels in order. Its standard leaves open whether fractions or percent."""

OLD = re.compile(r"\$DFC([0-9]{1,5})TO([0-9]{1,5})")
"""FCS 2.0: percent of one channel in another, one keyword each; the diagonal is not used."""

Found = tuple[SpilloverMatrix, tuple[FcsFinding, ...]]


def matrix_of_file(file: FcsFile) -> tuple[SpilloverMatrix | None, tuple[FcsFinding, ...]]:
    """The matrix of a file, detectors by $PnN; None where the file carries none.

    `$SPILLOVER`, `$SPILL`, `SPILL`, `SPILLOVER`, `$COMP`, `$DFCmTOn`, the first of them that is not blank. Repairs are
    findings: percent, decimal commas, channels by number (Accuri), channels the file lacks but nothing spills into.

    Raises:
        CompensationError: an unusable matrix, with everything that is wrong with it.
    """
    try:
        return _read(file)
    except CompensationError as error:
        name = file.path.name
        raise CompensationError([replace(each, where=f"{name}, {each.where}") for each in error.problems]) from None


def written_matrices(file: FcsFile) -> tuple[tuple[str, str], ...]:
    """The keywords of a file that hold matrices, as they stand."""
    known = {*NAMED, UNNAMED}
    return tuple((key, text) for key, text in file.keywords.items() if key in known or key.startswith("$DFC"))


def _read(file: FcsFile) -> tuple[SpilloverMatrix | None, tuple[FcsFinding, ...]]:
    filled = [keyword for keyword in NAMED if file.keywords.get(keyword, "").strip() not in {"", "0"}]
    if filled:
        matrix, findings = _named(file, filled[0])
        return matrix, findings + _others(file, filled, matrix)
    if file.keywords.get(UNNAMED, "").strip() not in {"", "0"}:
        return _unnamed(file)
    if any(OLD.fullmatch(keyword) for keyword in file.keywords):
        return _old(file)
    return None, ()


def _named(file: FcsFile, keyword: str) -> Found:
    where = keyword
    written = parse_named(file.keywords[keyword], [channel.name for channel in file.channels], where)
    written = _by_number(written, file.channels, where)
    written = _known_only(written, file.channels, where)
    return _matrix(written.names, written.values, where, written.findings)


def _matrix(
    names: Sequence[str], values: NDArray[np.float64], where: str, findings: tuple[FcsFinding, ...] = ()
) -> Found:
    fractions, percent = as_fractions(values, where)
    matrix = SpilloverMatrix.from_array(where, tuple(names), fractions)
    return matrix, findings + percent + judged(matrix, where)


def _others(file: FcsFile, filled: Sequence[str], matrix: SpilloverMatrix) -> tuple[FcsFinding, ...]:
    """Warn of further keywords that say something else."""
    where = filled[0]
    findings = []
    for keyword in filled[1:]:
        try:
            other = _named(file, keyword)[0]
        except CompensationError:
            other = None
        if other is None or replace(other, name=matrix.name) != matrix:
            found = f"{keyword} says something else"
            findings.append(
                FcsFinding("spillover_keywords_differ", "warning", where, found, "the same matrix", f"{filled[0]} used")
            )
    return tuple(findings)


def _by_number(written: WrittenMatrix, channels: Sequence[Channel], where: str) -> WrittenMatrix:
    """Names for channel numbers, where all are whole numbers and none is the name of a channel."""
    own = {channel.name for channel in channels}
    if not all(name.isdecimal() and name.isascii() and name not in own for name in written.names):
        return written
    by_number = {str(channel.number): channel.name for channel in channels}
    names = tuple(by_number.get(name.lstrip("0"), name) for name in written.names)
    found = FcsFinding(
        "spillover_by_number",
        "repair",
        where,
        f"channel numbers {', '.join(written.names)}",
        "channel names ($PnN)",
        f"read as {', '.join(names)}",
    )
    return replace(written, names=names, findings=(*written.findings, found))


def _known_only(written: WrittenMatrix, channels: Sequence[Channel], where: str) -> WrittenMatrix:
    """Channels by their $PnN; those the file lacks are left out if they neither spill nor receive, else refused."""
    exact = {channel.name for channel in channels}
    loose = _loose_names(channels)
    names = [name if name in exact else loose.get(_loosened(name), "") for name in written.names]
    unknown = [i for i, name in enumerate(names) if not name]
    if not unknown:
        return replace(written, names=tuple(names))
    off = np.where(np.eye(len(names), dtype=bool), 0.0, written.values)
    spilling = [written.names[i] for i in unknown if off[i].any() or off[:, i].any()]
    missing = ", ".join(written.names[i] for i in unknown)
    if spilling or len(unknown) == len(names):
        problem = MatrixProblem(
            where,
            f"channels {missing}, which the file does not have",
            f"channels among {', '.join(channel.name for channel in channels)}",
            "name them as the file does, or give a matrix as CSV",
        )
        raise CompensationError([problem])
    kept = [i for i in range(len(names)) if i not in unknown]
    found = FcsFinding(
        "spillover_channel_dropped",
        "repair",
        where,
        f"channels {missing}, which the file does not have",
        "channels of the file",
        "left out: nothing spills into them or out of them",
    )
    values = written.values[np.ix_(kept, kept)]
    return WrittenMatrix(tuple(names[i] for i in kept), values, (*written.findings, found))


def _loosened(name: str) -> str:
    return "".join(name.split()).casefold()


def _loose_names(channels: Sequence[Channel]) -> Mapping[str, str]:
    """Names without spaces and case, where that names one channel only."""
    loose: dict[str, str] = {}
    for channel in channels:
        key = _loosened(channel.name)
        loose[key] = "" if key in loose else channel.name
    return loose


def _unnamed(file: FcsFile) -> Found:
    where = UNNAMED
    values, repaired = parse_unnamed(file.keywords[UNNAMED], where)
    if len(values) != len(file.channels):
        problem = MatrixProblem(
            where,
            f"{len(values)} rows and no channel names",
            f"one row for each of the {len(file.channels)} channels of the file",
            "give a matrix as CSV",
        )
        raise CompensationError([problem])
    return _matrix([channel.name for channel in file.channels], values, where, (_loosely_defined(where), *repaired))


def _old(file: FcsFile) -> Found | tuple[None, tuple[FcsFinding, ...]]:
    where = "$DFCmTOn"
    size = len(file.channels)
    values = np.eye(size) * PERCENT
    problems = []
    for keyword, text in file.keywords.items():
        if not (place := OLD.fullmatch(keyword)):
            continue
        row, column = int(place[1]), int(place[2])
        percent = decimal(text)
        if percent is None:
            problems.append(MatrixProblem(keyword, f"'{text[:40]}'", "a number of percent"))
            continue
        if row == column or percent == 0:
            continue
        if not (1 <= row <= size and 1 <= column <= size):
            problems.append(MatrixProblem(keyword, text, f"channels 1 to {size} only"))
            continue
        values[row - 1, column - 1] = percent
    if problems:
        raise CompensationError(problems)
    if np.array_equal(values, np.eye(size) * PERCENT):
        return None, ()
    matrix, findings = _matrix([channel.name for channel in file.channels], values / PERCENT, where)
    return matrix, (_loosely_defined(where), *findings)


def _loosely_defined(where: str) -> FcsFinding:
    return FcsFinding(
        "compensation_loosely_defined",
        "warning",
        where,
        "a matrix under a keyword of FCS 2.0 or 3.0",
        "$SPILLOVER",
        "used as spillover: make sure that the instrument has not compensated these events already",
    )
