"""Visits at random from the catalogue: every kind of fact and attribute, many unknowns, numbers at and near limits."""

from __future__ import annotations

import random
from fractions import Fraction
from types import MappingProxyType

from costim.measures.bounds import UNBOUNDED, Bounds, known
from costim.measures.facts import Drug, Facts, FactValue, Item, Scaled, Visit
from costim.measures.truth import Truth
from costim.registry.measure_catalogue import Fact, facts_of, measures

COURSES = ("", "new", "recurrent", "worse", "persistent")
ATTRIBUTIONS = ("", "", "", "sle", "not_sle", "uncertain")
DAYS = (0, -1, -2, -9, -10, -11, -27, -28, -29, -30, -31, -90)
NUMBERS = tuple(
    Fraction(text)
    for text in (
        "0", "0.29", "0.3", "0.31", "0.49", "0.4999999999", "0.5", "0.51", "0.8", "1", "1.01", "2", "2.9", "3", "3.1",
        "4", "5", "5.01", "6", "7.5", "7.51", "8.3", "12", "60", "99", "100", "101",
    )
)  # fmt: skip
NAMES = ("prednisone", "prednisolone", "betamethasone", "methylprednisolone", "Predni-solone", "hydroxychloroquine",
         "azathioprine", "methotrexate", "mycophenolate mofetil", "mycophenolic acid", "leflunomide", "rituximab",
         "belimumab", "cyclophosphamide", "tacrolimus", "unheard of")  # fmt: skip


def visits(seed: int | str, number: int, code: str) -> list[Visit]:
    """Random visits with the facts a measure reads: wild ones, calm ones near remission, with many or few unknowns."""
    rng = random.Random(seed)  # noqa: S311
    return [visit(rng, code) for _ in range(number)]


def visit(rng: random.Random, code: str) -> Visit:
    calm = rng.choice([0.0, 0.8, 0.97, 1.0, 1.0])
    known = rng.choice([0.5, 0.8, 0.95, 1.0, 1.0])
    return Visit(
        now=facts(rng, code, known, calm),
        previous=facts(rng, code, known, calm) if rng.random() < 0.8 else Facts(),
        baseline=facts(rng, code, known, calm) if rng.random() < 0.4 else Facts(),
    )


def facts(rng: random.Random, code: str, known: float, calm: float) -> Facts:
    kinds = ("item", "drugs", "scaled")
    rare = {name for name, info in facts_of(code).items() if info.kind not in kinds and rng.random() < 0.6}
    if rng.random() < 0.08:  # nothing but totals and numbers
        rare |= {name for name, info in facts_of(code).items() if info.kind == "item"} | {"joints"}
    return Facts(
        MappingProxyType(
            {
                name: calm_value(rng, info) if rng.random() < calm else value(rng, info)
                for name, info in facts_of(code).items()
                if name not in rare and rng.random() < known
            }
        )
    )


def calm_value(rng: random.Random, info: Fact) -> FactValue:
    """A value as in remission or low activity."""
    if info.kind == "item":
        return rng.choice([Item(Truth.NO)] * 12 + [Item(Truth.YES, attribution="not_sle"), Item(Truth.YES, known(-60))])
    if info.kind == "scaled":
        scale = rng.choice(info.values)
        top = Fraction(measures()["pga"].extra["scales"].get(scale, 3))
        return Scaled(known(rng.choice(["0", "0.2", "0.49", "0.5", "1"]) if top == 3 else top / 10), scale)
    if info.kind == "drugs":
        return tuple(rng.sample(CALM_DRUGS, rng.randint(0, 3)))
    if info.name == "sledai_total":
        return known(rng.choice([0, 0, 2, 4]))
    if info.name in ("platelets", "leukocytes", "haemoglobin", "body_weight"):
        return known(rng.choice([60, 150, 200]))
    return value(rng, info) if info.kind != "number" else known(info.minimum or 0)


CALM_DRUGS = tuple(
    Drug(drug=name, dose=known(dose), unit="mg", frequency="daily", change=change, investigational=Truth.NO)
    for name, dose in (
        ("prednisolone", "4"),
        ("prednisolone", "5"),
        ("prednisolone", "7.5"),
        ("hydroxychloroquine", "400"),
        ("betamethasone", "0.5"),
        ("betamethasone", "1"),
    )
    for change in ("unchanged", "", "decreased")
)


def value(rng: random.Random, info: Fact) -> FactValue:
    return {
        "item": lambda: item(rng, info),
        "statement": lambda: rng.choice([Truth.NO, Truth.NO, Truth.NO, Truth.YES, Truth.UNKNOWN]),
        "count": lambda: bounds(rng, [Fraction(n) for n in range(5)]),
        "number": lambda: bounds(rng, [n for n in NUMBERS if _fits(n, info)] or [Fraction(info.minimum or 0)]),
        "scaled": lambda: scaled(rng, info),
        "choice": lambda: rng.choice([*info.values, ""]),
        "drugs": lambda: tuple(drug(rng) for _ in range(rng.choice([0, 0, 1, 1, 2, 3]))),
    }[info.kind]()


def _fits(number: Fraction, info: Fact) -> bool:
    return (info.minimum is None or number >= info.minimum) and (info.maximum is None or number <= info.maximum)


def scaled(rng: random.Random, info: Fact) -> Scaled:
    scale = rng.choice(info.values)
    top = Fraction(measures()["pga"].extra["scales"].get(scale, 3))
    return Scaled(bounds(rng, [n for n in NUMBERS if n <= top] + [n * top / 3 for n in NUMBERS if n <= 3]), scale)


def item(rng: random.Random, info: Fact) -> Item:
    state = rng.choice([Truth.YES, Truth.YES, Truth.NO, Truth.NO, Truth.NO, Truth.UNKNOWN])
    if rng.random() < 0.5:
        return Item(state)
    return Item(
        state=state,
        day=bounds(rng, [Fraction(day) for day in DAYS]) if rng.random() < 0.5 else UNBOUNDED,
        course=rng.choice(COURSES),
        detail=rng.choice(["", *info.details]),
        attribution=rng.choice(ATTRIBUTIONS),
    )


def bounds(rng: random.Random, numbers: list[Fraction]) -> Bounds:
    low, high = sorted([rng.choice(numbers), rng.choice(numbers)])
    kind = rng.random()
    if kind < 0.75:
        return Bounds(low, low)
    if kind < 0.85 and low < high:
        return Bounds(low, high)
    if kind < 0.9:
        return Bounds(None, high, upper_open=high > min(numbers) and rng.random() < 0.5)
    if kind < 0.95:
        return Bounds(low, None, lower_open=low < max(numbers) and rng.random() < 0.5)
    return UNBOUNDED


def drug(rng: random.Random) -> Drug:
    return Drug(
        drug=rng.choice(NAMES),
        dose=bounds(rng, [*NUMBERS, Fraction("0.02"), Fraction("0.1"), Fraction(200), Fraction(400), Fraction(3000)]),
        unit=rng.choice(["mg", "mg", "mg", "g", "ug", "mg/kg", ""]),
        frequency=rng.choice(["daily", "daily", "weekly", "once", "alternate days", "twice daily", ""]),
        route=rng.choice(["", "", "oral", "iv", "topical"]),
        change=rng.choice(["", "", "unchanged", "new", "increased", "decreased", "stopped"]),
        investigational=rng.choice([Truth.NO, Truth.NO, Truth.UNKNOWN, Truth.YES]),
    )
