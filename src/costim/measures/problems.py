"""What is wrong with facts that were handed in, all at once, in words a study coordinator can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from costim.errors import CostimError

PROBLEM_CODES = MappingProxyType(
    {
        "unknown_name": "no measure asks for a fact of that name",
        "unknown_key": "an object or a column has a part that is not known",
        "unknown_value": "a word that is none of the legal ones",
        "unknown_measure": "no measure of that code",
        "unknown_variant": "the measure has no variant of that name",
        "unknown_option": "the measure has no option of that name",
        "window_without_days": "the variant exists only with its window named",
        "no_such_window": "the measure has no variant of that window",
        "wrong_type": "not of the form the fact has",
        "wrong_range": "a range without any number in it",
        "not_exact": "a binary float; numbers are exact",
        "not_a_number": "NaN or infinity",
        "not_whole": "a count or a day that is not whole",
        "too_large": "more digits, or a larger power of ten, than anything measured has",
        "out_of_range": "outside the range of the fact",
        "negative_count": "a count below 0",
        "unit_missing": "a number without the unit it needs",
        "unit_mismatch": "a unit that cannot be converted to that of the fact",
        "unit_without_dose": "a drug with a unit and no dose",
        "scale_missing": "a reading without its scale",
        "above_scale": "a reading above the top of its scale",
        "below_scale": "a reading below the foot of its scale",
        "unknown_drug": "no generic name: a word for none, a short name of a glucocorticoid, a slip of the key",
        "dose_without_drug": "an entry in the list of drugs without a drug",
        "contradiction": "two things that cannot both be",
        "given_twice": "one name more than once",
        "duplicate_visit": "two visits of one subject and name",
        "no_measure": "nothing says what is to be scored",
        "no_visits": "nothing to score",
        "no_name": "a column without name",
        "thousands": "a point or comma that may set thousands apart",
        "too_wide": "a row with more cells than the header",
        "not_json": "no JSON",
        "not_csv": "no CSV table",
        "not_text": "no text in UTF-8",
        "too_deep": "objects or lists nested hundreds deep",
        "not_computable": "a rule that cannot be applied to these facts",
    }
)
"""Kinds of problems, for programs, with their meaning."""


_NAMES = ("subject", "visit", "measure", "item")
"""Fields of a problem that may hold what the user wrote, of any length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that must be mended before anything is scored."""

    code: str
    """Kind of problem: a key of `PROBLEM_CODES`."""
    found: str
    expected: str
    action: str
    place: str = ""
    """Where in the file: `visit 3`, `line 4`."""
    subject: str = ""
    visit: str = ""
    measure: str = ""
    """The measure that asks for the fact; several joined with a comma for shared facts."""
    item: str = ""
    """The fact, with its assessment and attribute: `pga`, `previous.pga`, `seizure.day`."""

    def __post_init__(self) -> None:
        """Refuse a kind of problem that is not documented.

        Raises:
            ValueError: the code is not in `PROBLEM_CODES`.
        """
        if self.code not in PROBLEM_CODES:
            raise ValueError(f"no kind of problem {self.code!r}")

    def as_dict(self) -> dict[str, str]:
        """Every field, blank ones too; names are cut after 200 signs, half a surrogate pair is shown as `?`."""
        fields = {name: text.encode(errors="replace").decode() for name, text in asdict(self).items()}
        return {name: _cut(text, 200) if name in _NAMES else text for name, text in fields.items()}

    def __str__(self) -> str:
        """One or more lines: where, what was found, what was expected, what to do."""
        subject, visit, measure, item = (_cut(_printable(getattr(self, name)), 60) for name in _NAMES)
        who = [f"subject {subject}"] if subject else []
        who += [f"visit {visit}"] if visit else []
        where = ", ".join(filter(None, (self.place, *who)))
        what = ": ".join(filter(None, (measure, item)))
        head = " | ".join(filter(None, (where, what))) or "input"
        return f"{head}\n  found: {self.found}\n  expected: {self.expected}\n  do: {self.action}"


class InputError(CostimError):
    """Facts that cannot be scored as they are; carries every problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'}; nothing was scored."
        super().__init__("\n".join([head, *map(str, self.problems)]))


def problem_of(
    code: str, found: Any, expected: str, action: str, *, item: str = "", measure: str = "", place: str = ""
) -> Problem:
    """A problem of a value, which is shown as the user wrote it."""
    return Problem(
        code=code, found=shown(found), expected=expected, action=action, place=place, measure=measure, item=item
    )


@dataclass(slots=True)
class Collector:
    """Problems of one fact as they are found; `item` and `measure` are those of the fact."""

    item: str
    measure: str = ""
    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, found: Any, expected: str, action: str, part: str = "") -> None:
        """Note a problem of the fact, or of one `part` of it (`day`, `dose`)."""
        item = f"{self.item}.{part}" if part else self.item
        self.found.append(
            Problem(code=code, found=shown(found), expected=expected, action=action, measure=self.measure, item=item)
        )


class Words(str):
    """A description of what was found, not what the user wrote: shown without quotes."""

    __slots__ = ()


def shown(value: Any) -> str:
    """A value as the user wrote it, cut after 60 signs."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text, quote = value, "" if isinstance(value, Words) else '"'
    elif isinstance(value, dict):
        text, quote = f"an object with {', '.join(map(str, list(value)[:5])) or 'nothing in it'}", ""
    elif isinstance(value, list | tuple):
        text, quote = f"a list of {len(value)}", ""
    else:
        text, quote = str(value) if not isinstance(value, int) else _digits(value), ""
    return f"{quote}{_cut(_printable(text[:61]), 60)}{quote}"


def _printable(text: str) -> str:
    """Without signs that would move the cursor or colour the terminal."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "�" for sign in text)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _digits(number: int) -> str:
    return str(number) if number.bit_length() < 4000 else "a number of more than a thousand digits"
