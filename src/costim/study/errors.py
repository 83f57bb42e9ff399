"""The error that carries every finding of a check."""

from __future__ import annotations

from collections.abc import Iterable

from costim.errors import CostimError
from costim.registry.findings import Finding


class StudyError(CostimError):
    """A study that cannot be read as it stands. `findings` holds everything that was noticed, errors first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        from costim.study.messages import render_findings

        self.findings = tuple(findings)
        super().__init__(render_findings(list(self.findings)))
