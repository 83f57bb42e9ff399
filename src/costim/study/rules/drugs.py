"""Names of drugs: a glucocorticoid by a short or misspelt name would be a dose of zero."""

from __future__ import annotations

from collections.abc import Iterator

from costim.measures.drug_names import what_to_write
from costim.registry.findings import Finding
from costim.study.rules.context import Context


def check_drugs(context: Context) -> Iterator[Finding]:
    """Drugs of the comedications table, each name once."""
    seen: set[str] = set()
    for row in context.in_file_order("comedications"):
        name = row["drug"]
        if name in seen:
            continue
        seen.add(name)
        if action := what_to_write(name):
            yield context.place("comedications", row, "drug").finding(
                "error",
                "unknown_drug",
                found=name,
                expected="the generic name of a drug",
                action=action,
            )
