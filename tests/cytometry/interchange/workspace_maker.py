"""FlowJo 10 workspaces written by our own code, because hardly any with open data exist. Not made by FlowJo.

The structure (elements, attributes, name spaces) follows workspaces of FlowJo 10.6 to 10.8; gates are in linear units,
ellipses in display channels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

SPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating" '
    'xmlns:transforms="http://www.isac-net.org/std/Gating-ML/v2.0/transformations" '
    'xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes"'
)
LABEL = "written by the code of costim, not by FlowJo"

LINEAR: Mapping[str, object] = {"minRange": 0, "maxRange": 262144}
LOGICLE: Mapping[str, object] = {"length": 256, "T": 262144, "W": 0.5, "M": 4.5, "A": 0}
BIEX: Mapping[str, object] = {"length": 256, "maxRange": 262144, "neg": 0, "width": -100, "pos": 4.418539922}
FASINH: Mapping[str, object] = {"length": 256, "maxRange": 262144, "T": 262144, "A": 0.5, "M": 4.5, "W": 0}
HYPERLOG: Mapping[str, object] = {"length": 256, "T": 262144, "W": 0.5, "M": 4.5, "A": 0}
LOG: Mapping[str, object] = {"offset": 10, "decades": 4.5}


@dataclass(frozen=True)
class Node:
    """A population: a gate or a Boolean of others, with what hangs below it."""

    name: str
    body: str
    tag: str = "Population"
    count: int = -1
    below: tuple[Node, ...] = ()


@dataclass(frozen=True)
class MadeSample:
    """One sample; scales are by parameter name: (kind, attributes)."""

    file: str
    channels: Sequence[str]
    scales: Mapping[str, tuple[str, Mapping[str, object]]]
    nodes: Sequence[Node]
    matrix: tuple[Sequence[str], Sequence[Sequence[float]]] | None = None
    matrix_name: str = "Acquisition-defined"
    prefix: str = "Comp-"
    keywords: Mapping[str, str] = field(default_factory=dict)
    events: int = -1
    number: str = "1"
    matrix_extra: str = ""


def dimension(name: str, lower: float | None = None, upper: float | None = None) -> str:
    bounds = "".join(
        f' gating:{key}="{value!r}"' for key, value in (("min", lower), ("max", upper)) if value is not None
    )
    named = f'<data-type:fcs-dimension data-type:name="{escape(name)}" />'
    return f"<gating:dimension{bounds} >{named}</gating:dimension>"


def vertices(points: Sequence[tuple[float, float]]) -> str:
    def coordinates(point: tuple[float, float]) -> str:
        return "".join(f'<gating:coordinate data-type:value="{float(value)!r}" />' for value in point)

    return "".join(f"<gating:vertex>{coordinates(point)}</gating:vertex>" for point in points)


def _gate(kind: str, content: str, inside: bool, extra: str = "") -> str:
    flag = f'eventsInside="{int(inside)}"'
    return f'<Gate gating:id="ID1" ><gating:{kind} {flag} {extra}>{content}</gating:{kind}></Gate>'


def rectangle(name: str, ranges: Sequence[tuple[str, float | None, float | None]], *, inside: bool = True, **more):
    return Node(name, _gate("RectangleGate", "".join(dimension(*each) for each in ranges), inside), **more)


def polygon(name: str, x: str, y: str, points: Sequence[tuple[float, float]], *, inside: bool = True, **more):
    content = dimension(x) + dimension(y) + vertices(points)
    return Node(name, _gate("PolygonGate", content, inside, 'quadId="-1" gateResolution="256"'), **more)


def ellipse_points(
    centre: tuple[float, float], half: tuple[float, float], angle: float
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Foci and ends of the axes of an ellipse in display channels; `half` is the longer half axis, then the shorter."""
    a, b = half
    c = math.sqrt(a * a - b * b)
    ux, uy = math.cos(angle), math.sin(angle)

    def at(along: float, across: float) -> tuple[float, float]:
        return centre[0] + along * ux - across * uy, centre[1] + along * uy + across * ux

    return [at(c, 0), at(-c, 0)], [at(a, 0), at(-a, 0), at(0, b), at(0, -b)]


def ellipse(name: str, x: str, y: str, foci, edge, *, inside: bool = True, **more):
    content = (
        dimension(x)
        + dimension(y)
        + f"<gating:foci>{vertices(foci)}</gating:foci><gating:edge>{vertices(edge)}</gating:edge>"
    )
    return Node(name, _gate("EllipsoidGate", content, inside, 'gating:distance="1" '), **more)


def boolean(tag: str, name: str, names: Sequence[str], **more):
    dependents = "".join(f'<Dependent name="{escape(each)}" />' for each in names)
    return Node(name, f"<Dependents>{dependents}</Dependents>", tag=tag, **more)


def _node(node: Node) -> str:
    below = "".join(_node(each) for each in node.below)
    graph = '<Graph type="Pseudocolor"><Axis dimension="x" name="" /></Graph>'
    return (
        f'<{node.tag} name="{escape(node.name)}" annotation="" owningGroup="" expanded="1" count="{node.count}" >'
        f"{graph}{node.body}{f'<Subpopulations>{below}</Subpopulations>' if below else ''}</{node.tag}>"
    )


def _scale(name: str, kind: str, values: Mapping[str, object]) -> str:
    written = " ".join(f'transforms:{key}="{value}"' for key, value in values.items())
    parameter = f'<data-type:parameter data-type:name="{escape(name)}" />'
    gain = ' gain="1"' if kind == "linear" and "gain" not in values else ""
    return f"<transforms:{kind} {written}{gain} >{parameter}</transforms:{kind}>"


def _matrix(sample: MadeSample) -> str:
    if sample.matrix is None:
        return ""
    names, rows = sample.matrix

    def infix(name: str) -> str:
        return f'userProvidedCompInfix="{escape(sample.prefix + name)}"'

    parameters = "".join(f'<data-type:parameter data-type:name="{escape(name)}" {infix(name)} />' for name in names)
    spillover = ""
    for name, row in zip(names, rows, strict=True):
        cells = "".join(
            f'<transforms:coefficient data-type:parameter="{escape(other)}" transforms:value="{value!r}" />'
            for other, value in zip(names, row, strict=True)
        )
        spillover += (
            f'<transforms:spillover data-type:parameter="{escape(name)}" {infix(name)} >{cells}</transforms:spillover>'
        )
    return (
        f'<transforms:spilloverMatrix spectral="0" prefix="{sample.prefix}" name="{sample.matrix_name}" suffix="" '
        f'version="FlowJo-10.8.1" transforms:id="M1" {sample.matrix_extra}>'
        f"<data-type:parameters>{parameters}</data-type:parameters>{spillover}</transforms:spilloverMatrix>"
    )


def _sample(sample: MadeSample) -> str:
    keywords = {"$PAR": str(len(sample.channels))}
    keywords |= {f"$P{n}N": name for n, name in enumerate(sample.channels, start=1)}
    keywords |= dict(sample.keywords)
    words = "".join(f'<Keyword name="{escape(k)}" value="{escape(v)}" />' for k, v in keywords.items())
    scales = "".join(_scale(name, kind, values) for name, (kind, values) in sample.scales.items())
    nodes = "".join(_node(node) for node in sample.nodes)
    return (
        f'<Sample><DataSet uri="file:/C:/data/{escape(sample.file)}" sampleID="{sample.number}" />'
        f"{_matrix(sample)}<Transformations>{scales}</Transformations><Keywords>{words}</Keywords>"
        f'<SampleNode name="{escape(sample.file)}" owningGroup="" count="{sample.events}" sampleID="{sample.number}" >'
        f"<Graph /><Subpopulations>{nodes}</Subpopulations></SampleNode></Sample>\n"
    )


def workspace(
    samples: Sequence[MadeSample],
    groups: Mapping[str, Sequence[str]] | None = None,
    version: str = "20.0",
    program: str = "10.8.1",
) -> str:
    """The text of a workspace; groups map to numbers of samples."""
    everywhere = {"All Samples": [sample.number for sample in samples]} | dict(groups or {})
    nodes = ""
    for name, numbers in everywhere.items():
        references = "".join(f'<SampleRef sampleID="{number}" />' for number in numbers)
        nodes += (
            f'<GroupNode name="{escape(name)}" owningGroup="{escape(name)}" ><Group name="{escape(name)}" >'
            f"<Criteria /><SampleRefs>{references}</SampleRefs></Group></GroupNode>\n"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {LABEL} -->\n'
        f'<Workspace version="{version}" flowJoVersion="{program}" curGroup="All Samples" {SPACES} >\n'
        f"<Matrices /><Groups>{nodes}</Groups>\n<SampleList>{''.join(_sample(each) for each in samples)}</SampleList>\n"
        "</Workspace>\n"
    )
