"""What was used: methods, variants and the references behind them, in the order of the registries."""

from __future__ import annotations

from types import MappingProxyType

from costim.registry.catalogue import Method, Reference, methods, references
from costim.registry.parameters import parameter
from costim.report.context import Context

MEASURED = MappingProxyType(
    {
        "sledai": "sledai.total",
        "sledai_total": "sledai.total",
        "steroid_table": "steroid.prednisone_equivalent",
        "bsa": "subject.bsa",
        "depletion": "bcell.depleted",
        "np_grouping": "np.group",
    }
)
"""The parameter that each choice among variants decides."""


def used_methods(context: Context) -> list[Method]:
    """Methods and variants that effects of this report carry, in the order of `methods.toml`."""
    codes = {code for row in context.rows.effects for code in (row.method, row.variant) if code}
    codes |= {str(getattr(context.plan.variants, name)) for name in used_variants(context)}
    if any(row.p_adjusted is not None for row in context.rows.effects):
        codes.add("holm")
    return [method for code, method in methods().items() if code in codes]


def used_variants(context: Context) -> list[str]:
    """Settings of the plan's variants that a value or an effect of this report depends on."""
    found = [n for n, code in MEASURED.items() if any(not row.missing for row in context.rows.measured(code))]
    return [*found, "zeros"] if any(row.method == "signed_rank" for row in context.rows.effects) else found


def used_references(context: Context) -> list[Reference]:
    """Sources of the methods used and of the parameters measured, in the order of `references.toml`."""
    keys = {key for method in used_methods(context) for key in method.references}
    for code in context.rows.parameters():
        if any(not row.missing for row in context.rows.measured(code)):
            keys.add(parameter(code).reference)
    return [reference for key, reference in references().items() if key in keys]
