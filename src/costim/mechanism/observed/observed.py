"""What a study tells the model, what was assumed on the way, and what of it the model does not use."""

from __future__ import annotations

from dataclasses import dataclass

from costim.mechanism.observed.data import FitData


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the study does not say and the fit needs."""

    what: str
    """In words, with its value."""
    subjects: tuple[str, ...]
    """Whom it concerns."""


@dataclass(frozen=True, slots=True)
class Unused:
    """Rows of the study that the fit does not see."""

    parameter: str
    """Code of the measurement."""
    reason: str
    rows: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observed:
    """A study as the fit sees it."""

    data: FitData
    assumptions: tuple[Assumption, ...]
    unused: tuple[Unused, ...]


class Notes:
    """Gathers assumptions and what is not used, each said once with all its subjects."""

    def __init__(self) -> None:
        self._assumed: dict[str, list[str]] = {}
        self._unused: dict[tuple[str, str], list[str]] = {}

    def assume(self, what: str, subject: str) -> None:
        """`what` is assumed of a subject."""
        self._assumed.setdefault(what, []).append(subject)

    def leave_out(self, parameter: str, reason: str, subject: str) -> None:
        """One row of `parameter` is not used, and why."""
        self._unused.setdefault((parameter, reason), []).append(subject)

    def assumptions(self) -> tuple[Assumption, ...]:
        """All of them, in the order of their words."""
        return tuple(Assumption(what, _once(subjects)) for what, subjects in sorted(self._assumed.items()))

    def unused(self) -> tuple[Unused, ...]:
        """All of them, by parameter and reason."""
        return tuple(
            Unused(parameter, reason, len(subjects), _once(subjects))
            for (parameter, reason), subjects in sorted(self._unused.items())
        )


def _once(subjects: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(subjects))
