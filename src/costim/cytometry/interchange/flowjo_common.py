"""What the samples of a workspace have in common: one strategy, and the gates in which single samples differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from costim.cytometry.gates.model import Gate, Strategy, StrategySet
from costim.cytometry.gates.order import in_order, needed_by
from costim.cytometry.gates.walk import axes_of_gate
from costim.cytometry.interchange.flowjo_workspace import Workspace, WorkspaceSample
from costim.registry.findings import Finding, sort_findings


@dataclass(frozen=True, slots=True)
class CommonStrategy:
    """A strategy for all samples of a group, and what had to be said about it."""

    strategies: StrategySet
    findings: tuple[Finding, ...]


def common_strategy(workspace: Workspace, group: str | None = None) -> CommonStrategy:
    """One strategy for a group, with exceptions.

    A population is shared when every sample that has gates has it; of its versions the most frequent is the shared one
    (of equally frequent ones, that of the first sample), and the others are exceptions by sample. A gate drawn on
    another matrix or scale is another gate. Populations that only some samples have are left out, with what hangs on
    them, and listed; they remain in `WorkspaceSample.strategy`.

    Raises:
        FlowJoError: there is no such group.
    """
    samples = workspace.of_group(group)
    gated = [sample for sample in samples if sample.strategy.gates]
    names = _shared_names(gated)
    versions = {name: [_gate(sample, name) for sample in gated] for name in names}
    shared = {name: _most_frequent(gates) for name, gates in versions.items()}
    exceptions = {
        sample.key: tuple(versions[name][place] for name in names if versions[name][place] != shared[name])
        for place, sample in enumerate(gated)
    }
    strategy = Strategy(
        name=group or workspace.file,
        gates=in_order(shared.values()),
        transforms=MappingProxyType({k: v for sample in gated for k, v in sorted(sample.strategy.transforms.items())}),
        matrices=MappingProxyType({k: v for sample in gated for k, v in sorted(sample.strategy.matrices.items())}),
    )
    given = MappingProxyType({key: gates for key, gates in exceptions.items() if gates})
    strategies = StrategySet(strategy, given)
    strategies = replace(strategies, reasons=MappingProxyType(_reasons(workspace, strategies)))
    notes = [
        *_without_gates(workspace, samples),
        *_not_common(workspace, gated, names),
        *_differing(workspace, strategies),
    ]
    return CommonStrategy(strategies, tuple(sort_findings(notes)))


def _gate(sample: WorkspaceSample, name: str) -> Gate:
    return next(gate for gate in sample.strategy.gates if gate.name == name)


def _shared_names(samples: Sequence[WorkspaceSample]) -> list[str]:
    """Populations of every sample, in order of the first; what names another one needs it to be shared too."""
    if not samples:
        return []
    everywhere = set.intersection(*({gate.name for gate in sample.strategy.gates} for sample in samples))
    while True:
        kept = {
            name for name in everywhere if all(set(needed_by(_gate(sample, name))) <= everywhere for sample in samples)
        }
        if kept == everywhere:
            return [gate.name for gate in samples[0].strategy.gates if gate.name in kept]
        everywhere = kept


def _most_frequent(gates: Sequence[Gate]) -> Gate:
    return Counter(gates).most_common(1)[0][0]


def _without_gates(workspace: Workspace, samples: Sequence[WorkspaceSample]) -> list[Finding]:
    return [
        Finding(
            "warning",
            "flowjo_sample_without_gates",
            workspace.file,
            sample.key,
            found="no gate that can be applied",
            expected="gates, as the other samples have",
            action="the shared gates are applied to it; copy the gates to it in FlowJo if it was forgotten",
        )
        for sample in samples
        if not sample.strategy.gates
    ]


def _not_common(workspace: Workspace, samples: Sequence[WorkspaceSample], names: Sequence[str]) -> list[Finding]:
    of_samples: dict[str, list[str]] = {}
    for sample in samples:
        for gate in sample.strategy.gates:
            if gate.name not in names:
                of_samples.setdefault(gate.name, []).append(sample.key)
    return [
        Finding(
            "warning",
            "flowjo_population_not_common",
            workspace.file,
            column=name,
            found=f"the population in {len(keys)} of {len(samples)} samples: {', '.join(keys)}",
            expected="it, and all it rests on, in every sample of the group",
            action="left out of the shared gates; gate these samples as a group of their own, or copy the gate to all",
        )
        for name, keys in of_samples.items()
    ]


def _differing(workspace: Workspace, strategies: StrategySet) -> list[Finding]:
    notes = []
    shared = {gate.name: gate for gate in strategies.shared.gates}
    for key, gates in strategies.exceptions.items():
        for gate in gates:
            code, what = _kind_of_difference(shared[gate.name], gate)
            notes.append(
                Finding(
                    "warning",
                    code,
                    workspace.file,
                    key,
                    None,
                    gate.name,
                    f"{what} than in the other samples",
                    "the same gate, drawn on the same scale and matrix, in every sample that is compared",
                    "kept as an exception of this sample; check whether the difference is meant",
                )
            )
    return notes


def _reasons(workspace: Workspace, strategies: StrategySet) -> dict[tuple[str, str], str]:
    """Why a gate differs, as far as the workspace says: it knows what differs and not why."""
    shared = {gate.name: gate for gate in strategies.shared.gates}
    return {
        (key, gate.name): f"{_kind_of_difference(shared[gate.name], gate)[1]} in {workspace.file}"
        for key, gates in strategies.exceptions.items()
        for gate in gates
    }


def _kind_of_difference(shared: Gate, own: Gate) -> tuple[str, str]:
    pairs = [
        (a, b) for (_, a), (_, b) in zip(axes_of_gate(shared), axes_of_gate(own), strict=False) if a.source == b.source
    ]
    if any(a.compensation != b.compensation for a, b in pairs):
        return "flowjo_matrices_differ", "another compensation matrix"
    if any(a.transform != b.transform for a, b in pairs):
        return "flowjo_scales_differ", "another scale of the display"
    return "flowjo_gates_differ", "other bounds"
