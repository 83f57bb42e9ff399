"""What is wrong with a gating strategy, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from costim.errors import CostimError


@dataclass(frozen=True, slots=True)
class GateProblem:
    """One thing to mend: where it stands, what stands there, what may stand there."""

    where: str
    """What it concerns, in words: `gate b_cells`, `threshold cd40_positive`."""
    found: str
    expected: str
    action: str = ""
    key: str = ""
    """The field concerned: `parent`, `bounds[2].from`."""
    file: str = ""
    line: int | None = None

    @property
    def place(self) -> str:
        """The address in words: `gates.toml, line 12, gate b_cells, parent`."""
        line = f"line {self.line}" if self.line is not None else ""
        return ", ".join(part for part in (self.file, line, self.where, self.key) if part)

    def __str__(self) -> str:
        """What a coordinator reads."""
        expected = self.expected if self.expected.startswith("did you mean") else f"expected {self.expected}"
        told = f"{self.place}: found {self.found}; {expected}{'' if expected.endswith('?') else '.'}"
        return f"{told} {self.action[:1].upper()}{self.action[1:]}." if self.action else told


class GateError(CostimError):
    """A strategy that cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[GateProblem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems]
        head = "" if len(lines) == 1 else f"{len(lines)} things to mend in the gating strategy:\n"
        super().__init__(head + "\n".join(lines))

    def __reduce__(self) -> tuple[type[GateError], tuple[tuple[GateProblem, ...]]]:
        """Survive the way back from a worker process."""
        return type(self), (self.problems,)
