"""Group of a neuropsychiatric syndrome: central or peripheral, diffuse or focal, by a named grouping."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from costim.measures.facts import Visit
from costim.measures.result import Result, marked
from costim.registry.datafiles import read_rows
from costim.registry.measure_catalogue import Choice, measures


@cache
def groups(grouping: str) -> MappingProxyType[str, str]:
    """Group of each of the 19 ACR 1999 syndromes.

    Args:
        grouping: a variant of the measure, e.g. `diffuse_psych`.

    Returns:
        Code of the syndrome -> its group, e.g. `diffuse`.

    Raises:
        KeyError: no grouping of that name.

    Source: ACR 1999 for the syndromes; Hirohata 2021 for `diffuse_psych`; `diffuse_slicc` is from memory.
    """
    column = measures()["np_grouping"].extra["columns"][grouping]
    return MappingProxyType({row["code"]: row[column] for row in read_rows("measures/acr1999_syndromes.csv")})


def score(choice: Choice, visit: Visit) -> Result:
    """The group of the event's syndrome under the chosen grouping; both groups are possible when it is not known."""
    known = groups(choice.variant.name)
    syndrome = visit.now.choice("event_syndrome")
    found = known.get(syndrome)
    open_groups = [name for name in choice.measure.outcomes if name in known.values()]
    return Result(
        measure="np_grouping",
        variant=choice.name,
        state=found or "unknown",
        possible=(found,) if found else tuple(open_groups),
        complete=found is not None,
        decided_by=("event_syndrome",) if found else (),
        missing=() if found else ("event_syndrome",),
        source=choice.variant.references,
        evidence=choice.variant.evidence,
        flags=marked(choice.variant.evidence),
    )
