"""What `[[measures]]` names: measures that exist, variants they have; and endpoints without their measure."""

from __future__ import annotations

from collections.abc import Iterator

from costim.registry.findings import Finding
from costim.registry.measure_catalogue import measures
from costim.registry.measure_choices import chosen_variant
from costim.registry.plan import MeasureChoice
from costim.registry.suggest import did_you_mean, listed
from costim.study.config_lines import fault
from costim.study.rules.context import Context


def check_measures(context: Context) -> Iterator[Finding]:
    """All rules about the measures of the plan."""
    seen: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(context.plan.measures):
        if entry.measure not in measures():
            guess = did_you_mean(entry.measure, measures())
            expected = guess or f"one of {listed(measures(), 60)}"
            yield fault(context.lines, ("measures", index, "measure"), "unknown_measure", entry.measure, expected)
            continue
        try:
            chosen = chosen_variant(context.plan, entry)
        except ValueError:
            yield _unknown_variant(context, index, entry)
            continue
        key = (entry.measure, chosen.name)
        if key in seen:
            yield fault(
                context.lines,
                ("measures", index, "variant"),
                "measure_twice",
                f"{entry.measure} as {chosen.name}, as in measures[{seen[key] + 1}]",
                "each variant of a measure once",
                action="delete one of the blocks, or name another variant",
            )
        seen.setdefault(key, index)
    yield from _not_asked(context)


def _unknown_variant(context: Context, index: int, entry: MeasureChoice) -> Finding:
    info = measures()[entry.measure]
    values = [value for option in info.options.values() for value in option.values]
    wrong = next((part for part in entry.variant.split("+") if part not in (*info.variants, *values)), entry.variant)
    guess = did_you_mean(wrong, (*info.variants, *values))
    expected = f"one of {', '.join(info.variants)}"
    expected += f", with options {', '.join(values)} after a +" if values else ""
    return fault(
        context.lines,
        ("measures", index, "variant"),
        "unknown_variant",
        entry.variant,
        f"{expected}; {guess}" if guess else expected,
        action="correct the variant, or delete the line to take the usual one",
    )


def _not_asked(context: Context) -> Iterator[Finding]:
    asked = {entry.measure for entry in context.plan.measures}
    for index, endpoint in enumerate(context.plan.endpoints):
        code, _, what = endpoint.parameter.partition(".")
        own = {"sledai": ("recorded_total", "item_total", "total")}
        if code in measures() and code not in asked and what not in own.get(code, ()):
            yield context.lines.at(("endpoints", index, "parameter")).finding(
                "warning",
                "measure_not_asked",
                found=endpoint.parameter,
                expected=f"a block [[measures]] with measure = {code!r}",
                action="add the block; as it stands there is nothing to estimate",
            )
