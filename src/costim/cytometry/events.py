"""Values of all events on any axis of a strategy: compensated, ratio taken, transformed. Plain and slow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.compensation.problem import CompensationError, MatrixProblem
from costim.cytometry.gates.model import FROM_FILE, UNCOMPENSATED, Axis, Ratio, Strategy
from costim.cytometry.gates.walk import axes_of
from costim.cytometry.shared_layout import LinearSum, SharedLayout, layout_of

if TYPE_CHECKING:
    from costim.cytometry.compensation.matrix import SpilloverMatrix
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.fcs.findings import FcsFinding

__all__ = ["Events", "LinearSum", "detectors_in", "file_matrix", "matrix_findings"]

Values = NDArray[np.float64]


SMALL = 300_000
"""Of files with at most so many events stored channels are kept, too: each is part of many compensated ones."""


class Events:
    """The events of one file as a strategy looks at them: what every faster engine must agree with."""

    def __init__(self, file: FcsFile, strategy: Strategy) -> None:
        self.file = file
        self.strategy = strategy
        self._layout: SharedLayout | None = None
        self._matrix_asked = False
        self._cache: dict[Axis, Values] = {}
        self._stored: dict[int, Values] = {}

    def values(self, axis: Axis, start: int = 0, stop: int | None = None) -> Values:
        """Values on one axis of the events from `start` up to `stop`, shape (n,).

        Whole columns are kept for the next call. A ratio whose denominator is zero is not a number.

        Raises:
            FcsError: the file has no such channel, or several.
            CompensationError: the matrix cannot be used, or names channels that the file lacks.
        """
        whole = start == 0 and stop is None
        if whole and axis in self._cache:
            return self._cache[axis]
        values = self.linear(axis, start, stop)
        if axis.transform:
            values = self.strategy.transforms[axis.transform].apply(values)
        if whole:
            values.flags.writeable = False
            self._cache[axis] = values
        return values

    def linear(self, axis: Axis, start: int = 0, stop: int | None = None) -> Values:
        """Values on one axis before its transform, shape (n,)."""
        ratio = self.strategy.ratios.get(axis.source)
        if ratio is not None:
            return self._ratio(ratio, start, stop)
        made_of = self.made_of(axis)
        columns = self._columns(made_of.indices, start, stop)
        total = columns[0] * made_of.weights[0]
        with np.errstate(invalid="ignore", over="ignore"):
            for place in range(1, len(made_of.weights)):
                total += columns[place] * made_of.weights[place]
        return np.asarray(total, dtype=np.float64)

    def made_of(self, axis: Axis) -> LinearSum:
        """Channels and weights behind an axis that is no ratio.

        A channel that the matrix does not name (scatter, time) is itself. The detectors of a matrix may be named by
        $PnN or $PnS of the file; the axis by fluorochrome, by detector, or as `FcsFile.find` allows.
        """
        named = axis.compensation in (UNCOMPENSATED, FROM_FILE)
        key = axis.source, axis.compensation if named else self.strategy.matrices[axis.compensation]
        self._matrix_asked |= axis.compensation == FROM_FILE
        known = self._shared().sums
        if key not in known:
            known[key] = self._made_of(axis)
        return known[key]

    def _made_of(self, axis: Axis) -> LinearSum:
        matrix = self.matrix(axis.compensation)
        if matrix is None:
            return LinearSum((self.file.find(axis.source),), (1.0,))
        detectors = self._detectors(matrix)
        column = matrix.column(axis.source)
        if column is None:
            own = self.file.find(axis.source)
            if own not in detectors or len(detectors) != len(matrix.fluorochromes):
                return LinearSum((own,), (1.0,))
            column = detectors.index(own)
        weights = matrix.inverse()[:, column]
        parts = [(index, float(weight)) for index, weight in zip(detectors, weights, strict=True) if weight != 0]
        return LinearSum(tuple(index for index, _ in parts), tuple(weight for _, weight in parts))

    def matrix(self, compensation: str) -> SpilloverMatrix | None:
        """The matrix that an axis names; None where it names none, or the file carries none."""
        if compensation == UNCOMPENSATED:
            return None
        if compensation == FROM_FILE:
            self._matrix_asked = True
            return self._shared().matrix(self.file)[0]
        return self.strategy.matrices[compensation]

    @property
    def findings(self) -> tuple[FcsFinding, ...]:
        """What was noticed about the matrix of the file, once an axis has asked for it."""
        return file_matrix(self.file)[1] if self._matrix_asked else ()

    def _shared(self) -> SharedLayout:
        if self._layout is None:
            self._layout = layout_of(self.file)
        return self._layout

    def _columns(self, indices: Sequence[int], start: int, stop: int | None) -> Sequence[Values]:
        """Channels of the file, each of shape (n,)."""
        if start != 0 or stop is not None or self.file.events > SMALL:
            return list(self.file.read(indices, start, stop).T)
        missing = [index for index in indices if index not in self._stored]
        if missing:
            self._stored |= dict(zip(missing, self.file.read(missing).T, strict=True))
        return [self._stored[index] for index in indices]

    def _detectors(self, matrix: SpilloverMatrix) -> tuple[int, ...]:
        return detectors_in(self.file, matrix)

    def _ratio(self, ratio: Ratio, start: int, stop: int | None) -> Values:
        top = self.linear(ratio.x, start, stop) - ratio.b
        bottom = self.linear(ratio.y, start, stop) - ratio.c
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(np.where(bottom == 0, np.nan, ratio.a * (top / bottom)), dtype=np.float64)


def file_matrix(file: FcsFile) -> tuple[SpilloverMatrix | None, tuple[FcsFinding, ...]]:
    """As `matrix_of_file`, with a finding where the file carries no matrix and so stays uncompensated."""
    from costim.cytometry.fcs.findings import FcsFinding

    matrix, findings = layout_of(file).matrix(file)
    if matrix is None:
        missing = FcsFinding(
            "no_compensation",
            "warning",
            "$SPILLOVER",
            "no spillover matrix",
            "one, as the gates ask for the matrix of the file",
            "values used as they are; give a matrix if the instrument did not compensate them",
        )
        findings = (*findings, missing)
    return matrix, findings


def matrix_findings(file: FcsFile, strategy: Strategy) -> tuple[FcsFinding, ...]:
    """What there is to say about the matrix of a file, where a strategy asks for it."""
    asked = any(axis.compensation == FROM_FILE for _, _, axis in axes_of(strategy))
    return file_matrix(file)[1] if asked else ()


def detectors_in(file: FcsFile, matrix: SpilloverMatrix) -> tuple[int, ...]:
    """0-based channels of a file for the detectors of a matrix.

    Raises:
        CompensationError: detectors that the file lacks, or two that are the same channel of it; all of them named.
    """
    from costim.cytometry.fcs.findings import FcsError

    where = f"{file.path.name}, matrix {matrix.name}"
    found: list[int] = []
    problems = []
    for detector in matrix.detectors:
        try:
            found.append(file.find(detector))
        except FcsError as error:
            problems.append(MatrixProblem(where, f"detector {detector}", "a channel of the file", str(error)))
    if not problems and len(set(found)) != len(found):
        twice = [name for name, index in zip(matrix.detectors, found, strict=True) if found.count(index) > 1]
        problems.append(MatrixProblem(where, f"{', '.join(twice)} are one channel", "a channel for each detector"))
    if problems:
        raise CompensationError(problems)
    return tuple(found)
