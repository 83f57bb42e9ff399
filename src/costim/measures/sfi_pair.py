"""Two assessments that the flare index compares, and criteria made of several parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from costim.measures.criteria import change, compare, criterion_of
from costim.measures.facts import Facts, Visit
from costim.measures.result import Check, Quantity, distinct, weakest
from costim.measures.sledai_change import earlier
from costim.measures.truth import Truth, all_of, any_of, negated
from costim.registry.measure_catalogue import Choice, choose

_STRENGTH = ("P", "S", "C", "M")
_ASSESSMENT = {"against_previous": "previous", "against_baseline": "baseline"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A visit and the earlier assessment it is compared with, under a variant of `sfi`."""

    choice: Choice
    visit: Visit

    @property
    def now(self) -> Facts:
        """Facts of the visit."""
        return self.visit.now

    @property
    def assessment(self) -> str:
        """Which earlier assessment: `previous` or `baseline`."""
        return _ASSESSMENT[self.choice.options["against"]]

    @property
    def before(self) -> Facts:
        """Facts of the earlier assessment."""
        return earlier(self.visit, self.assessment)

    @property
    def index(self) -> Choice:
        """Version and window of the index."""
        return choose("sledai", self.choice.options["index"])

    @property
    def steroid_table(self) -> str:
        """Table of glucocorticoid equivalents, with its option."""
        return f"{self.choice.options['steroid_table']}+{self.choice.options['dexamethasone']}"

    def part(self, name: str, quantity: Quantity) -> Check:
        """A criterion on a number, as the variant has it."""
        return compare(criterion_of(self.choice, name), quantity)

    def moved(self, of: Callable[[Facts], Quantity]) -> Quantity:
        """How far a number rose since the earlier assessment."""
        return change(of(self.now), of(self.before), self.assessment)


def opposite(check: Check) -> Check:
    """The criterion that holds where this one does not."""
    return replace(check, state=negated(check.state))


def together(pair: Pair, name: str, parts: Iterable[Check], flags: Iterable[str] = ()) -> Check:
    """A criterion of the index that needs all its parts."""
    checks = tuple(parts)
    return _combined(pair, name, all_of(check.state for check in checks), checks, flags, enough=Truth.NO)


def either(pair: Pair, name: str, parts: Iterable[Check], flags: Iterable[str] = ()) -> Check:
    """A criterion of the index that any of its parts meets."""
    checks = tuple(parts)
    return _combined(pair, name, any_of(check.state for check in checks), checks, flags, enough=Truth.YES)


def best(marks: Iterable[str]) -> str:
    """The best of several marks, where any one of their rules suffices."""
    return min((mark for mark in marks if mark), key=_STRENGTH.index, default="")


def _combined(
    pair: Pair, name: str, state: Truth, parts: tuple[Check, ...], flags: Iterable[str], *, enough: Truth
) -> Check:
    """The criterion; `enough`: the state that one part with it gives to the whole."""
    rule = criterion_of(pair.choice, name)
    used = [part for part in parts if part.state is state]
    marks = [part.evidence for part in used]
    return Check(
        name=name,
        state=state,
        missing=distinct(*(part.missing for part in used)) if state is Truth.UNKNOWN else (),
        flags=distinct(*(part.flags for part in parts), flags),
        evidence=weakest((rule.evidence, best(marks) if state is enough else weakest(marks))),
        references=distinct(rule.references, *(part.references for part in used)),
    )
