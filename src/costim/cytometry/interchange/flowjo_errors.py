"""What is wrong with a FlowJo workspace, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence

from costim.errors import CostimError


class FlowJoError(CostimError):
    """A workspace that cannot be read; `problems` holds one sentence for each thing to mend."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class NotApplicableError(Exception):
    """A gate of the workspace that cannot be applied; it becomes a finding, and what hangs below it is left out."""

    def __init__(self, code: str, found: str, expected: str, action: str) -> None:
        self.code = code
        self.found = found
        self.expected = expected
        self.action = action
        super().__init__(found)
