"""What Gating-ML has no element for: our thresholds, markers, roles and subsets, and names that are no XML ids.

They travel in the `custom_info` of the document, which the standard leaves to programs, as the text that would stand in
gates.toml, with a table [names] in front: id = the name it stands for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from costim.cytometry.gates.check import strategy_problems
from costim.cytometry.gates.model import Marker, Ratio, Strategy, StrategySet, Threshold
from costim.cytometry.gates.toml_entry import Entry, Notes
from costim.cytometry.gates.toml_measured import read_marker, read_roles, read_subsets, read_threshold
from costim.cytometry.gates.toml_scales import read_axis, read_ratio
from costim.cytometry.gates.walk import axes_of_gate
from costim.cytometry.gates.write_toml import write_toml
from costim.cytometry.interchange.gatingml_xml import DATATYPES, Document

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE = "urn:costim:gatingml"
STRATEGY = f"{{{NAMESPACE}}}strategy"


@dataclass(frozen=True, slots=True)
class Measured:
    """What custom information says beside the gates."""

    name: str = ""
    ratios: Mapping[str, Ratio] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = ()
    markers: Mapping[str, Marker] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    subsets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def custom_text(strategy: Strategy, names: Mapping[str, str]) -> str:
    """The text for `custom_info`; `names` are ids and what they stand for, where the two differ."""
    rest = replace(strategy, gates=(), transforms=MappingProxyType({}), matrices=MappingProxyType({}))
    text = write_toml(StrategySet(rest))
    if not names:
        return text
    # A gate file has no [names]; the writer of a table is borrowed from [roles].
    table = write_toml(StrategySet(Strategy("", (), roles=MappingProxyType(dict(names))))).partition("[roles]\n")[2]
    return f"{text}\n[names]\n{table}"


def read_custom(document: Document) -> tuple[Mapping[str, Any], Element | None]:
    """Our own part of the custom information as tables, and where it stands; nothing where a document has none."""
    for info in document.children(document.root, DATATYPES, "custom_info"):
        for element in info:
            if element.tag != STRATEGY:
                continue
            try:
                return tomllib.loads(element.text or ""), element
            except (ValueError, RecursionError):
                left_out(document, element, "text that is not TOML")
    return {}, None


def names_in(custom: Mapping[str, Any]) -> dict[str, str]:
    """Ids that stand for names."""
    names = custom.get("names")
    return {key: name for key, name in names.items() if isinstance(name, str)} if isinstance(names, Mapping) else {}


def measured_in(custom: Mapping[str, Any], transforms: set[str], matrices: set[str]) -> Measured | None:
    """Thresholds, markers, roles and subsets; None where anything about them is wrong."""
    notes = Notes("custom_info", {})
    top = Entry(custom, (), "custom_info", notes)
    ratio_entries = top.named("ratios", "ratio")
    ratio_names = {name for name, _ in ratio_entries}
    axes = {name: read_axis(part, transforms, matrices, ratio_names) for name, part in top.named("axes", "axis")}
    ratios = {name: read_ratio(part, axes) for name, part in ratio_entries}
    thresholds = [read_threshold(name, part, axes) for name, part in top.named("thresholds", "threshold")]
    markers = {name: read_marker(part, axes) for name, part in top.named("markers", "marker")}
    measured = Measured(
        top.text("name"),
        {name: ratio for name, ratio in ratios.items() if ratio is not None},
        tuple(threshold for threshold in thresholds if threshold is not None),
        {name: marker for name, marker in markers.items() if marker is not None},
        read_roles(Entry(top.get("roles") or {}, ("roles",), "roles", notes)),
        read_subsets(Entry(top.get("subsets") or {}, ("subsets",), "subsets", notes)),
    )
    return None if notes.problems else measured


def with_measured(document: Document, strategy: Strategy, custom: Mapping[str, Any], place: Element | None) -> Strategy:
    """The strategy with what the custom information says, as long as it still fits the gates."""
    if place is None:
        return strategy
    measured = measured_in(custom, set(strategy.transforms), set(strategy.matrices))
    if measured is None:
        left_out(document, place, "something that cannot be read")
        return strategy
    # The document says how a ratio is compensated only where a gate uses it.
    used = {axis.source for gate in strategy.gates for _, axis in axes_of_gate(gate)}
    unused = {name: ratio for name, ratio in measured.ratios.items() if name not in used}
    whole = replace(
        strategy,
        name=measured.name or strategy.name,
        ratios=MappingProxyType({**strategy.ratios, **unused}),
        thresholds=measured.thresholds,
        markers=MappingProxyType(dict(measured.markers)),
        roles=measured.roles,
        subsets=measured.subsets,
    )
    before = strategy_problems(strategy)
    worse = [problem for problem in strategy_problems(whole) if problem not in before]
    if worse:
        left_out(document, place, "; ".join(f"{problem.where}: {problem.found}" for problem in worse))
        return strategy
    return whole


def left_out(document: Document, element: Element, found: str) -> None:
    """Note that our own custom information is not used."""
    expected, action = "thresholds, markers, roles and subsets of these gates", "left out; the gates are read"
    document.finding(element, "gatingml_not_read", found, expected, action)
