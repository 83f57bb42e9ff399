"""The measures a plan asks for, each with the variant and options it is worked out by."""

from __future__ import annotations

from dataclasses import dataclass

from costim.registry.measure_catalogue import Choice, choose, measures
from costim.registry.plan import MeasureChoice, Plan


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure of the plan."""

    entry: MeasureChoice
    choice: Choice

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other measures of the plan: code, and variant with options."""
        return self.choice.measure.code, self.choice.name


def chosen_variant(plan: Plan, entry: MeasureChoice) -> Choice:
    """Variant and options of a measure of the plan.

    What the entry names counts. What it leaves open is taken from `[variants]` where the measure has that choice (the
    table of glucocorticoid equivalents; the version and window of SLEDAI, as a variant or as an option), and else from
    the measure itself.

    Raises:
        KeyError: no measure of that code.
        ValueError: no variant or option of that name; the message lists those there are.
    """
    info = measures()[entry.measure]
    named = entry.variant
    for of_study in (plan.variants.sledai, plan.variants.steroid_table):
        if not named and of_study in info.variants:
            named = of_study
    asked = choose(entry.measure, named)
    said = set(named.split("+")[1:])
    for of_study in (plan.variants.steroid_table, plan.variants.sledai):
        option = next((o for o in info.options.values() if of_study in o.values), None)
        if option is not None and said.isdisjoint(option.values) and asked.options[option.name] != of_study:
            named = f"{named or info.default}+{of_study}"
    return choose(entry.measure, named)


def asked_measures(plan: Plan) -> tuple[Asked, ...]:
    """The measures of a checked plan, in its order, each variant once.

    Raises:
        KeyError, ValueError: as `chosen_variant`.
    """
    found: dict[tuple[str, str], Asked] = {}
    for entry in plan.measures:
        asked = Asked(entry, chosen_variant(plan, entry))
        found.setdefault(asked.key, asked)
    return tuple(found.values())
