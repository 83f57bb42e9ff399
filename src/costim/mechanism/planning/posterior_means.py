"""Typical values as a fit left them: draws of a posterior as `means` for virtual patients."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from costim.mechanism.model.model import Model
from costim.mechanism.model.validation import problem_of


def means_of_posterior(
    model: Model, posterior: Mapping[str, ArrayLike], count: int, seed: int
) -> list[dict[str, float]]:
    """So many draws of the posterior of typical values, whole draws, so that correlations are kept.

    Args:
        model: whose parameters and scales are looked for; other names are left aside.
        posterior: draws by name, each of the same shape (any number of chains and draws).
        count: draws wanted; without replacement where there are enough.
        seed: of the choice.

    Raises:
        ValueError: no name is one of the model's, unequal numbers of draws, or values that the model does not admit.
    """
    entries = {**model.parameters, **model.scales}
    columns = {name: np.ravel(np.asarray(posterior[name], dtype=np.float64)) for name in entries if name in posterior}
    sizes = {column.size for column in columns.values()}
    if len(sizes) != 1 or 0 in sizes:
        raise ValueError(
            f"a posterior of model {model.name} needs equally many draws of its parameters, found "
            f"{ {name: column.size for name, column in columns.items()} or 'none of them' }"
        )
    ends = [(entries[name], float(end)) for name, column in columns.items() for end in (column.min(), column.max())]
    problems = [words for entry, end in ends if (words := problem_of(entry, end))]
    if problems:
        raise ValueError("; ".join(problems))
    size = sizes.pop()
    chosen: NDArray[np.int64] = np.random.default_rng(seed).choice(size, count, replace=count > size)
    return [{name: float(column[i]) for name, column in columns.items()} for i in chosen]
