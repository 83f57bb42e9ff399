"""Reading a FlowJo 10 workspace (.wsp) into data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.gates.model import FROM_FILE, UNCOMPENSATED, Axis, Gate, Strategy
from costim.cytometry.gates.walk import axes_of_gate
from costim.cytometry.interchange.flowjo_channels import Parameters, read_matrices
from costim.cytometry.interchange.flowjo_names import SharedNames
from costim.cytometry.interchange.flowjo_notes import gain_notes, left_out_notes
from costim.cytometry.interchange.flowjo_scales import Display, read_scales
from costim.cytometry.interchange.flowjo_tree import Tree, read_tree
from costim.cytometry.interchange.flowjo_workspace import IDENTIFYING, Workspace, WorkspaceSample
from costim.cytometry.interchange.flowjo_xml import attribute, child, children, read_root, whole
from costim.cytometry.transforms.scale import Scale
from costim.registry.findings import sort_findings

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


@dataclass(frozen=True, slots=True)
class _Names:
    """Names that the samples of a workspace share."""

    matrices: SharedNames[SpilloverMatrix] = field(default_factory=SharedNames)
    scales: SharedNames[Scale] = field(default_factory=SharedNames)


def read_workspace(path: Path) -> Workspace:
    """Read a FlowJo 10 workspace. No FCS file is opened.

    Args:
        path: A .wsp file.

    Returns:
        Samples in order of the file. What cannot be applied (plug-ins, derived parameters, magnetic gates, scales
        without a published formula) is left out of the strategies and stands among the findings, with everything that
        hangs on it.

    Raises:
        FlowJoError: not a workspace of FlowJo 10, broken XML, or XML beyond the limits.
    """
    root = read_root(path)
    elements = children(child(root, "SampleList"), "Sample")
    files = [_file_name(element) for element in elements]
    names = _Names()
    samples, notes = [], []
    for element, file in zip(elements, files, strict=True):
        number = attribute(child(element, "SampleNode"), "sampleID") or attribute(child(element, "DataSet"), "sampleID")
        key = file if files.count(file) == 1 and file else f"{file} ({number})".strip()
        sample, gains = _sample(element, file, key, names)
        samples.append(sample)
        notes += [*left_out_notes(path.name, key, sample.left_out), *gain_notes(path.name, key, gains)]
    return Workspace(
        path.name,
        root.get("flowJoVersion", ""),
        tuple(samples),
        MappingProxyType(_groups(root, samples)),
        tuple(sort_findings(notes)),
    )


def _file_name(sample: Element) -> str:
    uri = attribute(child(sample, "DataSet"), "uri") or attribute(child(sample, "SampleNode"), "name") or ""
    return PurePosixPath(unquote(uri).replace("\\", "/")).name


def _sample(element: Element, file: str, key: str, names: _Names) -> tuple[WorkspaceSample, Mapping[str, float]]:
    node = child(element, "SampleNode")
    keywords = {
        (attribute(keyword, "name") or "").strip().upper(): attribute(keyword, "value") or ""
        for keyword in children(child(element, "Keywords"), "Keyword")
    }
    channels = _channels(keywords)
    parameters = Parameters(
        channels,
        read_scales(child(element, "Transformations")),
        read_matrices(element, keywords, channels),
        names.matrices,
        names.scales,
    )
    tree = read_tree(node, parameters) if node is not None else Tree()
    gates = tuple(tree.gates)
    sample = WorkspaceSample(
        name=attribute(node, "name") or file,
        file=file,
        key=key,
        sample_id=attribute(node, "sampleID") or attribute(child(element, "DataSet"), "sampleID") or "",
        keywords=MappingProxyType({name: keywords[name] for name in IDENTIFYING if keywords.get(name, "").strip()}),
        strategy=_strategy(key, gates, names),
        events=whole(attribute(node, "count")),
        counts=MappingProxyType(tree.counts),
        displays=MappingProxyType(_displays(gates, parameters)),
        left_out=tuple(tree.left_out),
    )
    return sample, _gains(gates, parameters, keywords)


def _strategy(name: str, gates: tuple[Gate, ...], names: _Names) -> Strategy:
    axes = [axis for gate in gates for _, axis in axes_of_gate(gate)]
    scales = {axis.transform for axis in axes} - {""}
    matrices = {axis.compensation for axis in axes} - {UNCOMPENSATED, FROM_FILE}
    return Strategy(
        name=name,
        gates=gates,
        transforms=MappingProxyType({used: names.scales.value(used) for used in sorted(scales)}),
        matrices=MappingProxyType({used: names.matrices.value(used) for used in sorted(matrices)}),
    )


def _channels(keywords: Mapping[str, str]) -> tuple[str, ...]:
    count = whole(keywords.get("$PAR")) or 0
    names = (keywords.get(f"$P{number}N", "") for number in range(1, min(count, 10_000) + 1))
    return tuple(name for name in names if name)


def _parameter_names(axis: Axis, parameters: Parameters) -> list[str]:
    """Names that FlowJo may use for an axis, compensated ones first."""
    compensated = [
        name
        for matrix in parameters.matrices
        for name, detector in matrix.compensated.items()
        if detector == axis.source
    ]
    plain = [axis.source, axis.source.replace("/", "_")]
    return [*compensated, *plain] if axis.compensation else plain


def _displays(gates: tuple[Gate, ...], parameters: Parameters) -> dict[Axis, Display]:
    shown = {}
    for axis in dict.fromkeys(axis for gate in gates for _, axis in axes_of_gate(gate)):
        found = (parameters.scale(name) for name in _parameter_names(axis, parameters))
        scale = next((scale for scale in found if scale is not None), None)
        if scale is None or scale.display is None:
            continue
        if axis.transform or scale.kind == "linear":
            shown[axis] = scale.display
        elif scale.scale is not None:
            # A rectangle is kept in linear units: so are the ends of what is shown.
            low, high = (float(scale.scale.invert(end)) for end in (scale.display.low, scale.display.high))
            shown[axis] = Display(low, high)
    return shown


def _gains(gates: tuple[Gate, ...], parameters: Parameters, keywords: Mapping[str, str]) -> dict[str, float]:
    """Channels of gates whose numbers FlowJo may count in other units, with the gain."""
    gains = {}
    for source in dict.fromkeys(axis.source for gate in gates for _, axis in axes_of_gate(gate)):
        scale = parameters.scales.get(source)
        gain = scale.gain if scale else 1.0
        if source in parameters.channels:
            text = keywords.get(f"$P{parameters.channels.index(source) + 1}G", "")
            try:
                gain = float(text) if text.strip() and gain == 1.0 else gain
            except ValueError:
                continue
        if gain != 1.0:
            gains[source] = gain
    return gains


def _groups(root: Element, samples: list[WorkspaceSample]) -> dict[str, tuple[str, ...]]:
    keys = {sample.sample_id: sample.key for sample in samples}
    groups: dict[str, tuple[str, ...]] = {}
    for node in children(child(root, "Groups"), "GroupNode"):
        name = attribute(node, "name")
        references = children(child(child(node, "Group"), "SampleRefs"), "SampleRef")
        numbers = dict.fromkeys(attribute(reference, "sampleID") or "" for reference in references)
        if name and name not in groups:
            groups[name] = tuple(keys[number] for number in numbers if number in keys)
    return groups
