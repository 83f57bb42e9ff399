"""What was noticed in an FCS file, and the error when it cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from costim.errors import CostimError
from costim.registry.findings import Finding

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile

MOST_SHOWN = 40
"""Problems in a message, and places in a finding."""
FcsSeverity = Literal["repair", "warning", "note"]


@dataclass(frozen=True, slots=True)
class FcsFinding:
    """One thing noticed: where, what was found, what was expected, what was done or is to be done."""

    code: str
    """A name from `flags.csv`."""
    severity: FcsSeverity
    where: str
    """A keyword, a segment (HEADER, TEXT, DATA, CRC) or a channel."""
    found: str
    expected: str
    action: str


@dataclass(frozen=True, slots=True)
class FcsProblem:
    """One reason why a file cannot be read."""

    code: str
    where: str
    found: str
    expected: str
    action: str

    @property
    def words(self) -> str:
        """One line a coordinator can act on."""
        return f"{self.where}: found {self.found}; expected {self.expected}; {self.action}."


class FcsError(CostimError):
    """A file that cannot be read or written as asked, with every reason found. `problems` holds them one by one."""

    def __init__(self, name: str, problems: Iterable[FcsProblem]) -> None:
        self.name = name
        self.problems = tuple(problems)
        lines = [f"{name}: {problem.words}" for problem in self.problems[:MOST_SHOWN]]
        if len(self.problems) > MOST_SHOWN:
            lines.append(f"{name}: and {len(self.problems) - MOST_SHOWN} problems more.")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[FcsError], tuple[str, tuple[FcsProblem, ...]]]:
        """Errors travel between processes whole."""
        return FcsError, (self.name, self.problems)


@dataclass(slots=True)
class Ledger:
    """Collects findings and problems while one file is read."""

    name: str
    findings: list[FcsFinding] = field(default_factory=list)
    problems: list[FcsProblem] = field(default_factory=list)

    def repair(self, code: str, where: str, found: str, expected: str, action: str) -> None:
        """Something was mended, without doubt about its meaning."""
        self.findings.append(FcsFinding(code, "repair", where, found, expected, action))

    def warn(self, code: str, where: str, found: str, expected: str, action: str) -> None:
        """Something may be lost or wrong, and a person should look."""
        self.findings.append(FcsFinding(code, "warning", where, found, expected, action))

    def note(self, code: str, where: str, found: str, expected: str, action: str) -> None:
        """Something worth knowing that changes no value."""
        self.findings.append(FcsFinding(code, "note", where, found, expected, action))

    def problem(self, code: str, where: str, found: str, expected: str, action: str) -> None:
        """A reason to refuse the file."""
        self.problems.append(FcsProblem(code, where, found, expected, action))

    def merged(self) -> tuple[FcsFinding, ...]:
        """All findings, those that say the same of several keywords as one."""
        places: dict[FcsFinding, list[str]] = {}
        for finding in self.findings:
            places.setdefault(replace(finding, where=""), []).append(finding.where)
        return tuple(replace(finding, where=_together(where)) for finding, where in places.items())

    def error(self) -> FcsError:
        """The error with all problems so far."""
        return FcsError(self.name, self.problems)

    def stop_if_problems(self) -> None:
        """Raise what was gathered.

        Raises:
            FcsError: There are problems.
        """
        if self.problems:
            raise self.error()


def _together(places: Sequence[str]) -> str:
    """Several places in a few words."""
    distinct = list(dict.fromkeys(places))
    more = f" and {len(distinct) - MOST_SHOWN} more" if len(distinct) > MOST_SHOWN else ""
    return ", ".join(distinct[:MOST_SHOWN]) + more


def shown(value: str, limit: int = 60) -> str:
    """A value of a technical keyword, fit to print: no control characters, not endless."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in value)
    return f"{clean[:limit]} ..." if len(clean) > limit else clean or "nothing"


def findings_of(file: FcsFile, more: Sequence[FcsFinding] = ()) -> list[Finding]:
    """The findings of a file, and more about it, as findings of the house: file name, keyword or segment as column."""
    name = Path(file.path).name
    return [
        Finding(
            severity=finding.severity,
            code=finding.code,
            file=name,
            column=finding.where,
            found=finding.found,
            expected=finding.expected,
            action=finding.action,
        )
        for finding in (*file.findings, *more)
    ]
