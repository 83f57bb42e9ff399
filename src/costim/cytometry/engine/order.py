"""Order statistics of values that are held in memory."""

from __future__ import annotations

from collections.abc import Sequence

from costim.cytometry.engine.kernel import Values


def order_statistics(values: Values, ranks: Sequence[int]) -> list[float]:
    """Values at rising ranks. The array is rearranged.

    The greatest rank first: what lies below it holds the next, and the greatest of these is the neighbour.
    """
    found: list[float] = []
    part = values
    above: int | None = None
    for rank in reversed(ranks):
        if above is not None and rank == above - 1:
            found.append(float(part[:above].max()))
        else:
            part = part if above is None else part[:above]
            part.partition(rank)
            found.append(float(part[rank]))
        above = rank
    return found[::-1]
