"""What a measure rests on: variants and criteria with their evidence marks, and the references."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from costim.measures.problems import InputError, Problem, shown
from costim.registry.catalogue import references
from costim.registry.measure_catalogue import EVIDENCE_MEANING, CriterionInfo, MeasureInfo, measures
from costim.registry.suggest import did_you_mean

UNVERIFIED = "M"
_RELATIONS = MappingProxyType({">=": "at least", ">": "above", "<=": "at most", "<": "below"})


def cite(codes: Iterable[str]) -> dict[str, Any]:
    """References of measures as plain values.

    Args:
        codes: of measures, e.g. `["lldas", "doris"]`; one may stand alone.

    Returns:
        `measures`: for each code its label, variants, options, criteria and facts from memory, with evidence marks and
        keys of references; `sources`: text and DOI by key; `evidence_marks`.

    Raises:
        InputError: a code is no measure; says all of them.
    """
    wanted = list(dict.fromkeys([codes] if isinstance(codes, str) else codes))
    unknown = [_unknown(code) for code in wanted if code not in measures()]
    if unknown:
        raise InputError(unknown)
    found = {code: _measure(measures()[code]) for code in wanted}
    keys = {key for entry in found.values() for key in entry["references"]}
    return {
        "schema": 1,
        "measures": found,
        "sources": {key: {"text": ref.text, "doi": ref.doi} for key, ref in references().items() if key in keys},
        "evidence_marks": dict(EVIDENCE_MEANING),
    }


def _unknown(code: str) -> Problem:
    action = did_you_mean(code, measures()) or "`costim cite` lists all measures"
    return Problem(
        code="unknown_measure", found=f"the measure {shown(code)}", expected="the code of a measure", action=action
    )


def _measure(info: MeasureInfo) -> dict[str, Any]:
    variants = [
        {
            "name": v.name,
            "label": v.label,
            "window_days": v.window_days,
            "default": v.name == info.default,
            "evidence": v.evidence,
            "unverified": v.evidence == UNVERIFIED,
            "references": list(v.references),
            "note": v.note,
        }
        for v in info.variants.values()
    ]
    criteria = [
        {
            "name": c.name,
            "label": criterion_words(c),
            "variants": list(c.variants),
            "evidence": c.evidence,
            "unverified": c.evidence == UNVERIFIED,
            "references": list(c.references),
        }
        for c in info.criteria
    ]
    facts = [
        {"name": f.name, "label": f.label, "evidence": f.evidence, "references": list(f.references)}
        for f in info.facts.values()
        if f.evidence or f.references
    ]
    options = [
        {"name": o.name, "label": o.label, "default": o.default, "values": dict(o.values)}
        for o in info.options.values()
    ]
    groups = [*(v.references for v in info.variants.values()), *(c.references for c in info.criteria)]
    groups += [f.references for f in info.facts.values()]
    return {
        "label": info.label,
        "prose": info.prose,
        "variants": variants,
        "options": options,
        "criteria": criteria,
        "facts": facts,
        "references": list(dict.fromkeys(key for group in groups for key in group)),
        "uses": list(info.uses),
    }


def criterion_words(criterion: CriterionInfo) -> str:
    """Words of a criterion with its limit, where the words do not already hold it (`7.5`, `at least two`)."""
    relation = _RELATIONS.get(criterion.relation, criterion.relation)
    if not relation or criterion.limit is None or str(criterion.limit) in criterion.label:
        return criterion.label
    if relation in criterion.label.casefold():
        return criterion.label
    return f"{criterion.label}: {relation} {criterion.limit}"


def render_list() -> str:
    """Every measure: code, label, default variant."""
    width = max(map(len, measures()), default=0)
    lines = [f"{code:<{width}}  {info.label} (default {info.default})" for code, info in measures().items()]
    return "\n".join([*lines, "", "costim cite CODE prints variants, evidence marks and references.", ""])


def render_text(found: Mapping[str, Any]) -> str:
    """The same as text for a terminal; numbers in brackets lead to the references at the end."""
    numbers = {key: number for number, key in enumerate(found["sources"], 1)}
    parts = [_text(code, entry, numbers) for code, entry in found["measures"].items()]
    lines = ["References"]
    for key, number in numbers.items():
        source = found["sources"][key]
        doi = f" doi:{source['doi']}" if source["doi"] else ""
        lines += _wrap(f"[{number}] ", f"{source['text']}{doi}")
    marks = [f"  {mark}  {meaning}" for mark, meaning in found["evidence_marks"].items()]
    return "\n".join([*parts, *lines, "", "Evidence marks", *marks, ""])


def _text(code: str, entry: Mapping[str, Any], numbers: Mapping[str, int]) -> str:
    lines = [f"{entry['label']} ({code})", *_wrap("", entry["prose"]), "", "Variants"]
    for variant in entry["variants"]:
        extra = " (default)" if variant["default"] else ""
        lines += _wrap(_head(variant), f"{variant['name']}{extra}: {variant['label']}{_cited(variant, numbers)}")
        if variant["note"]:
            lines += _wrap("        ", variant["note"])
    if entry["options"]:
        lines += ["", "Options, joined to a variant with +"]
    for option in entry["options"]:
        lines += _wrap("  ", f"{option['label']} (usually {option['default']})")
        for value, label in option["values"].items():
            lines += _wrap("      ", f"{value}: {label}")
    for title, group in (("Criteria", entry["criteria"]), ("Items and facts", entry["facts"])):
        if group:
            lines += ["", title]
        for part in group:
            lines += _wrap(_head(part), f"{part['label']}{_cited(part, numbers)}")
    if entry["uses"]:
        lines += ["", *_wrap("", f"Rests on other measures too: costim cite {' '.join(entry['uses'])}")]
    return "\n".join([*lines, ""])


def _head(part: Mapping[str, Any]) -> str:
    mark = part["evidence"] or " "
    return f"  {mark}{' !' if mark == UNVERIFIED else '  '} "


def _cited(part: Mapping[str, Any], numbers: Mapping[str, int]) -> str:
    keys: Sequence[str] = [key for key in part["references"] if key in numbers]
    cited = f" [{', '.join(str(numbers[key]) for key in keys)}]" if keys else ""
    return f"{cited}{' UNVERIFIED: from memory' if part['evidence'] == UNVERIFIED else ''}"


def _wrap(head: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text, 100, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    ) or [head.rstrip()]
