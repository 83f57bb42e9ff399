"""What was used: methods, variants and the references behind them, in the order of the registries."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from costim.registry.attribution_models import attribution_models
from costim.registry.catalogue import Method, Reference, methods, references
from costim.registry.cytometry_parameters import PREFIX
from costim.registry.measure_catalogue import Choice, choose, measures
from costim.registry.measure_parameters import row_kinds
from costim.registry.parameters import parameter
from costim.report.context import Context
from costim.report.document import Inline, Inlines, Term
from costim.report.sections.family_words import correction_of
from costim.report.words_of_effect import codes_of

MEASURED = MappingProxyType(
    {
        "sledai": "sledai.total",
        "sledai_total": "sledai.total",
        "steroid_table": "steroid.prednisone_equivalent",
        "bsa": "subject.bsa",
        "depletion": "bcell.depleted",
        "np_grouping": "np.group",
        "attribution": "np.attribution",
    }
)
"""The parameter that each choice among variants decides."""


def used_methods(context: Context) -> list[Method]:
    """Methods and variants that effects of this report carry, in the order of `methods.toml`."""
    codes = {code for row in context.rows.effects for code in codes_of(row)}
    codes |= {str(getattr(context.plan.variants, name)) for name in used_variants(context)}
    codes |= _cell_methods(context)
    codes |= {correction_of(row) for row in context.rows.effects if row.p_adjusted is not None}
    return [method for code, method in methods().items() if code in codes]


def _cell_methods(context: Context) -> set[str]:
    """Methods behind numbers of cells: the intervals that readings carry, and the limits below which there is none."""
    rows = [row for row in context.rows.measurements if row.parameter.startswith(PREFIX)]
    found = {row.interval_method for row in rows if row.interval_method}
    record = context.results.cytometry
    if record is not None and any(tube.limits for tube in record.tubes):
        found.add("detection_limits")
    if record is not None and record.thresholds:
        found.add("gate_thresholds")
    return found


def used_variants(context: Context) -> list[str]:
    """Settings of the plan's variants that a value or an effect of this report depends on."""
    found = [n for n, code in MEASURED.items() if any(not row.missing for row in context.rows.measured(code))]
    return [*found, "zeros"] if any(row.method == "signed_rank" for row in context.rows.effects) else found


def used_references(context: Context) -> list[Reference]:
    """Sources of the methods used, of the measures derived and of the parameters measured, in the registry's order."""
    keys = {key for method in used_methods(context) for key in method.references}
    keys |= {key for choice in [*derived_measures(context), *_models(context)] for key in sources_of(choice)}
    for code in context.rows.parameters():
        if any(not row.missing for row in context.rows.measured(code)):
            keys.add(parameter(code).reference)
    return [reference for key, reference in references().items() if key in keys]


def derived_measures(context: Context) -> list[Choice]:
    """The measures that rows of this report carry, each with variant and options, in the order of the plan."""
    found: dict[tuple[str, str], Choice] = {}
    for code in dict.fromkeys(entry.measure for entry in context.plan.measures):
        for kind in row_kinds(measures()[code]):
            for row in context.rows.measured(f"{code}.{kind}"):
                if (code, row.variant) not in found:
                    found[code, row.variant] = choose(code, row.variant)
    return list(found.values())


def _models(context: Context) -> list[Choice]:
    """Models by which manifestations were attributed."""
    used = dict.fromkeys(row.variant for row in context.rows.measured("np.attribution"))
    return [choose(attribution_models()[model], model) for model in used]


def sources_of(choice: Choice) -> tuple[str, ...]:
    """Keys of the references behind a variant and the criteria that belong to it, each once."""
    criteria = [c for c in choice.measure.criteria if not c.variants or choice.variant.name in c.variants]
    return tuple(dict.fromkeys([*choice.variant.references, *(key for c in criteria for key in c.references)]))


def reference_marks(context: Context, keys: Iterable[str]) -> Inlines:
    """Running numbers in the list of references, joined by commas."""
    wanted = set(keys)
    found = [Term(str(n)) for n, source in enumerate(used_references(context), start=1) if source.key in wanted]
    parts: list[Inline] = []
    for mark in found:
        parts += [", ", mark] if parts else [mark]
    return tuple(parts)
