"""What is wrong with a gating strategy, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from costim.errors import CostimError


@dataclass(frozen=True, slots=True)
class GateProblem:
    """One thing to mend: where it stands, what stands there, what may stand there."""

    where: str
    """In words: `gates.toml, line 12, gate b_cells, key parent`."""
    found: str
    expected: str
    action: str = ""

    def __str__(self) -> str:
        """One sentence."""
        line = f"{self.where}: found {self.found}; expected {self.expected}."
        return f"{line} {self.action[:1].upper()}{self.action[1:]}" if self.action else line


class GateError(CostimError):
    """A strategy that cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[GateProblem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems]
        head = "" if len(lines) == 1 else f"{len(lines)} things to mend in the gating strategy:\n"
        super().__init__(head + "\n".join(lines))
