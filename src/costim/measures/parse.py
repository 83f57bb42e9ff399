"""Facts as they are written (JSON values, or plain Python ones) -> facts the rules read, or every problem.

Each kind of fact has one written form (`registry.measure_catalogue.Fact.kind`); nothing is guessed: a number of a fact
with a unit names its unit, a reading names its scale, and what is not there is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from costim.measures.bounds import Bounds
from costim.measures.facts import Facts, FactValue, Item, Scaled
from costim.measures.parse_drugs import read_drugs
from costim.measures.parse_number import RANGE_KEYS, convert_unit, in_range, read_bounds, read_whole
from costim.measures.problems import Collector, InputError, Problem, Words, problem_of, shown
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Fact, facts, measures
from costim.registry.suggest import did_you_mean

STATES = MappingProxyType({"present": Truth.YES, "absent": Truth.NO, "unknown": Truth.UNKNOWN})
STATEMENTS = MappingProxyType({"yes": Truth.YES, "no": Truth.NO, "unknown": Truth.UNKNOWN})
ITEM_KEYS = ("state", "day", "course", "detail", "attribution")
COURSES = ("new", "recurrent", "worse", "persistent")
ATTRIBUTIONS = ("sle", "not_sle", "uncertain")


def parse_fact(fact: Fact, raw: Any, item: str = "") -> tuple[FactValue | None, tuple[Problem, ...]]:
    """One fact.

    Args:
        fact: its entry in the catalogue.
        raw: as written: a text, a number (int, Decimal, Fraction; never a binary float), a list or an object.
        item: name for messages, e.g. `previous.pga`; blank takes the name of the fact.

    Returns:
        The value and no problem, or None and what is wrong. None without problem: nothing was recorded (`null`).
    """
    if raw is None:
        return None, ()
    faults = Collector(item or fact.name, fact.measure)
    value = _READERS[fact.kind](fact, raw, faults)
    return (None, tuple(faults.found)) if faults.found else (value, ())


def parse_facts(raw: Mapping[str, Any]) -> Facts:
    """Facts of one assessment from plain values, e.g. `{"rash": "present", "pga": {"value": 36, "scale": "0-100"}}`.

    Raises:
        InputError: with every problem: an unknown name, a wrong type, range, unit or scale.
    """
    if not isinstance(raw, Mapping):
        raise InputError([problem_of("wrong_type", raw, "an object with facts", "write { ... }")])
    values, problems = parse_assessment(raw)
    if problems:
        raise InputError(problems)
    return Facts(MappingProxyType(values))


def parse_assessment(raw: Mapping[str, Any], prefix: str = "") -> tuple[dict[str, FactValue], tuple[Problem, ...]]:
    """Facts by name and what is wrong with the others; `prefix` (`previous.`) stands before names in messages."""
    known = facts()
    values: dict[str, FactValue] = {}
    problems: list[Problem] = []
    for name, given in raw.items():
        fact = known.get(name)
        if fact is None:
            problems.append(unknown_fact(name, prefix))
            continue
        value, wrong = parse_fact(fact, given, prefix + name)
        problems += wrong
        if value is not None:
            values[name] = value
    return values, tuple(problems)


def unknown_fact(name: Any, prefix: str = "", code: str = "unknown_name") -> Problem:
    """The problem of a name that no measure knows."""
    guess = did_you_mean(str(name), facts())
    action = guess or "`costim score --schema input` lists every fact; leave away what no measure asks for"
    return Problem(
        code=code,
        item=f"{prefix}{name}",
        found=f"the name {shown(str(name))}",
        expected="the name of a fact",
        action=action,
    )


def _item(fact: Fact, raw: Any, faults: Collector) -> Item | None:
    if isinstance(raw, Item):
        return raw
    if isinstance(raw, str):
        state = _word(raw, STATES, faults)
        return None if state is None else Item(STATES[state])
    if not isinstance(raw, dict):
        faults.add("wrong_type", raw, "present, absent or unknown", 'write "present", "absent" or "unknown"')
        return None
    for key in raw:
        if key not in ITEM_KEYS:
            guess = did_you_mean(str(key), ITEM_KEYS) or "leave it away"
            faults.add("unknown_key", key, f"one of {', '.join(ITEM_KEYS)}", guess)
    state = _state(raw, faults)
    day = _day(raw.get("day"), faults)
    attributes = {
        "course": _attribute(raw.get("course"), COURSES, faults, "course"),
        "detail": _attribute(raw.get("detail"), fact.details, faults, "detail"),
        "attribution": _attribute(raw.get("attribution"), ATTRIBUTIONS, faults, "attribution"),
    }
    given = [name for name in ("day", "course", "detail") if raw.get(name) not in (None, "")]
    if state == "absent" and given:
        found = Words(f"absent, with {' and '.join(given)}")
        faults.add("contradiction", found, "an absent item without them", f"leave {given[0]} away, or write present")
    if faults.found or state is None:
        return None
    return Item(STATES[state], day or Bounds(), **attributes)


def _state(raw: dict[str, Any], faults: Collector) -> str | None:
    """The state of an item; what else is told about it says nothing without one."""
    if raw.get("state") is not None:
        return _word(raw["state"], STATES, faults, "state")
    given = " and ".join(key for key in ITEM_KEYS[1:] if raw.get(key) not in (None, ""))
    found = Words(f"{given or 'nothing'}, and no state")
    action = f'add "state": "present"; in a table: write the state in the column {faults.item}'
    faults.add("wrong_type", found, f"one of {', '.join(STATES)}", action, "state")
    return None


def _day(raw: Any, faults: Collector) -> Bounds | None:
    if raw is None or raw == "":
        return None
    read = read_bounds(raw, faults, "day")
    day = None if read is None else read_whole(read, raw, faults, "day")
    if day is None:
        return None
    if max(end for end in (day.lower, day.upper) if end is not None) > 0:
        expected = "0 (the day of the visit) or a negative number"
        faults.add("out_of_range", raw, expected, "days before the visit are negative: write -2 for two days", "day")
        return None
    return day.within(None, 0)


def _word(raw: Any, known: Mapping[str, Any], faults: Collector, part: str = "") -> str | None:
    if isinstance(raw, str) and raw in known:
        return raw
    guess = did_you_mean(raw, known) if isinstance(raw, str) else ""
    words = ", ".join(known)
    faults.add(
        "wrong_type" if not isinstance(raw, str) else "unknown_value", raw, f"one of {words}", guess or _ONE, part
    )
    return None


_ONE = "write one of them, or leave it away when it is not known"


def _attribute(raw: Any, known: tuple[str, ...], faults: Collector, part: str) -> str:
    if raw is None or raw == "":
        return ""
    if not known:
        faults.add("unknown_value", raw, f"nothing: this item has no {part}", f"leave {part} away", part)
        return ""
    return _word(raw, dict.fromkeys(known), faults, part) or ""


def _statement(_fact: Fact, raw: Any, faults: Collector) -> Truth | None:
    if isinstance(raw, Truth):
        return raw
    if isinstance(raw, bool):
        return Truth.YES if raw else Truth.NO
    word = _word(raw, STATEMENTS, faults)
    return None if word is None else STATEMENTS[word]


def _choice(fact: Fact, raw: Any, faults: Collector) -> str | None:
    """A choice; codes that are numbers may be written as such."""
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        code = next((word for word in fact.values if word.isdigit() and raw == int(word)), "")
        if code:  # 3.0 is the number 3 in JSON
            return code
    return _word(raw, dict.fromkeys(fact.values), faults)


def _number(fact: Fact, raw: Any, faults: Collector) -> Bounds | None:
    if isinstance(raw, Bounds):
        return in_range(raw, fact, _words(raw), faults)
    given, unit = raw, None
    if isinstance(raw, dict) and ("value" in raw or "unit" in raw):
        given, unit = _take(raw, "unit", faults), raw.get("unit")
        if faults.found:
            return None
    bounds = read_bounds(given, faults)
    if bounds is None:
        return None
    if fact.unit:
        converted = convert_unit(bounds, unit, fact, faults)
        return None if converted is None else in_range(converted, fact, given, faults)
    if unit is not None:
        faults.add("unit_mismatch", unit, "a number without unit", "leave the unit away", "unit")
        return None
    return in_range(bounds, fact, given, faults)


def _words(bounds: Bounds) -> str:
    return Words(f"{bounds.lower} to {bounds.upper}")


def _take(raw: dict[str, Any], partner: str, faults: Collector) -> Any:
    """The number of an object: its `value`, or its `lower` and `upper`."""
    ends = {key: raw[key] for key in RANGE_KEYS if key in raw}
    strange = [key for key in raw if key not in ("value", partner, *RANGE_KEYS)]
    if strange or ("value" in raw) == bool(ends) or ("value" in raw and raw["value"] is None):
        example = '"kg"' if partner == "unit" else '"0-10"'
        action = f'write {{"value": 8, "{partner}": {example}}}, or leave the fact away when it is not known'
        faults.add("wrong_type", raw, f"an object with value (or lower and upper) and {partner}", action)
        return None
    return ends or raw["value"]


def _scaled(fact: Fact, raw: Any, faults: Collector) -> Scaled | None:
    if isinstance(raw, Scaled):
        raw = {"value": raw.reading, "scale": raw.scale}
    scales = ", ".join(fact.values)
    if not isinstance(raw, dict) or "scale" not in raw:
        action = f'write {{"value": ..., "scale": "{fact.values[0]}"}}; in a table: {fact.name} [{fact.values[0]}]'
        faults.add("scale_missing", raw, f"a reading with its scale, one of {scales}", action)
        return None
    given = _take(raw, "scale", faults)
    scale = _word(raw["scale"], dict.fromkeys(fact.values), faults, "scale")
    if given is None or scale is None:
        return None
    reading = given if isinstance(given, Bounds) else read_bounds(given, faults)
    if reading is None:
        return None
    low, high = scale_ends(fact)[scale]
    ends = [end for end in (reading.lower, reading.upper) if end is not None]
    above = any(high is not None and end > high for end in ends) or (reading.lower_open and reading.lower == high)
    below = any(low is not None and end < low for end in ends) or (reading.upper_open and reading.upper == low)
    if above or below:
        code, side = ("above_scale", "above") if above else ("below_scale", "below")
        shown_as = _words(given) if isinstance(given, Bounds) else given
        faults.add(
            code, shown_as, f"{low} to {high} on the scale {scale}", f"the reading is {side} its scale: correct one"
        )
        return None
    return Scaled(reading.within(low, high), scale)


@cache
def _ends_of(measure: str, scales: tuple[str, ...]) -> MappingProxyType[str, tuple[Decimal | None, Decimal | None]]:
    tops = measures()[measure].extra.get("scales", {}) if measure else {}
    found: dict[str, tuple[Decimal | None, Decimal | None]] = {}
    for name in scales:
        low, _, high = name.partition("-")
        named = all(end.replace(".", "", 1).isdigit() for end in (low, high))
        top = tops.get(name, Decimal(high) if named else None)
        foot = Decimal(low) if named else Decimal(0) if top is not None else None
        found[name] = (foot, None if top is None else Decimal(top))
    return MappingProxyType(found)


def scale_ends(fact: Fact) -> MappingProxyType[str, tuple[Decimal | None, Decimal | None]]:
    """Lowest and highest reading of each scale of a fact: the ends in its name (`0-10`), else 0 and `scales`."""
    return _ends_of(fact.measure, fact.values)


def _drugs(_fact: Fact, raw: Any, faults: Collector) -> FactValue | None:
    return read_drugs(raw, faults)


_READERS: MappingProxyType[str, Callable[[Fact, Any, Collector], FactValue | None]] = MappingProxyType(
    {
        "item": _item,
        "statement": _statement,
        "number": _number,
        "count": _number,
        "scaled": _scaled,
        "choice": _choice,
        "drugs": _drugs,
    }
)
