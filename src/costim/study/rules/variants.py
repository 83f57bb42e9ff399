"""The named choices of the settings are names the registries hold."""

from __future__ import annotations

from collections.abc import Iterator

from costim.registry.attribution_models import attribution_models, named_models
from costim.registry.datafiles import read_rows
from costim.registry.findings import Finding
from costim.registry.measure_catalogue import measures
from costim.registry.plan import FINDINGS
from costim.registry.suggest import did_you_mean
from costim.study.rules.context import Context


def known_variants() -> dict[str, tuple[str, ...]]:
    """Names that may be chosen, by key of `[variants]`; keys whose names the plan itself lists are left out."""
    groupings = set(read_rows("measures/acr1999_syndromes.csv")[0]) - {"code", "label", "system"}
    return {
        "sledai": tuple(measures()["sledai"].variants),
        "sledai_recorded": (*measures()["sledai"].variants, FINDINGS),
        "steroid_table": tuple(sorted(measures()["steroids"].variants)),
        "depletion": tuple(measures()["depletion"].variants),
        "np_grouping": tuple(sorted(groupings)),
        "attribution": tuple(attribution_models()),
    }


def check_variants(context: Context) -> Iterator[Finding]:
    """A variant of another name cannot be computed."""
    for key, names in known_variants().items():
        for chosen in named_models(getattr(context.plan.variants, key)):
            if chosen in names:
                continue
            guess = did_you_mean(chosen, names)
            yield context.lines.at(("variants", key)).finding(
                "error",
                "unknown_variant",
                found=chosen,
                expected=f"one of {', '.join(names)}" + (f"; {guess}" if guess else ""),
                action=f"correct variants.{key}, or delete the line to take the default",
            )
