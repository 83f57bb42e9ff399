"""The tree of populations of one FlowJo sample -> gates in order, stored counts, and what had to be left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from costim.cytometry.gates.model import Boolean, Gate, Operand
from costim.cytometry.interchange.flowjo_channels import Parameters
from costim.cytometry.interchange.flowjo_errors import NotApplicableError
from costim.cytometry.interchange.flowjo_gates import read_gate
from costim.cytometry.interchange.flowjo_xml import attribute, child, children, local, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SEPARATOR = "/"
INSIDE = " (inside)"
"""Ends the name of the shape whose outside is a population (FlowJo: `eventsInside="0"`)."""

_BOOLEANS: dict[str, Literal["and", "or", "not"]] = {"AndNode": "and", "OrNode": "or", "NotNode": "not"}
_NO_POPULATION = frozenset({"Statistic", "CorrelationStatistic", "Graph", "GraphDef"})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A population that cannot be applied here, with the reason."""

    population: str
    code: str
    found: str
    expected: str
    action: str


@dataclass(slots=True)
class Tree:
    """What was read of a sample's populations."""

    gates: list[Gate] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Node:
    path: str
    parent: str
    element: Element


def read_tree(sample_node: Element, parameters: Parameters) -> Tree:
    """Populations of a sample, named by their path from all events (`Lymphocytes/CD19+`).

    A population that cannot be applied is left out together with all that hangs below it and every Boolean population
    that names one of these; each is listed.
    """
    tree = Tree()
    nodes = _nodes(sample_node, tree)
    made: dict[str, list[Gate]] = {}
    operands: dict[str, tuple[str, ...]] = {}
    for node in nodes.values():
        count = whole(attribute(node.element, "count"))
        if count is not None:
            tree.counts[node.path] = count
        try:
            made[node.path], operands[node.path] = _gates(node, nodes, parameters)
        except NotApplicableError as error:
            tree.left_out.append(LeftOut(node.path, error.code, error.found, error.expected, error.action))
    tree.gates.extend(_ordered(nodes, made, operands, tree))
    return tree


def _nodes(sample_node: Element, tree: Tree) -> dict[str, _Node]:
    """Every population by its path; a second one of the same path is listed and left out with its branch."""
    nodes: dict[str, _Node] = {}
    waiting = [("", sample_node)]
    while waiting:
        parent, holder = waiting.pop(0)
        for element in [node for group in children(holder, "Subpopulations") for node in children(group)]:
            kind, name = local(element.tag), attribute(element, "name")
            if kind in _NO_POPULATION or name is None:
                continue
            path = f"{parent}{SEPARATOR}{name}" if parent else name
            if path in nodes or not name:
                code, found = "flowjo_same_name", f"the name {name!r} twice below {parent or 'all events'}"
                tree.left_out.append(LeftOut(path, code, found, "each name once", "rename one of them in FlowJo"))
                continue
            nodes[path] = _Node(path, parent, element)
            waiting.append((path, element))
    return nodes


def _gates(node: _Node, nodes: Mapping[str, _Node], parameters: Parameters) -> tuple[list[Gate], tuple[str, ...]]:
    kind = local(node.element.tag)
    if kind in _BOOLEANS:
        gate = _boolean(node, nodes, _BOOLEANS[kind])
        return [gate], tuple(operand.population for operand in gate.operands)
    if kind != "Population":
        raise NotApplicableError(
            "flowjo_gate_not_supported",
            f"a {kind}",
            "a population with a gate, or an and, or, not of populations",
            "clusters and populations of plug-ins exist in FlowJo only; draw a gate instead",
        )
    shape, inside = read_gate(node.path, node.parent, child(node.element, "Gate"), parameters)
    if inside:
        return [shape], ()
    within, _ = read_gate(node.path + INSIDE, node.parent, child(node.element, "Gate"), parameters)
    return [within, Boolean(node.path, node.parent, "not", (Operand(within.name),))], ()


def _boolean(node: _Node, nodes: Mapping[str, _Node], operation: Literal["and", "or", "not"]) -> Boolean:
    names = [
        attribute(dependent, "name") or "" for dependent in children(child(node.element, "Dependents"), "Dependent")
    ]
    found = [_resolve(name, node.parent, nodes) for name in names]
    missing = [repr(name) for name, path in zip(names, found, strict=True) if path is None]
    enough = len(names) == 1 if operation == "not" else len(names) >= 1
    if missing or not enough:
        raise NotApplicableError(
            "flowjo_gate_unreadable",
            f"{operation!r} of {', '.join(missing) or f'{len(names)} populations'}",
            "populations of this sample" if missing else "one population for 'not', one or more otherwise",
            "make the Boolean population again in FlowJo",
        )
    operands = tuple(Operand(path) for path in found if path is not None)
    if operation != "not" and len(operands) == 1:
        operands *= 2  # `and` or `or` of one population is that population, which our gates say of two only
    return Boolean(node.path, node.parent, operation, operands)


def _resolve(name: str, parent: str, nodes: Mapping[str, _Node]) -> str | None:
    """FlowJo gives the path from all events; a path from the parent (`../CD3+`: from further up) is also understood."""
    if name in nodes:
        return name
    place = parent
    while name.startswith("../"):
        name = name[3:]
        if f"{place}{SEPARATOR}{name}" in nodes:
            return f"{place}{SEPARATOR}{name}"
        place = place.rpartition(SEPARATOR)[0]
    path = f"{place}{SEPARATOR}{name}" if place else name
    return path if path in nodes else None


def _ordered(
    nodes: Mapping[str, _Node], made: Mapping[str, list[Gate]], operands: Mapping[str, tuple[str, ...]], tree: Tree
) -> list[Gate]:
    """Gates with parents and operands before those that name them; what names something left out is left out too."""
    done: dict[str, list[Gate]] = {}
    waiting = [path for path in nodes if path in made]
    while True:
        ready = [
            path
            for path in waiting
            if (not nodes[path].parent or nodes[path].parent in done) and all(name in done for name in operands[path])
        ]
        if not ready:
            break
        # One level at a time keeps the order of the workspace among equals.
        done.update((path, made[path]) for path in ready)
        waiting = [path for path in waiting if path not in done]
    for path in waiting:
        missing = [name for name in (nodes[path].parent, *operands[path]) if name and name not in done]
        tree.left_out.append(
            LeftOut(
                path,
                "flowjo_below_left_out",
                f"it rests on {', '.join(repr(name) for name in missing)}, which cannot be applied",
                "populations that can be applied",
                "see what is said of them",
            )
        )
    return [gate for gates in done.values() for gate in gates]
