"""Agreement of several readers of the same examination."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from costim.effects.categories import category_of
from costim.effects.evidence import Evidence, Reading, ids_of
from costim.inference.agreement import Agreement, compute_overall_agreement, compute_pairwise_agreement
from costim.registry.effects import Effect
from costim.registry.plan_questions import Endpoint
from costim.registry.tables import study_tables

ALL = "all"
Unit = tuple[str, str, str, str]


def split_reader(parameter: str, item: str) -> tuple[str, str]:
    """Examination and reader of an item.

    Items of imaging read `modality region reader` with blank parts left out, so a second word is a region when the
    imaging table lists it as one. Other parameters carry the reader as last word.
    """
    words = item.split(" ")
    if parameter.startswith("imaging."):
        regions = study_tables()["imaging"].columns["region"].values
        keep = 2 if len(words) > 1 and words[1] in regions else 1
    else:
        keep = len(words) - 1
    return " ".join(words[:keep]), " ".join(words[keep:])


def estimate_agreement(endpoint: Endpoint, evidence: Evidence) -> list[Effect]:
    """Rows `agreement_percent`, `kappa` and `ac1` for each pair of named readers, and for all when there are more.

    `count` examinations agreed of `denominator` read by both (for `all`: by at least two). Readings without a named
    reader cannot be compared.
    """
    units: dict[Unit, dict[str, Reading]] = defaultdict(dict)
    n_unnamed = 0
    for reading in evidence.readings(endpoint.parameter):
        examination, reader = split_reader(endpoint.parameter, reading.item)
        if reading.is_known and reader:
            units[reading.subject, reading.visit, reading.timepoint, examination][reader] = reading
        else:
            n_unnamed += 1
    base = Effect(
        parameter=endpoint.parameter,
        method="agreement_percent",
        n=0,
        n_missing=n_unnamed + len(units),
        reading=evidence.reading,
    )
    readers = sorted({reader for found in units.values() for reader in found})
    if len(readers) < 2:
        return [replace(base, stratum=ALL, flags=("single_reader",))]
    ratings = [{reader: category_of(r) for reader, r in found.items()} for found in units.values()]
    rows = []
    for pair, agreement in compute_pairwise_agreement([dict(r) for r in ratings]).items():
        used = [found for found in units.values() if all(reader in found for reader in pair)]
        ids = ids_of(found[reader] for found in used for reader in pair)
        shared = replace(base, stratum=" and ".join(pair), n_missing=len(units) - len(used), measurements=ids)
        rows += _three(shared, agreement)
    if len(readers) > 2:
        used = [found for found in units.values() if len(found) > 1]
        shared = replace(base, stratum=ALL, n_missing=len(units) - len(used))
        shared = replace(shared, measurements=ids_of(r for found in used for r in found.values()))
        rows += _three(shared, compute_overall_agreement([dict(r) for r in ratings]))
    return rows


def _three(base: Effect, agreement: Agreement) -> list[Effect]:
    base = replace(base, n=agreement.n, count=agreement.agreed, denominator=agreement.n)
    estimates = {"agreement_percent": agreement.percent, "kappa": agreement.kappa, "ac1": agreement.ac1}
    return [
        replace(
            base,
            method=method,
            estimate=estimate,
            unit="%" if method == "agreement_percent" else "",
            flags=() if estimate is not None else ("coefficient_undefined",),
        )
        for method, estimate in estimates.items()
    ]
