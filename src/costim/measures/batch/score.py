"""One door to every measure over many visits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType

from costim.measures.batch import doris, lldas, sledai
from costim.measures.batch.apply import Batch
from costim.measures.batch.distinct import score_distinct
from costim.measures.batch.results import ResultColumns
from costim.measures.batch.unassessed import without_unassessed
from costim.measures.batch.visits import VisitColumns
from costim.registry.measure_catalogue import Choice, choose, measures

Rule = Callable[[Choice, Batch], ResultColumns]
_RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {"sledai": sledai.score, "csledai": sledai.score, "doris": doris.score, "lldas": lldas.score}
)
"""Measures that read so many facts that whole visits seldom repeat; the others are scored once per distinct visit."""


def score_visits(columns: VisitColumns, requests: Sequence[tuple[str, str]]) -> list[ResultColumns]:
    """Apply measures to many visits: the same results as `costim.measures.score.score` gives one by one.

    Args:
        columns: facts of the visits.
        requests: code of a measure and name of a variant (with options; blank takes the default of the catalogue).

    Returns:
        Results in the order of the requests.

    Raises:
        KeyError: no measure of that code.
        ValueError: no variant or option of that name.
    """
    for code, _ in requests:
        if code not in measures():
            raise KeyError(f"no measure {code!r}; there are {', '.join(measures())}")
    batch = Batch(columns)
    found = (_RULES.get(code, score_distinct)(choose(code, variant), batch) for code, variant in requests)
    return [without_unassessed(results, batch) for results in found]
