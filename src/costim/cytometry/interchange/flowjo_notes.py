"""Findings about a workspace: which sample, which population, what stands there, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from costim.cytometry.interchange.flowjo_tree import LeftOut
from costim.registry.findings import Finding


def left_out_notes(file: str, sample: str, left_out: Iterable[LeftOut]) -> list[Finding]:
    """One finding for each population that cannot be applied."""
    return [
        Finding("warning", item.code, file, sample, None, item.population, item.found, item.expected, item.action)
        for item in left_out
    ]


def gain_notes(file: str, sample: str, gains: Mapping[str, float]) -> list[Finding]:
    """Channels whose gates may be in other units than the values that are gated."""
    return [
        Finding(
            "warning",
            "flowjo_gain",
            file,
            sample,
            None,
            channel,
            f"a gain of {gain:g}",
            "a gain of 1",
            "the gates are applied to values divided by the gain of the file ($PnG), as FCS says; FlowJo may not have"
            " divided: compare the counts with those that FlowJo stored",
        )
        for channel, gain in gains.items()
    ]
