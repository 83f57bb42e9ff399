"""What is wrong with a compensation matrix, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from costim.errors import CostimError


@dataclass(frozen=True, slots=True)
class MatrixProblem:
    """One thing to mend: where it stands, what stands there, what may stand there, what to do."""

    where: str
    """File, then keyword, row or detector."""
    found: str
    expected: str
    action: str = ""

    def __str__(self) -> str:
        """One line."""
        line = f"{self.where}: found {self.found}; expected {self.expected}."
        return f"{line} {self.action[:1].upper()}{self.action[1:]}." if self.action else line


class CompensationError(CostimError):
    """A matrix that cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[MatrixProblem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems]
        head = "" if len(lines) == 1 else f"{len(lines)} things to mend in the compensation matrix:\n"
        super().__init__(head + "\n".join(lines))

    def __reduce__(self) -> tuple[type[CompensationError], tuple[tuple[MatrixProblem, ...]]]:
        """Survive the way back from a worker process."""
        return type(self), (self.problems,)
