"""Many tubes at once: on the cores of this machine or over a cluster, results in the order of the tubes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from costim.cytometry.tube import Tube
from costim.errors import CostimError
from costim.fleet.spread import Progress, cores, spread

if TYPE_CHECKING:
    from costim.cytometry.engine.result import Gated
    from costim.cytometry.fcs.findings import FcsFinding
    from costim.cytometry.gates.model import Strategy
    from costim.cytometry.phenotypes.phenotype import Phenotype


@dataclass(frozen=True, slots=True)
class FleetTube:
    """One tube after gating."""

    tube: Tube
    gated: Gated
    phenotypes: tuple[Phenotype, ...]
    """Without controls and calibration beads: see `summarise` for these."""
    findings: tuple[FcsFinding, ...]
    """Of the file and of the matrix it carries."""


def gate_many(
    tubes: Sequence[Tube],
    strategy_of: Callable[[Tube], Strategy],
    *,
    workers: int | None = None,
    cluster: str = "",
    progress: Progress | None = None,
) -> tuple[FleetTube, ...]:
    """Gate every tube, each in one piece of work.

    Results are the same, byte for byte, whatever the number of workers, the order in which they finish, and whether
    they are of this machine or of a cluster. Memory is that of one file per worker.

    Args:
        tubes: In the order wanted.
        strategy_of: The strategy of a tube, every bound a number.
        workers: How many files at a time; the number of cores by default. A cluster has its own number.
        cluster: Address of a Dask scheduler whose workers see the files under the same paths; blank for this machine.
        progress: Told after each tube.

    Raises:
        CostimError: what is wrong with any of the tubes, all at once; or with the cluster.
    """
    tasks = [GateTask(tube, sendable(strategy_of(tube)), threads=1) for tube in tubes]
    if not cluster and len(tasks) < cores(workers):
        # Cores that no file is left for help with the files there are.
        tasks = [replace(task, threads=max(1, cores(workers) // max(1, len(tasks)))) for task in tasks]
    answers = spread(gate_tube, tasks, workers=workers, cluster=cluster, progress=progress)
    problems = [answer for answer in answers if isinstance(answer, str)]
    if problems:
        raise CostimError("\n".join(dict.fromkeys(problems)))
    return tuple(answer for answer in answers if not isinstance(answer, str))


@dataclass(frozen=True, slots=True)
class GateTask:
    """What a worker needs to gate one tube."""

    tube: Tube
    strategy: Strategy
    threads: int


def gate_tube(task: GateTask) -> FleetTube | str:
    """Gate one tube; in words what is wrong with it, where it cannot be gated."""
    from costim.cytometry.engine.gate import gate_file
    from costim.cytometry.events import matrix_findings
    from costim.cytometry.fcs.read import open_fcs
    from costim.cytometry.fcs.values import check_values
    from costim.cytometry.phenotypes.ask import wants
    from costim.cytometry.phenotypes.summarise import summarise

    tube, strategy = task.tube, task.strategy
    try:
        file = open_fcs(tube.path, tube.data_set)
        gated = gate_file(file, strategy, wants(strategy), threads=task.threads)
        phenotypes = summarise(gated, strategy, tube)
        masked = [index for index, column in enumerate(file.layout.columns) if column.mask is not None]
        findings = (*file.findings, *check_values(file, masked), *matrix_findings(file, strategy))
        return FleetTube(tube, gated, phenotypes, findings)
    except CostimError as error:
        return said_of(tube.path.name, error)
    except OSError as error:
        return f"{tube.path.name}: {error.strerror}. Every worker must be able to read {tube.path}."


def said_of(name: str, error: CostimError) -> str:
    """What is wrong, each line with the name of the file."""
    return "\n".join(line if name in line else f"{name}: {line}" for line in str(error).splitlines())


def sendable(strategy: Strategy) -> Strategy:
    """An equal strategy that can travel to another process: read-only views of mappings cannot."""
    mappings = ("transforms", "matrices", "ratios", "markers", "roles", "subsets")
    plain: dict[str, Mapping[str, object]] = {name: dict(getattr(strategy, name)) for name in mappings}
    return replace(strategy, **plain)  # type: ignore[arg-type]  # the same mappings
