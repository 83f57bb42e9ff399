"""What files with the same channels and the same matrix have in common, found once: a study has hundreds of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from costim.cytometry.compensation.read_matrix import matrix_of_file, written_matrices

if TYPE_CHECKING:
    from costim.cytometry.compensation.matrix import SpilloverMatrix
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.fcs.findings import FcsFinding

MatrixFound = tuple["SpilloverMatrix | None", tuple["FcsFinding", ...]]


@dataclass(frozen=True, slots=True)
class LinearSum:
    """What one compensated channel is made of: channels of the file and their weights.

    The sum runs in this order, one product after the other in double precision; whoever does the same gets the same
    bits. Weights of zero are left out, so that a bad value in one detector does not reach channels it has no part in.
    """

    indices: tuple[int, ...]
    """0-based channels of the file."""
    weights: tuple[float, ...]

    @property
    def is_channel(self) -> bool:
        """Is it one channel of the file as it stands?"""
        return self.weights == (1.0,)


@dataclass(slots=True, eq=False)
class SharedLayout:
    """Answers that depend on names of channels and keywords of matrices only. Nothing is kept of what is refused."""

    sums: dict[tuple[str, str | SpilloverMatrix], LinearSum] = field(default_factory=dict)
    """(source, compensation) of an axis -> what it is made of; a matrix of the strategy stands for its name."""
    _matrix: MatrixFound | None = None

    def matrix(self, file: FcsFile) -> MatrixFound:
        """The matrix that a file of this layout carries.

        Raises:
            CompensationError: it cannot be used; names this file.
        """
        if self._matrix is None:
            self._matrix = matrix_of_file(file)
        return self._matrix


def layout_of(file: FcsFile) -> SharedLayout:
    """The layout of a file, the same object for all files that share it."""
    return _layout(tuple((channel.name, channel.marker) for channel in file.channels), written_matrices(file))


@lru_cache(maxsize=64)
def _layout(_channels: tuple[tuple[str, str], ...], _matrices: tuple[tuple[str, str], ...]) -> SharedLayout:
    return SharedLayout()
