"""Disputed choices run side by side: the same study as it would be under another named choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from costim.registry.plan import Plan
    from costim.study.study import Study


@dataclass(frozen=True, slots=True)
class Alternative:
    """One other name of one choice."""

    choice: str
    """A key of `[variants]`, or the code of a measure of `[[measures]]`."""
    variant: str

    @property
    def reading(self) -> str:
        """Name under which its rows stand in the tables: `steroid_table=gc_bet_050`."""
        return f"{self.choice}={self.variant}"


def comparisons(plan: Plan) -> tuple[Alternative, ...]:
    """Every alternative that the plan wants run, in the order it names them.

    Levels on a few cells are always shown both ways, from the limit of quantification on and from that of detection.
    """
    found = [Alternative(entry.choice, name) for entry in plan.compare for name in entry.names]
    if any(panel.gates for panel in plan.panels):
        found.append(Alternative("mfi_floor", "lod" if plan.variants.mfi_floor == "lloq" else "lloq"))
    return tuple(dict.fromkeys(found))


def apply_comparison(study: Study, alternative: Alternative) -> Study:
    """The study with one choice of its plan replaced; the tables stay as they are.

    Raises:
        ValueError: the choice is neither a key of the variants nor a measure of the plan.
    """
    plan, choice = study.plan, alternative.choice
    if choice in type(plan.variants).model_fields:
        update = {choice: alternative.variant}
        if choice == "sledai":  # the items were recorded once, by the version of the plan
            update["sledai_recorded"] = plan.variants.sledai_recorded or plan.variants.sledai
        variants = plan.variants.model_copy(update=update)
        changed = plan.model_copy(update={"variants": variants})
    elif any(entry.measure == choice for entry in plan.measures):
        listed = tuple(
            entry.model_copy(update={"variant": alternative.variant}) if entry.measure == choice else entry
            for entry in plan.measures
        )
        changed = plan.model_copy(update={"measures": tuple(dict.fromkeys(listed))})
    else:
        raise ValueError(f"{choice!r} is no choice of the plan")
    return replace(study, plan=changed, reading=alternative.reading)
