"""What `[[compare]]` names: a choice that exists, and other names of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from costim.registry.findings import Finding
from costim.registry.measure_catalogue import measures
from costim.registry.measure_choices import chosen_variant
from costim.registry.plan import MeasureChoice, Variants
from costim.registry.suggest import did_you_mean
from costim.study.rules.context import Context
from costim.study.rules.variants import known_variants

_NOT_COMPARED = ("zeros", "sledai_recorded")
"""A statistical method changes no measurement, and how the items were recorded is a fact and no choice."""


def _listed() -> dict[str, tuple[str, ...]]:
    """Names by key of the variants, those that the plan itself lists included."""
    literal = {key: get_args(field.annotation) for key, field in Variants.model_fields.items()}
    both = literal | known_variants()
    return {key: names for key, names in both.items() if names and key not in _NOT_COMPARED}


def check_comparisons(context: Context) -> Iterator[Finding]:
    """A compared choice is a key of the variants or a measure of the plan, and its other names are known."""
    variants, asked = _listed(), [entry.measure for entry in context.plan.measures if entry.measure in measures()]
    known = (*variants, *dict.fromkeys(asked))
    for index, entry in enumerate(context.plan.compare):
        if entry.choice not in known:
            guess = did_you_mean(entry.choice, known)
            yield context.lines.at(("compare", index, "choice")).finding(
                "error",
                "unknown_choice",
                found=entry.choice,
                expected=f"a key of [variants] or a measure of [[measures]]: {', '.join(known)}"
                + (f"; {guess}" if guess else ""),
                action="correct the choice, or delete this block",
            )
            continue
        for name in entry.names:
            expected = _expected(context, entry.choice, name, variants)
            if expected:
                yield context.lines.at(("compare", index, "names")).finding(
                    "error",
                    "unknown_variant",
                    found=name,
                    expected=expected,
                    action=f"correct the name among those to compare for {entry.choice}, or delete it",
                )


def _expected(context: Context, choice: str, name: str, variants: dict[str, tuple[str, ...]]) -> str:
    """What should stand in the place of a name; blank when the name is in order."""
    if choice in variants:
        names = variants[choice]
        if name not in names:
            return f"one of {', '.join(names)}" + (f"; {guess}" if (guess := did_you_mean(name, names)) else "")
        return "" if name != getattr(context.plan.variants, choice) else "another name than the one chosen"
    entries = [entry for entry in context.plan.measures if entry.measure == choice]
    try:
        chosen = {chosen_variant(context.plan, entry).name for entry in entries}
    except ValueError:
        return ""  # the variant of the entry itself is refused where it stands
    try:
        other = chosen_variant(context.plan, MeasureChoice(measure=choice, variant=name)).name
    except ValueError as problem:
        guess = did_you_mean(name, measures()[choice].variants)
        return str(problem) + (f"; {guess}" if guess else "")
    return "" if other not in chosen else "another name than the one chosen"
