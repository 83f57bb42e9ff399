"""Manifestations: ACR 1999 syndromes from printed terms, outcomes, times to resolution, the group of the patient."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from costim.instruments.attribution import measure_attribution
from costim.instruments.choices import chosen
from costim.instruments.nomenclature import NONE, Grouping, Mapping, find_syndrome, groupings
from costim.instruments.rows import Row, joined, rows_of
from costim.instruments.times import When
from costim.registry.measurements import Measurement
from costim.study.study import Study

FOLLOWED, AT_ENTRY, SYSTEMIC = "np", "np_classification", "systemic"


def measure(study: Study) -> list[Measurement]:
    """Rows of `np.syndrome`, `np.attribution`, `np.outcome`, `np.resolution_days`, `np.group` and of the systemic ones.

    A term without a place in the nomenclature keeps its row: `text` is `none` and a flag says why.

    Args:
        study: the checked study; `plan.variants.np_grouping` names the grouping of patients,
            `plan.variants.attribution` the models of attribution.

    Returns:
        Codes and categories in `text`; days to resolution since the first infusion.

    Raises:
        CostimError: no grouping or model of that name.
    """
    grouping = groupings()[chosen(study.plan.variants.np_grouping, groupings(), "variants.np_grouping")]
    rows = rows_of(study, "manifestations")
    nervous = [row for row in rows if row.text("kind") in (FOLLOWED, AT_ENTRY)]
    twice = Counter((row.subject, row.text("term")) for row in nervous)
    named = [(_name(row, shared=twice[row.subject, row.text("term")] > 1), row) for row in nervous]
    found = [_syndrome(study, row, name) for name, row in named]
    found += measure_attribution(study, named)
    for row in rows:
        if row.text("kind") == FOLLOWED:
            found += [_outcome(study, row), _resolution(study, row)]
        elif row.text("kind") == SYSTEMIC:
            found.append(_systemic(study, row))
    by_subject: dict[str, list[Row]] = defaultdict(list)
    for row in nervous:
        by_subject[row.subject].append(row)
    return found + [_group(study, subject, listed, grouping) for subject, listed in sorted(by_subject.items())]


def _mapping_flags(mapping: Mapping) -> tuple[str, ...]:
    if not mapping.listed:
        return ("term_unmapped", "term_not_in_table")
    if mapping.syndrome is None:
        return ("term_unmapped",)
    return ("term_mapped_with_doubt",) if mapping.doubtful else ()


def _attribution_flags(row: Row) -> tuple[str, ...]:
    return {"not_sle": ("not_attributed_to_sle",), "uncertain": ("attribution_uncertain",)}.get(
        row.text("attribution"), ()
    )


def _code(mapping: Mapping) -> str:
    return mapping.syndrome.code if mapping.syndrome else NONE


def _name(row: Row, *, shared: bool) -> str:
    """The printed term; with its kind where both kinds list it."""
    return f"{row.text('term')} ({row.text('kind')})" if shared else row.text("term")


def _syndrome(study: Study, row: Row, name: str) -> Measurement:
    mapping = find_syndrome(row.text("term"))
    when = When(row.reading("onset_day"), (), row.cells("onset_day"))
    return _entry(
        study,
        row,
        "np.syndrome",
        item=name,
        variant=mapping.syndrome.system if mapping.syndrome else NONE,
        text=_code(mapping),
        flags=joined(_mapping_flags(mapping), _attribution_flags(row)),
        cells=joined(row.cells("term"), when.cells),
        **when.fields(),
    )


def _outcome(study: Study, row: Row) -> Measurement:
    mapping = find_syndrome(row.text("term"))
    return _entry(
        study,
        row,
        "np.outcome",
        item=row.text("term"),
        variant=_code(mapping),
        text=row.text("outcome") or None,
        missing=row.missing("outcome"),
        flags=joined(_mapping_flags(mapping), _attribution_flags(row)),
        cells=row.source("outcome"),
    )


def _resolution(study: Study, row: Row) -> Measurement:
    day = row.reading("resolution_day")
    return _entry(
        study,
        row,
        "np.resolution_days",
        item=row.text("term"),
        unit="days",
        flags=joined(day.flags, _attribution_flags(row)),
        cells=row.source("resolution_day"),
        **day.within(0, None).fields(),
    )


def _systemic(study: Study, row: Row) -> Measurement:
    when = When(row.reading("onset_day"), (), row.cells("onset_day"))
    return _entry(
        study,
        row,
        "manifestation.systemic",
        item=row.text("term"),
        text=row.text("term"),
        flags=_attribution_flags(row),
        cells=joined(row.cells("term"), when.cells),
        **when.fields(),
    )


def _entry(study: Study, row: Row, parameter: str, **fields: Any) -> Measurement:
    return Measurement(
        subject=row.subject, parameter=parameter, source="manifestations", reading=study.reading, **fields
    )


def compute_group(groups: Iterable[str], names: tuple[str, str] = ("psychiatric", "neurological")) -> str:
    """Group of a patient from the groups of the manifestations.

    Args:
        groups: one of the two names, `none` or `unknown` for each manifestation.
        names: the two groups, e.g. `diffuse` and `focal`.

    Returns:
        `psychiatric only`, `neurological only`, `both`, `neither`; `undetermined` when a manifestation of unknown
        group could change the answer.
    """
    present = set(groups)
    if set(names) <= present:
        return "both"
    if "unknown" in present:
        return "undetermined"
    single = present & set(names)
    return f"{single.pop()} only" if single else "neither"


def _group(study: Study, subject: str, rows: list[Row], grouping: Grouping) -> Measurement:
    followed = [row for row in rows if row.text("kind") == FOLLOWED]
    used = followed or rows
    counted = [row for row in used if row.text("attribution") != "not_sle"]
    mappings = [find_syndrome(row.text("term")) for row in counted]
    relevant = [m for m in mappings if m.group != NONE]
    return Measurement(
        subject=subject,
        parameter="np.group",
        variant=grouping.name,
        text=compute_group((grouping.group_of(m) for m in mappings), grouping.groups),
        flags=joined(
            () if followed else ("group_from_classification",),
            ("term_not_in_table",) if any(not m.listed for m in relevant) else (),
            ("term_mapped_with_doubt",) if any(m.doubtful for m in relevant) else (),
            *(_attribution_flags(row) for row in used),
            ("unverified_rule",) if grouping.evidence == "M" else (),
        ),
        source="manifestations",
        cells=joined(*(row.cells("term") for row in used)),
        reading=study.reading,
    )
