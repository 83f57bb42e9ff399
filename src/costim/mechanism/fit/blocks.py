"""Readings sorted by how their patient's level is treated: integrated out, or sampled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.fit.priors import Priors
from costim.mechanism.model.model import Model
from costim.mechanism.observed.data import FitData

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of one patient and output whose readings are all exact: their level is integrated out in closed form.

    The rest: readings beside a limit, blood counts (to which 1 cell is added before the logarithm, so that a level
    is no mere shift) and whole numbers; levels of these are sampled.
    """

    rows: Integers
    """Readings of blocks, block after block."""
    offset: Integers
    """(blocks + 1,), into `rows`."""
    level_sd: Floats
    """(blocks,), of the prior of the level; 0: the output has none."""
    scaled: Integers
    """Other readings on the logarithm."""
    counted: Integers
    """Readings that are whole numbers."""
    level: Integers
    """(readings,), position of the sampled level of each reading; -1: none."""
    levels: tuple[tuple[int, str], ...]
    """Sampled levels: subject, group."""
    sampled_sd: Floats
    """(levels,), of their priors."""


def sort_readings(model: Model, data: FitData, priors: Priors) -> Blocks:
    """Which reading goes where."""
    outputs = [model.outputs[name] for name in data.outputs]
    members = [priors.levels.get(name) for name in data.outputs]
    alone = [m is None or sum(n is not None and n.group == m.group for n in members) == 1 for m in members]
    count = np.array([o.error == "count" for o in outputs])
    plain = np.array([o.error != "count" and o.offset == 0 and a for o, a in zip(outputs, alone, strict=True)])
    exact = data.exact
    key = data.subject * len(outputs) + data.output
    rows, offset, level_sd, scaled = [], [0], [], []
    level = np.full(len(data.day), -1, dtype=np.int64)
    found: dict[tuple[int, str], float] = {}
    for one in np.unique(key):
        mine = np.flatnonzero(key == one)
        o = int(data.output[mine[0]])
        member = members[o]
        if plain[o] and exact[mine].all():
            rows.extend(mine.tolist())
            offset.append(len(rows))
            level_sd.append(member.scale if member else 0.0)
            continue
        if not count[o]:
            scaled.extend(mine.tolist())
        if member:
            name = (int(data.subject[mine[0]]), member.group)
            found.setdefault(name, member.scale)
            level[mine] = list(found).index(name)
    return Blocks(
        rows=np.array(rows, dtype=np.int64),
        offset=np.array(offset, dtype=np.int64),
        level_sd=np.array(level_sd, dtype=np.float64),
        scaled=np.array(sorted(scaled), dtype=np.int64),
        counted=np.flatnonzero(count[data.output]) if len(data.output) else np.zeros(0, dtype=np.int64),
        level=level,
        levels=tuple(found),
        sampled_sd=np.array(list(found.values()), dtype=np.float64),
    )
