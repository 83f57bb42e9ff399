"""Results of one measure and variant over many visits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from costim.measures.batch.coded import Coded
from costim.measures.batch.listing import Listing
from costim.measures.result import Check, Result


@dataclass(frozen=True, slots=True, eq=False)
class CheckColumn:
    """One criterion at each visit; the names that leave it unknown stand apart, because they differ most."""

    check: Coded[Check | None]
    """Without `missing`; None where the rule did not apply the criterion."""
    missing: Listing

    def at(self, visit: int) -> tuple[Check, ...]:
        """The criterion at one visit; nothing where it was not applied."""
        found = self.check.at(visit)
        return () if found is None else (replace(found, missing=self.missing.at(visit)),)


@dataclass(frozen=True, slots=True, eq=False)
class ResultColumns:
    """What a measure says of each visit, equal to the results of single visits.

    Of `result` the fields `decided_by`, `missing` and `checks` do not hold: they differ most, and stand apart.
    """

    measure: str
    variant: str
    result: Coded[Result]
    decided_by: Listing
    missing: Listing
    checks: tuple[CheckColumn, ...] = ()

    def __len__(self) -> int:
        """Number of visits."""
        return len(self.result)

    def at(self, visit: int) -> Result:
        """The whole result of one visit (0 is the first)."""
        return replace(
            self.result.at(visit),
            decided_by=self.decided_by.at(visit),
            missing=self.missing.at(visit),
            checks=tuple(found for check in self.checks for found in check.at(visit)),
        )
