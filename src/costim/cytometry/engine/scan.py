"""All blocks of a file through the gates, on one thread or several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from costim.cytometry.engine.gather import Gathered
from costim.cytometry.engine.walk import Recipes, Walk

if TYPE_CHECKING:
    from costim.cytometry.engine.kernel import Kernel
    from costim.cytometry.engine.plan import Plan
    from costim.cytometry.engine.source import Source


@dataclass(slots=True)
class Found:
    """What one thread found."""

    counts: dict[str, int]
    gathered: dict[str, Gathered]
    """Population -> its levels."""
    not_finite: int = 0

    def join(self, other: Found) -> None:
        """Take in what another thread found."""
        for name, number in other.counts.items():
            self.counts[name] += number
        for name, one in other.gathered.items():
            self.gathered[name].joined(one)
        self.not_finite += other.not_finite


def scan(
    source: Source,
    plan: Plan,
    kernels: Callable[[], Kernel],
    empty: Callable[[], Mapping[str, Gathered]],
    threads: int,
) -> Found:
    """Gate every block; the same result whatever the number of threads.

    Args:
        source: Blocks of events.
        plan: What to do with each.
        kernels: The loops to use for the next block; all give the same bits.
        empty: Levels to gather, with nothing in them yet.
        threads: How many threads share the blocks.
    """
    blocks = source.blocks()
    numbers = count()
    recipes = Recipes(plan, source.places)

    def work() -> Found:
        found = Found(dict.fromkeys(plan.parents, 0), dict(empty()))
        # `next` of a counter is atomic: every block is taken once.
        while (number := next(numbers)) < len(blocks):
            _one_block(found, number, source, recipes, kernels())
        return found

    if threads <= 1 or len(blocks) <= 1:
        return work()
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda _: work(), range(threads)))
    for part in parts[1:]:
        parts[0].join(part)
    return parts[0]


def _one_block(found: Found, number: int, source: Source, recipes: Recipes, kernel: Kernel) -> None:
    loaded = source.load(source.blocks()[number])
    found.not_finite += loaded.not_finite(kernel)
    walk = Walk(recipes, loaded, kernel)
    walk.run()
    for name in found.counts:
        found.counts[name] += walk.members[name].n
    for name, gathered in found.gathered.items():
        if walk.members[name].n:
            gathered.add(walk.table(name, recipes.plan.want_columns[name]), kernel)
