"""Transforms, matrices, axes and ratios of gates.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path

from costim.cytometry.compensation.csv_matrix import read_csv_matrix
from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError
from costim.cytometry.gates.check_names import unknown
from costim.cytometry.gates.model import FROM_FILE, UNCOMPENSATED, Axis, Ratio
from costim.cytometry.gates.toml_entry import Entry
from costim.cytometry.transforms.asinh import Asinh
from costim.cytometry.transforms.biex import Biex
from costim.cytometry.transforms.hyperlog import Hyperlog
from costim.cytometry.transforms.linear import Linear
from costim.cytometry.transforms.log import Log
from costim.cytometry.transforms.logicle import Logicle
from costim.cytometry.transforms.scale import Scale, ScaleError

SCALES: Mapping[str, type[Scale]] = {
    "linear": Linear,
    "log": Log,
    "asinh": Asinh,
    "logicle": Logicle,
    "hyperlog": Hyperlog,
    "biex": Biex,
}
"""Kind of transform in the file -> scale; its other keys are the parameters of the scale."""

NO_MATRIX = "none"
"""How the file says that an axis is not compensated."""


def read_scale(entry: Entry) -> Scale | None:
    """One table of [transforms]; None when it is wrong."""
    kind = entry.one_of("kind", SCALES)
    if not kind:
        return None
    values: dict[str, float | int] = {}
    for part in fields(SCALES[kind]):
        needed = part.default is MISSING
        value = entry.number(part.name, f"the number {part.name} of {kind}" if needed else "")
        if value is not None:
            values[part.name] = int(value) if part.name == "channels" else value
    entry.close()
    if entry.broken:
        return None
    try:
        return SCALES[kind](**values)
    except ScaleError as error:
        said = str(error).partition("is no scale: ")[2].rstrip(".")
        for problem in said.split("; "):
            entry.problem("kind", f"a {kind} scale that cannot be: {problem}", "parameters that make a scale")
        return None


def read_matrix(name: str, entry: Entry, folder: Path | None) -> SpilloverMatrix | None:
    """One table of [matrices]: numbers in place, or the name of a CSV file beside the gates; None when it is wrong."""
    from_csv = entry.text("file")
    if from_csv:
        entry.close()
        return None if entry.broken else _csv(name, entry, from_csv, folder)
    detectors = entry.names("detectors", "names of channels ($PnN)")
    fluorochromes = entry.names("fluorochromes")
    values = entry.rows("values", "one list for each fluorochrome", count=len(detectors))
    entry.close()
    if entry.broken:
        return None
    try:
        return SpilloverMatrix(name, detectors, fluorochromes or detectors, values)
    except CompensationError as error:
        _pass_on(entry, "values", error)
        return None


def _csv(name: str, entry: Entry, file: str, folder: Path | None) -> SpilloverMatrix | None:
    if folder is None:
        entry.problem("file", f"the file {file!r}", "numbers in the text itself: there is no folder to look in")
        return None
    try:
        return read_csv_matrix(folder / file, name=name)[0]
    except (CompensationError, OSError) as error:
        if isinstance(error, CompensationError):
            _pass_on(entry, "file", error)
        else:
            entry.problem("file", f"{file!r}, which cannot be read", "a CSV file beside gates.toml")
        return None


def _pass_on(entry: Entry, key: str, error: CompensationError) -> None:
    for problem in error.problems:
        entry.problem(key, f"{problem.where}: {problem.found}", problem.expected, problem.action)


def read_axis(entry: Entry, transforms: set[str], matrices: set[str], ratios: set[str]) -> Axis:
    """One table of [axes]; names that do not exist are noted and left out."""
    source = entry.text("channel", "a channel ($PnN), a marker ($PnS), or a ratio")
    compensation = entry.text("compensation") or NO_MATRIX
    transform = entry.text("transform")
    entry.close()
    if compensation not in {NO_MATRIX, FROM_FILE, *matrices}:
        _unknown(entry, "compensation", "matrix", compensation, [NO_MATRIX, FROM_FILE, *sorted(matrices)])
        compensation = NO_MATRIX
    if transform and transform not in transforms:
        _unknown(entry, "transform", "transform", transform, sorted(transforms))
        transform = ""
    if source in ratios and compensation != NO_MATRIX:
        entry.problem("compensation", repr(compensation), "compensation at the two channels of the ratio, not here")
        compensation = NO_MATRIX
    return Axis(source, UNCOMPENSATED if compensation == NO_MATRIX else compensation, transform)


def axis_named(entry: Entry, key: str, axes: Mapping[str, Axis]) -> Axis | None:
    """The axis whose name stands at a key; None, and a note, where there is none."""
    name = entry.text(key, "the name of an axis")
    if name and name not in axes:
        _unknown(entry, key, "axis", name, list(axes))
    return axes.get(name)


def read_ratio(entry: Entry, axes: Mapping[str, Axis]) -> Ratio | None:
    """One table of [ratios]; None when it is wrong."""
    x, y = axis_named(entry, "x", axes), axis_named(entry, "y", axes)
    a, b, c = entry.number("a"), entry.number("b"), entry.number("c")
    entry.close()
    if x is None or y is None:
        return None
    return Ratio(x, y, 1.0 if a is None else a, b or 0.0, c or 0.0)


def _unknown(entry: Entry, key: str, kind: str, name: str, known: list[str]) -> None:
    problem = unknown(entry.where, key, kind, name, known)
    entry.problem(key, problem.found, problem.expected, problem.action)
