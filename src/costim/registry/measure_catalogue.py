"""The catalogue of clinical measures: one TOML file per measure under `measures/`, named after its rule.

A file states what the measure is, its variants with windows and sources, the facts it asks for, and its criteria with
their limits. Rules, validation, documentation, score sheets and the JSON schema all read it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from costim.registry.datafiles import read_rows

FactKind = Literal["item", "statement", "number", "count", "scaled", "choice", "drugs"]
Evidence = Literal["P", "S", "C", "M"]
EVIDENCE_MEANING = MappingProxyType(
    {
        "P": "seen in the primary paper, its table or its abstract",
        "S": "seen in a secondary source only",
        "C": "convention of this program, because sources are silent",
        "M": "from memory, unverified: check the paper before relying on it",
    }
)
"""What the evidence marks mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a measure asks about a visit."""

    name: str
    measure: str
    """The measure whose file declares it; blank for facts of `shared_facts.toml`."""
    kind: FactKind
    """`item` (present, absent, unknown), `statement` (yes, no, unknown), `number` (with unit), `count` (whole number),
    `scaled` (reading on a declared scale), `choice` (one of `values`), `drugs` (complete list of current drugs)."""
    label: str
    prose: str = ""
    unit: str = ""
    values: tuple[str, ...] = ()
    """Legal choices; for `scaled` the names of the scales."""
    details: tuple[str, ...] = ()
    """For an item: kinds that versions treat differently."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    weight: int | None = None
    """Points of an item in a sum."""
    exclusion: str = ""
    references: tuple[str, ...] = ()
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionInfo:
    """One criterion of a measure: its words, its limit, the variants it belongs to (empty: all)."""

    name: str
    label: str
    relation: Literal["", "<", "<=", ">", ">="] = ""
    limit: Decimal | None = None
    variants: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantInfo:
    """One named version of a measure."""

    name: str
    label: str
    window_days: int | None = None
    references: tuple[str, ...] = ()
    evidence: Evidence
    note: str = ""
    options: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Option -> the value this variant takes unless another is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionInfo:
    """A choice that may be added to a variant: `sledai_2k_30d+arthritis_gt2`. Names of values are unique."""

    name: str
    label: str
    default: str
    values: MappingProxyType[str, str]
    """Value -> label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureInfo:
    """One clinical measure."""

    code: str
    label: str
    prose: str
    kind: Literal["score", "number", "state", "grade", "class"]
    """`score`: points; `number`: quantity with unit; `state`: yes, no, unknown; `grade`, `class`: one of `outcomes`."""
    outcomes: tuple[str, ...] = ()
    unit: str = ""
    worse: Literal["higher", "lower", ""] = ""
    """Which direction of a score is worse for the patient."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    """Range of a score, over all variants."""
    compares: tuple[Literal["previous", "baseline"], ...] = ()
    """Assessments it needs besides the one of the visit."""
    default: str
    uses: tuple[str, ...] = ()
    """Other measures whose facts it reads too."""
    shared: tuple[str, ...] = ()
    """Facts of `shared_facts.toml` that it reads."""
    variants: MappingProxyType[str, VariantInfo]
    options: MappingProxyType[str, OptionInfo]
    facts: MappingProxyType[str, Fact]
    """Facts that this measure's file declares."""
    criteria: tuple[CriterionInfo, ...]
    extra: MappingProxyType[str, Any]
    """Tables of the file that only the rule reads (weights, points, thresholds)."""

    def criterion(self, name: str) -> CriterionInfo:
        """The criterion of that name.

        Raises:
            KeyError: there is none.
        """
        for entry in self.criteria:
            if entry.name == name:
                return entry
        raise KeyError(f"{self.code}: no criterion {name!r}")


_LIMITS = ("minimum", "maximum")
_KNOWN = ("label", "prose", "kind", "outcomes", "unit", "worse", "compares", "default", "uses", "shared")
_TABLES = ("variants", "options", "facts", "criteria")


@cache
def measures() -> MappingProxyType[str, MeasureInfo]:
    """Every measure by code, in alphabetical order.

    Raises:
        ValueError: a file contradicts itself or another one.
    """
    folder = files("costim.registry") / "measures"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    found = {
        name.removesuffix(".toml"): _measure(
            name.removesuffix(".toml"), tomllib.loads((folder / name).read_text("utf-8"), parse_float=Decimal)
        )
        for name in names
    }
    return MappingProxyType(found)


def _tuples(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: tuple(value) if key in names else value for key, value in entry.items()}


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _fact(name: str, measure: str, entry: dict[str, Any]) -> Fact:
    plain = _tuples(entry, "values", "details", "references")
    plain |= {key: _decimal(plain[key]) for key in ("minimum", "maximum") if key in plain}
    if entry["kind"] == "count":
        plain.setdefault("minimum", Decimal(0))
    return Fact(name=name, measure=measure, **plain)


def _measure(code: str, raw: dict[str, Any]) -> MeasureInfo:
    facts = {name: _fact(name, code, entry) for name, entry in raw.get("facts", {}).items()}
    for file in raw.get("fact_files", ()):
        facts |= {row["item"]: _item_of_row(code, row) for row in read_rows(f"measures/{file}")}
    options = {
        name: OptionInfo(
            name=name, label=entry["label"], default=entry["default"], values=MappingProxyType(entry["values"])
        )
        for name, entry in raw.get("options", {}).items()
    }
    variants = {
        name: VariantInfo(
            name=name, **{**_tuples(entry, "references"), "options": MappingProxyType(entry.get("options", {}))}
        )
        for name, entry in raw["variants"].items()
    }
    if raw["default"] not in variants:
        raise ValueError(f"{code}.toml: default = {raw['default']!r} is no variant")
    criteria = tuple(
        CriterionInfo(**{**_tuples(entry, "variants", "references"), "limit": _decimal(entry.get("limit"))})
        for entry in raw.get("criteria", ())
    )
    return MeasureInfo(
        code=code,
        minimum=_decimal(raw.get("minimum")),
        maximum=_decimal(raw.get("maximum")),
        **_tuples({key: raw[key] for key in _KNOWN if key in raw}, "outcomes", "compares", "uses", "shared"),
        variants=MappingProxyType(variants),
        options=MappingProxyType(options),
        facts=MappingProxyType(facts),
        criteria=criteria,
        extra=MappingProxyType(
            {key: value for key, value in raw.items() if key not in (*_KNOWN, *_LIMITS, *_TABLES, "fact_files")}
        ),
    )


def _item_of_row(measure: str, row: dict[str, str]) -> Fact:
    """An item of an index that is kept as a table (`sledai_items.csv`)."""
    return Fact(
        name=row["item"],
        measure=measure,
        kind="item",
        label=row["label"],
        prose=row["definition"],
        details=tuple(filter(None, row.get("details", "").split(";"))),
        weight=int(row["weight"]),
        exclusion=row["exclusion"],
        references=(row["reference"],),
        evidence=row["evidence"],
    )


@cache
def _shared_facts() -> MappingProxyType[str, Fact]:
    """Facts that several measures ask for: laboratory results, drugs, weight ..."""
    text = (files("costim.registry") / "shared_facts.toml").read_text("utf-8")
    raw = tomllib.loads(text, parse_float=Decimal)
    return MappingProxyType({name: _fact(name, "", entry) for name, entry in raw.items()})


@cache
def facts() -> MappingProxyType[str, Fact]:
    """Every fact by name.

    Raises:
        ValueError: two files declare a fact of the same name.
    """
    found: dict[str, Fact] = dict(_shared_facts())
    for measure in measures().values():
        for name, fact in measure.facts.items():
            if name in found:
                raise ValueError(f"{name!r} is declared twice, the second time by {measure.code}.toml")
            found[name] = fact
    return MappingProxyType(found)


@cache
def facts_of(code: str) -> MappingProxyType[str, Fact]:
    """Every fact that a measure reads: its own, shared ones, and those of the measures it uses, and so on."""
    seen: dict[str, None] = {}
    waiting = [code]
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen[name] = None
            waiting += measures()[name].uses
    own = {fact: info for name in seen for fact, info in measures()[name].facts.items()}
    return MappingProxyType(own | {fact: _shared_facts()[fact] for name in seen for fact in measures()[name].shared})


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant of a measure with its options: what a result prints as `variant`."""

    measure: MeasureInfo
    variant: VariantInfo
    options: MappingProxyType[str, str]
    """Option -> value, every option of the measure filled."""
    name: str
    """The variant, and the options that differ from what it takes by itself: `lldas_franklyn+rtx_excluded`."""


def _usual(measure: MeasureInfo, variant: VariantInfo) -> dict[str, str]:
    return {name: variant.options.get(name, option.default) for name, option in measure.options.items()}


@lru_cache(maxsize=4096)
def choose(code: str, variant: str = "") -> Choice:
    """A variant by name, e.g. `sledai_2k_30d+arthritis_gt2`; blank takes the default.

    Raises:
        KeyError: no measure of that code.
        ValueError: no variant or option value of that name; the message lists those there are.
    """
    measure = measures()[code]
    base, *added = (variant or measure.default).split("+")
    if base not in measure.variants:
        raise ValueError(f"{code}: {base!r} is no variant; write one of {', '.join(measure.variants)}")
    chosen = _usual(measure, measure.variants[base])
    homes = {value: name for name, option in measure.options.items() for value in option.values}
    for value in added:
        if value not in homes:
            known = ", ".join(homes) or "none: this measure has no options"
            raise ValueError(f"{code}: {value!r} is no option; there are {known}")
        chosen[homes[value]] = value
    usual = _usual(measure, measure.variants[base])
    name = "+".join([base, *(value for option, value in chosen.items() if value != usual[option])])
    return Choice(measure, measure.variants[base], MappingProxyType(chosen), name)
