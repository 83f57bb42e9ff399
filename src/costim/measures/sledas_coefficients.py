"""SLE-DAS from coefficients that the user supplies in a file which carries its citation; none is shipped.

The file is TOML and states the whole formula, because no source that could be read does:

    form = "intercept plus terms"        # the only form that is understood
    citation = "authors, journal, year, table or equation"
    intercept = 1.5
    [terms.alopecia]                     # each of the 17 items of the gate, once
    coefficient = 2
    [terms.platelets]                    # an item with a number
    coefficient = -0.25
    transform = "natural_log"            # identity, square_root, natural_log, natural_log_of_1_plus
    unit = "10^9/L"                      # the unit in which the number enters the transform
    when_not_counted = 0                 # points of the term when the gate leaves the number out

The score is `intercept + sum of coefficient x (1 for a finding, transform(number) for a number)`. Numbers are decimals,
exact; a square root or a logarithm is rounded to 28 significant digits. Nothing is assumed that the file does not say.
(The numbers above only show the form.)
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from costim.errors import CostimError
from costim.measures.bounds import Bounds, exact, known
from costim.measures.result import Quantity
from costim.measures.sledas import Gate, GateItem
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import measures
from costim.registry.suggest import did_you_mean

FORM = "intercept plus terms"
_DIGITS = 28
_UNITS = MappingProxyType(
    {"swollen_joints": "joints", "proteinuria": "mg", "platelets": "10^9/L", "leukocytes": "10^9/L"}
)
_TRANSFORMS: Mapping[str, Callable[[Decimal], Decimal]] = MappingProxyType(
    {
        "identity": lambda x: x,
        "square_root": lambda x: x.sqrt(),
        "natural_log": lambda x: x.ln(),
        "natural_log_of_1_plus": lambda x: (1 + x).ln(),
    }
)


@dataclass(frozen=True, slots=True)
class Term:
    """One item of the formula."""

    coefficient: Fraction
    transform: str = "identity"
    when_not_counted: Fraction = Fraction(0)
    """Points of the term when the gate leaves the item out."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A whole formula, with where it comes from."""

    citation: str
    intercept: Fraction
    terms: Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class ComputedScore:
    """SLE-DAS by the user's coefficients."""

    quantity: Quantity
    variant: str
    citation: str
    """Of the coefficients, as the file states it."""


def read_coefficients(path: str | Path) -> Coefficients:
    """The formula of a coefficient file (form: see the text at the top of this module).

    Args:
        path: TOML file.

    Raises:
        CostimError: the file cannot be read, or says less or more than the form asks for; every problem is listed.
    """
    file = Path(path)
    try:
        raw = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as error:
        raise CostimError(f"{file.name}: the file cannot be read ({type(error).__name__}); give a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise CostimError(f"{file.name}: this is not TOML: {error}") from None
    problems = _problems(raw)
    if problems:
        raise CostimError(f"{file.name}: SLE-DAS coefficients\n" + "\n".join(f"- {p}" for p in problems))
    terms = {name: _term(entry) for name, entry in raw["terms"].items()}
    return Coefficients(raw["citation"].strip(), exact(raw["intercept"]), MappingProxyType(terms))


def _term(entry: Mapping[str, Any]) -> Term:
    points = entry.get("when_not_counted", 0)
    return Term(exact(entry["coefficient"]), entry.get("transform", "identity"), exact(points))


def _problems(raw: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    if raw.get("form") != FORM:
        found.append(f"form is {raw.get('form')!r}; the only form that is understood is {FORM!r}")
    if not isinstance(raw.get("citation"), str) or not raw["citation"].strip():
        found.append("citation is missing; name the paper, and its table or equation, that prints these numbers")
    found += _bad_number("intercept", raw)
    found += _strangers("", raw, ("form", "citation", "intercept", "terms"))
    terms = raw.get("terms")
    if not isinstance(terms, dict):
        return [*found, "terms are missing; write a table [terms.ITEM] for each of the 17 items"]
    items = tuple(measures()["sledas"].extra["gate"])
    found += _strangers("terms.", terms, items)
    for name in items:
        if name not in terms:
            found.append(f"terms.{name} is missing; a coefficient of 0 must be said")
        else:
            found += _term_problems(name, terms[name])
    return found


def _term_problems(name: str, entry: Any) -> list[str]:
    where = f"terms.{name}"
    if not isinstance(entry, dict):
        return [f"{where} is {entry!r}; write a table [{where}] with coefficient = NUMBER"]
    found = _bad_number("coefficient", entry, where + ".")
    if name not in _UNITS:
        return found + _strangers(where + ".", entry, ("coefficient",))
    found += _bad_number("when_not_counted", entry, where + ".")
    if entry.get("transform") not in _TRANSFORMS:
        found.append(f"{where}.transform is {entry.get('transform')!r}; write one of {', '.join(_TRANSFORMS)}")
    if entry.get("unit") != _UNITS[name]:
        found.append(f"{where}.unit is {entry.get('unit')!r}; the number enters in {_UNITS[name]!r}")
    return found + _strangers(where + ".", entry, ("coefficient", "transform", "unit", "when_not_counted"))


def _bad_number(key: str, entry: Mapping[str, Any], where: str = "") -> list[str]:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not Decimal(value).is_finite():
        said = "is missing" if key not in entry else f"is {value!r}"
        return [f"{where}{key} {said}; write a number"]
    return []


def _strangers(where: str, entry: Mapping[str, Any], known_keys: tuple[str, ...]) -> list[str]:
    return [
        f"{where}{key} is not understood; {did_you_mean(key, known_keys) or 'leave it away'}"
        for key in entry
        if key not in known_keys
    ]


def compute_sledas(gate: Gate, coefficients: Coefficients) -> ComputedScore:
    """SLE-DAS of a gate by the user's coefficients, in points, as bounds where an item is open.

    Args:
        gate: of one visit (`sledas.gate`).
        coefficients: as `read_coefficients` gives them.

    Raises:
        CostimError: the coefficients lack an item of the gate.
    """
    lacking = [item.name for item in gate.items if item.name not in coefficients.terms]
    if lacking:
        raise CostimError(f"SLE-DAS: the coefficients have no term for {', '.join(lacking)}; nothing is computed")
    by_name = {item.name: item for item in gate.items}
    parts = [_points(item, coefficients.terms[item.name]) for item in gate.items if not item.name.endswith("_rash")]
    parts.append(_rash(by_name["localised_rash"], by_name["generalised_rash"], coefficients))
    total = known(coefficients.intercept)
    for part in parts:
        total = total.plus(part)
    quantity = Quantity(
        bounds=total,
        missing=gate.missing if total.value is None else (),
        decided_by=tuple(item.name for item in gate.items if item.counts is Truth.YES),
        flags=("user_coefficients",),
        evidence=gate.evidence,
        references=gate.source,
    )
    return ComputedScore(quantity, gate.variant, coefficients.citation)


def _points(item: GateItem, term: Term) -> Bounds:
    """Points of one item: those of its value when it counts, those of a left-out item when it does not."""
    ways = []
    if item.counts is not Truth.NO and item.value is not None:
        ways.append(_transformed(item.value, term.transform).times(term.coefficient))
    if item.counts is not Truth.YES:
        ways.append(known(term.when_not_counted))
    return _hull(ways)


def _rash(localised: GateItem, generalised: GateItem, coefficients: Coefficients) -> Bounds:
    """Points of the two rashes together: never of both."""
    one, other = (coefficients.terms[name] for name in (localised.name, generalised.name))
    ways = []
    if generalised.counts is not Truth.NO:
        ways.append(known(other.coefficient + one.when_not_counted))
    if localised.counts is not Truth.NO:
        ways.append(known(one.coefficient + other.when_not_counted))
    if localised.alone is not Truth.YES and generalised.counts is not Truth.YES:
        ways.append(known(one.when_not_counted + other.when_not_counted))
    return _hull(ways)


def _transformed(value: Bounds, transform: str) -> Bounds:
    """Every transform rises with the number, so the ends of the number give the ends of the result."""
    if transform == "identity":
        return value
    # A rounded end may itself be reached by a number near it, so it is not open.
    return Bounds(_end(value.lower, transform), _end(value.upper, transform))


def _end(number: Fraction | None, transform: str) -> Fraction | None:
    if number is None:
        return None
    with localcontext() as context:
        context.prec = _DIGITS
        found = _TRANSFORMS[transform](Decimal(number.numerator) / Decimal(number.denominator))
    return Fraction(found) if found.is_finite() else None


def _hull(ways: list[Bounds]) -> Bounds:
    """The smallest bounds that contain every way."""
    lowers, uppers = [way.lower for way in ways], [way.upper for way in ways]
    lower = None if None in lowers else min(end for end in lowers if end is not None)
    upper = None if None in uppers else max(end for end in uppers if end is not None)
    return Bounds(
        lower,
        upper,
        lower is not None and all(way.lower_open for way in ways if way.lower == lower),
        upper is not None and all(way.upper_open for way in ways if way.upper == upper),
    )
