"""What was used: methods, variants and the references behind them, in the order of the registries."""

from __future__ import annotations

from costim.registry.catalogue import Method, Reference, methods, references
from costim.registry.parameters import parameter
from costim.report.context import Context


def used_methods(context: Context) -> list[Method]:
    """Methods and variants that effects of this report carry, in the order of `methods.toml`."""
    codes = {code for row in context.rows.effects for code in (row.method, row.variant) if code}
    variants = context.plan.variants
    for chosen, measured in (
        (variants.sledai, "sledai.total"),
        (variants.steroid_table, "steroid.prednisone_equivalent"),
        (variants.bsa, "subject.bsa"),
        (variants.depletion, "bcell.depleted"),
    ):
        codes |= {chosen} if context.rows.measured(measured) else set()
    if any(row.p_adjusted is not None for row in context.rows.effects):
        codes.add("holm")
    return [method for code, method in methods().items() if code in codes]


def used_references(context: Context) -> list[Reference]:
    """Sources of the methods used and of the parameters measured, in the order of `references.toml`."""
    keys = {key for method in used_methods(context) for key in method.references}
    for code in context.rows.parameters():
        keys.add(parameter(code).reference)
    return [reference for key, reference in references().items() if key in keys]
