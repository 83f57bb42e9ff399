"""Results of one measure and variant over many visits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from costim.measures.batch.coded import Coded, combined, merged
from costim.measures.batch.listing import Listing
from costim.measures.bounds import Bounds
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

    Of `result` the fields `decided_by`, `missing` and `checks` do not hold: they differ most, and stand apart. So does
    `bounds` where there is a column of it.
    """

    measure: str
    variant: str
    result: Coded[Result]
    decided_by: Listing
    missing: Listing
    checks: tuple[CheckColumn, ...] = ()
    bounds: Coded[Bounds] | None = None

    def __len__(self) -> int:
        """Number of visits."""
        return len(self.result)

    def at(self, visit: int) -> Result:
        """The whole result of one visit (0 is the first)."""
        found = self.result.at(visit)
        return replace(
            found,
            bounds=found.bounds if self.bounds is None else self.bounds.at(visit),
            decided_by=self.decided_by.at(visit),
            missing=self.missing.at(visit),
            checks=tuple(found for check in self.checks for found in check.at(visit)),
        )

    def outcomes(self) -> Coded[Result]:
        """Number and outcome of each visit; nothing else of these results holds, so that few differ."""
        bare = merged(self.result.map(_outcome))
        if self.bounds is None:
            return bare
        return combined(lambda result, bounds: replace(result, bounds=bounds), bare, self.bounds)


def _outcome(result: Result) -> Result:
    return replace(result, decided_by=(), missing=(), checks=(), source=(), evidence="", flags=())
