"""The reference page of the measures, from the catalogue that rules, validation and score sheets read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote

from costim.registry.catalogue import references
from costim.registry.measure_catalogue import EVIDENCE_MEANING, Fact, MeasureInfo, facts, measures

Grid = Callable[[Sequence[str], Iterable[Sequence[str]]], str]
KINDS = {
    "score": "a score",
    "number": "a number",
    "state": "a state",
    "grade": "a grade",
    "class": "a class",
}


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _sources(keys: Iterable[str]) -> str:
    """References as links to their DOI where one is known."""
    known = references()
    return "; ".join(
        f"[{key}](https://doi.org/{quote(known[key].doi)})" if known[key].doi else _code(key) for key in keys
    )


def _range(fact: Fact) -> str:
    if fact.values:
        return ", ".join(map(_code, fact.values))
    low, high = fact.minimum, fact.maximum
    if low is not None and high is not None:
        limits = f"{low} to {high}"
    elif low is not None:
        limits = f"at least {low}"
    else:
        limits = "" if high is None else f"at most {high}"
    return " ".join(filter(None, (limits, fact.unit)))


def _sentence(text: str) -> str:
    """The text with a full stop, where it does not end with a sign of its own."""
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _equivalents(info: MeasureInfo, grid: Grid) -> list[str]:
    """Glucocorticoid equivalents: what each variant and option makes of a drug."""
    rows = [
        (
            entry["drug"].replace("_", " "),
            str(entry.get("mg", "not known")),
            _code(entry.get("where", "")) or "all",
            entry["evidence"],
            entry.get("note", ""),
        )
        for entry in info.extra.get("equivalents", ())
    ]
    header = ("drug", f"mg equal to prednisolone {info.extra.get('prednisolone_mg')} mg", "by", "evidence", "note")
    return ["Equivalents:\n\n" + grid(header, rows)] if rows else []


def _fact_row(fact: Fact) -> tuple[str, ...]:
    details = f" Kinds: {', '.join(map(_code, fact.details))}." if fact.details else ""
    excluded = f" Not counted: {fact.exclusion}." if fact.exclusion else ""
    weight = "" if fact.weight is None else str(fact.weight)
    return (
        _code(fact.name),
        fact.kind,
        _range(fact),
        weight,
        f"{_sentence(fact.label)} {_sentence(fact.prose)}{details}{excluded}".strip(),
        fact.evidence,
    )


def measure_section(info: MeasureInfo, grid: Grid) -> str:
    """One measure: what it is, its variants, options, criteria and facts."""
    outcomes = f" Outcomes: {', '.join(map(_code, info.outcomes))}." if info.outcomes else ""
    compared = f" Needs the {' and the '.join(info.compares)} assessment too." if info.compares else ""
    uses = f" Reads the facts of {', '.join(f'[`{u}`](#{u})' for u in info.uses)} too." if info.uses else ""
    parts = [f"## {info.label} {{ #{info.code} }}\n", f"Code {_code(info.code)}, {KINDS[info.kind]}. {info.prose}"]
    parts[-1] += f"{outcomes}{compared}{uses}\n"
    rows = [
        (
            _code(v.name) + (" (usual)" if v.name == info.default else ""),
            v.label,
            "" if v.window_days is None else f"{v.window_days} days",
            v.evidence,
            _sources(v.references),
            v.note,
        )
        for v in info.variants.values()
    ]
    parts.append(grid(("variant", "meaning", "window", "evidence", "sources", "note"), rows))
    for option in info.options.values():
        listed = [
            (_code(value) + (" (usual)" if value == option.default else ""), text)
            for value, text in option.values.items()
        ]
        parts.append(
            f"**Option: {_sentence(option.label)}** Joined to the name of the variant with `+`.\n\n"
            + grid(("value", "meaning"), listed)
        )
    if info.criteria:
        listed_criteria = [
            (
                _code(c.name),
                c.label,
                f"{c.relation} {'' if c.limit is None else c.limit}".strip(),
                ", ".join(map(_code, c.variants)) or "all",
                c.evidence,
                _sources(c.references),
            )
            for c in info.criteria
        ]
        parts.append(
            "Criteria:\n\n"
            + grid(("criterion", "meaning", "limit", "variants", "evidence", "sources"), listed_criteria)
        )
    parts += _equivalents(info, grid)
    own = [*info.facts.values(), *(facts()[name] for name in info.shared)]
    if own:
        header = ("fact", "kind", "legal", "weight", "meaning", "evidence")
        parts.append("Facts it asks for:\n\n" + grid(header, [_fact_row(fact) for fact in own]))
    return "\n".join(parts)


def catalogue_page(grid: Grid) -> str:
    """Every measure of the catalogue."""
    marks = [(_code(mark), meaning) for mark, meaning in EVIDENCE_MEANING.items()]
    listed = [
        (f"[{info.label}](#{info.code})", _code(info.code), str(len(info.variants)), ", ".join(_marks(info)))
        for info in measures().values()
    ]
    intro = (
        "# Measures\n\nEvery measure, its variants, options, criteria and the facts it asks for, with the evidence of "
        "each statement. A result that rests on a rule marked `M` carries the flag `unverified_rule`.\n\n"
    )
    head = grid(("mark", "evidence"), marks) + "\n" + grid(("measure", "code", "variants", "marks"), listed)
    return intro + head + "\n" + "\n".join(measure_section(info, grid) for info in measures().values())


def _marks(info: MeasureInfo) -> list[str]:
    found = {v.evidence for v in info.variants.values()} | {c.evidence for c in info.criteria}
    return [mark for mark in EVIDENCE_MEANING if mark in found]
