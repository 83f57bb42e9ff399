"""Which measures, in which variants, a visit is to be scored by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from costim.measures.problems import Problem, Words, problem_of
from costim.registry.measure_catalogue import MeasureInfo, choose, measures
from costim.registry.suggest import did_you_mean

Asked = tuple[str, str]
"""Code of a measure and the canonical name of its variant."""
_KEYS = ("measure", "variant", "variants", "window_days")
_WINDOW = re.compile(r"_[0-9]+d$")
_FORMS = 'the code of a measure, "code:variant", or an object with measure and variant'


def read_asked(raw: Any) -> tuple[tuple[Asked, ...], tuple[Problem, ...]]:
    """Measures as written: a list of codes, `code:variant` texts and objects; a text alone, joined with `;`.

    Args:
        raw: e.g. `["lldas", "sledai:sledai_1992", {"measure": "sledai", "variant": "sledai_2k", "window_days": 10}]`.

    Returns:
        Each measure and variant once, in the order asked, and what is wrong with the others.
    """
    if isinstance(raw, str):
        raw = [part.strip() for part in raw.split(";") if part.strip()]
    if not isinstance(raw, Sequence):
        return (), (_problem("wrong_type", raw, "a list of measures", 'write ["sledai", "lldas"]'),)
    found: list[Asked] = []
    problems: list[Problem] = []
    for entry in raw:
        asked, wrong = _entry(entry)
        found += asked
        problems += wrong
    return tuple(dict.fromkeys(found)), tuple(problems)


def _entry(entry: Any) -> tuple[list[Asked], list[Problem]]:
    if isinstance(entry, str):
        code, _, variant = entry.partition(":")
        entry = {"measure": code.strip(), "variant": variant.strip()}
    if not isinstance(entry, Mapping) or not isinstance(entry.get("measure"), str):
        return [], [_problem("wrong_type", entry, _FORMS, 'write "sledai" or {"measure": "sledai"}')]
    code = entry["measure"]
    problems = [
        _problem(
            "unknown_key", key, f"one of {', '.join(_KEYS)}", did_you_mean(str(key), _KEYS) or "leave it away", code
        )
        for key in entry
        if key not in _KEYS
    ]
    days, wrong_days = _days(entry.get("window_days"), code)
    names = entry.get("variants", [entry.get("variant", "")])
    if "variants" in entry and "variant" in entry:
        problems.append(_problem("contradiction", entry, "variant or variants, not both", "leave one away", code))
    if not isinstance(names, list | tuple) or not all(isinstance(n, str | None) for n in names) or not names:
        problems.append(_problem("wrong_type", names, "names of variants", f"`costim cite {code}` lists them", code))
        names = []
    found: list[Asked] = []
    for name in () if wrong_days else names:
        variant, wrong = resolve(code, (name or "").strip(), days)
        problems += wrong
        if not wrong:
            found.append((code, variant))
    return found, [*problems, *wrong_days]


def _days(raw: Any, code: str) -> tuple[int | None, list[Problem]]:
    if raw is None:
        return None, []
    number = Decimal(raw) if isinstance(raw, int | Decimal) and not isinstance(raw, bool) else None
    if number is None or not number.is_finite() or number != number.to_integral_value() or not 0 <= number < 10**6:
        return None, [_problem("wrong_type", raw, "a whole number of days", "write e.g. 30", code)]
    return int(number), []


@lru_cache(maxsize=4096)
def resolve(code: str, name: str = "", days: int | None = None) -> tuple[str, tuple[Problem, ...]]:
    """The canonical name of a variant.

    Args:
        code: of the measure.
        name: of the variant, with options; may leave the window away when `days` names it; blank takes the default.
        days: the window, when the name does not tell it.

    Returns:
        The name and no problem, or a blank name and the problem.
    """
    info = measures().get(code)
    if info is None:
        action = did_you_mean(code, measures()) or "`costim cite` lists all measures"
        return "", (_problem("unknown_measure", code, "the code of a measure", action, code),)
    base, plus, options = name.partition("+")
    problem = None
    if base in info.variants and (days is None or info.variants[base].window_days == days):
        pass
    elif days is not None or _family(info, base):
        base, problem = _windowed(info, base, days)
    if problem is not None:
        return "", (problem,)
    try:
        return choose(code, f"{base or info.default}{plus}{options}").name, ()
    except ValueError as wrong:
        known = [*info.variants, *(value for option in info.options.values() for value in option.values)]
        strange = next((part for part in name.split("+") if part not in known), name)
        expected = str(wrong).partition(": ")[2].partition("; ")[2]
        action = did_you_mean(strange, known) or f"`costim cite {code}` lists variants and options"
        kind = "unknown_option" if base in info.variants else "unknown_variant"
        return "", (_problem(kind, strange, expected, action, code),)


def _family(info: MeasureInfo, base: str) -> list[str]:
    """Variants that differ from each other only in the window named at their end."""
    return [name for name in info.variants if base and _WINDOW.sub("", name) == base and name != base]


def _windowed(info: MeasureInfo, base: str, days: int | None) -> tuple[str, Problem | None]:
    stem = _WINDOW.sub("", base or info.default)
    same = [name for name in info.variants if _WINDOW.sub("", name) == stem]
    if days is None:
        expected = f"one of {', '.join(same)}"
        action = "name the variant with its days, or add window_days"
        return "", _problem("window_without_days", Words(f"{base}, a window without days"), expected, action, info.code)
    if not same:
        return base, None  # an unknown variant: said by the one who chooses
    for name in same:
        if info.variants[name].window_days == days and (not base or base in (name, stem)):
            return name, None
    windows = [f"{n} ({w} days)" for n in same if (w := info.variants[n].window_days) is not None]
    expected = f"one of {', '.join(windows)}" if windows else "no window: this measure has none"
    found = Words(f"{base or 'the default variant'} with a window of {days} days")
    return "", _problem("no_such_window", found, expected, "name a window the measure has", info.code)


def _problem(code: str, found: Any, expected: str, action: str, measure: str = "") -> Problem:
    return problem_of(code, found, expected, action, item="measures", measure=measure)
